"""Tables that a text extraction has flattened: cells broken over lines, columns only told apart by what stands in them.

`序号 指标目标 牵头单位 参与单位` opens such a table. A row opens with the next number; what follows is content
until names of units begin; a new name right after a whole one, without 、 between them, opens the next unit column.
Repeated headings are dropped, chapter rows kept. Tables drawn with tabs or with | are cut at these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from tracker.ledger.column_names import ALIASES, column_named, column_resembled, first_of, heading
from tracker.plans.reading.dates import last_day
from tracker.plans.reading.lexicon import words_of
from tracker.plans.reading.model import Line, Table
from tracker.plans.reading.punctuation import CHAPTER_RANKS, SECTION_RANK, mark_at, shadow, tidy
from tracker.plans.reading.responsibilities import CONTENT, DUE, DUTY, GUIDE, LEAD, PART, opens_label
from tracker.plans.reading.units import ends_like_unit, is_nameless, prefix_of, stands_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.plans.reading.model import Block, Place

_NAMES = {name: column for column, names in ALIASES.items() for name in names}
_ROLES = {
    "id": "number", "number": "number", "name": "content", "title": "content", "group": "group", "section": "group", "lead": "lead",
    "participants": "participant", "due": "due", "target": "amount", "measure": "measure", "remark": "note", "problem": "problem",
}  # fmt: skip
"""What a column of items is in a plan's table; the others (progress) are none of a plan's."""
_PLAN_ONLY = {
    **dict.fromkeys(words_of("指导单位 督导单位 指导部门 督导部门 业务指导单位 省级指导单位"), "guidance"),
    **dict.fromkeys(words_of("属性 指标属性 指标类型 性质 指标性质"), "nature"),
    "反馈问题": "problem",
    "节点": "due",
    "单位": "measure",
}
_SAID = {LEAD: "lead", DUTY: "lead", PART: "participant", GUIDE: "guidance", DUE: "due", CONTENT: "content"}
"""What a column is whose heading is a label of the text (责任处室, 整改时限)."""
_YEAR = re.compile(r"20\d\d")
"""What a heading with a year holds tells `tables.year_role`."""
_NUMBERED = re.compile(r"(\d{1,3})(?:[ \t.、]+(?=\D)(.*))?$")
_LIST_TITLE = re.compile(
    "(?:清单|分工表|任务表|一览表|目标表|指标表|安排表|责任表|计划表|台账|分解表|分工方案)(?:（.{1,20}）)?$"
)
_END = re.compile(r"注 ?[：:]|附(?:件|表) *[\d一二三四五六七八九十]{0,3}(?:$|[：: ])|.{2,40}(?:起草说明|编制说明)$")
_CELL_OPENING = re.compile("待(?:国家|省|市|上级|进一步|定)|(?:具体)?参照|按照《")
_CELL_END = re.compile("(?:负责|落实|分工|确定|列出|明确|配合|牵头|参与|执行|实施|部门|政府|单位|管委会)）?$")
_SPACES = re.compile(r"[ \t\u3000]+")
_BY_DUTY = re.compile("按(?:照)?(?:职责?)?(?:分|分工|分工负|分工负责)?$")
_GAP = 5
_FRAGMENT = 12
_HEADING = 45
_MIN_COLUMNS = 2
_MOST_COLUMNS = 100
_MAX_UNIT_LINE = 40
_CELL_LINE = 24
_RECENT = 20
_MAX_PIECES = 400


def role_of(text: str) -> str:
    """Return what a column with this heading holds (number, content, lead, participant, due, …), or an empty text."""
    if len(text) > _HEADING:
        return ""
    label = heading(text)
    if label in _PLAN_ONLY:
        return _PLAN_ONLY[label]
    column = column_of(label)
    return _ROLES.get(column, "") if column else _SAID.get(opens_label(f"{label}："), "")


@lru_cache(maxsize=4096)
def column_of(label: str) -> str | None:
    """Return the column of a heading as the reader of workbooks knows it, by name or by its words; progress too."""
    column = column_named(label, _NAMES) or column_named(first_of(label), _NAMES)
    return column or (None if _YEAR.search(label) else column_resembled(label))


def with_tables(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with flattened tables put together; other lines stay as they are."""
    result: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if isinstance(block, Line):
            for reader in (_drawn, _flattened):
                table, after = reader(blocks, index)
                if table:
                    title = _take_title(result)
                    result.append(Table(table.rows, table.places, title))
                    index = after
                    break
            else:
                result.append(block)
                index += 1
        else:
            result.append(block)
            index += 1
    return result


