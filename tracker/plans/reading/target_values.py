"""What a table of targets asks: name, value and unit of measure of a row to an indicator (docs/reading.md, docs/forms.md).

One reading for lists of one's own and for the tables of plans. Comparator and direction come from the sign or the verb in the cell;
where it has none, from the name; where that does not tell either, nobody is said to have reached anything: a person settles it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from tracker.ledger.dates import last_day_of_year
from tracker.ledger.values import (
    FULL_WIDTH,
    MAGNITUDES,
    SHARES,
    converted,
    is_measure,
    plain,
    printed_measure,
    shares_in_digits,
    shorten,
    split_measure,
)
from tracker.plans.reading.commitments import Measured, read_row
from tracker.plans.reading.directions import (
    ARROW,
    CHANGE,
    COMPARED,
    FALLING,
    FALLING_TO,
    HELD_IN,
    MORE,
    NOT,
    RISING,
    TAKEN_AWAY,
    WHAT_GOES,
    direction_to,
    is_reduction,
    presumed,
)
from tracker.plans.reading.model import Quantity
from tracker.plans.reading.punctuation import chinese_number
from tracker.plans.reading.reading_rules import AFTER, MADE, said_before

_LONGEST_NAME = 300
"""Characters of a name and its value that are read as a sentence."""
_FOOTNOTE = re.compile(r"(?<=[一-龥）)])\d$")
_MEASURE_IN_NAME = re.compile(r"[（(\[【]([^（）()\[\]【】]{1,16})[）)\]】]$|[，,/](?=[^，,/]{1,12}$)([^，,/]+)$")
_BRACKETED = re.compile(r"[\[【〔](-?[\d.,]+[^\]】〕]*)[\]】〕]")
"""How tables of five-year plans print a total of the five years: [85]."""
_REMARK = re.compile(r"\([^()]*\)$")
_OF_YEAR = re.compile(r"(?:到)?(20[0-4]\d) ?年(?:底|末|度)?[:：]?(.*\d.*)")
_NUMBER = r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)"
_MANY = r"(?:万亿|千万|百万|十万|亿|万|[千百](?![瓦米克卡伏焦赫分兆乏])|$^)"
_OWN = r"(?:(?:[^\d,;。,;、]|(?<=[A-Za-z])[\d])*?)"
_AFTER = "|".join(sorted(AFTER, key=len, reverse=True))
_VALUE = re.compile(rf"(?P<before>\D*?)(?P<value>{_NUMBER})(?P<size>{_MANY})?(?P<measure>{_OWN})(?P<after>{_AFTER})?")
_RANGE = re.compile(
    rf"(?P<before>\D*?)(?P<low>\d[\d.]*)(?P<first>[^\d]{{0,6}}?)(?:[—–~～至到-]{{1,2}})(?P<high>\d[\d.]*)"
    rf"(?P<size>{_MANY})?(?P<measure>{_OWN})(?P<after>之间)?"
)
_PLUS_MINUS = re.compile(
    rf"(?P<value>\d[\d.]*)(?P<size>{_MANY})?(?P<first>[^\d±()]*)\(?±(?P<by>\d[\d.]*)(?P<of>%?)\)?(?P<last>[^\d±()]*)"
)
_FROM_TO = re.compile(
    rf"(?P<from>[由从自])?(?:(?P<year>20[0-4]\d)年?[底末]?的?)?(?P<base>\d[\d.]*)(?P<many>{_MANY})?(?P<first>[^\d]{{0,6}}?)"
    rf"(?:{ARROW}|(?:逐步|稳步|进一步|再)*(?P<verb>{CHANGE})?了?[到至为成])(?P<value>\D*\d.*)"
)
_WISHED = "(?:奋力|努力|全力)?(?:力争|争取|努力|挑战|奋斗|冲刺|期望|预期)(?:目标|达到|实现|完成|到|值)*[:为]?"
_BINDING = "(?:(?:确保|保证|保底|必保|底线|约束性?)(?:目标|达到|实现|完成|到|值)*[:为]?)"
_PART = r"[^,;、()]*?\d[^,;、()]*?"
_BOUND_AND_WISH = re.compile(rf"{_BINDING}?(?P<bound>{_PART})(?:[,;、/(]|且|并|和)*{_WISHED}(?P<wish>{_PART})\)?")
_WISH_AND_BOUND = re.compile(rf"{_WISHED}(?P<wish>{_PART})(?:[,;、/(]|且|并|和)*{_BINDING}(?P<bound>{_PART})\)?")
"""A value that binds beside one that is hoped for."""
_SHARE_SIGN = {"%": "%", "‰": "‰"}
_TURNED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}
"""How a bound reads that stands behind its number: 30 < x is x > 30."""
_DAY = re.compile(
    r"(?:到|于)?(?:20\d\d年(?:(?:\d{1,2}月(?:\d{1,2}日)?)?[底末初中内]?|[上下]半年)|\d{1,2}月(?:\d{1,2}日|[底末])?|20\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?)[之以]?前?"
)
_INCLUDED = re.compile(r"\(不?含(?:本数)?\)(?=及?以[上下内])")
_FELL = re.compile(f"(?:{FALLING})(?:率|幅度?)?{NOT}{MORE}$")
_NUMERAL = re.compile("[一二两三四五六七八九十百千零〇]{1,9}")
_WHOLE = {"减半": ("decrease_by", "50", "%"), "翻一番": ("increase_by", "1", "倍"), "翻番": ("increase_by", "1", "倍"),
          "翻两番": ("increase_by", "3", "倍")}  # fmt: skip
_NOUGHT = frozenset({"零", "清零", "归零", "为零", "动态清零", "降为零", "降至零", "保持为零", "全部清零"})
_WANTED = re.compile("力争|争取|努力")
_ADVERBS = re.compile(
    "^(?:超额|力争|争取|努力|确保|保证|务必|必须|预计|计划|稳步|逐步|进一步|持续|基本|总体|全年|年底|年均|累计|[合总共]计|共|分别|均|再|大幅|比例|"
    "全[省市县区国域州]|[:：,的])+"
)
_HELD = re.compile("(?:保持|稳定|维持)(?:在|于|为)?$")
_CONTROLLED = re.compile(f"(?:{HELD_IN})$")
_MADE = re.compile("^(?:新增|新建|建成|创建|打造|培育|完成新增|新改建)$")
_NEUTRAL = re.compile("^(?:达到?|到达|达成|实现|完成|到|至|为|是|等于|=)?$")
_LEADS = re.compile("(?:[到至于]|[^作行因较]为|[^存现]在|[守压锁摁管稳控卡盯]住|锁死|[推迈]向)$")
"""How a name ends that only its number completes: 能耗砍至 | 300万吨."""
_BESIDE = "(?:率|幅度?)?(?:达到?|约|近|不低于|不少于|不小于|至少|超过|>=?|≥)*$"
_CHANGED = (
    (re.compile(f"(?:{FALLING}){WHAT_GOES}{_BESIDE}"), "decrease_by", "down"),
    (re.compile(f"(?:增长|增加|提高|提升|上升|扩大|递增){_BESIDE}"), "increase_by", "up"),
)
_TAKES_AWAY = re.compile(f"(?:{TAKEN_AWAY}|^去)[掉去了]?{_BESIDE}")
_OF_PLACE = re.compile("[省市县区域镇乡村内中]$|达到?或?$")
_DOING = re.compile(f"(?:{MADE}|{RISING})$")
_LONGEST_VERB = 4
_RELATIVE = ("%", "‰", "倍", "百分点")
_LESSENED_BY = re.compile("下降|降低|减少|削减|降幅")
_GROWN_BY = re.compile("增长|提高|提升(?!至)|增幅")
_SIGNED = {"up": ">=", "down": "<="}


def read_target(name: str, cell: str, measure: str = "") -> list[Measured]:
    """Return what the value of a row asks for, mostly one indicator; `doubt` is a person's to settle, `taken` says how it was read.

    measure: what the table states for the row; a unit in brackets behind the name counts where it states none.
    """
    name, measure = _name_and_measure(name, measure)
    if _DAY.fullmatch("".join(cell.translate(FULL_WIDTH).split())) and measure not in ("年", "月", "个月", "日", "天"):
        doubt = f"目标值“{shorten(cell)}”是日期，按定性目标列入；时限请填“完成时限”一列，目标值请填数"
        return [Measured(Quantity(name, "complete", doubt=doubt), None)]
    if by_year := _by_year(name, cell, measure):
        return by_year
    text = _in_digits(_BRACKETED.sub(r"\1", "".join(cell.translate(FULL_WIDTH).split())).lstrip("。;").rstrip("。.;"))
    text = _INCLUDED.sub("", text)
    bare, measure = _without_remark(text, measure)
    if (found := _VALUE.fullmatch(bare)) is not None and (stated := _stated_in(name, found["value"])):
        return stated
    if binding := _bound_and_wish(name, text, measure):
        return binding
    read = (
        []
        if _LEADS.search(name)
        else _whole(name, bare, measure)
        or _around(name, text, measure)
        or _from_to(name, bare, measure)
        or _both_bounds(name, text, measure)
        or _between(name, bare, measure)
        or _single(name, bare, measure)
    )
    return [Measured(each, None) for each in read] if read else _in_words(name, cell.strip(), measure)


def bound_of(text: str) -> tuple[str, str] | None:
    """Return a figure without what bounds it, and the comparator that says: none after 达到; None where it is no figure or has none."""
    found = _VALUE.fullmatch(text)
    if found is None or not (found["before"] or found["after"]):
        return None
    lead = _ADVERBS.sub("", found["before"])
    sign = AFTER.get(found["after"] or "", "") or said_before(lead)
    if COMPARED.search(lead) is not None and COMPARED.fullmatch(lead) is None:
        return None
    known = not lead or said_before(lead) or _NEUTRAL.search(lead) or _HELD.fullmatch(lead)
    return (f"{found['value']}{found['size'] or ''}{found['measure']}", sign) if known else None


def signed(quantity: Quantity) -> Quantity:
    """Return a bare value whose direction was taken from its name with the sign that says it."""
    is_taken = quantity.taken and quantity.comparator == "=" and quantity.direction in _SIGNED
    return replace(quantity, comparator=_SIGNED[quantity.direction]) if is_taken else quantity


def _name_and_measure(name: str, measure: str) -> tuple[str, str]:
    """Return a name without the unit of measure in brackets behind it, and the unit of the row."""
    found = _MEASURE_IN_NAME.search(_FOOTNOTE.sub("", name.strip()))
    inner = printed_measure(found[1] or found[2]) if found is not None else ""
    if found is not None and is_measure(inner) and (not measure or split_measure(inner) == split_measure(measure)):
        return _FOOTNOTE.sub("", found.string[: found.start()].strip()), measure or inner
    return name.strip(), measure


def _without_remark(text: str, measure: str) -> tuple[str, str]:
    """Return a value without the brackets behind it, 3个（每年1个）, and the unit that these may state."""
    remark = _REMARK.search(text)
    if remark is None or remark.start() == 0:
        return text, measure
    inner = remark.group()[1:-1]
    return text[: remark.start()], measure or (inner if is_measure(inner) else "")


def _stated_in(name: str, value: str) -> list[Measured]:
    """Return what the words of a row ask where they state the number of its value themselves: 申请材料减至5件."""
    found = read_row(name) if any(each.isdigit() for each in name) else []
    return found if any(each.quantity.value == value.replace(",", "") for each in found) else []


def _in_digits(text: str) -> str:
    """Return a value with its numbers in words as digits: 九成以上 is 90%以上, 一百二十 is 120; one that has digits stays as it is."""
    if any(each.isdigit() for each in text):
        return text
    text = shares_in_digits(text)
    found = list(_NUMERAL.finditer(text))
    if (
        len(found) != 1
        or "%" in text
        or re.search("翻|[清归为至]零", text)
        or (value := chinese_number(found[0].group())) is None
    ):
        return text
    rest = text[found[0].end() :]
    is_number = not rest or rest in AFTER or is_measure(re.sub(f"(?:{_AFTER})$", "", rest))
    return f"{text[: found[0].start()]}{value}{rest}" if is_number else text


def _by_year(name: str, cell: str, measure: str) -> list[Measured]:
    """Return the indicators of a value that names several years: 2025年达到90%，2030年达到95%."""
    parts = [_OF_YEAR.fullmatch(each.strip()) for each in re.split("[，,；;\n]", cell)]
    return [
        replace(each, due=last_day_of_year(int(part[1])))
        for part in parts if part is not None
        for each in read_target(name, part[2], measure)
    ] if all(parts) else []  # fmt: skip


def _whole(name: str, text: str, stated: str) -> list[Quantity]:
    """Return what a value without a number says: 减半, 翻一番, 清零."""
    bare = _ADVERBS.sub("", text)
    if bare in _NOUGHT:
        return [Quantity(name, "<=", "0", measure=stated, direction="down", taken=f"按“{name} <= 0”理解")]
    if bare in _WHOLE:
        comparator, value, measure = _WHOLE[bare]
        way = "down" if comparator == "decrease_by" else "up"
        taken = f"按{'下降' if way == 'down' else '增长'} {value}{measure} 以上理解，填报的现值为{'降' if way == 'down' else '增'}幅"
        return [Quantity(name, comparator, value, bound="=", measure=measure, direction=way, taken=taken)]
    return []


def _bound_and_wish(name: str, text: str, stated: str) -> list[Measured]:
    """Return what binds of a value that also says what is hoped for: 确保30，力争28, 98%（力争99%）; none for any other."""
    found = _BOUND_AND_WISH.fullmatch(text) or _WISH_AND_BOUND.fullmatch(text)
    if found is None:
        return []
    wish = found["wish"]
    return [
        replace(each, quantity=replace(each.quantity, taken="；".join(filter(None, (
            f"“力争”的 {wish} 不作为考核值，原文写入备注", each.quantity.taken,
        )))))
        for each in read_target(name, found["bound"], stated or _SHARE_SIGN.get(wish[-1:], ""))
    ]  # fmt: skip


def _around(name: str, text: str, stated: str) -> list[Quantity]:
    """Return both ends of a value with what it may differ by: 500±10, 95%±2%, 500（±2%）."""
    found = _PLUS_MINUS.fullmatch(text)
    sized = found and _sized(found["value"], found["size"] or "", found["first"] or found["last"] or "", stated)
    if found is None or not sized:
        return []
    middle, by = Decimal(sized[0]), Decimal(found["by"])
    if found["of"] == "%" != sized[1]:
        by = middle * by / 100
    low, high = (plain(converted(each, Decimal(1))) for each in (middle - by, middle + by))
    words = f"原文为 {text}，上下限分列"
    return [
        Quantity(name, comparator, value, measure=sized[1], direction="hold", taken=words)
        for comparator, value in ((">=", low), ("<=", high))
    ]


def _between(name: str, text: str, stated: str) -> list[Quantity]:
    """Return an interval: its lower end where more is better, its upper where less is, both where it is to be held or nothing tells."""
    found = _RANGE.fullmatch(text)
    if found is None or (found["first"] and found["first"] not in (found["measure"], found["size"], "%")):
        return []
    low, high = (_sized(found[each], found["size"] or "", found["measure"], stated) for each in ("low", "high"))
    if (
        low is None
        or high is None
        or Decimal(low[0]) >= Decimal(high[0])
        or (not low[1] and len(low[0]) == len("2026"))
    ):
        return []
    lead = _ADVERBS.sub("", found["before"])
    way = "" if _HELD.search(lead) or _CONTROLLED.search(lead) else direction_to(lead, name)[0]
    words = f"原文为区间 {low[0]}—{high[0]}{low[1]}"
    lower = Quantity(name, ">=", low[0], measure=low[1], direction="up")
    upper = Quantity(name, "<=", high[0], measure=high[1], direction="down")
    if way:
        return (
            [replace(lower, taken=f"{words}，按下限计")]
            if way == "up"
            else [replace(upper, taken=f"{words}，按上限计")]
        )
    return [replace(each, direction="hold", taken=f"{words}，上下限分列") for each in (lower, upper)]


def _both_bounds(name: str, text: str, stated: str) -> list[Quantity]:
    """Return both bounds of a value that states two: ≥40且≤60, 30以上40以下, 30＜x＜40."""
    ordered = re.sub(
        rf"^({_NUMBER})([<≤>≥])[一-龥A-Za-z]?(?=[<≤>≥])", lambda found: f"{_TURNED[found[2]]}{found[1]}且", text
    )
    parts = [each for each in re.split(r"且|并且|[,;、]|(?<=以[上下内])(?=\d)|(?<=\d)(?=[<≤>≥])", ordered) if each]
    read = [each for part in parts for each in _single(name, part, stated)] if len(parts) == 2 else []  # noqa: PLR2004
    if sorted(each.comparator[0] for each in read) != ["<", ">"]:
        return []
    words = f"原文为 {text}，上下限分列"
    return [replace(each, direction="hold", measure=each.measure or read[-1].measure, taken=words) for each in read]


def _from_to(name: str, text: str, stated: str) -> list[Quantity]:
    """Return a value that is to become another as one indicator with a baseline: 25%→30%, 由2020年的30件减至10件; 8%到10% is none."""
    found = _FROM_TO.fullmatch(text)
    if found is None or (found["verb"] is None and found["from"] is None and not re.search(ARROW, text)):
        return []
    read = _single(name, found["value"], stated or ("%" if found["first"] == "%" else ""))
    base = _sized(found["base"], found["many"] or "", found["first"], stated) if len(read) == 1 else None
    is_alike = bool(found["many"]) == bool(re.search(rf"\d{_MANY}", found["value"]))
    if base is None or not is_alike or base[1] != read[0].measure or Decimal(base[0]) == Decimal(read[0].value):
        return read  # another magnitude, or no change
    way = "up" if Decimal(read[0].value) > Decimal(base[0]) else "down"
    told = {direction_to(f"{found['verb']}到")[0] if found["verb"] else "", presumed(name), way}
    made = replace(read[0], baseline_year=found["year"] or "", baseline_value=base[0])
    if {"up", "down"} <= told:
        return [replace(_unknown(made, text), taken="")]
    if made.comparator != "=":
        return [made]
    words = f"按由 {base[0]}{base[1]} 到 {made.value}{made.measure} 理解，{base[0]}{base[1]} 作为基数"
    words += "" if made.baseline_year else "（没有写年份，按方案实施起点计）"
    return [replace(made, direction=way, doubt="", taken=words)]


def _single(name: str, text: str, stated: str) -> list[Quantity]:
    """Return the indicator of a value that is one number with what belongs to it: 28, ≥98%, 降到100以下; none for other words."""
    found = _VALUE.fullmatch(text)
    sized = found and _sized(found["value"].replace(",", ""), found["size"] or "", found["measure"], stated)
    if found is None or not sized:
        return []
    before = found["before"]
    lead = _ADVERBS.sub("", before)
    quantity = Quantity(name, "=", sized[0], measure=sized[1], aspirational=_WANTED.search(before) is not None)
    sign = AFTER.get(found["after"] or "", "") or said_before(before, name)
    compared = COMPARED.search(before)
    if compared is not None and not compared["not"]:
        rest = _ADVERBS.sub("", before[: compared.start()])
        if rest and not (_OF_PLACE.search(rest) or re.search(f"(?:{CHANGE}|率|幅度?)$", rest)):
            return [_unknown(quantity, before)]  # whether 甭, which nobody listed, turns it round
        sign = "<" if compared["less"] and not compared["equal"] else sign
    if _HELD.search(lead):
        return [_held(quantity, sign)]
    if _TAKES_AWAY.search(lead) and presumed(name) == "down":
        taken = f"按减少 {sized[0]}{sized[1]} 以上理解，填报的现值为减少的数"
        bound = sign if sign in (">=", "~") else "="
        return [replace(quantity, comparator="decrease_by", bound=bound, direction="down", taken=taken)]
    for pattern, comparator, way in _CHANGED:
        if pattern.search(lead) and (way == "down" or sized[1].endswith(_RELATIVE)):
            bound = {">": ">="}.get(sign, sign)
            return [
                replace(quantity, comparator=comparator, bound=bound if bound in (">=", "~") else "=", direction=way)
            ]
    return _directed(quantity, lead, sign)


def _directed(quantity: Quantity, lead: str, sign: str) -> list[Quantity]:
    """Return a value with comparator and direction, as its sign, the verb that leads to it or its name say."""
    way, verb = direction_to(lead, quantity.name)
    if sign == "~":
        return [replace(quantity, comparator=sign, direction=way) if way else _unknown(quantity, verb, sign)]
    if sign and _FELL.search(lead):
        verb = lead
    elif sign:
        ceiling = "down" if FALLING_TO.search(lead) else "hold"
        return [replace(quantity, comparator=sign, direction=ceiling if sign in ("<=", "<") else "up")]
    elif _MADE.search(lead):
        return [replace(quantity, direction="up")]
    elif _NEUTRAL.search(lead):
        return [_by_name(quantity)]
    if verb:
        return [_unknown(quantity, verb)]
    if _LEADS.search(lead):
        return [replace(quantity, direction=way)] if way else []
    if len(lead) > _LONGEST_VERB or presumed(lead) or _DOING.search(lead) or _TAKES_AWAY.search(lead):
        return []
    return [_unknown(quantity, lead)]


def _sized(value: str, size: str, own: str, stated: str) -> tuple[str, str] | None:
    """Return a number and its unit: 1.2万 in a column of 辆 is 1.2 万辆, 3千 of 人 is 3000 人; None where its words are no unit.

    A magnitude in the cell takes the place of the one before the unit of the table: 0.5亿 of 万千瓦 is half of 亿千瓦.
    """
    if own and stated and not is_measure(own) and own != stated:
        return None
    value = re.sub(r"^\.", "0.", value.lstrip("+"))
    measure = printed_measure(own) or stated
    if not size:
        return value, measure
    base = own or split_measure(stated)[1]
    if size in MAGNITUDES and base and base not in SHARES:
        return value, f"{size}{base}"
    times = MAGNITUDES.get(size) or {"千": Decimal(1000), "百": Decimal(100), "十万": Decimal(100_000)}[size]
    return plain(converted(Decimal(value), times)), base


def _held(quantity: Quantity, sign: str) -> Quantity:
    """Return what is to be kept at a level: no less of what should rise, no more of what should fall."""
    way = presumed(quantity.name)
    if sign:
        return replace(quantity, comparator=sign, direction="hold")
    if not way:
        return _unknown(quantity, "")
    quantity = replace(quantity, comparator=_SIGNED[way], direction="hold")
    return replace(quantity, taken=_in_signs(quantity))


def _by_name(quantity: Quantity) -> Quantity:
    """Return what a bare value asks, as its name suggests; 0 is never reached from below."""
    name, measure = quantity.name, quantity.measure
    if measure.endswith(("%", "百分点", "‰")):
        for words, comparator, way, said in (
            (_LESSENED_BY, "decrease_by", "down", "下降"), (_GROWN_BY, "increase_by", "up", "增长"),
        ):  # fmt: skip
            if words.search(name):
                taken = f"按{said} {quantity.value}{measure} 以上理解，填报的现值为{'降' if way == 'down' else '增'}幅"
                return replace(quantity, comparator=comparator, bound="=", direction=way, taken=taken)
    amount = f"{quantity.value}{measure}"
    if is_reduction(name):
        doubt = f"看不出是减到还是减少 {amount}，只有正好是 {amount} 才算达标；请在目标值中写明，如 ≤{amount}"
        return replace(quantity, doubt=doubt)
    way = "down" if not Decimal(quantity.value) else presumed(name)
    if not way:
        return _unknown(quantity, "")
    quantity = replace(quantity, direction=way)
    return replace(quantity, taken=_in_signs(quantity))


def _in_signs(quantity: Quantity) -> str:
    sign = _SIGNED.get(quantity.direction, quantity.comparator)
    words = f"{quantity.name} {sign} {quantity.value} {quantity.measure}".strip()
    return f"没有写明不低于还是不超过，按“{shorten(words, 60)}”理解"


def _unknown(quantity: Quantity, verb: str, sign: str = "=") -> Quantity:
    """Return a value that only itself satisfies, since neither verb nor name say which way it is to move."""
    amount = f"{quantity.value}{quantity.measure}"
    why = f"“{verb}”看不出是提高还是降低" if verb else "看不出是越高越好还是越低越好"
    doubt = f"{why}，只有正好是 {amount} 才算达标；请在目标值中写明，如 ≤{amount} 或 ≥{amount}"
    return replace(quantity, comparator=sign, direction="", doubt=doubt)


def _in_words(name: str, cell: str, measure: str) -> list[Measured]:
    """Return what name and value say as a sentence of a plan; the unit of the table holds where the words state none."""
    if "完成" in cell and not any(each.isdigit() for each in cell):
        return [Measured(Quantity(name, "complete"), None)]
    words = cell + (measure if cell[-1:].isdigit() else "")
    words = words if name in words else f"{name}{words}"
    found = read_row(words[-_LONGEST_NAME:])
    result = []
    for each in found:
        quantity = replace(each.quantity, taken=each.quantity.taken or f"按“{shorten(words, 60)}”理解")
        if quantity.value:
            rest = quantity.name.removeprefix(name)
            is_own = quantity.name.startswith(name) and len(rest) <= _A_VERB
            quantity = replace(quantity, name=name if is_own else quantity.name, measure=quantity.measure or measure)
        elif any(each.isdigit() for each in cell):
            quantity = replace(
                quantity, doubt=f"目标值“{shorten(cell)}”中的数字没有读出，按定性目标列入；请写成 如 ≥90% 的形式"
            )
        result.append(replace(each, quantity=quantity))
    first, *after = re.split("[,;、。(]", re.sub(f"^{_BINDING}", "", cell.translate(FULL_WIDTH)), maxsplit=1)
    if after and any(each.quantity.doubt for each in result) and (read := _single(name, first.strip(), measure)):
        # 12亿元，其中财政2亿元: the number before the comma is the target, whatever is said of it.
        told = f"“{shorten(after[0].rstrip(')'))}”没有读作指标，原文写入备注"
        return [Measured(replace(each, taken=told), None) for each in read]
    return result


_A_VERB = 4
"""Characters of a verb that may be left behind a name."""
