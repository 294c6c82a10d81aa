"""What a decision changed, field by field: the rows of `history`, in the words of the JSON of items."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from tracker.ledger.decision_rules import STATE_AFTER
from tracker.ledger.terms import LOGIN_ROLES

Field = tuple[str, Any, Any]
"""A field with what it was before and after: texts, numbers, lists of names, or objects; None for nothing."""


def fields_of(kind: str, data: Mapping[str, Any], before: Mapping[str, Any]) -> list[Field]:
    """Return the fields that a decision set. data is what it says, before what its fields were.

    Of one that cannot be understood, all that it says as it stands.
    """
    try:
        kept = _kept_fields(kind, data, before)
    except (AttributeError, LookupError, TypeError, ValueError):
        kept = _plain(data, before)
    return [(name, with_figures(name, old), with_figures(name, new)) for name, old, new in kept]


_FIGURES = {"percent", "value", "baseline_value"}
"""Fields that hold a measured number; it is kept as text, and told as the number it is."""


def with_figures(name: str, kept: Any) -> Any:
    """Return what is kept of a field with its figures as exact decimals."""
    if isinstance(kept, str) and name in _FIGURES:
        try:
            return Decimal(kept)
        except InvalidOperation:
            return kept  # not ours; shown as it is
    if isinstance(kept, Mapping) and name == "milestone":
        return {key: with_figures(key, value) for key, value in kept.items()}
    return kept


def _kept_fields(  # noqa: PLR0911 - one for each kind
    kind: str, data: Mapping[str, Any], before: Mapping[str, Any]
) -> list[Field]:
    if kind in STATE_AFTER:
        return [("state", before.get("state"), STATE_AFTER[kind]), *_plain(data, before)]
    match kind:
        case "config":
            return [(data["figure"], before.get(data["figure"]), data["value"])]
        case "form":
            return [("form", None, f"{'、'.join(data['units'])}（{'、'.join(data['plans'])}，{data['period']}）")]
        case "main":
            return [("main_lead", before.get("main_lead"), data.get("name"))]
        case "extend":
            rest = {name: value for name, value in data.items() if name != "to"}
            return [("due", before.get("due"), data["to"]), *_plain(rest, before)]
        case "assign":
            name = "lead_units" if data["role"] == "lead" else "participating_units"
            return [(name, before.get(name), [unit[1] for unit in data["units"]])]
        case "baseline":
            return [(f"baseline_{name}", before.get(f"baseline_{name}"), value) for name, value in data.items()]
        case "milestone":
            point = None if data.get("value", data.get("percent")) is None else dict(data)
            return [("milestone", before.get("milestone"), point)]
        case "link":
            link = None if data["kind"] is None else {"kind": data["kind"], "sources": data["sources"]}
            return [("link", before.get("link"), link)]
    return _plain(data, before) if kind not in _REGISTERED else [_registered(kind, data, before)]


_REGISTERED = ("rename", "alias", "contact", "merge", "grant", "revoke")


def _member(login: str, holds: Sequence[tuple[str, str | None]]) -> str | None:
    """Say what a login may do in the ledger: each role, and for which units."""
    units: dict[str, list[str]] = {}
    for role, unit in holds:
        units.setdefault(role, []).extend([] if unit is None else [unit])
    parts = [
        f"{LOGIN_ROLES[role]}（{'、'.join(names)}）" if names else LOGIN_ROLES[role] for role, names in units.items()
    ]
    return f"{login} {'、'.join(parts)}" if parts else None


def _contact(unit: Any, told: Mapping[str, Any]) -> str | None:
    parts = [str(told[name]) for name in ("person", "phone", "email") if told.get(name)]
    return f"{unit}：{'，'.join(parts)}" if parts else None


def _registered(kind: str, data: Mapping[str, Any], before: Mapping[str, Any]) -> Field:
    """Return what a unit got, beside what it had: a name, whom to ask, the unit that it was merged into; or a login."""
    match kind:
        case "grant" | "revoke":
            return "access", _member(data["login"], before["holds"]), _member(data["login"], data["holds"])
        case "alias":
            return "alias", data.get("of"), data["alias"]
        case "contact":
            return "contact", _contact(data.get("of"), before), _contact(data.get("of"), data)
        case "merge":
            return "unit", data["of"], data["name"]
    return "unit", f"{data['region']}:{data['old']}", f"{data['region']}:{data['new']}"


def _plain(data: Mapping[str, Any], before: Mapping[str, Any]) -> list[Field]:
    return [(name, before.get(name), value) for name, value in data.items()]
