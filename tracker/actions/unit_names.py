"""Units: new names (机构改革), further names by which they are found, and whom to ask in them."""

import re
from datetime import date

from tracker.actions.name_lookup import plan_code, unit_keys
from tracker.errors import Refused, Unclear
from tracker.ledger.unit_names import Unit, split_region
from tracker.ledger.values import shorten
from tracker.store import queries
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.plan_rows import unit_region
from tracker.store.queries import Contact


def _one(changeset: Changeset, text: str) -> Unit:
    found = unit_keys(changeset.connection, text)
    keys = {unit.id for unit in found}
    exact = [unit for unit in found if unit.name == split_region(text)[1]] or [
        unit for unit in found if unit.merged_into not in keys
    ]
    if len(exact) != 1:
        names = "、".join(unit.full_name for unit in exact)
        raise Refused(f"单位“{shorten(text)}”在多个地区都有（{names}）；请写明地区，如 {exact[0].full_name}")
    return exact[0]


def rename(changeset: Changeset, old: str, new: str, day: date) -> Unit:
    """Add to a changeset that a unit has a new name from a day on: its history stays under the old one, which stays an alias.

    Raises Refused when the new name already belongs to another unit of the region.
    """
    unit = _one(changeset, old)
    name = new.strip()
    if not name or "、" in name or name == unit.name:
        raise Unclear(f"新名称“{shorten(new)}”不能为空、不能含顿号，也不能与原名相同")
    if day > changeset.today:
        raise Refused(f"更名日期 {day} 在今天（{changeset.today}）之后")
    for other in queries.load_units(changeset.connection):
        if other.region == unit.region and other.id != unit.id and name in (other.name, *other.aliases):
            raise Refused(f"“{name}”已是单位 {other.full_name} 的名称；两个单位合并请用 tracker unit merge")
    changeset.event("rename", day, data={"unit": unit.id, "old": unit.name, "new": name, "region": unit.region})
    return unit


def alias(changeset: Changeset, text: str, other: str) -> Unit:
    """Add to a changeset a further name by which a unit is found. Raises Refused when the region knows that name already."""
    unit = _one(changeset, text)
    name = other.strip()
    if not name or "、" in name:
        raise Unclear(f"别名“{shorten(other)}”不能为空，也不能含顿号")
    for each in queries.load_units(changeset.connection):
        if each.region == unit.region and name in (each.name, *each.aliases):
            raise Refused(f"“{name}”已是单位 {each.full_name} 的名称")
    changeset.event("alias", changeset.today, data={"unit": unit.id, "of": unit.full_name, "alias": name})
    return unit


def add(changeset: Changeset, region: str, text: str) -> Unit:
    """Add to a changeset a unit that no row of a plan names. Raises Refused when the region knows that name already."""
    code = unit_region(changeset.connection, plan_code(changeset.connection, region))
    name = " ".join(text.split())
    if not name or "、" in name or ":" in name or "：" in name or len(name) > LONGEST_CONTACT:
        raise Unclear(f"单位名称“{shorten(text)}”不能为空、过长，也不能含顿号和冒号")
    for each in queries.load_units(changeset.connection):
        if each.region == code and name in (each.name, *each.aliases):
            raise Refused(f"“{name}”已是单位 {each.full_name} 的名称")
    changeset.event("unit", changeset.today, data={"region": code, "name": name})
    return Unit(0, code, name)


def merge(changeset: Changeset, one: str, other: str) -> tuple[Unit, Unit]:
    """Add to a changeset that two names are one office (合并): one address, one letter; rows keep the names they print.

    Raises Refused for units of two regions, for one and the same, and for one that was merged already.
    """
    gone, head = _one(changeset, one), _one(changeset, other)
    merged = queries.merged_units(changeset.connection)
    if gone.region != head.region:
        raise Refused(f"{gone.full_name} 与 {head.full_name} 不在同一地区，不能合并")
    if merged.get(gone.id, gone.id) == merged.get(head.id, head.id):
        raise Refused(f"{gone.full_name} 与 {head.full_name} 已是同一单位，无需合并")
    if gone.id in merged:
        raise Refused(f"{gone.full_name} 已并入其他单位；请改为合并它所并入的单位，或先撤销那次合并")
    data = {"unit": gone.id, "of": gone.full_name, "into": head.id, "name": head.full_name}
    changeset.event("merge", changeset.today, data=data)
    return gone, head


LONGEST_CONTACT = 80
_MAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


def contact(changeset: Changeset, text: str, told: dict[str, str | None]) -> tuple[Unit, Contact]:
    """Add to a changeset whom to ask in a unit. told has person, phone and email: None stays as it was, empty is taken away.

    Raises Unclear for what is no name, number or address, or where nothing is told.
    """
    unit = _one(changeset, text)
    if all(value is None for value in told.values()):
        raise Unclear("请用 --person、--phone、--email 写明联系人、电话或邮箱")
    given = {name: " ".join(value.split()) for name, value in told.items() if value is not None}
    for value in given.values():
        if len(value) > LONGEST_CONTACT or not value.isprintable():
            raise Unclear(f"“{shorten(value)}”过长或含有控制字符；请写明联系人、电话或邮箱")
    if given.get("email") and not _MAIL.fullmatch(given["email"]):
        raise Unclear(f"--email “{shorten(given['email'])}”不是邮箱地址；请写成 name@example.gov.cn 的形式")
    before = queries.load_contacts(changeset.connection, PointInTime(changeset.today)).get(unit.id, Contact())
    after = before._replace(**given)
    if after != before:
        data = {"unit": unit.id, "of": unit.full_name, **after._asdict()}
        changeset.event("contact", changeset.today, data=data, before=before._asdict())
    return unit, after


def contact_words(told: Contact | None) -> str | None:
    """Write whom to ask as letters do; None where nobody is known."""
    return "，".join(part for part in (told.person, told.phone) if part) or None if told else None


def contact_of(connection: Connection, name: str, when: PointInTime) -> str | None:
    """Return whom to ask in a unit by its name; None where the ledger knows no such unit, several, or nobody in it."""
    units = queries.units_called(connection, name)
    return contact_words(queries.load_contacts(connection, when).get(units[0].id)) if len(units) == 1 else None
