"""Units as people write them into a cell or an option, to the units of a plan's region: one resolver for every door (docs/forms.md)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracker.actions.name_lookup import own_units
from tracker.errors import Refused
from tracker.ledger.unit_names import split_region
from tracker.ledger.values import shorten
from tracker.sheets.reading.cells import NOTHING, folded
from tracker.store.connection import Connection

_OFFICE = re.compile("(.{2,}[厅局委办])([一-龥]{2,8}(?<!办事)[处科股室])")
_ROLE_AHEAD = re.compile(r"[【\[〔（(]((?:牵头|主办|责任|配合|参与|协办|协助)(?:单位|部门)?)[】\]〕）)][：:]?")
_BRACKETED = re.compile(r"([【\[〔（(])([^【】\[\]〔〕（）()]+)[】\]〕）)]")
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


def _undressed(text: str) -> str:
    """Write a cell of units without brackets around it, and roles that stand in brackets before names (【牵头】甲【配合】乙) as labels."""
    text = text.strip()
    if _ROLE_AHEAD.match(text):
        text = _ROLE_AHEAD.sub(r"；\1：", text).lstrip("；")
    whole = _BRACKETED.fullmatch(text)
    return whole[2] if whole else text


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
            found = own_units(self._connection, self._plan, text)
            if len(found) > 1:
                raise Refused(
                    f"单位“{shorten(name)}”不明确，可能是：{'、'.join(unit.name for unit in found)}；请写全称"
                )
            self._known[text] = (found[0].name, False) if found else (name, True)
        return self._known[text]

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
        from tracker.plans.reading.responsibilities import read_responsibility
        from tracker.plans.reading.units import Naming

        read = read_responsibility(_undressed(text), Naming(), cell=role)
        for names, into in ((read.leads, found.leads), (read.participants, found.participants)):
            into += [self._resolved(found, name) for name in names if name.strip("—-/·. ")]
        found.words += [f"原文另列：{'、'.join(read.nameless)}"] if read.nameless else []
        remarks = [each for each in (*read.remarks, *read.guidance) if each not in _NO_NAME]
        found.words += [f"原文附注：{'、'.join(remarks)}"] if remarks else []
        found.open_ended |= read.open_ended
        if read.mode in ("tbd", "by_reference"):
            found.words.append(f"责任单位：{shorten(text)}")

    def _resolved(self, found: NamedUnits, name: str) -> str:
        from tracker.plans.reading.units import ends_like_unit, prefix_of

        _, colon, rest = name.replace("：", ":").rpartition(":")
        if colon and rest:
            found.words.append(f"原文附注：{name}")
            name = rest  # 市级：杭州市, by a label that is none of a role
        own, is_new = self.one(name)
        if is_new and prefix_of(name) and not ends_like_unit(name):
            # 水利 beside 市水务局 is no 市水利: an elided prefix is restored to names of bodies only.
            own, is_new = self.one(name.removeprefix(prefix_of(name)) or name)
        if is_new and (office := _OFFICE.fullmatch(own)) is not None and not self.one(office[1])[1]:
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
                into += [*read.leads, *read.participants]
                found.new += read.new
                found.words += read.words
        found.leads, found.new = list(dict.fromkeys(found.leads)), list(dict.fromkeys(found.new))
        found.participants = [name for name in dict.fromkeys(found.participants) if name not in found.leads]
        return found
