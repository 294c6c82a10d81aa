"""Roll-ups (汇总关系): what linked values make together, and the shares of regions (docs/rules.md)."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from tracker.ledger.model import Indicator, Item, Link, Milestone, Role, Value
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import satisfies
from tracker.ledger.replay import derive
from tracker.ledger.values import converted, rounded_to


def resolve_links(items: Mapping[str, Item], parameters: Parameters) -> None:
    """Give every linked indicator its actual from its sources, and its earlier namesake's value as a milestone.

    items maps ids to items that were replayed without links; sources that are not among them leave the actual unknown, and
    so does a circle (which no command makes, but an undo that is itself undone can).
    """
    owners = {f"{item.id}.{indicator.n}": (item, indicator) for item in items.values() for indicator in item.indicators}
    linked = {
        name: indicator
        for name, (_, indicator) in owners.items()
        if indicator.link is not None and indicator.link.has_sources
    }
    indicators = {name: indicator for name, (_, indicator) in owners.items()}
    done = {name for name in linked if name in sources_of(name, indicators)}
    for name in done:
        indicators[name].values = ()
    for name in linked:
        _resolve(name, indicators, done, parameters.of(owners[name][0].plan).tolerance)
    for name in linked:
        item = owners[name][0]
        for source in _namesakes(name, indicators):
            _take_voices(item, items[source.rpartition(".")[0]])
        derive(item)


def sources_of(name: str, indicators: Mapping[str, Indicator]) -> set[str]:
    """Return every indicator on which one draws, directly or through others; itself only in a circle."""
    found: set[str] = set()
    fresh = [name]
    while fresh:
        indicator = indicators.get(fresh.pop())
        for source in indicator.link.sources if indicator is not None and indicator.link is not None else ():
            if source not in found:
                found.add(source)
                fresh.append(source)
    return found


def _resolve(name: str, indicators: Mapping[str, Indicator], done: set[str], tolerance: Decimal) -> None:
    indicator = indicators.get(name)
    if name in done or indicator is None or indicator.link is None or not indicator.link.has_sources:
        return
    done.add(name)
    link = indicator.link
    for source in link.sources:
        _resolve(source, indicators, done, tolerance)
    known = [indicators[source] for source in link.sources if source in indicators]
    complete = len(known) == len(link.sources)
    # What is reported beside the parts is the official figure, and in force.
    if link.kind == "same" or not indicator.values:
        indicator.values = combine(link, known, tolerance) if complete else ()
        if not indicator.values and link.kind == "sum":
            indicator.values = _partial_sum(indicator, link, known)
    _take_report_dates(indicator, known)
    if link.kind == "same":
        _take_milestone(indicator, known, link)


def combine(link: Link, sources: list[Indicator], tolerance: Decimal = Parameters().tolerance) -> tuple[Value, ...]:  # noqa: B008
    """Return the values that follow from the sources; none until every source has one.

    same: the source's own; sum: their sum, both converted where that was asked for; mean: weighted by the link's weights
    (equal ones where none are given), to four decimals; min: the smallest; met: how many of them have reached their own
    target, within the tolerance of 左右; met_share: the same in percent. Of several sources: one value for every day that all
    describe, and the one that follows from what is in force.
    """
    if link.kind in ("met", "met_share") and not all(each.takes_value and each.is_number for each in sources):
        return _count_met(link, sources, tolerance)
    if link.kind == "same":
        return tuple(each._replace(value=converted(each.value, link.factor(0))) for each in sources[0].values)
    current = [source.current for source in sources]
    standing = [each for each in current if each is not None]
    if not standing or len(standing) != len(current):
        return ()
    days = set.intersection(*({each.date for each in source.values} for source in sources))
    rows = [[next(each for each in source.values if each.date == day) for source in sources] for day in sorted(days)]
    dated = {row[0].date: _combined(link, sources, row, tolerance) for row in rows}
    newest = max(each.date for each in standing)
    dated[newest] = _combined(link, sources, standing, tolerance)._replace(date=newest)
    return tuple(dated[day] for day in sorted(dated) if dated[day].value.is_finite())


def _combined(link: Link, sources: list[Indicator], row: Sequence[Value], tolerance: Decimal) -> Value:
    values = [each.value for each in row]
    entered = max(each.entered for each in row)
    match link.kind:
        case "sum":
            parts = (converted(value, link.factor(place)) for place, value in enumerate(values))
            return Value(row[0].date, sum(parts, Decimal(0)), entered)
        case "min":
            return Value(row[0].date, min(values), entered)
        case "met" | "met_share":
            met = sum(satisfies(source, value, tolerance) for source, value in zip(sources, values, strict=True))
            return Value(row[0].date, _share_met(link, met, len(sources)), entered)
        case _:
            mean = _weighted_mean(values, link.weights)
            return Value(row[0].date, Decimal("NaN") if mean is None else mean, entered)


def _partial_sum(indicator: Indicator, link: Link, known: list[Indicator]) -> tuple[Value, ...]:
    """Return the sum of the parts that have reported where it already suffices: a partial sum decides only upwards."""
    parts = [
        (link.sources.index(name), each.current)
        for name, each in zip(link.sources, known, strict=False)
        if each.current
    ]
    total = sum((converted(each.value, link.factor(place)) for place, each in parts), Decimal(0))
    upward = indicator.comparator in (">=", ">", "=") and indicator.direction == "up"
    if not parts or not upward or not indicator.takes_value or not satisfies(indicator, total, Decimal(0)):
        return ()
    return (Value(max(each.date for _, each in parts), total, max(each.entered for _, each in parts)),)


def _weighted_mean(values: list[Decimal], given: tuple[Decimal | None, ...]) -> Decimal | None:
    weights = [weight if weight is not None else Decimal(0) for weight in given] or [Decimal(1)] * len(values)
    total = sum(weights, Decimal(0))
    if not total:
        return None
    mean = sum((value * weight for value, weight in zip(values, weights, strict=True)), Decimal(0)) / total
    return rounded_to(mean, Decimal("0.0001"), ROUND_HALF_EVEN).normalize() + 0


def _count_met(link: Link, sources: list[Indicator], tolerance: Decimal) -> tuple[Value, ...]:
    """Count the parts, some without a number, that have reached their own target; unknown until every part was reported."""
    days = [source.reported_on or source.completed_on for source in sources]
    known = [day for day in days if day is not None]
    if not known or len(known) != len(days):
        return ()
    met = sum(_is_reached(source, tolerance) for source in sources)
    entered = max(source.reported_entered or day for source, day in zip(sources, known, strict=True))
    return (Value(max(known), _share_met(link, met, len(sources)), entered),)


def _share_met(link: Link, met: int, of: int) -> Decimal:
    """Return how many parts have reached their own target, or their share of all in percent, rounded down."""
    if link.kind == "met":
        return Decimal(met)
    return (Decimal(met) * 100 / of).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def _is_reached(source: Indicator, tolerance: Decimal) -> bool:
    if source.basis == "each":
        return source.percent is not None and source.percent >= 100  # noqa: PLR2004 - all of them
    if not source.is_number:
        return not source.is_open
    return source.actual is not None and satisfies(source, source.actual, tolerance)


def _take_report_dates(indicator: Indicator, sources: list[Indicator]) -> None:
    """A linked number is reported where it comes from: the newest report on a source counts for it too."""
    for source in sources:
        if _is_newer(source, indicator):
            indicator.reported_on, indicator.reported_entered = source.reported_on, source.reported_entered
    if indicator.actual is not None and indicator.state == "not_started":
        indicator.state = "in_progress"


def _take_milestone(indicator: Indicator, sources: list[Indicator], link: Link) -> None:
    """The earlier namesake's target at its own date is a point on the way to the later one (docs/contract.md)."""
    point = inherited_milestone(indicator, sources, link)
    if point is not None and all(each.date != point.date for each in indicator.milestones):
        indicator.milestones = tuple(sorted((*indicator.milestones, point)))


