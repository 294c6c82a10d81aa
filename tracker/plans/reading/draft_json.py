"""What `plan read --json` answers: a draft in the shape in which items are told everywhere (docs/contract.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.item_rows import INDICATOR_FIELDS, ITEM_FIELDS
from tracker.ledger.ids import item_id
from tracker.plans.reading.model import AIM, INDICATOR, PLAN, POLICY, TARGET, TASK, full_row

if TYPE_CHECKING:
    from tracker.plans.reading.model import Draft, Finding

_TEXTS = ("chapter", "section", "title", "text", "source", "responsibility", "due", "note")
_INDICATOR_TEXTS = ("name", "comparator", "bound", "measure", "due", "scope", "direction", "basis")


def answer(draft: Draft) -> dict[str, Any]:
    """Return {plan, items}: every item with all its keys, null what only a ledger can know (state, light, …).

    An item also tells where in the document it stands (`place`), the words it was read from, how sure that is
    (`confidence`, 0–100) and what is doubtful, by column; so do its indicators. The plan tells how many letters the document has,
    how many of them stand in some row (`used`), and the paragraphs and rows of tables that stand in none.
    """
    found = draft.of(PLAN)
    plan: dict[str, Any] = {}
    if found:
        plan = {name: value or None for name, value in full_row(PLAN, found[0].cells).items()}
        plan |= {"doubts": dict(found[0].doubts), "letters": draft.letters, "used": draft.used}
        plan["unused"] = [{"place": each.place, "text": each.text} for each in draft.unused]
    code = str(plan.get("code") or "")
    parts: dict[str, list[dict[str, Any]]] = {}
    for each in draft.of(INDICATOR):
        parts.setdefault(each.cells["target"], []).append(_indicator(code, each))
    items = [
        _item(code, kind, each, parts.get(each.cells["number"], []) if kind == TARGET else [])
        for kind in (TARGET, TASK, POLICY, AIM)
        for each in draft.of(kind)
    ]
    return {"plan": plan, "items": items}


def _item(code: str, kind: str, finding: Finding, indicators: list[dict[str, Any]]) -> dict[str, Any]:
    cells = finding.cells
    return {
        **dict.fromkeys(ITEM_FIELDS),
        **{name: cells.get(name) or None for name in _TEXTS},
        "id": _id(code, kind, cells["number"]),
        "plan": code or None,
        "kind": kind,
        "number": int(cells["number"]),
        "responsibility": cells.get("responsibility") or "unstated",
        "lead_units": _names(cells.get("leads")),
        "participating_units": _names(cells.get("participants")),
        "open_ended": bool(cells.get("open_ended")),
        "original_due": cells.get("due") or None,
        "indicators": indicators,
        "place": finding.place,
        "words": finding.words,
        "confidence": finding.confidence,
        "doubts": dict(finding.doubts),
    }


def _indicator(code: str, finding: Finding) -> dict[str, Any]:
    cells = finding.cells
    item = _id(code, TARGET, cells["target"])
    return {
        **dict.fromkeys(INDICATOR_FIELDS),
        **{name: cells.get(name) or None for name in _INDICATOR_TEXTS},
        "id": item and f"{item}.{cells['n']}",
        "value": _number(cells.get("value")),
        "aspirational": bool(cells.get("aspirational")),
        "baseline_year": int(cells["baseline_year"]) if cells.get("baseline_year") else None,
        "baseline_value": _number(cells.get("baseline_value")),
        "original_due": cells.get("due") or None,
        "confidence": finding.confidence,
        "doubts": dict(finding.doubts),
    }


def _id(code: str, kind: str, number: str) -> str | None:
    """Return the id an item will have; a document that was given no code has none yet."""
    return item_id(code, kind, int(number)) if code else None


def _names(cell: str | None) -> list[str]:
    return [name for name in (cell or "").split("、") if name]


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
