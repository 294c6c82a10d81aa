"""The life of an item: who leads it, declared complete, returned or verified, opened again, given more time (docs/contract.md)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.actions.item_context import (
    Decision,
    DecisionContext,
    ReportContext,
    decide,
    decision_context,
    speaking_unit,
)
from tracker.actions.name_lookup import own_units, units_named
from tracker.actions.reports import check_evidence, unmet_warnings
from tracker.actions.unit_names import UnitNames
from tracker.errors import Refused, Unclear
from tracker.ledger.decision_rules import (
    check_assignable,
    check_other_person,
    extension_doubts,
    extensions,
    name_of,
    parts_for,
    unmet_parts,
)
from tracker.ledger.ids import Ref
from tracker.ledger.judgement import judge
from tracker.ledger.model import part_of
from tracker.ledger.report_rules import Entry, declarer
from tracker.ledger.terms import FORECASTS, STATES, code_of
from tracker.ledger.unit_names import Unit
from tracker.ledger.values import shorten
from tracker.store.changeset import Changeset
from tracker.store.filters import ItemFilter
from tracker.store.items import load_facts
from tracker.store.stated_parameters import load_parameters


def complete(
    changeset: Changeset, ref: Ref, day: date, unit: str | None, *, evidence: Sequence[str], required: bool
) -> Decision:
    """Declare an item (all its open indicators) or one indicator done (申报办结), as a lead unit may.

    Numbers that are not met are the unit's word for the verifier to judge: allowed, with a warning. evidence are files or
    URLs that go with it; required: without any, and without earlier evidence, the declaration is refused.
    """
    case = decision_context(changeset, ref, day)
    speaker = ReportContext(changeset.connection, changeset.today).speaker(case.item, unit)
    if speaker.role == "participant":
        name = speaker.unit[1] if speaker.unit else ""
        raise Refused(f"{name} 是 {case.item.id} 的参与单位，申报办结须由牵头单位办理")
    speaker = declarer(case.item, speaker)
    parts = parts_for("complete", case.item, case.n)
    if required and not evidence:
        check_evidence(changeset, case.item, parts)
    decided = decide(changeset, case, "complete", parts, {}, _states(case, parts), speaker.unit)
    if evidence:
        from tracker.actions.evidence import attach

        for each in evidence:
            attach(changeset, case.item, case.n, each)
    if speaker.unit is None and case.item.leads:
        names = "、".join(role.name for role in case.item.leads)
        decided.warnings.append(
            f"{case.item.id} 有 {len(case.item.leads)} 个牵头单位（{names}），未写明由哪个单位申报；可用 --unit 写明"
        )
    decided.warnings += unmet_warnings(case.then, parts, Entry(date=day), load_parameters(changeset.connection))
    return decided


def close(
    changeset: Changeset, ref: Ref, day: date, unit: str | None, note: str | None, unmet: str | None = None
) -> Decision:
    """Close what was declared complete (核查销号): by another person than the one who declared it.

    unmet: why a number is closed that is not met; it is no completion, and 已销号（未达目标） wherever it is counted.
    """
    case = decision_context(changeset, ref, day)
    parts = parts_for("close", case.item, case.n)
    check_other_person(case.item, parts, changeset.author.by)
    judged = judge(case.item, changeset.today, load_parameters(changeset.connection))
    open_numbers = unmet_parts(case.item, judged, parts)
    if open_numbers and unmet is None:
        names = "、".join(name_of(case.item, n) for n in open_numbers)
        early = any(each.attained.is_early for each in judged.indicators)
        names += " 提前达到，以到期年度的数据为准，目前" if early else " "
        raise Refused(f"{names}未达目标，不能按达标销号；确需销号的请用 --unmet 写明理由，或用 tracker return 退回")
    if unmet is not None and not open_numbers:
        raise Refused(f"{case.id} 没有未达目标的数值，不用写 --unmet")
    data = {"opinion": note} if note else {}
    reason = {} if unmet is None else {"unmet": said(unmet, "--unmet", "未达目标销号的理由")}
    decided = (
        _decide_state(changeset, case, "close", tuple(n for n in parts if n not in open_numbers), data, unit)
        if (len(open_numbers) < len(parts))
        else None
    )
    if open_numbers:
        rest = _decide_state(changeset, case, "close", open_numbers, {**data, **reason}, unit)
        if decided is None:
            return rest
        decided.changes += rest.changes
    assert decided is not None  # noqa: S101 - something was to be closed
    return decided


def send_back(
    changeset: Changeset, ref: Ref, day: date, unit: str | None, reason: str, *, value: bool = False
) -> Decision:
    """Return what was declared complete to its lead unit (退回), with a reason; it is in progress again.

    The declaration is taken back, percent included; value: the value in force too.
    """
    return _reopen(changeset, ref, "return", day, unit, reason, {"value": True} if value else {})


def reopen(changeset: Changeset, ref: Ref, day: date, unit: str | None, reason: str) -> Decision:
    """Open what was closed or declared complete again (重新打开), with a reason; it is in progress again."""
    return _reopen(changeset, ref, "reopen", day, unit, reason, {})


def _reopen(
    changeset: Changeset, ref: Ref, kind: str, day: date, unit: str | None, reason: str, data: dict[str, Any]
) -> Decision:
    case = decision_context(changeset, ref, day)
    parts = parts_for(kind, case.item, case.n)
    return _decide_state(changeset, case, kind, parts, {"reason": said(reason, "--reason", "理由"), **data}, unit)


def _decide_state(
    changeset: Changeset,
    case: DecisionContext,
    kind: str,
    parts: tuple[int | None, ...],
    data: dict[str, Any],
    unit: str | None,
) -> Decision:
    return decide(changeset, case, kind, parts, data, _states(case, parts), speaking_unit(changeset, case.item, unit))


def _states(case: DecisionContext, parts: tuple[int | None, ...]) -> dict[int | None, dict[str, str]]:
    return {n: {"state": part_of(case.item, n).state} for n in parts}


def extend(  # noqa: PLR0913 - everything an extension must say
    changeset: Changeset, ref: Ref, day: date, unit: str | None, *, to: date, reason: str, approved_by: str, late: bool,
) -> Decision:  # fmt: skip
    """Move the deadline in force to a later date, or give a first one (延期); the plan's own date stays beside it."""
    case = decision_context(changeset, ref, day)
    data = {
        "to": to.isoformat(),
        "reason": said(reason, "--reason", "延期理由"),
        "approved_by": said(approved_by, "--approved-by", "批准人"),
    }
    moved = extensions(
        case.then, judge(case.then, day, load_parameters(changeset.connection)), case.n, to, day, late=late
    )
    before = {each.n: {"due": None if each.due is None else each.due.isoformat()} for each in moved}
    for each in moved:
        if not part_of(case.item, each.n).is_open:
            raise Refused(f"{name_of(case.item, each.n)} {STATES[part_of(case.item, each.n).state]}，无需延期")
    decided = decide(changeset, case, "extend", before, data, before, speaking_unit(changeset, case.item, unit))
    decided.doubts = extension_doubts(case.then, moved, to, day)
    decided.warnings += decided.doubts
    if to < changeset.today:
        decided.warnings.append(f"新时限 {to} 已过")
    return decided


def forecast(changeset: Changeset, ref: Ref, day: date, unit: str | None, word: str, reason: str | None) -> Decision:
    """Record a person's judgement whether the item will be done in time (预判); the computed light stays as it is."""
    code = code_of(word, FORECASTS)
    if code is None:
        choices = "、".join(f"{each}（{words}）" for each, words in FORECASTS.items())
        raise Unclear(f"没有“{shorten(word)}”这种预判；可用：{choices}")
    case = decision_context(changeset, ref, day)
    if not part_of(case.item, case.n).is_open:
        raise Refused(f"{case.id} {STATES[part_of(case.item, case.n).state]}，无需预判")
    data = {"forecast": code, "reason": reason} if reason else {"forecast": code}
    before = {case.n: {"forecast": case.item.forecast}}
    return decide(changeset, case, "forecast", (case.n,), data, before, speaking_unit(changeset, case.item, unit))


def said(text: str, option: str, what: str) -> str:
    """Return a text that must say something; raises Unclear for blanks."""
    if not text.strip():
        raise Unclear(f"{what}不能为空；请用 {option} 写明")
    return text.strip()


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
