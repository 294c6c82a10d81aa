"""What the rooms of the reader hand to each other: places, lines, tables, passages, findings.

A file becomes a stream of blocks (lines and tables), lines become passages (healed paragraphs that still know from
which line each letter came), and passages and tables become findings: one row of the review workbook each.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, str]
Rows = dict[str, list[Row]]

PLAN, TARGET, INDICATOR, TASK, POLICY, AIM, UNIT = "plan", "target", "indicator", "task", "policy", "aim", "unit"

_ITEM = ("responsibility", "open_ended", "leads", "participants", "lead_cell", "participant_cell", "due", "note")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    PLAN: (
        "code",
        "title",
        "region",
        "status",
        "issued_on",
        "document_number",
        "issuers",
        "period_start",
        "rider",
        "annex_label",
        "annex_title",
        "seed",
        "note",
    ),
    TARGET: ("plan", "number", "chapter", "section", "text", "source", *_ITEM),
    INDICATOR: (
        "plan",
        "target",
        "n",
        "name",
        "comparator",
        "value",
        "bound",
        "aspirational",
        "measure",
        "baseline_year",
        "baseline_value",
        "due",
        "scope",
        "direction",
        "basis",
        "same_as",
        "sum_of",
        "note",
    ),
    TASK: ("plan", "number", "chapter", "section", "title", "text", "source", *_ITEM),
    POLICY: ("plan", "number", "text", "source", *_ITEM),
    AIM: ("plan", "number", "chapter", "section", "text", "source", "due", "note"),
    UNIT: ("region", "name", "aliases", "members", "note"),
}
"""The columns of the data files (plans.csv, targets.csv, …), by kind: the reader's rows have exactly these."""

FILES: Mapping[str, str] = {
    PLAN: "plans",
    TARGET: "targets",
    INDICATOR: "indicators",
    TASK: "tasks",
    POLICY: "policies",
    AIM: "aims",
    UNIT: "units",
}
"""Kind → name of the data file without `.csv`; also the keys of `Rows`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand in the source: a line (text, PDF) or a paragraph (Word, HTML), with its page or its sheet if any."""

    line: int
    page: int | None = None
    word: str = "行"
    sheet: str = ""

    def __str__(self) -> str:
        """Return the place as the workbook shows it: page or sheet, and line, in Chinese (第3页第12行)."""
        page = f"第{self.page}页" if self.page is not None else ""
        return f"{self.sheet}{page}第{self.line}{self.word}"


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line of the source, as found; `indented` when it visibly opens a paragraph.

    `doubt` is why its very words are not sure (a change in Word that nobody accepted yet), else empty.
    """

    text: str
    place: Place
    indented: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of cells, each row with its place; merged cells repeat their text. `doubts` are those of its lines."""

    rows: tuple[tuple[str, ...], ...]
    places: tuple[Place, ...]
    title: str = ""
    doubts: tuple[str, ...] = ()


Block = Line | Table


@dataclass(frozen=True, slots=True)
class Stream:
    """A document as blocks in reading order; `whole` when each line is already a paragraph (Word, HTML).

    `remarks` are what its reader could not take, in Chinese (a page without a text layer, an embedded file).
    """

    blocks: tuple[Block, ...]
    name: str
    whole: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A healed paragraph: its text, and for each piece of it the offset and the place it came from."""

    text: str
    starts: tuple[int, ...]
    places: tuple[Place, ...]

    def place_at(self, offset: int = 0) -> str:
        """Return the place of the letter at `offset`, with its number in the healed paragraph."""
        if not self.places:
            return ""
        at = max(bisect_right(self.starts, offset) - 1, 0)
        return f"{self.places[at]}（段内第{offset + 1}字）" if offset else str(self.places[at])

    def part(self, begin: int, end: int | None = None) -> Passage:
        """Return the passage between two offsets; its places stay true."""
        stop = len(self.text) if end is None else end
        starts, places = [], []
        for index, start in enumerate(self.starts):
            last = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text) + 1
            if last > begin and start < max(stop, begin + 1):
                starts.append(max(start - begin, 0))
                places.append(self.places[index])
        return Passage(self.text[begin:stop], tuple(starts), tuple(places))


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measured commitment of a clause, in the columns of indicators.csv; `at` is its offset in the clause.

    doubt: what a person has to settle; taken: how it was read where its words do not say themselves what is wanted.
    """

    name: str
    comparator: str
    value: str = ""
    bound: str = ""
    aspirational: bool = False
    measure: str = ""
    baseline_year: str = ""
    baseline_value: str = ""
    scope: str = ""
    direction: str = ""
    at: int = 0
    doubt: str = ""
    taken: str = ""


@dataclass(slots=True)
class Finding:
    """One row of the draft: its cells by column, where it stands, the words it was read from, and how sure that is.

    `confidence` is a whole number 0–100. `doubts` maps a column (or "" for the row) to the reason in Chinese.
    """

    kind: str
    cells: Row
    place: str
    words: str
    confidence: int = 90
    doubts: dict[str, str] = field(default_factory=dict)

    def doubt(self, column: str, reason: str, cost: int = 15) -> None:
        """Mark a column (or the row, "") as doubtful and take `cost` off the confidence."""
        self.doubts[column] = f"{self.doubts[column]}；{reason}" if column in self.doubts else reason
        self.confidence = max(self.confidence - cost, 5)


@dataclass(frozen=True, slots=True)
class Unused:
    """A paragraph or a row of a table that stands in no finding, with its place."""

    place: str
    text: str


@dataclass(slots=True)
class Draft:
    """Everything read from one document, by kind, in document order.

    `letters` of the document (without spaces, page numbers and running heads), `used` of them in some finding, and the pieces
    of text that are mostly in none. `genre` says what the document is when it is no plan.
    """

    name: str
    findings: dict[str, list[Finding]] = field(default_factory=lambda: {kind: [] for kind in COLUMNS})
    genre: str = ""
    letters: int = 0
    used: int = 0
    unused: list[Unused] = field(default_factory=list)

    def of(self, kind: str) -> list[Finding]:
        """Return the findings of one kind."""
        return self.findings[kind]

    def rows(self) -> Rows:
        """Return the findings as data rows, keyed like the data files (plans, targets, indicators, …)."""
        return {FILES[kind]: [full_row(kind, found.cells) for found in self.findings[kind]] for kind in COLUMNS}


def full_row(kind: str, cells: Mapping[str, str]) -> Row:
    """Return a row with exactly the columns of its kind, missing ones empty."""
    return {column: cells.get(column, "") for column in COLUMNS[kind]}


def joined(names: Iterable[str]) -> str:
    """Join names the way the data files do: by 、, each once, in order."""
    return "、".join(dict.fromkeys(name for name in names if name))