def inherited_milestone(indicator: Indicator, sources: list[Indicator], link: Link) -> Milestone | None:
    """Return the milestone that a same-as link brings, None where the source has no number, no date or a later one."""
    for source in sources:
        if source.value is None or source.original_due is None or indicator.due is None:
            continue
        if source.original_due < indicator.due:
            return Milestone(source.original_due, converted(source.value, link.factor(0)))
    return None


def _namesakes(name: str, indicators: Mapping[str, Indicator]) -> list[str]:
    """Return the earlier indicators that one repeats, nearest first."""
    found: list[str] = []
    while (link := indicators[name].link) is not None and link.kind == "same":
        name = link.sources[0]
        if name in found or name not in indicators:
            break
        found.append(name)
    return found


def _take_voices(item: Item, source: Item) -> None:
    """A unit that reported the earlier namesake has reported: its dates count for the later one's item too."""
    voices = {role.unit: role for role in (*source.leads, *source.participants)}
    for role in (*item.leads, *item.participants):
        voice = voices.get(role.unit)
        if voice is None:
            continue
        role.answers = tuple(sorted({*role.answers, *voice.answers}))
        if _is_newer(voice, role):
            role.reported_on, role.reported_entered = voice.reported_on, voice.reported_entered


def _is_newer(one: Role | Indicator, other: Role | Indicator) -> bool:
    """Say whether one was reported later than the other: by date, then by entry."""
    if one.reported_on is None or one.reported_entered is None:
        return False
    if other.reported_on is None or other.reported_entered is None:
        return True
    return (one.reported_on, one.reported_entered) > (other.reported_on, other.reported_entered)
