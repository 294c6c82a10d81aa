"""Which item or indicator a row of a returned table is about: by its id, its number in the list, or its words."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from tracker.errors import Refused, TrackerError
from tracker.ledger.ids import Ref, parse_id, parse_ids
from tracker.ledger.model import Item
from tracker.ledger.values import shorten
from tracker.sheets.reading.cells import folded, read_text
from tracker.sheets.reading.files import Problem
from tracker.sheets.reading.headings import CONTENT, measure_in
from tracker.sheets.reading.rows import is_aside, is_closing, is_header_again, is_sum
from tracker.sheets.reading.tables import Left, Table, words_in
from tracker.sheets.returned_files import Returned
from tracker.store.registry import IndicatorWords, ItemWords
from tracker.text import lazy_pattern


class FoundRow(NamedTuple):
    """The place of a row in its table, its cells, and what it is about."""

    place: int
    cells: Sequence[Any]
    ref: Ref


@dataclass(slots=True, eq=False, repr=False)
class Row:
    """A row of a returned table: its place, its cells, and what it is about."""

    source: Returned
    index: int
    cells: Sequence[Any]
    ref: Ref
    filled: Mapping[str, Any] = field(init=False)
    """Its cells that are not empty, by column."""
    day: date | None = None
    """The date that stands in it, once it was read."""

    def __post_init__(self) -> None:
        """Find the filled cells."""
        self.filled = self.source.table.filled(self.cells)

    def value(self, column: str) -> Any:
        """Return the value in a column."""
        return self.filled.get(column, "")

    def about(self, n: int | None) -> "Row":
        """Return the row as one about another part of the same item."""
        return self if n == self.ref.n else replace(self, ref=self.ref._replace(n=n))

    @property
    def name(self) -> str | None:
        """The words by which it goes: its text, else its title."""
        return _name_in(self.source.table, self.cells)

    @property
    def place(self) -> str:
        """File, sheet and cell of what names it, in one word."""
        return self.problem("id", "").place

    def remarks(self, found: Iterable[tuple[str, str]]) -> list[str]:
        """Say what to mind of the row, each with its cell where it is about one column."""
        table = self.source.table
        return [
            f"{self.ref.text}{f'（{table.name(self.index, column)}）' if column else ''}：{text}"
            for column, text in found
        ]

    def problem(self, column: str, message: str) -> Problem:
        """Say what is wrong with a cell of the row."""
        return self.source.problem(self.source.table.name(self.index, column), message)


class RowMatcher:
    """Finds what rows are about. names are the names of plans; items, and indicators, are asked for only where rows go by their words.

    plan is the one whose numbers 序号 are, where the file does not say; region finds the full name of a region.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        items: Callable[[], Iterable[ItemWords]],
        indicators: Callable[[], Iterable[IndicatorWords]],
        plan: str | None,
        region: Callable[[str], str],
    ) -> None:
        self._region = region
        self._names = dict(names)
        self._plan = plan
        self._items = items
        self._indicators = indicators
        self._by_words: dict[str, list[ItemWords]] | None = None
        self._by_name: dict[str, list[IndicatorWords]] | None = None

    def rows(self, source: Returned) -> Iterator[FoundRow | Problem | Left]:
        """Yield the rows of a table that are about something, a problem for each that should be and is not, the words below them."""
        table = source.table
        below: list[Left] = []
        is_by_id = table.columns.keys().isdisjoint(("plan", "region"))
        place = table.columns.get("id") if is_by_id else None
        known: dict[Any, Sequence[Ref]] = {}
        for index, cells in table.rows():
            if index in table.faulty:
                continue  # told by its cell
            id_ = cells[place] if place is not None and place < len(cells) else ""
            try:
                if (refs := known.get(id_)) is None:
                    refs = self._refs_in(source, cells)
                    if isinstance(id_, str) and read_text(id_) is not None:
                        known[id_] = refs
                for ref in refs:
                    yield FoundRow(index, cells, ref if is_by_id else self._in_region(source, cells, ref))
                below.clear()
            except TrackerError as error:
                if (words := self._group(source, cells)) is not None:
                    yield Left(table.sheet.place(index, 0), f"分组行未读取：{words}")
                elif not self._is_aside(source, cells):
                    yield source.problem(table.name(index, self._column(source, cells)), str(error))
                elif not source.is_ours or "stamp" in table.columns:
                    below += words_in(table, index, cells)
        yield from below

    def _group(self, source: Returned, cells: Sequence[Any]) -> str | None:
        """Return the words of a row that heads a group, by its number (一, （二）), and says something of the whole of it."""
        number = read_text(source.table.cell(cells, "number"))
        if number is None or _GROUP.fullmatch(number) is None or not self._says_something(source, cells):
            return None
        return shorten(" ".join(filter(None, map(read_text, cells))), 40)

    def _is_aside(self, source: Returned, cells: Sequence[Any]) -> bool:
        """Say whether a row that names nothing is a note, a sum, the header once more or a heading.

        A row with a number of the list is a sum or wrong, whatever its words begin with.
        """
        table = source.table
        is_numbered = _is_number(table.cell(cells, "number"))
        if is_numbered and read_text(table.cell(cells, "id")) is None:
            return is_sum(_name_in(table, cells))
        if any(is_aside(text) for text in self._naming(source, cells)):
            return True
        if is_header_again(cells) or is_closing(cells):
            return True
        return not self._says_something(source, cells) and not is_numbered

    def _naming(self, source: Returned, cells: Sequence[Any]) -> list[str]:
        """Return the words by which a row would be known: its id, else its number and its name, else what comes first."""
        for columns in (("id",), ("number", "name", "title")):
            texts = [read_text(source.table.cell(cells, column)) for column in columns]
            if any(texts):
                return [text for text in texts if text]
        return [text for text in map(read_text, cells) if text][:1]

    def _says_something(self, source: Returned, cells: Sequence[Any]) -> bool:
        table = source.table
        return any(
            table.cell(cells, column) not in ("", None)
            for column in CONTENT
            if column in table.columns and table.columns[column] > 0
        )

    def _column(self, source: Returned, cells: Sequence[Any]) -> str:
        """Return the column by which a row would be known."""
        columns = [column for column in ("id", "number", "name", "title") if column in source.table.columns]
        return next((column for column in columns if source.table.cell(cells, column) not in ("", None)), columns[0])

    def _refs_in(self, source: Returned, cells: Sequence[Any]) -> Sequence[Ref]:
        """Return what a row is about: one thing, or several that stand in its cell of ids (tt-task-4、tt-task-1)."""
        table = source.table
        text = read_text(table.cell(cells, "id"))
        plan = self._plan_of(source, cells, text)
        if text is None:
            return (self._ref(source, cells, plan),)
        # Without a plan of its own (任务2) an id is of the one given.
        parse = parse_ids if not source.is_form and _SEVERAL.search(text) is not None else _one_id
        return parse(text, self._names, plan or "")

    def _plan_of(self, source: Returned, cells: Sequence[Any], id_: str | None) -> str | None:
        """Return the plan whose number or words a row gives: that in its column 方案, else that of the table or of the import."""
        stated = read_text(source.table.cell(cells, "plan")) if "plan" in source.table.columns else None
        if stated is None:
            return source.plan or self._plan
        code = self._names.get(stated) or self._names.get(stated.lower())
        own = None
        with suppress(Refused):
            own = parse_id(id_ or "", self._names, "")
        if own is not None and code == stated.lower() != own.plan:
            raise Refused(f"“方案”一列的“{shorten(stated)}”：编号 {own.text} 不是它的事项；请写方案代码或地区，如 zj")
        if own is not None:
            return own.plan  # the id says itself whose it is: two plans of one region have one name
        codes = {code} if code else {self._names[name] for name in self._names if not name.isascii() and name in stated}
        if len(codes) != 1:
            raise Refused(f"“方案”一列的“{shorten(stated)}”：台账中没有，或不止一个；请写方案代码或地区，如 zj")
        return codes.pop()

    def _ref(self, source: Returned, cells: Sequence[Any], plan: str | None) -> Ref:
        """Return what a row without an id is about, by its number or its words."""
        table = source.table
        if source.is_form:
            raise Refused("这一行没有编号；请勿删改编号")
        name = _name_in(table, cells)
        place = table.cell(cells, "number")
        number = _whole(place)
        if number is not None and plan is not None and source.kind is not None:
            return self._numbered(Ref(plan, source.kind, number, None, None), name)
        if number is None and isinstance(place, str):
            # Departments put the ids they were given where their tables have a number.
            with suppress(Refused):
                return parse_id(place, self._names, plan or "")
        if name is not None:
            title = read_text(table.cell(cells, "title"))
            return self._named([name] if title in (None, name) else [f"{title}{name}", name, title], plan, source.kind)
        raise Refused("这一行有填写内容，但没有编号，也没有事项名称；请补上编号，如 zj-task-6")

    def _in_region(self, source: Returned, cells: Sequence[Any], ref: Ref) -> Ref:
        """Return the share of a region where the row names one in a column of its own; the plan's own region is none."""
        if "region" not in source.table.columns:
            return ref
        region = read_text(source.table.cell(cells, "region"))
        if region is None or ref.region is not None or self._names.get(region) == ref.plan:
            return ref
        if is_sum(region) or region in _WHOLE_REGION:
            return ref
        return ref._replace(region=self._region(region))

    def _numbered(self, ref: Ref, name: str | None) -> Ref:
        """Return the item of a number; the words beside it, where there are some, must be its own and no sum."""
        if name is None:
            return ref
        matches = self._matching(name)
        if matches and all(item.id != ref.item for item in matches):
            raise Refused(f"序号 {ref.number} 与事项文字不符：这段文字是 {matches[0].id}；请核对")
        if is_sum(name):
            raise Refused(f"序号 {ref.number} 是“{shorten(name)}”，不是事项")
        return ref

    def _named(self, names: Sequence[str], plan: str | None, kind: str | None) -> Ref:
        """Return the item of the first of some words that are those of any; the last but one is what the row calls it."""

        def is_of_list(each: ItemWords | IndicatorWords) -> bool:
            return (plan is None or each.plan == plan) and (kind is None or each.kind == kind)

        found: list[str] = []
        for name in names:
            found = found or [item.id for item in self._matching(name) if is_of_list(item)]
            found = found or [f"{each.id}.{each.n}" for each in self._measured(name) if is_of_list(each)]
        name = names[-2:][0]
        if not found:
            other = "" if plan else "，或用 --plan 写明方案"
            raise Refused(f"没有事项“{shorten(name)}”；请补上编号（见 tracker list）{other}")
        if len(found) > 1:
            raise Refused(f"事项“{shorten(name)}”不明确，可能是 {'、'.join(found[:5])}；请补上编号")
        return parse_id(found[0])

    def other_item(self, name: str, item: Item) -> str | None:
        """Return the id of another item, of the same plan, whose words a row has beside the id of this one."""
        found = [each.id for each in self._matching(name) if each.plan == item.plan]
        return found[0] if found and item.id not in found else None

    def _matching(self, name: str) -> list[ItemWords]:
        if self._by_words is None:
            self._by_words = {}
            for item in self._items():
                # A share of a region has the words of the whole.
                if "@" not in item.id:
                    for text in {item.text, item.title or item.text, f"{item.title or ''}{item.text}"}:
                        self._by_words.setdefault(bare(text), []).append(item)
        return next((found for text in _spellings(name) if (found := self._by_words.get(bare(text)))), [])

    def _measured(self, name: str) -> list[IndicatorWords]:
        """Return the indicators of a name, also with its unit of measure behind it."""
        if self._by_name is None:
            self._by_name = {}
            for each in self._indicators():
                self._by_name.setdefault(bare(each.name), []).append(each)
        return next((found for text in _spellings(name) if (found := self._by_name.get(bare(text)))), [])


