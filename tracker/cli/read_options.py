"""What every read command shares: which ledger, which day, and in what form the answer goes out."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import FilterOptions, check_fields, known_at, parse_count
from tracker.errors import Unclear
from tracker.ledger.terms import KINDS, LIGHTS, STATES
from tracker.ledger.values import shorten
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.ledger_labels import draft_plans

Rows = Sequence[Mapping[str, Any]]


_COMING_BACK = ({"id", "state"}, {"city", "year", "indicator", "value"})
"""The fields of a CSV that `import` or `index import` takes back: it says what the ledger knew when it was made."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class ReadOptions:
    """The shared options of a read command."""

    as_of: str | None = None
    known_at: str | None = None
    json: bool = False
    csv: bool = False
    fields: str | None = None
    sort: str | None = None
    reverse: bool = False
    limit: str | None = None
    output: str | None = None
    force: bool = False
    everything: bool = False
    db: str | None = None
    drafts: tuple[str, ...] = field(default=(), init=False)
    narrows_aloud: bool = field(default=False, init=False)
    """Whether an active default is said on stderr: a file has no caption above it that everybody reads."""
    stamp: str | None = field(default=None, init=False)

    @property
    def day(self) -> date:
        """The day asked about: --as-of, TRACKER_AS_OF, today."""
        for name, text in (("--as-of", self.as_of), ("TRACKER_AS_OF", context.environ.get("TRACKER_AS_OF") or None)):
            if text is not None:
                from tracker.ledger.dates import parse_date

                return parse_date(text, context.today, what=f"{name} 的日期")
        return context.today

    @property
    def when(self) -> PointInTime:
        """Both dates of the question."""
        return PointInTime(self.day, known_at(self.known_at))

    @property
    def as_json(self) -> bool:
        """Whether JSON is wanted: --json, or an output file of that name."""
        self._refuse_both()
        return self.json or (not self.csv and (self.output or "").lower().endswith(".json"))

    @property
    def as_csv(self) -> bool:
        """Whether CSV is wanted: --csv, or an output file of that name."""
        self._refuse_both()
        return self.csv or (not self.json and (self.output or "").lower().endswith(".csv"))

    def _refuse_both(self) -> None:
        if self.csv and self.json:
            raise Unclear("--json 和 --csv 只能选一个")

    @property
    def is_on_screen(self) -> bool:
        """Whether the answer goes to stdout: no -o, or the dash that everywhere means just that."""
        return self.output in (None, "-")

    @contextmanager
    def ledger(self, *, may_create: bool = True) -> Iterator[Connection]:
        """Open the ledger, made at first use."""
        with opened(self.db, may_create=may_create) as connection:
            if not (self.json or self.csv):
                self.drafts = draft_plans(connection)
            if self.as_csv and not self.is_on_screen and self.fields is None:
                self.stamp = self._stamp(connection)
            yield connection

    def _stamp(self, connection: Connection) -> str | None:
        """Return what a CSV file says of itself: by it `import` knows what was shown in a row that somebody changed."""
        from tracker.actions.export_version import stamp_of
        from tracker.sheets.stamp import stamp_text

        stamp = stamp_of(connection, self.when)
        return None if stamp is None else stamp_text(stamp)

    def default(self, key: str, given: str | None) -> str | None:
        """Return an option's value, or its default from the settings unless --all lifts it."""
        if given is not None or self.everything or not context.settings[key]:
            return given
        if self.narrows_aloud:
            label = {"plan": "方案", "unit": "单位"}[key]
            output.message(f"只含默认{label} {context.settings[key]} 的内容；要全部请加 --all")
        return str(context.settings[key])

    def narrow(self, which: FilterOptions) -> None:
        """Put in the default plan and unit where a command was given none."""
        which.plan, which.unit = self.default("plan", which.plan), self.default("unit", which.unit)

    def check(self) -> None:
        """Refuse dates and numbers that cannot be understood, whether or not the command has a use for them."""
        _ = self.when
        self.count()

    def count(self) -> int | None:
        """Return --limit as a number: None when not given, 0 for all."""
        return None if self.limit is None else parse_count(self.limit, "--limit")

    def chosen(self, available: Sequence[str], more: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the fields asked for; raises Unclear with the list of fields for a wrong one. more: only on demand."""
        if self.fields is None:
            return tuple(available)
        names = tuple(name.strip() for name in self.fields.replace("，", ",").split(",") if name.strip())
        check_fields(names, (*available, *more), "--fields")
        return names or tuple(available)

    def arrange(self, rows: list[dict[str, Any]], available: Sequence[str]) -> list[dict[str, Any]]:
        """Sort as asked: empty values last, in their given order otherwise."""
        if self.sort is not None:
            check_fields((self.sort,), available, "--sort")
            name = self.sort
            known = [row for row in rows if row[name] is not None]
            known.sort(key=lambda row: _sort_key(name, row[name]), reverse=self.reverse)
            return known + [row for row in rows if row[name] is None]
        return rows[::-1] if self.reverse else rows

    def emit(
        self,
        rows: list[dict[str, Any]],
        available: Sequence[str],
        table: Callable[[list[dict[str, Any]], int], None],
        *,
        caption: str = "",
        newest: bool = False,
        total: int | None = None,
        more: Sequence[str] = (),
    ) -> None:
        """Write rows in the form asked for; table(rows shown, rows in all) writes them for people.

        caption stands above the plain table that --fields asks for. newest: rows run forward in time, so that a limit keeps
        the last of them whichever way they are shown. total: how many there are in all, where rows are only the first of them.
        """
        names = self.chosen(available, more)
        rows = self.arrange(rows, (*available, *more))
        limit = self.limit_here()
        number = len(rows) if total is None else total
        ends_with_newest = newest and self.sort is None and not self.reverse
        shown = (rows[-limit:] if ends_with_newest else rows[:limit]) if limit else rows
        if self.as_csv or self.as_json:
            self.emit_data(shown, names)
        elif self.fields is not None:
            self.for_people(lambda: output.print_fields(shown, names, number, caption))
        else:
            self.for_people(lambda: table(shown, number))

    def limit_here(self) -> int | None:
        """Return how many rows are shown: --limit, or a screenful on a terminal; None or 0 for all."""
        limit = self.count()
        if limit is None and not (self.as_csv or self.as_json) and output.height() is not None and self.is_on_screen:
            return SCREENFUL
        return limit

    def first(self) -> int | None:
        """Return how many rows are needed in all, where only the first of them are: no --sort, no --reverse."""
        return None if self.sort is not None or self.reverse else self.limit_here()

    def emit_rows(self, rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> None:
        """Write these fields of rows as JSON or CSV as they come, so that a listing of any size takes little memory."""
        if self.as_csv:
            self.emit_csv(output.csv_parts(rows, names, self.stamp))
        else:
            chosen = iter(rows) if self.fields is None else ({name: row[name] for name in names} for row in rows)
            self.to_screen_or_file(lambda: output.print_json(chosen))

    def emit_csv(self, parts: Iterable[str]) -> None:
        """Write a CSV text that comes in parts, as it comes."""

        def write() -> None:
            for part in parts:
                output.csv_part(part)

        self.to_screen_or_file(write, mark=True)

    def emit_data(self, rows: list[dict[str, Any]], names: Sequence[str]) -> None:
        """Write these fields of rows as JSON or CSV, on stdout or into the file of -o."""
        if self.as_csv:
            # Only rows that can be reported on come back.
            stamp = self.stamp if any(told <= set(names) for told in _COMING_BACK) else None
            self.to_screen_or_file(lambda: output.print_csv(rows, names, stamp), mark=True)
        else:
            self.to_screen_or_file(lambda: output.print_json([{name: row[name] for name in names} for row in rows]))

    def emit_one(
        self, row: dict[str, Any], available: Sequence[str], page: Callable[[], None], more: Sequence[str] = ()
    ) -> None:
        """Write one row: as an object, as CSV, by its chosen fields, or by a function for people. more: fields on demand."""
        names = self.chosen(available, more)
        self.arrange([], available)
        if self.as_csv:
            self.emit_data([row], names)
        elif self.fields is not None and not self.as_json:
            lines = [f"{name}：{output.cell_text(row[name])}" for name in names]
            self.emit_object(row, lambda: output.line("\n".join(lines)))
        else:
            self.emit_object({name: row[name] for name in names}, page)

    def emit_object(self, value: Any, table: Callable[[], None]) -> None:
        """Write one object as JSON, or by a function for people."""
        if self.as_json:
            self.to_screen_or_file(lambda: output.print_json(value))
        else:
            self.for_people(table)

    def for_people(self, write: Callable[[], None]) -> None:
        """Run a function that writes for people; above what comes from a sample ledger stands that it is invented."""

        def labelled() -> None:
            output.label()
            write()

        self.to_screen_or_file(labelled)

    def to_screen_or_file(self, write: Callable[[], None], *, mark: bool = False) -> None:
        """Run a writing function, into the file of -o where one is named. mark: a CSV file that Excel reads as UTF-8."""
        if self.output is None or self.is_on_screen:
            write()
            return
        if self.output.endswith(("/", "\\")):
            raise Unclear(f"-o {shorten(self.output)}：这里写一个文件，请写明文件名，如 {self.output}清单.csv")
        if self.output.lower().endswith((".xlsx", ".xls", ".et", ".docx", ".pdf")):
            raise Unclear(f"-o {shorten(self.output)}：这里只能写 .csv、.json 或文本文件；Excel 表请用 tracker export")
        text = captured(write)
        path = output.write_file(
            self.output, text.encode("utf-8-sig" if mark else "utf-8", "backslashreplace"), force=self.force
        )
        output.message(f"已写入 {path}")


SCREENFUL = 50
"""Rows shown on a terminal when nobody said how many; the line below them says how to see the rest."""


def captured(write: Callable[[], None]) -> str:
    """Return what a function would have written to stdout."""
    import io

    before, buffer = context._stdout, io.StringIO()  # noqa: SLF001 - the one swap of the stream
    context._stdout = buffer  # noqa: SLF001 - the same
    try:
        write()
    finally:
        context._stdout = before  # noqa: SLF001 - the same
    return buffer.getvalue()


_RANKS = {"light": tuple(LIGHTS), "state": tuple(STATES), "kind": tuple(KINDS)}
"""Fields whose codes have an order of their own: by trouble, by progress, as the plans print them."""


def _sort_key(name: str, value: Any) -> Any:
    if name in _RANKS:
        return _RANKS[name].index(value)
    match value:
        case int() | Decimal():
            return (0, value)
        case list():
            return (1, "、".join(str(part["id"]) if isinstance(part, dict) else str(part) for part in value))
        case dict():
            return (1, str(value.get("date")))
        case date():
            return (1, value.isoformat())
        case _:
            # zj-target-9 before zj-target-10: digits count as numbers.
            return (1, [(len(part), part) if part.isdigit() else (0, part) for part in re.split(r"(\d+)", str(value))])