def _take_title(result: list[Block]) -> str:
    """Return the list's name right above a table (一、目标清单), taking it out of the text."""
    if result and isinstance(result[-1], Line):
        text = tidy(result[-1].text)
        if len(text) <= _HEADING and _LIST_TITLE.search(shadow(text)):
            if mark_at(shadow(text)):
                result.pop()
            return text
    return ""


def _drawn(blocks: Sequence[Block], index: int) -> tuple[Table | None, int]:
    """Read a table drawn with tabs or |."""
    rows: list[tuple[str, ...]] = []
    places: list[Place] = []
    for at in range(index, len(blocks)):
        block = blocks[at]
        cells = _drawn_cells(block.text) if isinstance(block, Line) else None
        if cells is None and rows and isinstance(block, Line) and _parts_rows(blocks, at):
            pieces = [piece.strip() for piece in re.split(r"[\t|]", block.text.strip("\n |")) if piece.strip()]
            cells = (pieces[0], *pieces[-1:] * (len(rows[0]) - 1))
        if cells is None or not isinstance(block, Line):
            break
        if not cells:
            continue
        if not rows and sum(1 for cell in cells[:_MOST_COLUMNS] if role_of(cell)) < _MIN_COLUMNS:
            return None, index
        rows.append(cells)
        places.append(block.place)
    else:
        at = len(blocks)
    if len(rows) < _MIN_COLUMNS:
        return None, index
    return Table(tuple(_filled_down(rows)), tuple(places)), at


