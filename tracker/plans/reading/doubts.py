"""What of a draft rests on an inference, told row by row once the whole document has been read (docs/files.md).

A habit of the whole document decides here what a single row cannot tell: a unit that stands under two prefixes, a deadline that
only one task lacks. Each doubt was chosen by how often it met a wrong cell and how seldom a right one on plans with truth by hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.plans.reading.dates import deadlines
from tracker.plans.reading.directions import presumed
from tracker.plans.reading.lexicon import PREFIXES
from tracker.plans.reading.model import AIM, INDICATOR, PLAN, POLICY, TARGET, TASK, UNIT, Line
from tracker.plans.reading.punctuation import is_legible, masked, shadow
from tracker.plans.reading.units import prefix_of, resembles_a_unit, stands_alone
from tracker.plans.reading.unused_text import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.plans.reading.model import Draft, Finding, Stream

_COLUMNS = ("leads", "participants")
_ILLEGIBLE = "有辨认不出的字符（字体自造的字），请对照原件"
_OFTEN = 3
_SENTENCE = 600
_CLOSE_NAME = 2
_SHORT_NAME, _LONG_NAME = 2, 40
_BAD_NAME = re.compile(
    r"^(?:[由按对将把给在从以为使不未且并或的等个]|其中|以及|较|比|达到|超过)|涉及|\d(?:%|万元|亿元)|[，：]|[两一二三四五六七八九]座|(?:由|按|对|较|(?<!占)比|将|给予|不超过|达到)$"
)
_AMOUNT_NAME = re.compile("(?:总量|消费量|使用量|用量|排放量|产量|产值|营业收入|增加值|投资|总额|里程|数量)$")
_MONEY_OR_HOURS = re.compile("元$|工作日|小时|分钟|^天$")
_OF_THE_PLACE = re.compile("产值|收入|总产|增加值|规模|时长|时间|天数")
_DUE_LABEL = re.compile("(?:完成|办结|整改|时)(?:时限|期限|时间|限)(?:要求|节点)?[：:]")
_NATIONAL = re.compile("(?:部|厅|总局|署|银行|人行|法院|检察院|公司|集团|学会|协会|总会)$")


def mark(draft: Draft, stream: Stream) -> None:
    """Mark the cells of a draft that a reviewer should look at again, and the rows whose very words are not sure."""
    text = "".join(_words(stream)).replace(" ", "")
    rows = [*draft.of(TASK), *draft.of(POLICY)]
    _mark_names(rows)
    labelled = len(_DUE_LABEL.findall(text)) >= _OFTEN
    for row in rows:
        if labelled and not row.cells.get("due") and "完成时限：" not in row.cells.get("note", ""):
            row.doubt("due", "文中多处写有完成时限，本条没有读到", 5)
    several = {target.cells["number"] for target in draft.of(TARGET) if _has_several_days(target)}
    for indicator in draft.of(INDICATOR):
        _mark_indicator(indicator)
        if indicator.cells["target"] in several and "due" not in indicator.doubts:
            indicator.doubt("due", "同一句中有几个期限，请核对取的是不是这一个", 5)
    _mark_near_names({unit.cells["name"]: unit for unit in draft.of(UNIT)})
    _mark_unsure_words(draft, stream)


def _words(stream: Stream) -> Iterator[str]:
    for block in stream.blocks:
        yield block.text if isinstance(block, Line) else "".join("".join(row) for row in block.rows)


def _names(row: Finding, column: str) -> list[str]:
    return [name for name in row.cells.get(column, "").split("、") if name]


def _own_prefix(name: str) -> str:
    """Return the prefix by which a list elides (省, 市 …); a full place such as 成都市 is none."""
    prefix = prefix_of(name)
    return prefix if prefix in PREFIXES else ""


def _mark_names(rows: list[Finding]) -> None:
    """Mark units whose prefix was inferred where the document leaves more than one possible, and what is like no unit."""
    places: dict[str, set[str]] = {}
    for row in rows:
        for name in (name for column in _COLUMNS for name in _names(row, column)):
            if prefix := _own_prefix(name):
                places.setdefault(name[len(prefix) :], set()).add(prefix)
    twice = {base for base, prefixes in places.items() if len(prefixes) > 1}
    for row in rows:
        doubted = [column for column in _COLUMNS if _mark_prefixes(row, column, twice)]
        for column in _COLUMNS:
            if doubted and column not in row.doubts and _names(row, column):
                row.doubt(column, "同一条的单位名称有推定的，请一并核对", 5)
            for name in _names(row, column):
                if not resembles_a_unit(name):
                    row.doubt(column, f"“{name}”不像单位名称")


def _mark_prefixes(row: Finding, column: str, twice: set[str]) -> bool:
    """Mark a column whose names have a prefix that may be another; return whether there are any."""
    names = [name for each in _COLUMNS for name in _names(row, each)]
    printed = f"{row.cells.get('lead_cell', '')}；{row.cells.get('participant_cell', '')}"
    levels = {prefix for name in names if (prefix := _own_prefix(name))}
    for name in _names(row, column):
        prefix = _own_prefix(name)
        base = name[len(prefix) :]
        if prefix and base in twice:
            reason = f"文中另有同名而层级不同的“{base}”"
        elif prefix and name not in printed and len(levels) > 1:
            reason = f"“{name}”的“{prefix}”字为推定，同一条另有其他层级的单位"
        elif prefix and name not in printed and base in printed and not _comes_after(prefix, base, printed):
            reason = f"“{name}”的“{prefix}”字按文中别处的写法补上"
        elif not prefix and levels and not stands_alone(name) and not _NATIONAL.search(name):
            reason = f"“{name}”没有层级，同一条的其他单位有"
        else:
            continue
        row.doubt(column, reason, 10)
        return True
    return False


def _comes_after(prefix: str, base: str, printed: str) -> bool:
    """Tell whether a list prints the prefix before a name that elides it."""
    return bool(re.search(f"(?:^|[、，；：（ ]){prefix}", shadow(printed[: printed.find(base)])))


def _has_several_days(target: Finding) -> bool:
    return len({one.due for one in deadlines(masked(shadow(target.words[:_SENTENCE]))) if one.due}) > 1


def _mark_indicator(indicator: Finding) -> None:
    cells = indicator.cells
    name, value = shadow(cells["name"]), cells["value"]
    upward = cells["comparator"] in ("=", ">=", ">")
    if odd := _odd_name(cells["name"]):
        indicator.doubt("name", odd)
    if upward and cells["measure"] == "%" and _AMOUNT_NAME.search(name):
        indicator.doubt("value", "总量以百分数表示，可能是增减幅度")
    elif value and upward and cells["direction"] == "up" and presumed(name) == "down":
        indicator.doubt("value", "越低越好的指标写成达到或不低于，请核对方向", 10)
    if _MONEY_OR_HOURS.search(cells["measure"]) and not (cells["due"] and _OF_THE_PLACE.search(name)):
        indicator.doubt("value", "可能是资金数额或办理时限，不是目标", 10)


def _odd_name(name: str) -> str:
    """Say what is odd about the name of an indicator; such a row is often no target."""
    if len(name) < _SHORT_NAME or len(name) > _LONG_NAME:
        return "指标名称可能不完整"
    return "指标名称不像名称，可能不是目标" if _BAD_NAME.search(shadow(name)) else ""


def _mark_near_names(names: dict[str, Finding]) -> None:
    """Mark names that differ by a letter or two: perhaps one unit spelled two ways."""
    for long, found in names.items():
        shorter = {long[:at] + long[at + 1 :] for at in range(len(long))}
        shorter |= {one[:at] + one[at + 1 :] for one in shorter for at in range(len(one))}
        for short in sorted(shorter & names.keys()):
            if short != long and len(short) > _CLOSE_NAME * 2 and short[-1] == long[-1]:
                names[short].doubt("name", f"与“{long}”相近，可能是同一单位", 10)
                found.doubt("name", f"与“{short}”相近，可能是同一单位", 10)


def _mark_unsure_words(draft: Draft, stream: Stream) -> None:
    """Mark the rows that stand on words of which the document itself is not sure, and the plan where something was not taken."""
    for finding in draft.of(PLAN):
        for remark in stream.remarks:
            finding.doubt("", remark, 0)
    unsure: dict[str, str] = {}
    for place, text, doubt in _unsure(stream):
        unsure[place] = doubt
        unsure.update(dict.fromkeys(runs(text), doubt))
    for kind in (TARGET, INDICATOR, TASK, POLICY, AIM):
        for finding in draft.of(kind):
            keys = (finding.place.partition("（段内")[0], *runs(finding.words))
            doubt = next((unsure[key] for key in keys if key in unsure), "")
            if doubt:
                finding.doubt("", doubt)
            if not is_legible(finding.words):
                finding.doubt("", _ILLEGIBLE)


def _unsure(stream: Stream) -> Iterable[tuple[str, str, str]]:
    for block in stream.blocks:
        if isinstance(block, Line):
            if block.doubt:
                yield str(block.place), block.text, block.doubt
        else:
            for place, row, doubt in zip(block.places, block.rows, block.doubts, strict=False):
                if doubt:
                    yield str(place), "".join(row), doubt
