"""Names of units: printed names, other spellings, members, and how a name that a person typed finds them (docs/contract.md)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache


@dataclass(slots=True, frozen=True, repr=False)
class Unit:
    """An organisation of one region. members are units that stand in parentheses in its printed name.

    Units that were merged are found by each other's names; merged_into: the key of the one whose address and letter they share.
    """

    id: int
    region: str
    name: str
    aliases: tuple[str, ...] = field(default=())
    members: tuple[str, ...] = field(default=())
    merged_into: int | None = None

    @property
    def full_name(self) -> str:
        """The name that is unique in the whole ledger: zj:省生态环境厅."""
        return f"{self.region}:{self.name}"


def split_region(text: str) -> tuple[str | None, str]:
    """Split zj:省生态环境厅 into region and name; half- and full-width colons alike."""
    region, colon, name = text.strip().replace("：", ":", 1).partition(":")
    return (region.strip().lower(), name.strip()) if colon else (None, text.strip())


def take_off_region(text: str, regions: Mapping[str, str]) -> tuple[str, str] | None:
    """Split the name of a region from a name that begins with it: 浙江省生态环境厅 is 省生态环境厅 of zj, as the unit signs.

    regions: names of regions (浙江省, 浙江) with their codes. None for a name that begins with none of them.
    """
    region = max(
        (name for name in regions if text.startswith(name) and len(text) > len(name) + 1), key=len, default=None
    )
    if region is None or (not region.endswith(_PLACES) and text.endswith(_NATIONAL)):
        return None  # 浙江金融监管局 is the national office there, 浙江省地方金融监管局 the province's own
    place = next((each for each in _PLACES if region.endswith(each)), "")
    return regions[region], place + text.removeprefix(region)


def find_units(text: str, units: Iterable[Unit]) -> list[Unit]:
    """Return the units a name stands for, of every region unless one is named.

    A printed name, an alias or a member is found exactly; only when nothing is, every unit that contains the text in one of its
    names, and only then those of which it is the short form that people use (发改委, 住建厅, 环保厅). Units of several names in one
    region are then candidates for the person to choose from.
    """
    region, wanted = split_region(text)
    candidates = [unit for unit in units if region is None or unit.region == region]
    if not wanted:
        return []
    exact = [unit for unit in candidates if _is_called(unit, wanted)]
    if exact:
        return exact
    part = [unit for unit in candidates if any(wanted in name for name in (unit.name, *unit.aliases))]
    meant = _narrowed(wanted, part or [unit for unit in candidates if _is_short_for(wanted, unit)])
    # A short form finds what the whole name finds: 省发改委, as 省发展改革委, also 省发展改革委（省能源局）.
    return [
        unit
        for unit in candidates
        if unit in meant or any(unit.region == each.region and _is_called(unit, each.name) for each in meant)
    ]


def principal_units(found: Collection[Unit], name: str = "") -> list[Unit]:
    """Of units that a name may mean, return those that it means first.

    One that is printed so; else of each region the one by whose name all its others are found too, and all where there is no
    such one. Those merged into another of them stand behind it.
    """
    if printed := [unit for unit in found if unit.name == name]:
        return printed
    keys = {unit.id for unit in found}
    heads = [unit for unit in found if unit.merged_into not in keys]
    kept: list[Unit] = []
    for region in dict.fromkeys(unit.region for unit in heads):
        own = [unit for unit in heads if unit.region == region]
        kept += [unit for unit in own if all(_is_called(each, unit.name) for each in own)] or own
    return kept


def _narrowed(wanted: str, found: list[Unit]) -> list[Unit]:
    """Of the candidates of each region, keep the ones that are called so but for their place, else those without a second name."""
    kept: list[Unit] = []
    for region in dict.fromkeys(unit.region for unit in found):
        own = [unit for unit in found if unit.region == region]
        called = [unit for unit in own if any(_is_called(unit, place + wanted) for place in _PLACES)]
        printed = [unit for unit in called if any(unit.name == place + wanted for place in _PLACES)]
        plain = [unit for unit in own if "（" not in unit.name]
        kept += (
            printed
            or called
            or (plain if len(plain) == 1 and len({unit.name.partition("（")[0] for unit in own}) == 1 else own)
        )
    return kept


_FORMER = (
    ("环境保护", "生态环境"), ("环保", "生态环境"), ("国土资源", "自然资源"), ("国土", "自然资源"),
    ("经信委", "经信厅"), ("工信厅", "经信厅"),
    ("经信", "经济和信息化"),
    ("工信", "工业和信息化"), ("住建", "建设"), ("卫计", "卫生健康"), ("人社", "人力资源社会保障"),
    ("质监", "市场监管"), ("工商", "市场监管"),
    ("农委", "农业农村厅"), ("农业厅", "农业农村厅"), ("文化厅", "文化和旅游厅"), ("安监", "应急"), ("粮食局", "粮食和物资储备局"),
)  # fmt: skip
"""Names that units had before, or that people use, with today's."""
_ALIKE = (
    ("发改(?=委)", "发展改革"), ("经济信息(?=[厅局委])", "经济信息化"), ("(?:住房和?城乡|城乡)建设", "建设"),
    ("监督管理(?=[总厅局委])", "监管"), ("文旅(?=[厅局委])", "文化旅游"), ("机关事务管理(?=局)", "机关事务"),
    ("国有资产监(?:督管理|管)(?=委)", "国资"), ("卫健(?=委)", "卫生健康"), ("科学技术(?=[部厅局委])", "科技"), ("教育(?=委)", "教"),
    ("林业和草原(?=局)", "林草"), ("城管(?=[局委])", "城市管理"), ("地方金融", "金融"), ("(?:中国)?人民银行", "人行"),
    ("大数据(?:应用)?(?:发展)?(?:管理)?(?=局)", "大数据"),
)  # fmt: skip
"""Wordings of official names that lists write in full or short, with the one form in which two names are held against each other."""
_PLACES = ("自治区", "省", "市", "州", "盟", "县", "区", "旗")
_NATIONAL = ("金融监管局", "银保监局", "证监局", "海事局", "海关", "通信管理局", "邮政管理局", "能源监管办")
_BODIES = ("委员会", "厅", "局", "委", "办公室", "办", "院", "部", "署")
_SHORTEST = 2


