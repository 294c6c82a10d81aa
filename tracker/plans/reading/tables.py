"""Annex tables to rows: headings with their aliases, chapters merged across, cells broken over pages, indicator tables.

Works on any table of the stream, whether Word, HTML or PDF drew it or `flattened` put it together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.ledger.column_names import heading as label_of
from tracker.plans.reading.dates import FIVE_YEAR_PLANS
from tracker.plans.reading.flattened_tables import column_of, role_of
from tracker.plans.reading.model import POLICY, TARGET, TASK, Table
from tracker.plans.reading.punctuation import CHAPTER_RANKS, mark_at, shadow, tidy
from tracker.plans.reading.units import ends_like_unit, looks_like_list, starts_a_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tracker.plans.reading.model import Block, Place

_HEADING_ROWS = 4
_CLOSED_PERIOD = 2020
_MAX_DIGITS = 4
_MIN_KNOWN = 2
_YEAR = re.compile(r"(20[0-4]\d) ?年?")
_BASE_YEAR = re.compile("现状|基期|基准|实际|完成值|基数")
_CHAPTER_MAX = 60
_TABLE_TITLE = re.compile(
    "(?:清单|表|台账|分工|目标|任务|指标|政策|项目|一览)(?:（[^（）]{1,20}）)?$"
    "|^(?:专栏|表) ?[0-9一二三四五六七八九十]{1,3}"
)
_KIND_WORDS = (
    (POLICY, "政策"),
    (TARGET, "目标清单|指标清单|主要指标|目标指标|指标体系|目标表|指标表|主要目标|目标分解"),
    (TASK, "任务|措施|分工|项目|工程|重点工作|行动|改革"),
    (TARGET, "目标|指标"),
)
_SUM = re.compile("(?:合计|总计|小计|共计|共|总共)(?: ?：)?(?: ?[0-9]+ ?(?:项|条|个))?")
_NOTHING = re.compile("[—–－―/\\\\-]+|无")
_WITHIN = "within"
"""The role of a column under a heading that spans it: its words are the item, those left of it the group."""
_CALLED = {"lead": "牵头单位", "participant": "参与单位", "due": "完成时限", "content": "任务"}
_OF_OTHERS = re.compile("验收|销号|督|监|指导|考核|审[核定批]|复核|评估|联系|报送|填报|所在|地[点区]|属地|对象|受益")
"""Units that do not do the work."""
_TAKING_PART = re.compile("配|协|参|支持|其他|相关|联办|会办")
_OF_UNITS = re.compile("单位|部门|[处科]室|机构|主体|配|协|参|支持|联办|会办")
_DAY = re.compile(
    r"[^，。；]{0,8}(?:20\d\d|\d{1,2}[月.]|[一二三四]季度|[年季月]底|[上下]半年|全年|年内|长期|持续|每[年月季])[^，。；]{0,12}"
)
_OF_OTHER_DAYS = re.compile("开工|启动|开始|起始|印发|成立|出台|发布|批复|报送|填报|更新|上年|投资|金额|日期$")
_MOST = 0.6
_LOOKED_AT = 100
_WORDS = 5
_UNIT_ROLES = frozenset({"lead", "participant", "guidance"})
_LAST_COLUMN_ROLES = ("lead", "participant", "guidance", "due", "note")


@dataclass(slots=True)
class AnnexRow:
    """One row of an annex table, cells by role, with the chapter and section rows above it.

    `values` are (year, cell) of an indicator table's year columns, `base` its base year and cell; `doubts` by column of the draft.
    """

    number: int | None
    content: str
    place: Place
    title: str = ""
    chapter: str = ""
    section: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    values: list[tuple[int, str]] = field(default_factory=list)
    base: tuple[int, str] | None = None
    doubts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class AnnexTable:
    """An annex table: its kind (target, task, policy), its printed title, its rows and the note under it.

    led: whether it has a column of leads; remarks: which columns were told by what stands in them, and which no row uses.
    """

    kind: str
    title: str
    rows: list[AnnexRow]
    note: str = ""
    index: int = 0
    led: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Heading:
    roles: list[str]
    cells: tuple[str, ...]
    row: int
    guessed: dict[int, str] = field(default_factory=dict)

    def column(self, role: str) -> int | None:
        return self.roles.index(role) if role in self.roles else None


def annex_tables(blocks: Sequence[Block], annex_title: str = "") -> list[AnnexTable]:
    """Return the tables of commitments among the blocks, pages of one table joined, in order.

    `annex_title` helps to tell what an untitled table lists.
    """
    found: list[AnnexTable] = []
    for index, (table, before, after) in enumerate(_joined(blocks)):
        heading = _heading(table)
        if heading is None:
            continue
        title = table.title or before
        rows = _rows(table, heading)
        if rows:
            kind = kind_of(heading.cells, title or annex_title)
            remarks = tuple(_remarks(table, heading, title))
            found.append(AnnexTable(kind, title, rows, after, index, "lead" in heading.roles, remarks))
    return found


def _joined(blocks: Sequence[Block]) -> Iterable[tuple[Table, str, str]]:
    """Yield each table with the short line before it and the note after it; a table that runs on is one."""
    merged: list[tuple[Table, str, str]] = []
    before, touching = "", False
    for block in blocks:
        if isinstance(block, Table):
            if merged and touching and _runs_on(merged[-1][0], block):
                merged[-1] = (_appended(merged[-1][0], block), merged[-1][1], merged[-1][2])
            else:
                merged.append((block, before, ""))
            before, touching = "", True
            continue
        text = tidy(block.text)
        if re.match("注 ?：", shadow(text)) and merged and not merged[-1][2]:
            merged[-1] = (merged[-1][0], merged[-1][1], text)
        else:
            before = text if len(text) <= _CHAPTER_MAX and _TABLE_TITLE.search(shadow(text)) else ""
        touching = touching and not text
    return merged


def _runs_on(table: Table, after: Table) -> bool:
    heading, again = _heading(table), _heading(after)
    if heading is None:
        return False
    if again is None:
        return len(after.rows[0]) == len(heading.cells) if after.rows else False
    return _same(heading.cells, again.cells) and not after.title


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return ["".join(cell.split()) for cell in one] == ["".join(cell.split()) for cell in other]


def _appended(table: Table, after: Table) -> Table:
    again = _heading(after)
    skip = again.row + 1 if again else 0
    return Table(table.rows + after.rows[skip:], table.places + after.places[skip:], table.title)


def _heading(table: Table) -> _Heading | None:
    """Return the table's heading row with the role of each column, or None when it is no table of commitments."""
    for index, cells in enumerate(table.rows[:_HEADING_ROWS]):
        roles = [role_of(cell) or year_role(cell) for cell in cells]
        if "content" not in roles:
            roles = ["content" if role == "problem" else role for role in roles]
        guessed = _guessed(roles, cells, table.rows[index + 1 :]) if sum(map(bool, roles)) >= _MIN_KNOWN else {}
        roles = [guessed.get(place, role) for place, role in enumerate(roles)]
        known = {role for role in roles if role}
        answers = known & _UNIT_ROLES or any(role.startswith("year:") for role in known)
        if "content" in known and answers and len(known) >= _MIN_KNOWN:
            return _second_row(table, _Heading(roles, cells, index, guessed))
    return None


