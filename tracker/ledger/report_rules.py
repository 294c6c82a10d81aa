"""Who may report what, and where a report goes (docs/contract.md "Who may report")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tracker.errors import Refused
from tracker.ledger.dates import last_day_of_year
from tracker.ledger.ids import Ref
from tracker.ledger.model import Day, Indicator, Item, Link, Role
from tracker.ledger.terms import STATES
from tracker.ledger.unit_names import Unit, principal_units, split_region
from tracker.ledger.values import plain, shorten

_WHOLE = 100
REPORTABLE_STATES = ("not_started", "in_progress", "completed")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Entry:
    """What one report says, before it is placed.

    measure: that of the value, where it is said to differ by a magnitude. year: the year whose figure the value is (数据时点).
    is_computed: the value comes from where a link without sources has it from, not from a person.
    """

    date: date
    state: str | None = None
    percent: Decimal | None = None
    value: Decimal | None = None
    note: str | None = None
    problem: str | None = None
    next_step: str | None = None
    evidence: str | None = None
    measure: str | None = None
    year: int | None = None
    is_computed: bool = False

    @property
    def value_date(self) -> Day:
        """The day that the value describes: the last of its year, else that of the report (数据时点)."""
        return self.date if self.year is None else last_day_of_year(self.year)

    @property
    def moves(self) -> bool:
        """Whether it changes state or figures, which only a lead's report may."""
        return self.state is not None or self.percent is not None or self.value is not None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not self.moves and not any((self.note, self.problem, self.next_step, self.evidence))


class Speaker(NamedTuple):
    """The unit for which a report is made, and its role in the item; unit None where the item has no lead."""

    unit: tuple[int, str] | None
    role: str | None


def speaker_for(
    item: Item,
    units: Mapping[int, Unit] | None,
    name: str | None,
    region: str | None = None,
    above: Sequence[Role] = (),
) -> Speaker:
    """Return the role in which a unit speaks on an item; the item fixes the region.

    units are those the name may mean, by key, None when no unit was named: then the only lead speaks, and among several leads
    the report is the coordinator's, attributed to none of them. A row without a lead unit takes anybody's report; region is
    that of its plan's units. above are the leads of the item of which this is a part: they may report for it. Raises
    Refused for a unit without a role, and for a name that means several units.
    """
    if units is None or name is None:
        if len(item.leads) == 1:
            return Speaker((item.leads[0].unit, item.leads[0].name), "lead")
        return Speaker(None, "lead")
    found: dict[int, tuple[str, Role]] = {}
    for role_name, roles in (("lead", item.leads), ("participant", item.participants)):
        for role in roles:
            if role.unit in units:
                found.setdefault(role.unit, (role_name, role))
    if found:
        key = next(iter(found)) if len(found) == 1 else _only({key: units[key] for key in found}, name)
        role_name, role = found[key]
        return Speaker((key, role.name), role_name if item.leads else "lead")
    if not item.leads:
        unit = unit_meant(units, name, region)
        return Speaker((unit.id, unit.name), "lead")
    if found := {role.unit: ("lead", role) for role in above if role.unit in units}:
        key = _only({key: units[key] for key in found}, name)
        return Speaker((key, found[key][1].name), "lead")
    leads = "、".join(role.name for role in item.leads)
    raise Refused(f"{name} 不是 {item.id} 的牵头或参与单位，不能填报；牵头单位：{leads}")


_SHOWN = 8
"""How many candidates an error lists."""


def _only(units: Mapping[int, Unit], name: str) -> int:
    """Return the one unit that a name means among some: by its own name before any other."""
    own = [unit.id for unit in principal_units(units.values(), split_region(name)[1])]
    if len(own) > 1:
        names = "、".join(units[key].full_name for key in own[:_SHOWN])
        more = f" 等 {len(own)} 个" if len(own) > _SHOWN else ""
        raise Refused(f"单位“{shorten(name)}”不明确，可能是：{names}{more}；请写全称")
    return own[0]


def unit_meant(units: Mapping[int, Unit], name: str, region: str | None) -> Unit:
    """Return the one unit of some that a name means: of a region before others. Raises Refused with the candidates."""
    own = {key: unit for key, unit in units.items() if unit.region == region} or units
    return own[_only(own, name)]


def place(item: Item, n: int | None, entry: Entry) -> int | None:
    """Return the indicator a report belongs to, None for the item as a whole.

    A value or percent given for an item goes to its only indicator. Raises Refused where the ledger cannot take it:
    several indicators and none named, a percent where there are numbers, a value where there are none.
    """
    if n is None and item.indicators and (entry.value is not None or entry.percent is not None):
        if len(item.indicators) > 1:
            choices = "；".join(f"{item.id}.{each.n} {each.name}" for each in item.indicators)
            raise Refused(f"{item.id} 有 {len(item.indicators)} 个指标，请写明是哪一个：{choices}")
        n = item.indicators[0].n
    indicator = None if n is None else next((each for each in item.indicators if each.n == n), None)
    if entry.year is not None and entry.value is None:
        raise Refused("--year 是数值的所属年份；请同时用 --value 填该年的值")
    if entry.value is not None and indicator is not None and indicator.basis == "each":
        return n  # its value is the share of areas that have it (`as_share`)
    if entry.percent is not None and indicator is not None and indicator.takes_value:
        raise Refused(f"{item.id}.{n} 是数值指标，请用 --value 填现值（单位：{indicator.measure or '无'}），不填完成率")
    if entry.value is not None and (indicator is None or not indicator.takes_value):
        name = item.id if indicator is None else f"{item.id}.{n}"
        raise Refused(f"{name} 没有数值目标，请用 --state 和 --percent 填进展")
    return n


