"""Organisations change (机构改革): new names for units, and further names by which they are found."""

from datetime import date

from tracker.actions.lookup import unit_keys
from tracker.errors import Refused, Unclear
from tracker.ledger.naming import Unit, split_region
from tracker.ledger.values import shorten
from tracker.store import queries
from tracker.store.changeset import Changeset


def _one(draft: Changeset, text: str) -> Unit:
    found = unit_keys(draft.connection, text)
    exact = [unit for unit in found if unit.name == split_region(text)[1]] or list(found)
    if len(exact) != 1:
        names = "、".join(unit.full_name for unit in exact)
        raise Refused(f"单位“{shorten(text)}”在多个地区都有（{names}）；请写明地区，如 {exact[0].full_name}")
    return exact[0]


def rename(draft: Changeset, old: str, new: str, day: date) -> Unit:
    """Add to a draft that a unit has a new name from a day on: its history stays under the old one, which stays an alias.

    Raises Refused when the new name already belongs to another unit of the region.
    """
    unit = _one(draft, old)
    name = new.strip()
    if not name or "、" in name or name == unit.name:
        raise Unclear(f"新名称“{shorten(new)}”不能为空、不能含顿号，也不能与原名相同")
    if day > draft.today:
        raise Refused(f"更名日期 {day} 在今天（{draft.today}）之后")
    for other in queries.load_units(draft.connection):
        if other.region == unit.region and other.id != unit.id and name in (other.name, *other.aliases):
            raise Refused(f"“{name}”已是单位 {other.full_name} 的名称；合并单位请用 tracker assign 逐项调整")
    draft.event("rename", day, data={"unit": unit.id, "old": unit.name, "new": name, "region": unit.region})
    return unit


def alias(draft: Changeset, text: str, other: str) -> Unit:
    """Add to a draft a further name by which a unit is found. Raises Refused when the region knows that name already."""
    unit = _one(draft, text)
    name = other.strip()
    if not name or "、" in name:
        raise Unclear(f"别名“{shorten(other)}”不能为空，也不能含顿号")
    for each in queries.load_units(draft.connection):
        if each.region == unit.region and name in (each.name, *each.aliases):
            raise Refused(f"“{name}”已是单位 {each.full_name} 的名称")
    draft.event("alias", draft.today, data={"unit": unit.id, "of": unit.full_name, "alias": name})
    return unit
