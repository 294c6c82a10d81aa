"""Commitments in running text: each clause that carries a number or a date becomes one target with its indicators.

A date that opens a clause (到2025年，) governs the clauses after it up to the end of the sentence, in the part that
states the plan's goals up to the end of the paragraph. There, clauses without number are the plan's general aims
(docs/contract.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.plans.reading.dates import NO_CALENDAR, Calendar, Deadline, calendar_after, cell_day, deadlines
from tracker.plans.reading.punctuation import masked, shadow, split_top
from tracker.plans.reading.quantities import quantities, wordings

if TYPE_CHECKING:
    from tracker.plans.reading.model import Passage, Quantity

_PURPOSE = re.compile(
    "为[^，。；]{2,40}(?:奠定|提供|打下|创造|贡献|作出|做出)|从而|以(?:实现|确保|促进|推动|支撑)|助力"
)
_ACTIVITY = re.compile(
    "(?:进一步|积极|大力|深入|扎实|有序|统筹|协同|全力|切实|着力|持续|稳步)*(?:推动|推进|加强|加快|鼓励|支持|引导|开展|探索|深化|完善|强化|健全|优化|促进|提升|提高|"
    "发挥|落实|实施|严格|严控|依法|严禁|禁止|组织|做好|加大|培育|发展|拓展|倡导|推广|构建|建立|研究|制定|争取|统筹|坚持|聚焦|围绕)"
)
_LEFT_OPEN = re.compile("(?:在|对|对于|除|围绕|针对|通过|以|按照|根据)[^，。；]{2,60}$")
_GOES_ON = re.compile("各(?!地|级|设|县|市|区)|均|且|并(?!网)|其中")
_YEARS_ASIDE = re.compile(
    "（(?:其中)?，?(20\\d\\d)年(?:底|末)?((?:达到?|到达|提高到|降到|不低于|不超过|控制在|为)\\d[\\d.]*%(?:以[上下])?)）"
)
_YEAR_BEHIND = re.compile("(?<=[%一-龥])（(20\\d\\d) ?年(?:底|末)?前?）")
"""The year of a value in a bracket behind it: 达到15%（2023年）和25%（2024年）."""
_BARE_VALUE = re.compile(
    r"(?:其中|并|且|再|累计)*(?:达到?|下降|降低|减少|提高|提升|增长|增加|不低于|不少于|不超过|控制在|完成|建成)?(?:到|至|了|约)?"
    r"\d[\d.]*[^\d，。；、的]{0,8}。?"
)
_BEFORE_YEAR = re.compile(r"20\d\d ?年(?:之|以)?前")
_LEADING = re.compile("力争|累计")
_NO_SUBJECT = re.compile("(?:基本|全面|初步|率先|总体)?(?:实现|达到|建成|形成|完成)")
_GRANT = re.compile(
    "可(?:以)?(?:按|申请|享受|返还|给予|由|再给予|最高)|(?<!并)给予[^，。；]{0,24}(?:补贴|补助|奖励|奖补|资助|贴息|万元)|(?:补贴|补助|奖励|返还)标准|"
    "(?:贷款|授信|补助|奖励)额度"
)
"""Support that may be claimed: what it measures is a rate of payment, not a commitment of the plan."""
_SUPPORT = re.compile(
    "(?:(?<!并)(?:给予|予以)|配套|最高|实行|标准)[^，。；]{0,16}(?:补助|补贴|奖励|奖补|贴息|资助|减免)|每[一-龥]{1,2}(?:补助|奖励|补贴)\\d|最高(?:补助|奖励|补贴|给予)"
)
"""A sentence that says who gets what: its undated numbers are conditions and amounts, none a commitment."""
_MAY = re.compile(
    "[^，。；]{0,16}可(?:以)?(?:组织|由|按|根据|适当|从|采取|结合|自主|自行|申请|享受|优先|依法|探索|参照|视)"
)
_DONE = re.compile("^(?:截至)?目前|近年来|已(?:达到|达|累计|实现|经)|已(?:建成|完成)(?=[^的，。；]{0,16}\\d)")
_REPORTED = re.compile("^(?:其中，?)?截[至止]到?20\\d\\d ?年[^，。；]{0,8}，[^。]*?(?:已|共有|现有)")
"""A sentence that reports what had been reached by a day: 截至2022年底，已建成86家，占比达到45%."""
_COMPLETE_ORDER = re.compile("完成(?:国家|省|上级)[一-龥]{0,8}(?:目标|任务|指标)")
_UNCHANGED = re.compile("[^、]{2,20}不(?:减少|衰退|降低|下降|增加)$")
_PLACE = re.compile("(?![全我本各])[一-龥]{2,5}[省市州县区]")
_PAST = re.compile(
    r"(?<!到)(?<!至)20\d\d ?年[^底末前内期，]{0,12}(?:为|是|共|已)(?=[^，。；]{0,6}\d)|"
    "(?:同比|[较比](?:上年|去年|上一年))[^，。；]{0,4}(?:增长|上升|提高|下降|减少)(?!.*(?:以上|以内|左右))"
)
"""What a report says of a year gone by; in a plan it may also be a target, so it is marked only."""
_PERIOD = re.compile("自.{4,24}至.{3,16}(?:结束|止|为止)")
_TOLD_FROM_OUTSIDE = re.compile(
    "(?:排放|消费)[^，。；]{0,6}达到峰值|^(?:力争|确保|率先|如期|提前)*(?:实现碳?达峰|碳达峰(?:目标)?如期实现)"
)
_RECURRING = re.compile("每(?:年|季度?|半年|月|周|日|半月|旬)")
_NO_NAME = re.compile(
    "^(?:并|且)?(?:(?P<wanted>力争|争取|努力)(?:达到|实现|完成|超过|突破|下降|降低|减少|提高|提升|增长|降至|降到|控制在)?|稳定在|保持在|"
    "累计(?:下降|降低|减少|提高|增长|达到)|(?:提高|提升|增加|扩大)[到至]|降[到至]|达到|超过|突破|"
    r"(?:同比|[较比](?:上年|去年|上一年|20\d\d年)(?:同期)?)(?:下降|降低|减少|提高|提升|增长|增加|上升))(?:到|至|了|约)?\d"
)
_HIGHER = re.compile("^(?:力争|争取|努力|确保)?(?:完成|达到|实现)\\d+(?:\\.\\d+)?%的[一-龥]{0,4}目标")
_ONLY_DONE = re.compile(
    "(?:全部|全面|基本|确保|如期)*"
    "(?:完成|完工|建成|竣工|投运|投用|投产|到位|落实|见效|通过验收|验收)(?:任务|工作|建设|改造|整治|治理|通[水车气电航]|投[用运产]|运行|使用|并[一-龥]{2,4})*"
)
_INNER_DUE = re.compile("（[^（）]{0,12}(?:完成|时限|期限)[^（）]{0,20}）")
_FIGURES = re.compile(r"[\d\s.:/\-—*|]*")
"""A clause without a word: a cell of a table of figures."""
_LONGEST_CLAUSE = 600  # no clause is that long; a text without signs is looked at piece by piece
_LONGEST_SENTENCE = 2000
_FEWEST_WORDS = 4  # what is left of 2020年以前，其中，后 promises nothing
_LEVEL_LIKE = ("=", ">=", "~")
_THOUSANDS = re.compile(r"(?<![\d，])\d{1,3}(?:，\d{3})+(?=\.\d|[万亿%一-龥])")
_NEXT_YEAR = re.compile(r"(?<=[\d%一-龥）])、(?=(?:到|至)?20\d\d ?年(?:底|末)?(?:前)?[^、，。；\d]{0,12}\d)")
"""Where a list of yearly values goes on: 2024年下降3.5%、2025年下降3%."""
_YEAR_OF_VALUE = re.compile(r"20\d\d ?年(?:底|末)?(?:前)?[^、，。；\d]{0,12}\d")


@dataclass(slots=True)
class Measured:
    """One indicator to be: its quantity, its due date (None: the document gives none), whence an inferred date is."""

    quantity: Quantity
    due: date | None
    inferred: str = ""


@dataclass(slots=True)
class Commitment:
    """One target to be: its words as an annex row would print them, its indicators, where it stands."""

    text: str
    offset: int
    words: str
    measured: list[Measured] = field(default_factory=list)
    wording_only: bool = False
    recurring: bool = False
    led: bool = False
    doubts: list[str] = field(default_factory=list)

    @property
    def due(self) -> date | None:
        """Return the last due date of its indicators."""
        return max((one.due for one in self.measured if one.due), default=None)

    @property
    def qualitative(self) -> bool:
        """Tell a commitment in words alone that nobody can count off (not 全部完成)."""
        return self.wording_only and all(one.quantity.comparator == "qualitative" for one in self.measured)


@dataclass(slots=True)
class Aim:
    """A general aim of the goal part: its words and its year."""

    text: str
    offset: int
    due: date


@dataclass(slots=True)
class _Clause:
    text: str
    begin: int
    after: str
    found: list[Deadline]

    @property
    def opening(self) -> list[Deadline]:
        return [deadline for deadline in self.found if deadline.opens]


@dataclass(slots=True)
class _State:
    """What governs the clause at hand: the dates in force, whether 力争 stood with them.

    kept: the dates that hold again after 其中2022年…; named: the last clause without a number, which bare values after it go on with.
    """

    dues: list[date] = field(default_factory=list)
    calendar: Calendar = NO_CALENDAR
    inferred: str = ""
    wanted: bool = False
    recurring: bool = False
    goals: bool = False
    kept: list[date] | None = None
    named: str = ""


def read_commitments(
    passage: Passage, *, goals: bool, carried: list[date] | None = None, calendar: Calendar = NO_CALENDAR
) -> tuple[list[Commitment], list[Aim]]:
    """Return the commitments of a paragraph in order, and in the goal part (`goals`) its general aims.

    `carried` are the dates that a lead-in before a list (到2025年，实现以下目标：) lays on its items; `calendar` gives the
    year of a month that names none.
    """
    commitments: list[Commitment] = []
    aims: list[Aim] = []
    state = _State(list(carried or []), calendar, goals=goals)
    for begin, end in _sentences(passage.text):
        if _REPORTED.match(shadow(passage.text[begin:end]).lstrip()):
            continue
        if not goals:
            state = _State(list(carried or []), state.calendar)
        found, general = _sentence(passage.text[begin:end], begin, state, goals=goals)
        if not goals and _SUPPORT.search(shadow(passage.text[begin:end])):
            found = [one for one in found if one.due]
        commitments.extend(found)
        aims.extend(general)
    return commitments, _merged(aims)


def leads_in(passage: Passage, calendar: Calendar = NO_CALENDAR, *, goals: bool = False) -> list[date]:
    """Return the dates that a paragraph lays on the list after it: those that open it, when it ends with a colon.

    goals: in the plan's goals a paragraph with one day need not: 到2023年，……。 ——……。 ——……。
    """
    said = [
        [deadline.due for deadline in clause.opening if deadline.due] for clause in _clauses(passage.text, calendar)
    ]
    if not shadow(passage.text).rstrip().endswith("："):
        # Of several days in one paragraph (2025年……；2027年……) none holds for the next.
        return said[0] if goals and said and len({day for days in said for day in days}) == 1 else []
    return next((days for days in reversed(said) if days), [])


_LOOSE = r"(?<=[\u4e00-\u9fff])[ \t\u3000]+(?=\d)|(?<=\d)[ \t\u3000]+(?=[%％‰\u4e00-\u9fff])"
"""Blanks that a typist sets around a figure: 增长 20 % is 增长20%."""


def read_row(text: str, calendar: Calendar = NO_CALENDAR) -> list[Measured]:
    """Return the indicators of an annex row: every clause is one, with a number or without."""
    measured: list[Measured] = []
    text = re.sub(_LOOSE, "", text)
    for begin, end in _sentences(text):
        carried = ""
        for clause in _clauses(text[begin:end], calendar):
            words = carried + clause.text
            carried = ""
            if _LEFT_OPEN.match(shadow(clause.text)) and clause.after == "，" and not quantities(clause.text):
                carried = clause.text + "，"
                continue
            if clause.text.startswith("在") and measured and not quantities(clause.text):
                continue
            inner = _INNER_DUE.search(shadow(words))
            said, inferred = cell_day(shadow(inner.group()), calendar) if inner else (None, "")
            words = words[: inner.start()] + words[inner.end() :] if inner else words
            found = [one for one in deadlines(masked(shadow(words)), calendar) if one.due and one.firm]
            dues = [said] if said else [deadline.due for deadline in found if deadline.due]
            inferred = inferred or next((one.inferred for one in found if one.inferred), "")
            read = _indicators(_without_dates(words, calendar), dues, measured)
            measured.extend(replace(one, inferred=inferred if one.due else "") for one in read)
        if carried:
            measured.append(Measured(wordings(carried.rstrip("，"))[0], None))
    return measured


def _sentences(text: str) -> list[tuple[int, int]]:
    return [(begin, end) for begin, end in split_top(shadow(text), "。！？") if text[begin:end].strip()]


def _clauses(sentence: str, calendar: Calendar) -> list[_Clause]:
    text = shadow(sentence)
    signs = _THOUSANDS.sub(lambda found: found.group().replace("，", "’"), text)
    if len(_YEAR_OF_VALUE.findall(signs)) > 1:
        signs = _NEXT_YEAR.sub("，", signs)
    result = []
    for begin, end in split_top(signs, "，；"):
        for start in range(begin, end, _LONGEST_CLAUSE):
            stop = min(start + _LONGEST_CLAUSE, end)
            start += len(sentence[start:stop]) - len(sentence[start:stop].lstrip("—–-·•*● "))  # noqa: PLW2901 - bullets
            if not _FIGURES.fullmatch(sentence, start, stop):
                after = text[stop : stop + 1] if stop == end else ""
                found = deadlines(masked(text[start:stop]), calendar)
                calendar = calendar_after(calendar, found)
                result.append(_Clause(sentence[start:stop], start, after, found))
    return result


def _sentence(sentence: str, offset: int, state: _State, *, goals: bool) -> tuple[list[Commitment], list[Aim]]:
    commitments: list[Commitment] = []
    aims: list[Aim] = []
    clauses = _clauses(sentence, state.calendar)
    state.calendar = calendar_after(state.calendar, [one for clause in clauses for one in clause.found])
    held: list[_Clause] = []
    for before, clause in zip([None, *clauses], clauses, strict=False):
        content, direct = _opened(clause, state)
        if not content:
            continue
        at = offset + clause.begin
        numbers = bool(quantities(content))
        if not numbers or not _BARE_VALUE.fullmatch(shadow(content)):
            state.named = "" if numbers else content
        if before and before.after == "；" and not (direct or goals or numbers) and _ACTIVITY.match(shadow(content)):
            state.dues = []  # 到2025年，甲；支持乙: the second half is an activity of its own, no longer under the date
        if goals and state.dues and not numbers and not _COMPLETE_ORDER.search(shadow(content)):
            aims.append(Aim(content + (clause.after or "。"), at, state.dues[-1]))
            commitments.extend(_events(content, at, sentence, state))
            continue
        if state.dues and clause.after and not numbers and _LEFT_OPEN.match(shadow(content)):
            held.append(clause)
            continue
        made = _commitment(content, clause, state, direct=direct)
        if made is None:
            held = []
            continue
        made.measured = _same_way(made, commitments, state.named)
        if _goes_on(commitments, content, before, made):
            continue
        made.offset, made.words = at, _around(sentence, clause.begin)
        _lead_in(made, content, offset, held, before if direct else None)
        held = []
        commitments.append(made)
    return _dated_last(commitments, clauses), aims


def _around(sentence: str, at: int) -> str:
    """Return a sentence, of an endless one (a list of hundreds of clauses) what stands around a place."""
    return (
        sentence
        if len(sentence) <= _LONGEST_SENTENCE
        else sentence[max(at - _LONGEST_CLAUSE, 0) : at + _LONGEST_CLAUSE]
    )


def _lead_in(made: Commitment, content: str, offset: int, held: list[_Clause], before: _Clause | None) -> None:
    """Put before a commitment the clauses that were held for it, or the one before a dated verb without a subject."""
    if held:
        made.offset = offset + held[0].begin
        made.text = "".join(part.text + "，" for part in held) + made.text
    elif before and made.wording_only and _NO_SUBJECT.match(content) and not before.found:
        made.text, made.offset = f"{before.text}，{made.text}", offset + before.begin


def _dated_last(commitments: list[Commitment], clauses: list[_Clause]) -> list[Commitment]:
    """Lay a date that closes a sentence (…，改造管网8.5公里，2023年10月底前完工) on what it closes."""
    last = clauses[-1] if clauses else None
    days = [deadline for deadline in last.found if deadline.due] if last else []
    numbered = [one for one in commitments if not one.wording_only]
    if not last or len(days) != 1 or not numbered or not _ONLY_DONE.fullmatch(shadow(last.text[last.found[0].end :])):
        return commitments
    for commitment in numbered:
        commitment.measured = [
            one if one.due else replace(one, due=days[0].due, inferred=days[0].inferred) for one in commitment.measured
        ]
    return numbered if commitments[-1].wording_only else commitments


def _opened(clause: _Clause, state: _State) -> tuple[str, bool]:
    """Take note of the dates that open a clause; return what is left of it and whether a date stands in it."""
    opening = clause.opening
    if not opening and state.kept is not None:
        state.dues, state.kept = state.kept, None
    if not opening:
        firm = [deadline for deadline in clause.found if deadline.firm]
        return clause.text.strip(), bool(firm)
    end = opening[-1].end
    lead = clause.text[: opening[0].begin]
    content = clause.text[end:].strip("，、 ")
    if "其中" in lead and state.kept is None:
        state.kept = state.dues
    state.dues = [deadline.due for deadline in opening if deadline.due]
    state.inferred = next((deadline.inferred for deadline in opening if deadline.inferred), "")
    state.recurring = not state.dues
    state.wanted = bool(re.search("力争|争取|努力", lead))
    if not content:
        return "", True
    if _PLACE.fullmatch(shadow(lead)) and content:
        content = lead + content  # 甲市2017年…: the row keeps the place it holds for
    if state.wanted:
        content = clause.text.strip()  # 力争到2030年…: the date stands inside the wish, the row keeps it
    return content, True


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that hold for a clause, whence an inferred one is, and whether a date stands in its middle."""

    dues: list[date]
    inferred: str
    inner: bool