def as_share(ref: Ref, subject: Item | Indicator, entry: Entry) -> Entry:
    """Return a report on a commitment for every area with its value as what it is: the share of areas that have it."""
    if entry.value is None or not isinstance(subject, Indicator) or subject.basis != "each":
        return entry
    if not 0 <= entry.value <= 100:  # noqa: PLR2004 - a share in percent
        raise Refused(f"{ref.text} 的现值是已达到的地区所占百分比，应在 0 到 100 之间，不是 {plain(entry.value)}")
    return replace(entry, value=None, percent=entry.value, year=None)


def check_open_plan(item: Item) -> None:
    """Refuse reports and decisions on a row whose plan's book is closed (结转), and changes of it."""
    if item.plan_ended is not None:
        raise Refused(
            f"方案 {item.plan} 已于 {item.plan_ended} 结转，{item.id} 不再填报和办理；确需恢复请用 tracker undo 撤销结转"
        )


def check_in_force(item: Item) -> None:
    """Refuse changes of a row that is retired, or whose plan's book is closed."""
    if item.retired_on is not None:
        raise Refused(f"{item.id} 已于 {item.retired_on} 停用")
    check_open_plan(item)


def check_reportable(item: Item) -> None:
    """Refuse reports on aims, which are never judged, and on retired items."""
    if item.kind == "aim":
        raise Refused(f"{item.id} 是总体目标，不填报进展")
    if item.retired_on is not None:
        raise Refused(f"{item.id} 已于 {item.retired_on} 停用，不再填报")
    check_open_plan(item)


def permit(
    name: str, item: Item, subject: Item | Indicator, entry: Entry, speaker: Speaker, today: date,
    named: tuple[Ref, Item | Indicator] | None = None,
) -> None:  # fmt: skip
    """Refuse a report on an item or its indicator (subject, by its id) that its unit may not make, or that its state does not take.

    named is what the person named, where a link leads here from it: its state counts. A number that a plan asks for again
    in a later year is reported until that later one is completed, long after the earlier one was.
    """
    check_reportable(item)
    if entry.date > today:
        raise Refused(f"填报日期 {entry.date} 在今天（{today}）之后；不能写未来的日期")
    if entry.year is not None and last_day_of_year(entry.year) > today:
        raise Refused(f"{entry.year} 年尚未结束，还没有全年数据；年内的数不要写所属年份")
    if not entry.moves:
        if entry.is_empty:
            raise Refused(f"{name}：没有填写任何内容；请至少填 --state、--percent、--value、--note 之一")
        return
    if speaker.role == "participant":
        unit = speaker.unit[1] if speaker.unit else ""
        raise Refused(
            f"{unit} 是 {item.id} 的参与单位，只能填 --note、--problem、--next、--evidence，状态和数值由牵头单位填"
        )
    if entry.state is not None and entry.state not in REPORTABLE_STATES:
        raise Refused(f"状态不能直接填为{STATES[entry.state]}；销号请用 tracker close {name}")
    stated = subject if named is None else named[1]
    if not stated.is_open and moves_settled(stated, entry):
        asked = name if named is None else named[0].text
        raise Refused(
            f"{asked} {STATES[stated.state]}，不能再改状态和完成率；需要时先用 tracker return 或 tracker reopen"
        )
    if entry.value is not None and isinstance(subject, Indicator) and subject.link is not None:
        _permit_figure(name, subject.link, entry)


def _permit_figure(name: str, link: Link, entry: Entry) -> None:
    """Refuse a person's figure where it follows from others; beside a sum it is the official one."""
    if link.kind == "same" or entry.is_computed:
        return
    if not link.has_sources:
        raise Refused(
            f"{name} 的现值由协同指数得出，请用 tracker index import 导入数据；要直接填报，先运行 tracker link {name} --none"
        )
    if link.kind != "sum":
        raise Refused(f"{name} 的现值由 {'、'.join(link.sources)} 得出，请在这些指标填报")


def moves_settled(subject: Item | Indicator, entry: Entry) -> bool:
    """Say whether a report would move what completion fixed. The share of areas is a figure: like a value it may still come in."""
    is_figure = isinstance(subject, Indicator) and subject.basis == "each"
    return entry.state is not None or (entry.percent is not None and not is_figure)


