"""Numbers as people type them, kept as exact decimals, and units of measure that differ by a magnitude: 千瓦 for 万千瓦."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, getcontext, localcontext
from functools import lru_cache
from typing import Any

from tracker.errors import Refused, Unclear

FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width letters, digits and signs to the plain ones, for `str.translate`."""
MAGNITUDES = {
    "万亿": Decimal(10) ** 12,
    "亿": Decimal(10) ** 8,
    "千万": Decimal(10) ** 7,
    "百万": Decimal(10) ** 6,
    "万": Decimal(10) ** 4,
}


# Compiled when first asked for, by re itself.
_THOUSANDS = r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"
MAX_LENGTH = 60
"""More characters than any measured figure needs; a longer text is refused before it costs time."""


def parse_number(text: str, *, what: str = "数值") -> Decimal:
    """Return the exact decimal a person wrote: half or full width, with commas between thousands.

    Raises Unclear for anything else: a comma elsewhere may be meant for a point, and a figure must be finite.
    """
    written = text.strip().translate(FULL_WIDTH)
    cleaned = written.replace(",", "")
    is_grouped = cleaned == written or re.fullmatch(_THOUSANDS, written) is not None
    if not cleaned or len(cleaned) > MAX_LENGTH or "_" in cleaned or not is_grouped:
        raise Unclear(f"{what}“{shorten(text)}”不是数字，请填写如 61.5 的数字")
    try:
        number = Decimal(cleaned)
    except InvalidOperation:
        raise Unclear(f"{what}“{shorten(text)}”不是数字，请填写如 61.5 的数字") from None
    if not number.is_finite() or abs(number.adjusted()) > MAX_LENGTH:
        raise Unclear(f"{what}“{shorten(text)}”不是有限的数字，请填写如 61.5 的数字")
    return number


def parse_percent(text: str) -> Decimal:
    """Return a share between 0 and 100, given with or without a percent sign; raises Unclear otherwise."""
    cleaned = text.strip().translate(FULL_WIDTH).removesuffix("%")
    number = parse_number(cleaned, what="完成率")
    if not 0 <= number <= 100:  # noqa: PLR2004
        raise Unclear(f"完成率“{shorten(text)}”超出范围，请填写 0 到 100 之间的数字")
    return number


def plain(number: Decimal) -> str:
    """Write a decimal with its own digits and never with an exponent: 1E+3 reads 1000."""
    text = str(number)
    if "E" in text:
        text = format(number, "f")  # many times as slow: only where there is an exponent
    return text[1:] if text.startswith("-") and not number else text


def shorten(text: str, length: int = 40) -> str:
    """Cut a text that goes into a message, so that one line stays one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


SHARES = ("%", "‰", "百分点")
"""Measures of a part of a whole: they have no magnitude, and those of several places are not added up."""


@lru_cache(maxsize=1024)
def factor_between(given: str | None, wanted: str | None) -> Decimal:
    """Return by what a value in the given measure is multiplied to be one in the wanted measure; 1 for the same.

    A magnitude that stands alone is one of the wanted measure's base: 4.2万 where the measure is 辆 or 万辆. Raises Refused
    for measures that are not the same but for a magnitude before them.
    """
    size, base = _in_base(*split_measure(given))
    wanted_size, wanted_base = _in_base(*split_measure(wanted))
    if base in _ALONE and wanted_base and wanted_base not in SHARES:
        size, base = _ALONE[base], wanted_base
    if base not in _names(wanted_base):
        raise Refused(f"计量单位“{given or '无'}”与“{wanted or '无'}”不能换算；请按“{wanted or '无'}”填写")
    return size / wanted_size


_ALONE = {**MAGNITUDES, "千": Decimal(1000), "百": Decimal(100)}
_SAME = {
    word: (Decimal(times), name)
    for times, name, words in (
        ("1", "%", "百分比 百分率 百分数"), ("0.1", "%", "‰"), ("1", "千瓦", "kw"), ("1000", "千瓦", "兆瓦 mw"),
        ("1000000", "千瓦", "吉瓦 gw"), ("1", "千瓦时", "度 kwh"), ("1000", "千瓦时", "兆瓦时 mwh"), ("1", "吨", "t"),
        ("1", "千克", "公斤 kg"), ("1", "吨标准煤", "吨标煤 tce"),
        ("1", "公里", "千米 km"), ("1", "平方米", "平米 ㎡ m2 m²"), ("1", "立方米", "立方 m3 m³"), ("1", "元", "人民币元 元人民币"),
    )
    for word in words.split()
}  # fmt: skip
"""Units of measure that are another one, or so many of it."""


def _in_base(size: Decimal, base: str) -> tuple[Decimal, str]:
    """Return a measure in the unit by which it is compared: 兆瓦 is 1000 千瓦, KW is 千瓦."""
    times, name = _SAME.get(base.lower(), (Decimal(1), base))
    return size * times, name


def _names(measure: str) -> set[str]:
    """Return the ways in which a measure is written: 条（个） is also 条 and 个."""
    match = re.fullmatch(r"(.+)\((.+)\)", measure)
    return {measure, match[1], match[2]} if match else {measure}


_FIGURE = r"([+-]?[\d,]*\.?\d+(?:[eE][+-]?\d+)?)\s*(\S*[^\sA-Za-z\d.,+-]\S*)"


def split_figure(text: str) -> tuple[str, str | None]:
    """Split a figure as people write it into its number and the measure behind it: 78.5%, 4 万辆; None without one."""
    short = text.strip().translate(FULL_WIDTH) if len(text) <= 2 * MAX_LENGTH else ""
    match = re.fullmatch(_FIGURE, short)
    return (text, None) if match is None else (match[1], match[2])


def split_measure(measure: str | None) -> tuple[Decimal, str]:
    """Split 万千瓦 into 10,000 and 千瓦; a magnitude that stands alone, or is part of another word, is no prefix.

    个百分点, as a number is followed by it in print, is 百分点.
    """
    text = "".join((measure or "").translate(FULL_WIDTH).split())
    if text == "个百分点":
        text = "百分点"
    for prefix, size in sorted(MAGNITUDES.items(), key=lambda each: -len(each[0])):
        if text.startswith(prefix) and text != prefix:
            return size, text.removeprefix(prefix)
    return Decimal(1), text


def rounded_to(number: Decimal, unit: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round a number to a multiple of 0.1, 0.01 …; one too large for its digits beside that stays as it is."""
    is_held = number.adjusted() - unit.adjusted() < getcontext().prec - 1
    return number.quantize(unit, rounding=rounding) if is_held else number