def _days_of(text: str, state: _State) -> _Days:
    """Return the days of a clause: the one by which it is to be done, else those in force, else those it opens with or mentions."""
    here = deadlines(masked(text), state.calendar)
    inner = [one for one in here if one.firm and not one.opens]
    closer = [one for one in inner if one.due and (one.action or one.of_value or text[: one.begin].endswith("为"))]
    if not closer and state.dues:
        return _Days(state.dues, state.inferred, bool(inner))
    own = closer or [one for one in (*(each for each in here if each.opens), *inner) if one.due]
    own = own or _in_bracket(text, state.calendar)
    inferred = next((one.inferred for one in own if one.inferred), "")
    return _Days([one.due for one in own if one.due], inferred, bool(inner))


def _in_bracket(text: str, calendar: Calendar) -> list[Deadline]:
    """Return the deadline that opens a bracket in which all numbers of a clause stand: ……（2021年完成营造林30万亩以上）."""
    bracket = re.search("（([^（）]*)(?:）|$)", text)
    if bracket is None or quantities(text[: bracket.start()]):
        return []
    return [one for one in deadlines(bracket[1], calendar)[:1] if one.due and one.opens]


def _commitment(content: str, clause: _Clause, state: _State, *, direct: bool) -> Commitment | None:
    """Return the commitment a clause makes, or None."""
    text = shadow(content)
    days = _days_of(_YEARS_ASIDE.sub("", text), state)
    behind = [date(int(year), 12, 31) for year in _YEAR_BEHIND.findall(text)]
    if behind and len(quantities(content)) == len(behind):
        content, days = _YEAR_BEHIND.sub("", text), _Days(behind, "", inner=True)
        text = content
    dated = bool(days.dues) or state.goals
    numbers = quantities(content, dated=dated)
    if _GRANT.search(text) or (not days.dues and _DONE.search(text)):
        return None
    if not numbers and (
        len(re.findall("[一-龥]", text)) < _FEWEST_WORDS
        or not _promises(text, clause, state, dated=bool(days.dues), direct=direct)
    ):
        return None
    years = _YEARS_ASIDE.findall(text)
    made = Commitment(_as_row(content, state), 0, content, wording_only=not numbers, recurring=state.recurring)
    made.led = bool(numbers) and not state.wanted and bool(_LEADING.match(text))
    made.measured = _by_part(clause.text, state.calendar)
    if made.measured:
        made.text = clause.text.strip("，；。、 ") + "。"
    else:
        read = _indicators(
            _without_dates(_YEARS_ASIDE.sub("", shadow(content)) if years else content, state.calendar),
            days.dues,
            [],
            dated=dated,
        )
        made.measured = [replace(one, inferred=days.inferred if one.due else "") for one in read]
        made.measured.extend(_of_year(read[-1].quantity, *year) for year in years if read)
    if state.wanted:
        made.measured = [replace_wanted(one) for one in made.measured]
    mentions = not numbers and days.inner and not state.dues and not direct
    for is_so, doubt in (
        (numbers and not state.calendar.whole and _PAST.search(shadow(clause.text)), "可能是以往的数据，不是目标"),
        (_BEFORE_YEAR.search(shadow(clause.text)), "“某年前”按当年年底计，也可理解为上一年年底"),
        (mentions, "期限词可能只是修饰语"),
    ):
        made.doubts.extend([doubt] if is_so else [])
    return made