def declarer(item: Item, speaker: Speaker) -> Speaker:
    """Return who declares an item complete: the main lead where one is named, for whom the coordinator may speak.

    Raises Refused for another lead beside a main one.
    """
    main = next((role for role in item.leads if role.unit == item.main_lead), None)
    if main is None:
        return speaker
    if speaker.unit is not None and speaker.unit[0] != main.unit:
        raise Refused(f"{item.id} 的主牵头是 {main.name}，申报办结由主牵头办理；{speaker.unit[1]} 可以填报进展")
    return Speaker((main.unit, main.name), "lead")


def check_states(name: str, subject: Item | Indicator, entry: Entry) -> None:
    """Refuse a state and a percent that contradict each other, in one report or against what is in force on its day."""
    percent = entry.percent if entry.percent is not None else subject.percent
    if entry.state == "not_started" and percent is not None and percent > 0:
        which = "现有完成率" if entry.percent is None else "完成率"
        raise Refused(f"{name}：状态“未启动”与{which} {plain(percent)}% 矛盾；已开展的请填进行中，确未启动的完成率填 0")
    if entry.state == "completed" and entry.percent is not None and entry.percent < _WHOLE:
        raise Refused(f"{name}：状态“{STATES['completed']}”与完成率 {plain(entry.percent)}% 矛盾；请改其一")


def completed_state(entry: Entry) -> str | None:
    """Return the state a report sets by itself: a figure without a state says that work is going on."""
    if entry.state is None and (entry.percent is not None or entry.value is not None):
        return "in_progress"
    return None if entry.state == "completed" else entry.state


def before_of(item: Item, subject: Item | Indicator, entry: Entry, state: str | None) -> dict[str, str | None]:
    """Return what the fields that a report on an item or its indicator (subject) sets had before it, for the change log."""
    before: dict[str, str | None] = {}
    if state is not None:
        before["state"] = subject.state
    if entry.percent is not None:
        before["percent"] = None if subject.percent is None else plain(subject.percent)
    if entry.value is not None and isinstance(subject, Indicator):
        before["value"] = None if subject.actual is None else plain(subject.actual)
    report = item.last_report
    if entry.note is not None:
        before["note"] = None if report is None else report.note
    if entry.problem is not None:
        before["problem"] = None if report is None else report.problem
    if entry.next_step is not None:
        before["next"] = None if report is None else report.next
    return before


FAR = Decimal(20)
"""Percentage points between two values of a share from which on the later one is doubtful."""


def is_implausible(indicator: Indicator, former: Decimal | None, factor: Decimal) -> bool:
    """Say whether an indicator's actual is doubtful (`doubt`) beside the value reported before it.

    The same value reported again confirms it.
    """
    actual = indicator.actual
    return actual is not None and actual != former and doubt(indicator, actual, former, factor) is not None


def falls_back(subject: Item | Indicator, former: tuple[Decimal, date] | None) -> bool:
    """Say whether a declared percent is below the one reported before it (former: with its day of entry).

    The same percent reported again confirms it; what was returned or reopened since begins anew.
    """
    if former is None or subject.percent is None or not (subject.is_open or isinstance(subject, Indicator)):
        return False
    percent, entered = former
    is_anew = subject.owing_since is not None and entered <= subject.owing_since
    return subject.percent < percent and not is_anew


def doubt(indicator: Indicator, value: Decimal, former: Decimal | None, factor: Decimal) -> str | None:
    """Say what is doubtful about a value beside the one before it, or, for a first value, beside its target; None for nothing.

    A share (%) outside 0–100; a value below zero; one far from the last; one more than factor times the former or less than a
    factor-th of it (a value in 千瓦 where 万千瓦 was meant); one that falls where it should rise and the other way round. A first
    value is doubtful when it is more than factor times the target. Zeros have no magnitude.
    """
    measure = indicator.measure or ""
    is_share = measure == "%" and not indicator.is_change
    if is_share and not 0 <= value <= 100:  # noqa: PLR2004 - a share
        return f"{plain(value)}% 不在 0 到 100 之间"
    if value < 0 and not indicator.is_change and (former or indicator.value or 0) >= 0:
        return f"{plain(value)}{measure} 是负数"
    if former is None:
        is_far = indicator.value is not None and _times(value, indicator.value, factor)
        return f"{plain(value)}{measure} 超过目标值的 {plain(factor)} 倍" if is_far else None
    if _times(value, former, factor) or _times(former, value, factor):
        how = f"相差 {plain(factor)} 倍以上"
    elif _goes_back(indicator, former, value):
        how = "相比，与应有方向相反"
    elif is_share and abs(value - former) > FAR:
        how = f"相差 {plain(FAR)} 个百分点以上"
    else:
        return None
    return f"{plain(value)}{measure} 与上次 {plain(former)}{measure}{how}"


def _times(value: Decimal, base: Decimal, factor: Decimal) -> bool:
    return base != 0 and abs(value) > abs(base) * factor


def _goes_back(indicator: Indicator, former: Decimal, actual: Decimal) -> bool:
    """A change against a base year is logged in the wanted direction: more is always better (docs/rules.md)."""
    if indicator.is_change or indicator.direction == "up":
        return actual < former
    return indicator.direction == "down" and actual > former