def _is_short_for(text: str, unit: Unit) -> bool:
    """Say whether a name is a short form of a unit's: the same kind of body, its characters in their order, the first one first.

    Or the other way about: the name in full (省发展和改革委员会) of a unit that is printed short (省发展改革委).
    """
    wordings = [text, *(text.replace(old, new) for old, new in _FORMER if old in text)]
    names = [name.partition("（")[0] for name in (unit.name, *unit.aliases, *unit.members)]
    if any(wording in name or _shortens(wording, name) for wording in wordings for name in names):
        return True
    place, subject, body = _alike(text)
    # Most names have neither sign: a ledger of the country has 140,000 of them.
    like = [_alike(name) for name in names if subject and (subject[0] in name or subject[-1] in name)]
    return any((subject, body) == (own, its) and place in ("", where) for where, own, its in like)


@cache
def _wordings() -> re.Pattern[str]:
    return re.compile("|".join(f"({wording})" for wording, _ in (*_ALIKE, *_FORMER)))


def _alike(name: str) -> tuple[str, str, str]:
    """Write a name in one way, be it short or in full: its place, its subject without 和, the first sign of its body."""
    name = _wordings().sub(lambda found: (*_ALIKE, *_FORMER)[(found.lastindex or 1) - 1][1], name)
    place, subject, body = _split_name(name)
    return place, subject.replace("和", ""), body[:1]


def _shortens(text: str, name: str) -> bool:
    place, stem, body = _split_name(text)
    whole_place, whole, whole_body = _split_name(name)
    if len(stem) < _SHORTEST or not body or body[0] != whole_body[:1] or (place and place != whole_place):
        return False
    signs = iter(whole)
    return whole.startswith(stem[0]) and all(sign in signs for sign in stem)


def _split_name(name: str) -> tuple[str, str, str]:
    """Split 省发展改革委 into its place, its subject and the kind of body it is."""
    place = next((each for each in _PLACES if name.startswith(each) and len(name) > len(each) + 1), "")
    body = next((each for each in _BODIES if name.endswith(each)), "")
    return place, name[len(place) : len(name) - len(body)], body


def _is_called(unit: Unit, name: str) -> bool:
    """Say whether a unit has exactly this name, in brackets of either width."""
    spellings = {name, name.replace("(", "（").replace(")", "）")}
    return not spellings.isdisjoint((unit.name, *unit.aliases, *unit.members))


def is_one_unit(found: list[Unit], text: str) -> bool:
    """Say whether a search means one organisation per region: found by an exact name, or only one found there."""
    _, wanted = split_region(text)
    if all(_is_called(unit, wanted) for unit in found):
        return True
    regions = [unit.region for unit in principal_units(found)]
    return len(regions) == len(set(regions))


def joined_units(leads: Iterable[str], participants: Iterable[str], *, open_ended: bool) -> tuple[str, str]:
    """Write the names of an item's lead and participating units; 等 ends the list that the document prints last."""
    lead, participant = "、".join(leads), "、".join(participants)
    if open_ended and (participant or not lead):
        participant += "等"
    elif open_ended:
        lead += "等"
    return lead, participant