def _of_year(quantity: Quantity, year: str, words: str) -> Measured:
    """Return what a bracket after a number gives for an earlier year: 达到70%以上（其中，2021年达到60%）."""
    value = quantities(words)[0]
    return Measured(
        replace(quantity, comparator=value.comparator, value=value.value, bound=value.bound), date(int(year), 12, 31)
    )


def _events(content: str, offset: int, sentence: str, state: _State) -> list[Commitment]:
    """Return the dated event in the plan's goals that can be told from outside, a target besides the general aim."""
    if not _TOLD_FROM_OUTSIDE.search(shadow(content)):
        return []
    made = Commitment(_as_row(content, state), offset, sentence, wording_only=True)
    made.measured = [Measured(wordings(content)[0], state.dues[-1], state.inferred)]
    return [made]


def _promises(text: str, clause: _Clause, state: _State, *, dated: bool, direct: bool) -> bool:
    """Tell whether a clause without a number commits to something: it stands under a date and is no mere activity."""
    if not (direct or state.dues or state.recurring) or _PURPOSE.match(text) or _PERIOD.search(shadow(clause.text)):
        return False
    if not dated and _RECURRING.search(text):
        return False
    return not (_MAY.match(text) or (not direct and _ACTIVITY.match(text)))


def _same_way(made: Commitment, earlier: list[Commitment], named: str) -> list[Measured]:
    """Let a clause that names nothing (力争完成14.5%的激励目标; 到2025年，稳定在95%以上) go on with the name of the one before.

    A higher goal for the same thing takes its way of counting too.
    """
    text = shadow(made.text)
    unnamed = all(one.quantity.value in one.quantity.name for one in made.measured) and _BARE_VALUE.fullmatch(text)
    if named and unnamed:
        made.text = f"{named}：{made.text}"
        name = wordings(named)[0].name
        return [replace(one, quantity=replace(one.quantity, name=name)) for one in made.measured]
    bare = unnamed or _NO_NAME.search(text)
    if not earlier or not earlier[-1].measured or not (_HIGHER.search(text) or bare):
        return made.measured
    base = earlier[-1].measured[-1].quantity
    if bare and not bare.groupdict().get("wanted"):
        return [
            replace(one, quantity=replace(one.quantity, name=base.name, scope=base.scope))
            if one.quantity.measure == base.measure or one.quantity.comparator.endswith("_by")
            else one
            for one in made.measured
        ]
    return [
        replace(one, quantity=replace(base, value=one.quantity.value, aspirational=True))
        if one.quantity.measure == base.measure
        else one
        for one in made.measured
    ]


