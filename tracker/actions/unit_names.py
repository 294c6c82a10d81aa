"""Units: names as people write them into a cell, new names (机构改革), further names, and whom to ask in them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tracker.actions.name_lookup import own_units, plan_code, unit_keys
from tracker.errors import Refused, Unclear
from tracker.ledger.unit_names import Unit, split_region
from tracker.ledger.values import shorten
from tracker.sheets.reading.cells import NOTHING, folded
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.registry import Contact, load_contacts, load_units, merged_units, units_called
from tracker.text import lazy_pattern


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
    for other in load_units(changeset.connection):
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
    for each in load_units(changeset.connection):
        if each.region == unit.region and name in (each.name, *each.aliases):
            raise Refused(f"“{name}”已是单位 {each.full_name} 的名称")
    changeset.event("alias", changeset.today, data={"unit": unit.id, "of": unit.full_name, "alias": name})
    return unit


def add(changeset: Changeset, region: str, text: str) -> Unit:
    """Add to a changeset a unit that no row of a plan names. Raises Refused when the region knows that name already."""
    from tracker.store.plan_rows import unit_region

    code = unit_region(changeset.connection, plan_code(changeset.connection, region))
    name = " ".join(text.split())
    if not name or "、" in name or ":" in name or "：" in name or len(name) > LONGEST_CONTACT:
        raise Unclear(f"单位名称“{shorten(text)}”不能为空、过长，也不能含顿号和冒号")
    for each in load_units(changeset.connection):
        if each.region == code and name in (each.name, *each.aliases):
            raise Refused(f"“{name}”已是单位 {each.full_name} 的名称")
    changeset.event("unit", changeset.today, data={"region": code, "name": name})
    return Unit(0, code, name)


def merge(changeset: Changeset, one: str, other: str) -> tuple[Unit, Unit]:
    """Add to a changeset that two names are one office (合并): one address, one letter; rows keep the names they print.

    Raises Refused for units of two regions, for one and the same, and for one that was merged already.
    """
    gone, head = _one(changeset, one), _one(changeset, other)
    merged = merged_units(changeset.connection)
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
_MAIL = lazy_pattern(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


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
    before = load_contacts(changeset.connection, PointInTime(changeset.today)).get(unit.id, Contact())
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
    units = units_called(connection, name)
    return contact_words(load_contacts(connection, when).get(units[0].id)) if len(units) == 1 else None


_NO_NAME = ("牵头", "盖章", "公章", "签章", "参与", "配合", "主办", "协办", "责任")


@dataclass(slots=True)
class NamedUnits:
    """What a cell of units names: leads and participants as the plan prints them, those that are new, what else it says, doubts.

    open_ended: the list of names ends with 等.
    """

    leads: list[str] = field(default_factory=list)
    participants: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    open_ended: bool = False


class UnitNames:
    """The units of one plan's region, found by the names that people write."""

    def __init__(self, connection: Connection, plan: str) -> None:
        self._connection = connection
        self._plan = plan
        self._known: dict[str, tuple[str, bool]] = {}
        self._cells: dict[tuple[str | None, str | None], NamedUnits] = {}

    def one(self, text: str) -> tuple[str, bool]:
        """Return the unit that a name means, as it is printed, and whether it is new to the region.

        Raises Refused for a name of several units, and for one of another region.
        """
        name = split_region(text)[1]
        if text not in self._known:
            found = own_units(self._connection, self._plan, text) or self._with_member(text)
            if len(found) > 1:
                raise Refused(
                    f"单位“{shorten(name)}”不明确，可能是：{'、'.join(unit.name for unit in found)}；请写全称"
                )
            self._known[text] = (found[0].name, False) if found else (name, True)
        return self._known[text]

    def _with_member(self, text: str) -> list[Unit]:
        """Return the unit that is named short with its member in brackets: 省发改委（省能源局）."""
        found = re.fullmatch("([^（）()]+)[（(]([^（）()]+)[）)]", text)
        heads, members = (
            (own_units(self._connection, self._plan, each) for each in found.groups()) if found else ((), ())
        )
        both = (
            f"{head.name}（{name}）"
            for head in heads
            for name in (found[2] if found else "", *(each.name for each in members))
        )
        return next((units for each in both if len(units := own_units(self._connection, self._plan, each)) == 1), [])

    def cell(self, lead: str | None, participants: str | None) -> NamedUnits:
        """Return what the cells for lead and participating units of a row name.

        Placeholders, bodies without a name, persons and remarks are no units; what else the cells say is kept in words.
        """
        # Lists name the same few units over and over.
        if (known := self._cells.get((lead, participants))) is not None:
            return known
        found = self._cells[lead, participants] = NamedUnits()
        for text, role in ((lead, "lead"), (participants, "participant")):
            if text is not None and folded(text) not in NOTHING:
                self._read(found, text, role)
        found.participants = [name for name in dict.fromkeys(found.participants) if name not in found.leads]
        found.leads, found.new = list(dict.fromkeys(found.leads)), list(dict.fromkeys(found.new))
        return found

    def _read(self, found: NamedUnits, text: str, role: str) -> None:
        from tracker.plans.reading.responsibilities import read_responsibility, undressed
        from tracker.plans.reading.units import Naming

        read = read_responsibility(undressed(text), Naming(), cell=role)
        for names, into in ((read.leads, found.leads), (read.participants, found.participants)):
            into += [self._resolved(found, name, text) for name in names if name.strip("—-/·. ")]
        found.words += [f"原文另列：{'、'.join(read.nameless)}"] if read.nameless else []
        remarks = [each for each in (*read.remarks, *read.guidance) if each not in _NO_NAME]
        found.words += [f"原文附注：{'、'.join(remarks)}"] if remarks else []
        found.open_ended |= read.open_ended
        if read.mode in ("tbd", "by_reference"):
            found.words.append(f"责任单位：{shorten(text)}")

    def _resolved(self, found: NamedUnits, name: str, cell: str) -> str:
        from tracker.plans.reading.responsibilities import OFFICE
        from tracker.plans.reading.units import ends_like_unit, prefix_of

        _, colon, rest = name.replace("：", ":").rpartition(":")
        if colon and rest:
            found.words.append(f"原文附注：{name}")
            name = rest  # 市级：杭州市, by a label that is none of a role
        own, is_new = self.one(name)
        if is_new and name not in cell and prefix_of(name) and not ends_like_unit(name):
            # 水利 beside 市水务局 is no 市水利: an elided prefix is restored to names of bodies only.
            own, is_new = self.one(name.removeprefix(prefix_of(name)) or name)
        if is_new and (office := re.fullmatch(OFFICE, own)) is not None and not self.one(office[1])[1]:
            # 省财政厅预算处 is an office of a unit that is known.
            found.words.append(f"原文附注：{own}")
            return self.one(office[1])[0]
        if is_new:
            found.new.append(own)
            if not ends_like_unit(own):
                found.doubts.append(own)
        return own

    def named(self, leads: Iterable[str], participants: Iterable[str] = ()) -> NamedUnits:
        """Return what names given one by one mean, each as a cell of units would be read; a region before a name stays."""
        found = NamedUnits()
        for texts, into, role in ((leads, found.leads, "lead"), (participants, found.participants, "participant")):
            for text in texts:
                if split_region(text)[0] is not None:
                    name, is_new = self.one(text)
                    into.append(name)
                    found.new += [name] if is_new else []
                    continue
                read = self.cell(text if role == "lead" else None, text if role == "participant" else None)
                into.extend(read.leads)
                found.participants += read.participants
                found.new += read.new
                found.words += read.words
        found.leads, found.new = list(dict.fromkeys(found.leads)), list(dict.fromkeys(found.new))
        found.participants = [name for name in dict.fromkeys(found.participants) if name not in found.leads]
        return found
