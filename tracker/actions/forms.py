"""Forms for units and for the data of the synergy index: which rows, what went to whom, and files with index data taken in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from tracker.actions.export_version import Request, moment_of, request_text, set_back, stamp_of
from tracker.actions.name_lookup import unit_keys
from tracker.actions.selection import Filter, find_open
from tracker.actions.synergy_index import annex2, mixed_measures
from tracker.errors import Refused
from tracker.folders import expanded
from tracker.ledger.judgement import Judged
from tracker.ledger.model import LastReport
from tracker.ledger.parameters import Parameters
from tracker.ledger.reporting_periods import first_period_after, period_of
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import plain, shorten
from tracker.sheets.form import UnitForm, form_workbook, summary_workbook
from tracker.sheets.form_rows import rows_for
from tracker.sheets.index_form import LongFile, LongTable, changed_cells, questions, read_file, write_form
from tracker.sheets.reading.files import Problem
from tracker.sheets.stamp import Stamp
from tracker.sheets.wording import draft_mark
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.ledger_labels import is_demo
from tracker.store.plan_lifetime import plan_lifetimes
from tracker.store.registry import load_units, merged_units, plans_then
from tracker.store.stated_parameters import load_parameters
from tracker.store.statements import last_of_indicators, load_values
from tracker.synergy.observations import MEASURED, IndexEntry, Key, Observation, indicator_name, parse

SUMMARY_HEADINGS = (
    "序号",
    "地区",
    "单位",
    "牵头事项",
    "参与事项",
    "表中行数",
    "已逾期",
    "本期未填报",
    "文件",
    "收回日期",
    "备注",
)
_SUMMARY_WIDTHS = (6, 18, 28, 10, 10, 10, 9, 12, 34, 13, 24)
Watch = Callable[[Sequence[Unit], int], Iterator[Unit]]


class FormUnit(NamedTuple):
    """A unit that a form is for: its full name (zj:省建设厅) and its keys in the ledger, those of units merged into it too."""

    full_name: str
    keys: tuple[int, ...]


class Made(NamedTuple):
    """A finished workbook: the name it gives itself, its bytes, the units, plans and reporting period it is for, its rows."""

    name: str
    content: bytes
    units: tuple[str, ...]
    rows: int
    plans: tuple[str, ...] = ()
    period: str = ""


def forms_of_unit(connection: Connection, name: str, wanted: Filter, when: PointInTime, parameters: Parameters) -> Made:
    """Return the workbook for one unit, with a sheet for each region in which there is a unit of that name.

    Raises Refused for a name the ledger does not know, and for a unit that has nothing to report.
    """
    units = _heads(connection, unit_keys(connection, name))
    found = find_open(connection, wanted, when, parameters)
    senders = _form_units(connection, units)
    forms = _forms(connection, senders, found, _last_reports(connection, found, when), when, parameters)
    if not forms:
        raise Refused(f"{units[0].name} 没有需要填报的事项，未生成填报表；请检查 --plan、--kind")
    return _made(connection, forms, forms[0].name, when, _request(wanted, senders))


def note_forms(changeset: Changeset, made: Sequence[Made]) -> dict[str, date]:
    """Add to a changeset that forms were made, an event each.

    Returns the plans that come into use by it, with the day from which on they owe reports (docs/rules.md, 填报期).
    """
    codes = sorted({code for each in made for code in each.plans})
    uses = plan_lifetimes(changeset.connection, codes)
    unused = {code for code in codes if code in uses and uses[code].used_on is None}
    for each in made:
        new = [code for code in each.plans if code in unused]
        changeset.event(
            "form", changeset.today, data={"plans": each.plans, "units": each.units, "period": each.period},
            before={"unused": new} if new else {},
        )  # fmt: skip
    parameters = load_parameters(changeset.connection)
    return {code: first_period_after(parameters.of(code), changeset.today).start for code in sorted(unused)}


def form_again(connection: Connection, asked: Request, later: PointInTime, _: object = None) -> bytes:
    """Return the form that was asked for once, as the ledger knew things then."""
    senders = [FormUnit(name, tuple(keys)) for name, *keys in asked.told["units"]]
    parameters = load_parameters(connection, later.known_at)
    found = find_open(connection, asked.wanted, later, parameters)
    forms = _forms(connection, senders, found, _last_reports(connection, found, later), later, parameters)
    return _made(connection, forms, "", later, _request(asked.wanted, senders)).content


def _request(wanted: Filter, senders: Iterable[FormUnit]) -> str:
    return request_text(wanted, units=[[each.full_name, *each.keys] for each in senders])


def forms_of_all(
    connection: Connection,
    wanted: Filter,
    when: PointInTime,
    parameters: Parameters,
    file_name: Callable[[str], str],
    watch: Watch,
) -> tuple[list[Made], Made]:
    """Return a workbook for every unit that has something to report, and the summary.

    file_name turns the name of a unit into one that a file system takes; watch may show how far the work is.
    """
    units = _heads(connection, load_units(connection))
    found = find_open(connection, wanted, when, parameters)
    by_unit = _by_unit(found, merged_units(connection))
    last = _last_reports(connection, found, when)
    made: list[Made] = []
    lines: list[tuple[str | int | date | None, ...]] = []
    for unit in watch(units, len(units)):
        judged = by_unit.get(unit.id)
        if judged is None:
            continue
        senders = _form_units(connection, [unit])
        form = _forms(connection, senders, judged, last, when, parameters)[0]
        request = _request(wanted._replace(unit=unit.full_name), senders)
        made.append(_made(connection, [form], file_name(f"{unit.region}-{unit.name}"), when, request))
        lines.append(_summary_line(len(lines) + 1, unit, form, judged, made[-1].name))
    if not made:
        raise Refused("没有需要填报的事项，未生成填报表；请检查 --plan、--kind")
    stamp = _stamp(connection, when)
    content = summary_workbook(SUMMARY_HEADINGS, _SUMMARY_WIDTHS, lines, stamp, demo=is_demo(connection))
    return made, Made("汇总", content, (), len(lines))


def _made(connection: Connection, forms: Sequence[UnitForm], name: str, when: PointInTime, request: str) -> Made:
    content = form_workbook(forms, _stamp(connection, when), request, demo=is_demo(connection))
    plans = tuple(dict.fromkeys(code for form in forms for code in form.codes))
    first = min(forms, key=lambda form: form.deadline or date.max, default=None)
    return Made(
        name, content, tuple(form.unit for form in forms), sum(len(form.rows) for form in forms), plans,
        first.period if first is not None else "",
    )  # fmt: skip


def _stamp(connection: Connection, when: PointInTime) -> Stamp:
    """Return what the ledger had been told when a form is made: by it a ledger that was set back since is found out."""
    stamp = stamp_of(connection, when, lights=False)
    assert stamp is not None  # noqa: S101 - a ledger begins with a change
    return stamp


def _last_reports(connection: Connection, found: Sequence[Judged], when: PointInTime) -> dict[str, LastReport]:
    """Return the last report on each indicator, by its id; an item without indicators has its own."""
    return last_of_indicators(connection, [each.item.id for each in found if each.item.indicators], when)


def _form_units(connection: Connection, units: Iterable[Unit]) -> list[FormUnit]:
    merged = merged_units(connection)
    return [
        FormUnit(unit.full_name, (unit.id, *(key for key, head in merged.items() if head == unit.id)))
        for unit in units
    ]  # fmt: skip


def _forms(
    connection: Connection, senders: Iterable[FormUnit], found: Sequence[Judged], last: Mapping[str, LastReport], when: PointInTime,
    parameters: Parameters,
) -> list[UnitForm]:  # fmt: skip
    """Return a sheet for each unit that has rows. It is to come back by the first closing day of its plans from its day on."""
    plans = {str(plan["code"]): plan for plan in plans_then(connection, when)}
    forms = []
    for sender in senders:
        rows = rows_for(sender.keys, found, last, when.as_of)
        if rows:
            codes = dict.fromkeys(each.item.plan for each in found if any(_role(each, key) for key in sender.keys))
            region, name = sender.full_name.split(":", 1)
            place = plans[region]["region"] if region in plans else region
            period = min(
                (period_of(parameters.of(code).calendars, when.as_of) for code in codes), key=lambda each: each.end
            )
            caption = _caption(plans, codes)
            forms.append(
                UnitForm(sender.full_name, name, str(place), caption, rows, period.end, tuple(codes), period.name)
            )
    return forms


def _caption(plans: Mapping[str, Mapping[str, Any]], codes: Iterable[str]) -> str:
    return "　".join(f"《{plans[code]['title']}》{draft_mark(plans[code])}" for code in codes)


def _heads(connection: Connection, units: Iterable[Unit]) -> list[Unit]:
    """Return units with each that was merged (unit merge) replaced by the one that stands for it, each once."""
    merged = merged_units(connection)
    if not merged:
        return list(units)
    known = {unit.id: unit for unit in load_units(connection)}
    return list({key: known[key] for unit in units for key in [merged.get(unit.id, unit.id)]}.values())


def _by_unit(found: Iterable[Judged], merged: Mapping[int, int]) -> dict[int, list[Judged]]:
    by_unit: dict[int, list[Judged]] = {}
    for judged in found:
        for unit in {merged.get(role.unit, role.unit) for role in (*judged.item.leads, *judged.item.participants)}:
            by_unit.setdefault(unit, []).append(judged)
    return by_unit


def _role(judged: Judged, unit: int) -> str | None:
    if any(role.unit == unit for role in judged.item.leads):
        return "lead"
    return "participant" if any(role.unit == unit for role in judged.item.participants) else None


def _summary_line(
    number: int, unit: Unit, form: UnitForm, found: Sequence[Judged], file: str
) -> tuple[str | int | date | None, ...]:
    led = [judged for judged in found if _role(judged, unit.id) == "lead"]
    return (
        number, form.region, unit.name, len(led), len(found) - len(led), len(form.rows),
        sum(judged.judgement.overdue for judged in led),
        sum(any(role.unit == unit.id and role.name in judged.judgement.silent_units for role in judged.item.leads) for judged in led),
        f"{file}.xlsx", None, None,
    )  # fmt: skip


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


def index_form_of(connection: Connection, sources: Sequence[str], years: Sequence[int], when: PointInTime) -> bytes:
    """Make one workbook with the sheets of some sources, the figures in the ledger pre-filled."""
    request = request_text(Filter(), sources=list(sources), years=list(years))
    held = load_values(connection, when.known_at)
    return write_form(annex2(), sources, years, held, stamp_of(connection, when), request, demo=is_demo(connection))


def index_form_again(connection: Connection, asked: Request, later: PointInTime, _: object = None) -> bytes:
    """Return the form that was asked for once, with the figures that the ledger had then."""
    return index_form_of(connection, asked.told["sources"], asked.told["years"], later)


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
class IndexImport:
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


def read_index_files(paths: Iterable[str]) -> list[LongFile]:
    """Read the files of one import; the same file named twice is read once."""
    return [read_file(path) for path in dict.fromkeys(expanded(path) for path in paths)]


def compare_index_files(files: Sequence[LongFile], held: Mapping[Key, IndexEntry], today: date) -> IndexImport:
    """Hold the files against the figures in the ledger. Nothing raises: what is wrong becomes an error with its place."""
    result = IndexImport(list(files))
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


def leave_changed_cells(connection: "Connection", files: Sequence[LongFile]) -> None:
    """Name the locked cells of forms that were changed: they are never read."""
    for file in files:
        moment = moment_of(connection, file.stamp)
        held = None if moment is None else load_values(connection, moment.known_at)
        for table in file.found:
            file.leave(table.sheet.name, list(changed_cells(table, annex2(), held)))


def lost_changes(connection: "Connection", files: Sequence[LongFile]) -> list[str]:
    """Say of each form that knows a change which the ledger has lost that it does."""
    told = ((file.name, set_back(connection, file.stamp)) for file in files)
    return [f"{name}：{text}" for name, text in told if text is not None]


def record_index_values(changeset: Changeset, result: IndexImport) -> None:
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
    result: IndexImport, table: LongTable, found: tuple[Observation, int], taken: dict[Key, _Taken], today: date
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


def _sort(result: IndexImport, found: _Taken, before: IndexEntry | None) -> None:
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