def replace_wanted(one: Measured) -> Measured:
    """Return an indicator marked as aspirational (力争)."""
    return replace(one, quantity=replace(one.quantity, aspirational=True))


def _by_part(words: str, calendar: Calendar) -> list[Measured]:
    """Read “十四五”时期甲、“十五五”时期乙 as two: each date with its own words."""
    text = shadow(words)
    found = [deadline for deadline in deadlines(masked(text), calendar) if deadline.due and deadline.firm]
    if len(found) < 2 or quantities(words) or text[found[1].begin - 1] != "、":  # noqa: PLR2004 - two dates, two parts
        return []
    result = []
    for index, deadline in enumerate(found):
        stop = found[index + 1].begin - 1 if index + 1 < len(found) else len(words)
        if not words[deadline.end : stop].strip("，、和 "):
            return []
        result.append(Measured(wordings(words[deadline.end : stop])[0], deadline.due))
    return result


def _indicators(words: str, dues: list[date], earlier: list[Measured], *, dated: bool = True) -> list[Measured]:
    """Return the indicators of a clause, each with its due: in order where there are as many dates."""
    found = quantities(words, dated=dated)
    if not found:
        pieces = re.split("、", words)
        pieces = (
            pieces if len(pieces) > 1 and all(_UNCHANGED.match(piece.strip("，。；")) for piece in pieces) else [words]
        )
        found = [one for piece in pieces for one in wordings(piece)]
    last = dues[-1] if dues else None
    if len(found) == 1 and len(dues) > 1 and "分别" in words[: found[0].at]:
        found = found * len(dues)  # “十四五”“十五五”期间分别新增4000万千瓦
    paired = len(dues) == len(found) and len(dues) > 1
    result = []
    for index, quantity in enumerate(found):
        carried = quantity
        if earlier and earlier[-1].quantity.baseline_value and _bare_count(words, quantity):
            carried = replace(quantity, baseline_value="0")
        result.append(Measured(carried, dues[index] if paired else last))
    return result