def _guessed(roles: list[str], cells: tuple[str, ...], below: Sequence[tuple[str, ...]]) -> dict[int, str]:
    """Return what the columns hold that no heading tells, by their place: what most of their cells are, units, dates, words."""
    found: dict[int, str] = {}
    rows = [row for row in below[:_LOOKED_AT] if len(set(row)) > 1]
    open_ = {
        place: [
            cell for row in rows if place < len(row) and (cell := row[place].strip()) and not _NOTHING.fullmatch(cell)
        ]
        for place, (role, text) in enumerate(zip(roles, cells, strict=True))
        if _may_be_told(role, text)
    }
    for place, texts in open_.items():
        text, known = label_of(cells[place]), {*roles, *found.values()}
        if _mostly(looks_like_list, texts) and not _OF_OTHERS.search(text):
            is_part = "lead" in known or _TAKING_PART.search(text)
            if not (is_part and "lead" in known and not _OF_UNITS.search(text)):
                found[place] = "participant" if is_part else "lead"
        elif "due" not in known and _mostly(_DAY.fullmatch, texts) and not _OF_OTHER_DAYS.search(text):
            found[place] = "due"
    if "content" not in roles and {"lead", "due"} & {*roles, *found.values()}:
        _guess_content(roles, open_, found)
    return found


def _guess_content(roles: list[str], open_: dict[int, list[str]], found: dict[int, str]) -> None:
    """Take for the items of a table without a heading for them its goals or the column with most words."""
    longest = {
        place: sum(map(len, texts)) / len(texts) for place, texts in open_.items() if texts and place not in found
    }
    best = max(longest, key=longest.__getitem__, default=None)
    if "amount" in roles:
        found[roles.index("amount")] = "content"
    elif best is not None and longest[best] >= _WORDS:
        found[best] = "content"


def _may_be_told(role: str, text: str) -> bool:
    """Tell a column of which its cells may say what it holds; 工作进度 may be a deadline, 单位 an organisation."""
    label = label_of(text)
    return bool(label) and (label == "单位" or (not role and column_of(label) in (None, "percent", "note")))


def _mostly(is_one: Callable[[str], object], texts: Sequence[str]) -> bool:
    return bool(texts) and sum(bool(is_one("".join(text.split()))) for text in texts) >= _MOST * len(texts)


