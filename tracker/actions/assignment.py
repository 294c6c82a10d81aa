"""Who leads an item: units that a plan leaves open, a printed lead corrected, the main lead (docs/contract.md, `assign`)."""

from collections.abc import Sequence
from datetime import date

from tracker.actions.decision_context import Decision, DecisionContext, decide, decision_context, speaking_unit
from tracker.actions.name_lookup import own_units, units_named
from tracker.actions.unit_resolver import UnitNames
from tracker.errors import Refused, Unclear
from tracker.ledger.decision_rules import check_assignable
from tracker.ledger.ids import Ref
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import shorten
from tracker.store.changeset import Changeset
from tracker.store.filters import ItemFilter
from tracker.store.items import load_facts


def assign(
    changeset: Changeset, ref: Ref, day: date, unit: str | None, leads: Sequence[str], participants: Sequence[str],
    main: str | None = None,
) -> Decision:  # fmt: skip
    """Name an item's lead or participating units, or which of its leads reports for all (main); an earlier one is replaced.

    Leads that the plan prints are corrected so: what it printed stays beside it. Participants are added to those of the plan
    where it ends its list with 等. Raises Refused for participants the plan names itself, an unknown unit, one that would lead
    and take part at once, and a main lead that leads nothing.
    """
    if not leads and not participants and main is None:
        raise Unclear("请用 --lead、--participant 或 --main 写明单位")
    case = decision_context(changeset, ref, day)
    if case.n is not None:
        raise Refused(f"单位对整个事项指定，请写 {case.item.id}")
    wanted = {"lead": _units(changeset, case, leads), "participant": _units(changeset, case, participants)}
    planned = _planned(changeset, case)
    _check_one_role(case, wanted)
    decisions = [_assign(changeset, case, role, planned[role], units, unit) for role, units in wanted.items() if units]
    if main is not None:
        decisions.append(_name_main(changeset, case, main, wanted["lead"], unit))
    decisions[0].changes += [change for other in decisions[1:] for change in other.changes]
    return decisions[0]


def _assign(
    changeset: Changeset,
    case: DecisionContext,
    role: str,
    planned: Sequence[tuple[int, str]],
    units: Sequence[tuple[int, str]],
    speaker: str | None,
) -> Decision:
    names = [name for _, name in planned]
    check_assignable(case.item, role, names)
    old = case.item.leads if role == "lead" else case.item.participants
    field = "lead_units" if role == "lead" else "participating_units"
    # Participants come beside those of the plan, leads in their place.
    kept = planned if role == "participant" else ()
    data = {"role": role, "units": [list(each) for each in dict.fromkeys((*kept, *units))]}
    before: dict[int | None, dict[str, list[str]]] = {None: {field: [each.name for each in old]}}
    decided = decide(changeset, case, "assign", (None,), data, before, speaking_unit(changeset, case.item, speaker))
    if role == "lead" and names:
        decided.warnings.append(
            f"{case.item.id} 的牵头单位方案原列为 {'、'.join(names)}；更正后两者都保留，原列单位见 tracker show"
        )
    if role == "lead" and case.item.main_lead is not None and case.item.main_lead not in {each for each, _ in units}:
        decided.warnings.append(f"{case.item.id} 原主牵头已不在牵头单位之列；需要的请用 --main 重新明确")
    return decided


def _name_main(
    changeset: Changeset, case: DecisionContext, name: str, named: Sequence[tuple[int, str]], speaker: str | None
) -> Decision:
    """Name the lead that reports for all; named: the leads that the same command assigns."""
    leads = list(named) or [(role.unit, role.name) for role in case.item.leads]
    if not leads:
        raise Refused(f"{case.item.id} 还没有牵头单位；请先用 --lead 指定")
    meant = {unit.id for unit in units_named(changeset.connection, name)}
    found = [(unit, shown) for unit, shown in leads if unit in meant]
    if not found:
        raise Refused(
            f"{shorten(name)} 不是 {case.item.id} 的牵头单位（{'、'.join(shown for _, shown in leads)}），不能作主牵头"
        )
    if len(found) > 1:
        raise Refused(f"单位“{shorten(name)}”不明确，可能是：{'、'.join(shown for _, shown in found)}；请写全称")
    old = next((role.name for role in case.item.leads if role.unit == case.item.main_lead), None)
    data = {"unit": found[0][0], "name": found[0][1]}
    return decide(
        changeset, case, "main", (None,), data, {None: {"main_lead": old}}, speaking_unit(changeset, case.item, speaker)
    )


def _planned(changeset: Changeset, case: DecisionContext) -> dict[str, list[tuple[int, str]]]:
    """Return the units that the plan itself names, by role."""
    facts = load_facts(changeset.connection, ItemFilter(ids=(case.item.id,)))
    item = next(iter(facts.values()))
    return {
        role: [(each.unit, each.name) for each in roles]
        for role, roles in (("lead", item.leads), ("participant", item.participants))
    }


def _units(changeset: Changeset, case: DecisionContext, names: Sequence[str]) -> list[tuple[int, str]]:
    """Return the units that names mean, read as every door reads them (住建厅, 省水利厅（盖章）); none is made here."""
    named = UnitNames(changeset.connection, case.item.plan)
    found: dict[int, str] = {}
    for text in names:
        read = named.named([text])
        meant = [*read.leads, *read.participants]
        if not meant and text.strip():
            raise Refused(f"“{shorten(text)}”不是单位名称；单位名录见 tracker unit list --region {case.item.plan}")
        for name in meant:
            unit = _unit(changeset, case, name)
            found[unit.id] = unit.name
    return list(found.items())


def _unit(changeset: Changeset, case: DecisionContext, name: str) -> Unit:
    found = own_units(changeset.connection, case.item.plan, name)
    if not found:
        raise Refused(
            f"{case.item.plan} 没有单位“{shorten(name)}”；单位名录见 tracker unit list --region {case.item.plan}"
        )
    if len(found) > 1:
        raise Refused(f"单位“{shorten(name)}”不明确，可能是：{'、'.join(unit.name for unit in found)}；请写全称")
    return found[0]


def _check_one_role(case: DecisionContext, wanted: dict[str, list[tuple[int, str]]]) -> None:
    """Refuse a unit that would lead and take part at once. A participant may become the lead: it takes part no longer."""
    leads = wanted["lead"] or [(role.unit, role.name) for role in case.item.leads]
    both = {unit for unit, _ in leads} & {unit for unit, _ in wanted["participant"]}
    if both:
        names = "、".join(dict.fromkeys(name for unit, name in leads if unit in both))
        raise Refused(f"{names} 不能同时是 {case.item.id} 的牵头和参与单位")