def _bare_count(words: str, quantity: Quantity) -> bool:
    """Tell a clause that is only a thing and its number, and so goes on with the verb of the clause before."""
    return (
        quantity.comparator in _LEVEL_LIKE
        and quantity.measure not in ("%", "‰")
        and words.startswith(quantity.name + quantity.value)
    )


def _without_dates(content: str, calendar: Calendar = NO_CALENDAR) -> str:
    """Return a clause without the dates that open it or say until when, so that they do not become part of a name."""
    found = deadlines(masked(shadow(content)), calendar)
    for deadline in reversed([one for one in found if (one.action or one.of_value) and not one.opens]):
        content = content[: deadline.begin] + content[deadline.end :].lstrip("，、 ")
    opening = [deadline for deadline in found if deadline.opens]
    if not opening:
        return content
    lead = content[: opening[0].begin]
    return lead + content[opening[-1].end :].lstrip("，、 ")


def _as_row(content: str, state: _State) -> str:
    """Return a clause as an annex row would print it; years stay when there are two."""
    years = len(set(state.dues)) > 1
    lead = "".join(f"{due.year}年和" for due in state.dues).rstrip("和") + "，" if years else ""
    if content.count("“") != content.count("”"):
        content = content.replace("“", "").replace("”", "")
    return lead + content.strip("，；。、：—-·• ") + "。"