def _remarks(table: Table, heading: _Heading, title: str) -> Iterable[str]:
    """Say which columns were told by what stands in them, and which hold words that no row takes."""
    name = f"《{title}》" if title else "表"
    for place, role in heading.guessed.items():
        yield f"{name}的“{label_of(heading.cells[place])}”一列，按所填内容读作{_CALLED[role]}，请核对"
    for place, role in enumerate(heading.roles):
        if role in ("", "other", "problem"):
            filled = sum(
                1
                for row in table.rows[heading.row + 1 :]
                if place < len(row) and row[place].strip() and len(set(row)) > 1
            )
            label = label_of(heading.cells[place]) or f"第{place + 1}列"
            if filled:
                yield f"{name}的“{label}”一列（{filled} 格）没有读取"


def _second_row(table: Table, heading: _Heading) -> _Heading:
    """Return the heading with the row under it, where that one only divides columns (责任分工 → 牵头部门 | 配合部门)."""
    below = table.rows[heading.row + 1] if heading.row + 1 < len(table.rows) else ()
    roles = [role_of(cell) or year_role(cell) for cell in below]
    repeats = [cell in ("", above) for cell, above in zip(below, heading.cells, strict=False)]
    divides = any(role and not same for role, same in zip(roles, repeats, strict=False))
    if len(below) != len(heading.cells) or not divides or not all(map(_either, roles, repeats)):
        settled = _spanning(_settled(heading.roles), heading.cells, table)
        return _Heading(settled, heading.cells, heading.row, heading.guessed)
    merged = [lower or upper for lower, upper in zip(roles, heading.roles, strict=True)]
    return _Heading(_settled(merged), below, heading.row + 1, heading.guessed)


def _spanning(roles: list[str], cells: tuple[str, ...], table: Table) -> list[str]:
    """Mark the blank headings right of 指标 that have words under them: one heading over groups, names and 其中."""
    result = list(roles)
    for index in range(1, len(result)):
        spanned = not cells[index] and not result[index] and result[index - 1] in ("content", _WITHIN)
        if spanned and any(row[index : index + 1] != ("",) for row in table.rows if len(row) > index):
            result[index] = _WITHIN
    return result


def _either(role: str, same: bool) -> bool:
    return bool(role) or same


def year_role(cell: str) -> str:
    """Return what a heading with a year in it holds: `year:2025` a value of that year, `base:2020` one to start from, or nothing."""
    found = _YEAR.search(shadow(cell))
    if not found or len(cell) > _MIN_KNOWN * 8:
        return ""
    return f"base:{found.group(1)}" if _BASE_YEAR.search(cell) else f"year:{found.group(1)}"


def _settled(roles: list[str]) -> list[str]:
    """Let a second lead column (牵头单位 | 责任单位) be the participants, and earlier content columns be the title."""
    result = list(roles)
    contents = [index for index, role in enumerate(result) if role == "content"]
    for index in contents[:-1]:
        result[index] = "title"
    for index, role in enumerate(result):
        if role == "problem" and contents and index < contents[-1] and "title" not in result:
            result[index] = "title"
    leads = [index for index, role in enumerate(result) if role == "lead"]
    for index in leads[1:]:
        result[index] = "participant" if "participant" not in result else "other"
    years = {index: int(role.split(":")[1]) for index, role in enumerate(result) if role.startswith("year:")}
    if len(years) > 1 and not any(role.startswith("base:") for role in result):
        first = min(years, key=lambda index: years[index])
        if years[first] in FIVE_YEAR_PLANS.values() and years[first] < max(years.values()) and first == min(years):
            result[first] = f"base:{years[first]}" if years[first] <= _CLOSED_PERIOD else result[first]
    return result


def kind_of(headings: Sequence[str], *titles: str) -> str:
    """Return what a table lists (target, task, policy): what its titles or its headings say, the first that says it.

    Columns of years make it a list of targets, unless its title is one of tasks: those have what is due in a year beside them.
    """
    years = sum(year_role(cell).startswith("year:") for cell in headings)
    said = next(filter(None, map(_said, map(shadow, titles))), "")
    if years and not (said == TASK and years == 1):
        return TARGET
    return said or _said("".join(headings)) or TASK


def _said(text: str) -> str:
    return next((kind for kind, pattern in _KIND_WORDS if re.search(pattern, text)), "")


