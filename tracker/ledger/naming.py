"""Names of units: printed names, other spellings, members, and how a name that a person typed finds them (docs/contract.md)."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class Unit:
    """An organisation of one region. members are units that stand in parentheses in its printed name."""

    id: int
    region: str
    name: str
    aliases: tuple[str, ...] = field(default=())
    members: tuple[str, ...] = field(default=())

    @property
    def full_name(self) -> str:
        """The name that is unique in the whole ledger: zj:省生态环境厅."""
        return f"{self.region}:{self.name}"


def split_region(text: str) -> tuple[str | None, str]:
    """Split zj:省生态环境厅 into region and name; half- and full-width colons alike."""
    region, colon, name = text.strip().replace("：", ":", 1).partition(":")
    return (region.strip().lower(), name.strip()) if colon else (None, text.strip())


def find_units(text: str, units: Iterable[Unit]) -> list[Unit]:
    """Return the units a name stands for, of every region unless one is named.

    A printed name, an alias or a member is found exactly; only when nothing is, every unit that contains the text in one
    of its names. Units of several names in one region are then candidates for the person to choose from.
    """
    region, wanted = split_region(text)
    candidates = [unit for unit in units if region is None or unit.region == region]
    if not wanted:
        return []
    exact = [unit for unit in candidates if _is_called(unit, wanted)]
    return exact or [unit for unit in candidates if any(wanted in name for name in (unit.name, *unit.aliases))]


def _is_called(unit: Unit, name: str) -> bool:
    """Say whether a unit has exactly this name, in brackets of either width."""
    spellings = {name, name.replace("(", "（").replace(")", "）")}
    return not spellings.isdisjoint((unit.name, *unit.aliases, *unit.members))


def is_one_unit(found: list[Unit], text: str) -> bool:
    """Say whether a search means one organisation per region: found by an exact name, or only one found there."""
    _, wanted = split_region(text)
    if all(_is_called(unit, wanted) for unit in found):
        return True
    regions = [unit.region for unit in found]
    return len(regions) == len(set(regions))


def joined_units(leads: Iterable[str], participants: Iterable[str], *, open_ended: bool) -> tuple[str, str]:
    """Write the names of an item's lead and participating units; 等 ends the list that the document prints last."""
    lead, participant = "、".join(leads), "、".join(participants)
    if open_ended and (participant or not lead):
        participant += "等"
    elif open_ended:
        lead += "等"
    return lead, participant