def converted(value: Decimal, factor: Decimal) -> Decimal:
    """Return a value times a power of ten, exact and without the zeros that only the conversion brought."""
    if factor == 1:
        return value
    with localcontext(prec=2 * MAX_LENGTH):
        return (value * factor).normalize()


_BASES = frozenset(
    "元|人民币元|元人民币|美元|千瓦时|千瓦|兆瓦|吉瓦|瓦|度|千伏安|吨标准煤|吨标煤|千克标准煤|千克标煤|克标准煤|标准煤|tce|吨二氧化碳当量|吨二氧化碳|"
    "吨co2|tco2|tco2e|吨碳|吨|千克|公斤|克|毫克|蒸吨|辆|台|套|台套|台(套)|个|座|处|项|条|件|次|天|天数|日|工作日|个工作日|年|月|小时|分钟|秒|人|人次|户|家|"
    "公顷|亩|平方公里|平方千米|平方米|平米|标准立方米|立方米|立方|米|公里|千米|株|头|只|艘|架|组|班|场|所|名|对|份|本|篇|期|批|倍|升|毫升|焦|千焦|分贝|db|"
    "摄氏度|℃|分|张|部|类|床|张床位|标准箱|teu|百分比|%|‰|百分点|个百分点|微克|ug|μg|µg|mg|ng|g|kg|t|kw|kwh|mw|gw|m|km|m2|m3|㎡|㎥|m²|m³|hm2|l".split(
        "|"
    )
)
_DIVISORS = _BASES | {"万元", "亿元", "万人", "h", "d"}
"""What may stand behind the stroke of a unit of measure: 吨/万元."""


def is_measure(text: Any) -> bool:
    """Say whether a text is a unit of measure that offices use: 万千瓦, %, 吨标准煤/万元, mg/L."""
    if not isinstance(text, str) or not 0 < len(text.strip()) <= 16:  # noqa: PLR2004 - no unit of measure is longer
        return False
    base, *divisors = split_measure(text)[1].lower().split("/")
    return base in _BASES and len(divisors) <= 2 and _DIVISORS.issuperset(divisors)  # noqa: PLR2004 - none has more


_PERCENT = frozenset({"百分比", "百分率", "百分数", "百分之", "％"})


def printed_measure(text: Any) -> str:
    """Return the unit of measure that a cell states, as it is printed, whether known or not; empty where it states none.

    单位：个 and （万亩） come without their dressing; 百分比 is %.
    """
    words = "".join(str(text or "").split())
    if re.fullmatch(r"[(（].*[)）]|(?:计量|数量)?单位[:：].*", words):
        words = re.sub(r"^(?:计量|数量)?单位[:：]", "", words.strip("()（）"))
    if not re.search(r"[^\d\s.,/\\—–-]", words) or words in ("无", "暂无", "无量纲"):
        return ""
    return "%" if words in _PERCENT else words


_NUMERALS = "〇一二三四五六七八九"
# Texts, not patterns: to compile classes of Chinese signs takes a twentieth of a command, and few commands read shares.
_TENTHS = "([一二三四五六七八九1-9])成([一二三四五六七八九1-9半])?"
_HUNDREDTHS = "百分之([一二三四五六七八九十百零]{1,5})"


def numeral_in_digits(text: str) -> str:
    """Return a Chinese numeral below ten thousand, or a row of its digits, in digits: 二十一 is 21, 一百二十 120, 二〇二六 2026."""
    text = text.replace("零", "〇").replace("○", "〇").replace("两", "二")
    for sign, size in (("千", 1000), ("百", 100), ("十", 10)):
        if sign in text:
            head, _, rest = text.partition(sign)
            number = size * (_NUMERALS.index(head) if head else 1)
            return str(number + int(numeral_in_digits(rest.lstrip("〇")) or 0))
    return "".join(str(_NUMERALS.index(sign)) for sign in text)


def shares_in_digits(text: str) -> str:
    """Return a text with its shares in words as numbers in percent: 六成五 is 65%, 百分之六十 60%, 一半 50%."""

    def tenths(found: re.Match[str]) -> str:
        ones = {"半": "5", None: "0"}.get(found[2], found[2] or "")
        return "".join(each if each.isdigit() else numeral_in_digits(each) for each in (found[1], ones)) + "%"

    text = re.sub(_TENTHS, tenths, text.replace("一半", "50%"))
    return re.sub(_HUNDREDTHS, lambda found: f"{numeral_in_digits(found[1])}%", text)
