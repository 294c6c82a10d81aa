"""Forms for the data of the synergy index: which sources are asked, and files with data taken in, all errors at once, in one change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.actions.export_version import Request, request_text, set_back, stamp_of
from tracker.actions.selection import Filter
from tracker.actions.synergy_index import annex2, mixed_measures
from tracker.errors import Refused
from tracker.folders import expanded
from tracker.ledger.values import plain, shorten
from tracker.sheets.index_form import LongFile, LongTable, questions, read_file, write_form
from tracker.sheets.reading.files import Problem
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.index_values import load_values
from tracker.store.ledger_labels import is_demo
from tracker.synergy.observations import MEASURED, IndexEntry, Key, Observation, indicator_name, parse

if TYPE_CHECKING:
    from tracker.store.changeset import Changeset


def sources_named(names: Sequence[str] | None) -> list[str]:
    """Return the data sources a person means, all of annex 2's for None; raises Refused for an unknown or ambiguous one."""
    known = list(questions(annex2()))
    if names is None:
        return known
    found: list[str] = []
    for name in names:
        matches = [source for source in known if name == source] or [source for source in known if name in source]
        if len(matches) != 1:
            problem = f"不止一个：{'、'.join(matches)}" if matches else f"没有；现有：{'、'.join(known)}"
            raise Refused(f"数据来源单位“{shorten(name)}”{problem}")
        found += [source for source in matches if source not in found]
    return found


def form_of(connection: Connection, sources: Sequence[str], years: Sequence[int], when: PointInTime) -> bytes:
    """Make one workbook with the sheets of some sources, the figures in the ledger pre-filled."""
    request = request_text(Filter(), sources=list(sources), years=list(years))
    held = load_values(connection, when.known_at)
    return write_form(annex2(), sources, years, held, stamp_of(connection, when), request, demo=is_demo(connection))


def index_form_again(connection: Connection, asked: Request, later: PointInTime, _: object = None) -> bytes:
    """Return the form that was asked for once, with the figures that the ledger had then."""
    return form_of(connection, asked.told["sources"], asked.told["years"], later)


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that will hold instead of another."""

    before: IndexEntry
    now: Observation

    def words(self) -> str:
        """Say what changes, for the one who is asked for a yes."""
        subject = f"{self.now.city}{self.now.year}年{indicator_name(self.now.indicator, annex2())}"
        return f"{subject}：{_figure(self.before)} → {_figure(self.now)}"


@dataclass(slots=True)
class Import:
    """What files would do to the ledger: figures new, changed and the same, and everything that is wrong with them."""

    files: list[LongFile]
    new: list[Observation] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: int = 0
    errors: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Return it for `--json` (docs/contract.md, import)."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "errors": [error._asdict() for error in self.errors],
            "ignored": [left._asdict() for file in self.files for left in file.ignored],
        }


def read_files(paths: Iterable[str]) -> list[LongFile]:
    """Read the files of one import; the same file named twice is read once."""
    return [read_file(path) for path in dict.fromkeys(expanded(path) for path in paths)]


def compare(files: Sequence[LongFile], held: Mapping[Key, IndexEntry], today: date) -> Import:
    """Hold the files against the figures in the ledger. Nothing raises: what is wrong becomes an error with its place."""
    result = Import(list(files))
    taken: dict[Key, _Taken] = {}
    accepted = {key: entry.value for key, entry in held.items()}
    for file in files:
        result.errors += file.problems
        result.warnings += file.remarks
        for table in file.found:
            result.same += table.untouched
            result.warnings += [
                f"{place}：原有数值被清空；留空不会删除已有数据，要撤回请用 tracker undo" for place in table.cleared
            ]
            parsed = parse(table.rows, annex2(), first_row=table.first_row, accepted=accepted)
            result.errors += [table.at(one.row, one.column, one.message) for one in parsed.problems]
            for observation, row in zip(parsed.observations, parsed.rows, strict=True):
                _take(result, table, (observation, row), taken, today)
    for key, one in taken.items():
        _sort(result, one, held.get(key))
    result.warnings += [text for one in taken.values() if (text := _beyond_whole(one))]
    result.warnings += mixed_measures([*held.values(), *(one.figure for one in taken.values())])
    return result


def lost_changes(connection: "Connection", files: Sequence[LongFile]) -> list[str]:
    """Say of each form that knows a change which the ledger has lost that it does."""
    told = ((file.name, set_back(connection, file.stamp)) for file in files)
    return [f"{name}：{text}" for name, text in told if text is not None]


def write(changeset: "Changeset", result: Import) -> None:
    """Add the figures that are new or changed to a changeset; the caller has seen to it that there are no errors."""
    for one in (*result.new, *(changed.now for changed in result.changed)):
        changeset.index_value(
            one.city, one.year, one.indicator, plain(one.value), one.status, one.measure or None, one.source or None
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Taken:
    """A figure as it was found: where, and the unit on whose form it stood."""

    figure: Observation
    here: Problem
    form_of: str

    @property
    def attributed(self) -> Observation:
        """The figure with a source: the one that is named, else the unit whose form it is."""
        return replace(self.figure, source=self.figure.source or self.form_of)


def _take(
    result: Import, table: LongTable, found: tuple[Observation, int], taken: dict[Key, _Taken], today: date
) -> None:
    """Take one figure, once: a second one of another file or sheet must say the same."""
    one, row = found
    if one.year > today.year and one.status == MEASURED:
        result.errors.append(table.at(row, "year", f"{one.year}年还没有到，不会有实测值；请核对年份"))
        return
    here = table.at(row, "value", "")
    first = taken.get(one.key)
    if first is None:
        taken[one.key] = _Taken(one, here, table.source)
    elif (first.figure.value, first.figure.status) == (one.value, one.status):
        result.same += 1
    else:
        figures = f"{_figure(first.figure)}、{_figure(one)}"
        message = f"与 {first.here.place} 的同一指标不同（{figures}）；请核对后只留一个"
        result.errors.append(here._replace(message=message))


def _beyond_whole(found: _Taken) -> str:
    """Point out a share that is no part of a whole: below 0 or above 100."""
    one = found.figure
    indicator = annex2().indicators.get(one.indicator)
    if indicator is None or not indicator.is_share or 0 <= one.value <= 100:  # noqa: PLR2004 - percent
        return ""
    return f"{found.here.place}：“{indicator.name}”为{plain(one.value)}%，不在0至100之间，请核对"


def _sort(result: Import, found: _Taken, before: IndexEntry | None) -> None:
    if before is None:
        result.new.append(found.attributed)
    elif _says_the_same(found.figure, before):
        result.same += 1
    else:
        now = found.attributed
        result.changed.append(
            Changed(before, replace(now, measure=now.measure or before.measure, source=now.source or before.source))
        )


def _says_the_same(one: Observation, before: IndexEntry) -> bool:
    """Compare what was given: a measure or source left open leaves the former one in force."""
    return (
        (one.value, one.status) == (before.value, before.status)
        and one.measure in ("", before.measure)
        and one.source in ("", before.source)
    )


def _figure(one: Observation | IndexEntry) -> str:
    extra = "，".join(part for part in (one.status, one.measure, one.source) if part)
    return f"{plain(one.value)}（{extra}）"