def _rows(table: Table, heading: _Heading) -> list[AnnexRow]:
    rows: list[AnnexRow] = []
    chapter = section = ""
    for cells, place in zip(table.rows[heading.row + 1 :], table.places[heading.row + 1 :], strict=True):
        texts = [
            _cell(cell, units=role in _UNIT_ROLES)
            for cell, role in zip(cells, _padded(heading.roles, cells), strict=True)
        ]
        if _same(tuple(texts), heading.cells) or not any(texts) or _is_sum(texts):
            continue
        across = _across(texts, heading)
        if across:
            mark = mark_at(shadow(across))
            if mark is None or mark.rank in CHAPTER_RANKS:
                chapter, section = across, ""
            else:
                section = across
            continue
        row = _row(texts, heading, place)
        if _continues(row, rows):
            _extend(rows[-1], row)
            continue
        group = row.cells.get("group", "")
        if "group" in heading.roles and not chapter:
            row.chapter = group or (rows[-1].chapter if rows else "")
        row.chapter, row.section = row.chapter or chapter, section
        rows.append(row)
    return rows


def _is_sum(texts: list[str]) -> bool:
    """Tell a row that only counts the others (合计 | 共5项)."""
    words = [text for text in dict.fromkeys(texts) if text]
    return any(map(_SUM.fullmatch, words)) and all(
        _SUM.fullmatch(text) or not re.search("[一-龥]{3}", text) for text in words
    )


def _padded(roles: list[str], cells: Sequence[str]) -> list[str]:
    return [*roles[: len(cells)], *[""] * (len(cells) - len(roles))]


def _cell(cell: str, *, units: bool = False) -> str:
    """Return a cell's text with its broken lines joined; units that stand on lines of their own stay apart."""
    if units and _NOTHING.fullmatch(cell.strip()):
        return ""
    if units and "\n" in cell:
        lines = [line.strip() for line in cell.split("\n") if line.strip()]
        for index in range(len(lines) - 1):
            if starts_a_unit(lines[index + 1]) and ends_like_unit(re.split("[、，；]", lines[index])[-1]):
                lines[index] += "、"
        cell = "\n".join(lines)
    return tidy("".join(part if not part[:1].isascii() else f" {part}" for part in cell.split("\n"))) if cell else ""


def _across(texts: list[str], heading: _Heading) -> str:
    """Return the text of a chapter row merged across the table, or an empty text."""
    filled = [text for text in texts if text]
    first = filled[0]
    if len(first) > _CHAPTER_MAX or first.endswith("。") or first.isdecimal():
        return ""
    if len(texts) > 1 and len(filled) == len(texts) and len(set(filled)) == 1:
        return first
    mark = mark_at(shadow(first))
    if len(filled) == 1 and mark and not re.search("[。；]", first):
        return first if texts[0] or mark.rank in CHAPTER_RANKS else ""
    number = heading.column("number")
    rest = [text for index, text in enumerate(texts) if text and index != number]
    if (
        number is not None
        and mark_at(texts[number] + "、")
        and not texts[number].isdecimal()
        and len(set(rest)) == 1
        and len(rest[0]) <= _CHAPTER_MAX
    ):
        others = [heading.roles[index] for index, text in enumerate(texts) if text and index != number]
        return (
            f"{texts[number].rstrip('、')}、{rest[0]}"
            if not set(others) & {"lead", "participant"} or len(rest) > 1
            else ""
        )
    return ""


def _row(texts: list[str], heading: _Heading, place: Place) -> AnnexRow:
    cells: dict[str, str] = {}
    values: list[tuple[int, str]] = []
    base = None
    for role, text in zip(heading.roles, texts, strict=False):
        kind, _, year = role.partition(":")
        if kind == "year" and text:
            values.append((int(year), text))
        elif kind == "base" and text:
            base = (int(year), text)
        elif role == _WITHIN and text:
            cells.setdefault("group", cells.get("content", ""))
            cells["content"] = text
        elif role and text:
            cells[role] = f"{cells[role]}；{text}" if role in cells and cells[role] != text else text
    number = cells.pop("number", "").strip("．. 、")
    value = int(number) if number.isdecimal() and len(number) <= _MAX_DIGITS else None
    row = AnnexRow(value, cells.pop("content", ""), place, cells=cells)
    row.title, row.values, row.base = cells.pop("title", ""), values, base
    if not row.content:
        row.content, row.title = row.title, ""
    return row


def _continues(row: AnnexRow, rows: list[AnnexRow]) -> bool:
    """Tell the rest of a row that a page break has cut from a row of its own."""
    if not rows or row.number is not None or row.values:
        return False
    last = rows[-1]
    if last.number is None:
        return not row.content and not row.title
    if not row.content:
        return True
    return not last.content.endswith(("。", "；")) or not any(row.cells.get(role) for role in ("lead", "participant"))


def _extend(row: AnnexRow, rest: AnnexRow) -> None:
    row.content += rest.content
    row.title += rest.title if rest.title != row.title else ""
    for role, text in rest.cells.items():
        row.cells[role] = row.cells.get(role, "") + text if role in _LAST_COLUMN_ROLES else row.cells.get(role, text)