def _one_id(text: str, names: Mapping[str, str], plan: str) -> list[Ref]:
    return [parse_id(text, names, plan)]


_WHOLE_REGION = {"省本级", "市本级", "省级", "市级"}
"""What a column of regions says of a row that is not about a part."""


def _name_in(table: Table, cells: Sequence[Any]) -> str | None:
    """Return the words by which a row goes: its text, else its title."""
    return read_text(table.cell(cells, "name")) or read_text(table.cell(cells, "title"))


_SEVERAL = lazy_pattern(r"[,，、;；\s]|\.\.|…|[～~]|\d[—–至到-]+\D*\d")
"""What stands between several ids."""
_GROUP = lazy_pattern(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?")
_ORDINAL = lazy_pattern(
    r"[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,3}(?:\.\d{1,3})*[、.．)）](?!\d)|[①-⑳]"
)


def _spellings(name: str) -> Iterator[str]:
    """Yield a name as it stands, without the number before it, and without the unit of measure in brackets behind it."""
    yield name
    text = name.strip()
    if (number := _ORDINAL.match(text)) is not None:
        text = text[number.end() :]
        yield text
    if measure_in(folded(text)) is not None:
        yield re.sub(r"[(（][^()（）]*[)）]\s*$", "", text)


def says(item: Item, name: str) -> bool:
    """Say whether words are those of an item or of one of its indicators, whole or in part."""
    given = [bare(text) for text in _spellings(name)]
    own = [item.text, item.title or "", f"{item.title or ''}{item.text}", *(each.name for each in item.indicators)]
    return any(text in each or (each and each in text) for text in given for each in map(bare, own))


def bare(text: str) -> str:
    """Return the words of a text without what differs between copies: widths, blanks, punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def _is_number(value: Any) -> bool:
    return _whole(value) is not None


def _whole(value: Any) -> int | None:
    """Return a number of a list: 3, "３", "3."; None for anything else."""
    if isinstance(value, bool) or value in ("", None):
        return None
    if isinstance(value, (int, float)):
        return int(value) if float(value).is_integer() and 0 < value < 1e6 else None  # noqa: PLR2004 - no list is that long
    text = folded(str(value)).rstrip(".、")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None  # noqa: PLR2004 - the same