def _goes_on(commitments: list[Commitment], content: str, before: _Clause | None, made: Commitment) -> bool:
    """Join a clause that cannot stand alone (各推动1个…), or under a leading 力争 or 累计, to the one before."""
    if not commitments or before is None or before.after != "，":
        return False
    last = commitments[-1]
    led = _LEADING.match(last.text) if last.led else None
    if not _GOES_ON.match(content) and not (led and not made.wording_only):
        return False
    if led and led.group() == "力争":
        made.measured = [replace_wanted(one) for one in made.measured]
    if before.text.strip("，；。、 ") not in last.text:
        return False
    last.text = last.text.rstrip("。") + "，" + made.text
    scope = last.measured[-1].quantity.scope if last.measured else ""
    last.measured.extend(
        replace(one, quantity=replace(one.quantity, scope=one.quantity.scope or scope)) for one in made.measured
    )
    return True


def _merged(aims: list[Aim]) -> list[Aim]:
    """Join the aims of one year into one text."""
    result: list[Aim] = []
    for aim in aims:
        if result and result[-1].due == aim.due:
            result[-1].text += aim.text
        else:
            result.append(Aim(aim.text, aim.offset, aim.due))
    for aim in result:
        aim.text = aim.text.rstrip("，；、。：") + "。"
    return result