def _filled_down(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Repeat what a cell that was merged over several rows said: drawn with tabs, only the first of them holds it."""
    roles = [role_of(cell) for cell in rows[0]]
    first = roles.index("lead") if "lead" in roles else len(roles)
    contents = [index for index, role in enumerate(roles[:first]) if role == "content"]
    result = rows[:1]
    for row in rows[1:]:
        above = result[-1]
        if all(row) or len(row) != len(above) or above is rows[0]:
            result.append(row)
        else:
            result.append(tuple(above[i] if i in contents[:-1] and not cell else cell for i, cell in enumerate(row)))
    return result


def _parts_rows(blocks: Sequence[Block], at: int) -> bool:
    """Tell a chapter that stands on a line of its own between drawn rows (二、水域岸线管护)."""
    block, after = blocks[at], blocks[at + 1] if at + 1 < len(blocks) else None
    if not isinstance(block, Line) or not isinstance(after, Line) or not _drawn_cells(after.text):
        return False
    flat = re.sub(r"[ ]*[\t|][ ]*", "、", shadow(block.text.strip()), count=1)
    return bool(mark_at(flat)) and len(flat) <= _HEADING and not re.search("[。；]", flat)


def _drawn_cells(text: str) -> tuple[str, ...] | None:
    if re.fullmatch(r"[\s|:\-+—]{3,}", text) and ("|" in text or "+" in text):
        return ()
    for sign in ("\t", "|"):
        if text.count(sign) >= _MIN_COLUMNS:
            drawn = text.strip(" \u3000\r\n") if sign == "\t" else text.strip().removeprefix("|").removesuffix("|")
            return tuple(tidy(cell) for cell in drawn.split(sign))
    return None


@dataclass(slots=True)
class _Row:
    number: str
    place: Place
    content: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    due: str = ""
    chapter: bool = False

    @property
    def text(self) -> str:
        return tidy(re.sub(r"(?<=[A-Za-z])\n(?=[A-Za-z])", " ", "\n".join(self.content)).replace("\n", ""))

    @property
    def complete(self) -> bool:
        return bool(self.content) and self.content[-1].rstrip().endswith(("。", "；", "！"))

    @property
    def named(self) -> str:
        return "".join(_SPACES.sub("", part) for part in self.units[-_RECENT:])


@dataclass(slots=True)
class _Reading:
    """What the reader of one flattened table knows so far."""

    roles: tuple[str, ...]
    heading: tuple[str, ...]
    rows: list[_Row] = field(default_factory=list)
    last: int = 0
    chapter: int = 0
    after_heading: bool = True
    in_units: bool = False

    @property
    def row(self) -> _Row | None:
        return self.rows[-1] if self.rows and not self.rows[-1].chapter else None


def _heading_at(blocks: Sequence[Block], index: int) -> tuple[tuple[str, ...], int]:
    """Return the heading's cells and the index after it, when a table heading stands at `index` (else no cells)."""
    block = blocks[index]
    if not isinstance(block, Line):
        return (), index
    cells = tuple(_SPACES.sub(" ", block.text.strip()).split(" "))
    if len(cells) > _MIN_COLUMNS and _is_heading(cells):
        return cells, index + 1
    if len(cells) > 1 or role_of(cells[0]) != "number":
        return (), index
    stacked: list[str] = []
    at = index
    while at < len(blocks):
        line = blocks[at]
        if not isinstance(line, Line) or not role_of(line.text.strip()):
            break
        stacked.append(line.text.strip())
        at += 1
    return (tuple(stacked), at) if _is_heading(tuple(stacked)) else ((), index)


def _is_heading(cells: tuple[str, ...]) -> bool:
    roles = [role_of(cell) for cell in cells]
    return all(roles) and roles[0] == "number" and "content" in roles and "lead" in roles


def _flattened(blocks: Sequence[Block], index: int) -> tuple[Table | None, int]:
    heading, at = _heading_at(blocks, index)
    if not heading:
        return None, index
    reading = _Reading(tuple(role_of(cell) for cell in heading), heading)
    while at < len(blocks):
        block = blocks[at]
        if not isinstance(block, Line):
            break
        again, after = _heading_at(blocks, at)
        if again:
            if again != heading:
                break
            reading.after_heading, at = True, after
            continue
        if not _take_line(reading, block):
            break
        at += 1
    if not any(not row.chapter for row in reading.rows):
        return None, index
    return _as_table(reading, blocks[index].place if isinstance(blocks[index], Line) else reading.rows[0].place), at  # type: ignore[union-attr]


def _take_line(reading: _Reading, line: Line) -> bool:
    """Add one line to the table; return False where the table has ended."""
    text = line.text.strip()
    flat = shadow(text)
    if _END.match(flat) or (mark_at(flat) and _LIST_TITLE.search(flat)):
        return False
    row = reading.row
    numbered = _opens_row(reading, flat)
    if numbered:
        value, rest = numbered
        reading.rows.append(_Row(str(value), line.place))
        reading.last, reading.in_units, reading.after_heading = value, False, False
        return not rest or _take_words(reading, text[len(text) - len(rest) :])
    if _is_chapter(reading, flat):
        mark = mark_at(flat)
        reading.rows.append(_Row("", line.place, [text], chapter=True))
        reading.chapter = mark.value if mark and mark.rank in CHAPTER_RANKS else reading.chapter
        reading.in_units, reading.after_heading = False, False
        return True
    if row is None:
        return False
    return _take_words(reading, text)


def _opens_row(reading: _Reading, flat: str) -> tuple[int, str] | None:
    found = _NUMBERED.fullmatch(flat)
    if not found:
        return None
    value, rest = int(found.group(1)), found.group(2) or ""
    restarts = value == 1 and bool(reading.rows) and reading.rows[-1].chapter
    expected = value == reading.last + 1
    skipped = (
        reading.last < value <= reading.last + _GAP and not rest and reading.row is not None and reading.row.complete
    )
    return (value, rest) if expected or restarts or skipped else None


def _is_chapter(reading: _Reading, flat: str) -> bool:
    mark = mark_at(flat)
    if (
        not mark
        or mark.rank not in (*CHAPTER_RANKS, SECTION_RANK)
        or len(flat) > _HEADING
        or re.search("[。，；]", flat)
    ):
        return False
    row = reading.row
    if row is not None and not (row.complete or row.units):
        return False
    return mark.rank == SECTION_RANK or mark.value in (1, reading.chapter + 1)


def _take_words(reading: _Reading, text: str) -> bool:
    row = reading.row
    if row is None or len(row.content) + len(row.units) > _MAX_PIECES:
        return False
    fresh, reading.after_heading = reading.after_heading, False
    content, cells = _divided(row, text, in_units=reading.in_units, fresh=fresh)
    if reading.in_units and content:
        if row.complete and not fresh:
            return False
        reading.in_units = False
    if content:
        row.content.append(content)
    for cell in cells:
        if "due" in reading.roles and last_day(cell):
            row.due += cell
        else:
            row.units.append(cell)
        reading.in_units = True
    return True


def _divided(row: _Row, text: str, *, in_units: bool, fresh: bool) -> tuple[str, list[str]]:
    """Divide a line into what belongs to the content and the cells of units that follow it."""
    if in_units and _continues(row, text):
        return "", [text]
    pieces = _SPACES.split(text)
    cut = len(pieces)
    while cut > 0 and _is_cell(pieces[cut - 1]):
        cut -= 1
    if cut == 0 and not row.content and not in_units:
        cut = 1
    if cut < len(pieces):
        return " ".join(pieces[:cut]), pieces[cut:]
    if in_units and row.complete and not fresh and len(text) <= _CELL_LINE and "。" not in text:
        return "", [text]
    if (row.complete or in_units) and _opens_cell(text):
        return "", [text]
    return text, []


def _continues(row: _Row, text: str) -> bool:
    """Tell whether a line goes on with the unit cell that is being read."""
    if "。" in text or len(text) > _MAX_UNIT_LINE:
        return False
    named = row.named
    if text.startswith(("、", "，", "）", "等")) or named.endswith(("、", "，", "（")):
        return True
    return not _whole(named) and (row.complete or "，" not in text)


def _whole(named: str) -> bool:
    """Tell whether what was read of a unit cell may end here."""
    flat = shadow(named)
    if flat.count("（") > flat.count("）") or flat.count("《") > flat.count("》"):
        return False
    if _CELL_END.search(flat):
        return not flat.endswith("分工") or "参照" in flat
    last = re.split("[、，；]", flat)[-1]
    return ends_like_unit(last) or is_nameless(last)


def _is_cell(piece: str) -> bool:
    """Tell whether a piece of a line is a cell of units (its last name may be cut off)."""
    flat = shadow(piece)
    if not flat or re.search(r"[。%]|\d", flat):
        return bool(re.fullmatch(r"20\d\d年(?:\d{1,2}月)?(?:底|底前|前)?", flat))
    if _CELL_OPENING.match(flat):
        return True
    names = [_BY_DUTY.sub("", name) for name in re.split("[、，；]", flat) if name]
    if not names or not all(ends_like_unit(name) or is_nameless(name) for name in names[:-1]):
        return False
    last = names[-1]
    if len(names) == 1:
        return (ends_like_unit(last) and (bool(prefix_of(last)) or stands_alone(last))) or (
            is_nameless(last) and len(last) <= _FRAGMENT
        )
    return (
        ends_like_unit(last)
        or is_nameless(last)
        or (len(last) <= _FRAGMENT and bool(prefix_of(last + "局") or last in "省市县区"))
    )


def _opens_cell(text: str) -> bool:
    """Tell whether a line opens a unit cell: it begins with a prefix, a place or a known opening."""
    flat = shadow(text)
    if "。" in flat or len(flat) > _MAX_UNIT_LINE:
        return False
    first = re.split("[、，；（ ]", flat)[0]
    if _CELL_OPENING.match(flat) or is_nameless(first):
        return True
    return bool(prefix_of(first) or prefix_of(first + "局")) or (stands_alone(first) and ends_like_unit(first))


def _columns(cells: list[str]) -> list[str]:
    """Put the pieces of unit cells together: a new name after a whole cell opens the next column."""
    columns: list[str] = []
    for cell in cells:
        text = _SPACES.sub("", cell)
        whole = bool(columns) and _whole(columns[-1])
        joins = text.startswith(("、", "，", "）", "等")) or (columns and columns[-1].endswith(("、", "，", "（")))
        if columns and (joins or not whole or not _opens_cell(text)):
            columns[-1] += text
        else:
            columns.append(text)
    return columns


def _as_table(reading: _Reading, place: Place) -> Table:
    rows: list[tuple[str, ...]] = [reading.heading]
    places = [place]
    unit_roles = [role for role in reading.roles if role in ("lead", "participant", "guidance")]
    for row in reading.rows:
        if row.chapter:
            rows.append((row.text,) * len(reading.roles))
        else:
            columns = _columns(row.units)
            if len(columns) > len(unit_roles):
                columns = [*columns[: len(unit_roles) - 1], "、".join(columns[len(unit_roles) - 1 :])]
            by_role = dict(zip(unit_roles, columns, strict=False))
            by_role |= {"number": row.number, "due": row.due}
            cells = []
            filled = False
            for role in reading.roles:
                if role == "content" and not filled:
                    cells.append(row.text)
                    filled = True
                else:
                    cells.append(by_role.get(role, ""))
            rows.append(tuple(cells))
        places.append(row.place)
    return Table(tuple(rows), tuple(places))
