"""Regions as a tree: province, cities, counties, with their official codes."""

from typing import NamedTuple

from tracker.errors import Refused
from tracker.store.connection import Connection


class Region(NamedTuple):
    """A province, city or county."""

    code: str
    name: str
    parent: str | None
    level: str


def load_regions(connection: Connection) -> list[Region]:
    """Return all regions in the order of their codes."""
    return [Region(*row) for row in connection.all("SELECT code, name, parent, level FROM region ORDER BY code")]


def regions_below(connection: Connection, name: str, level: str) -> list[Region]:
    """Return the regions of a level anywhere below the one of that name, in the order of their codes."""
    regions = load_regions(connection)
    by_code = {region.code: region for region in regions}
    top = {region.code for region in regions if region.name == name}

    def is_below(region: Region) -> bool:
        parent = region.parent
        while parent is not None:
            if parent in top:
                return True
            parent = by_code[parent].parent if parent in by_code else None
        return False

    return [region for region in regions if region.level == level and is_below(region)]


def region_named(connection: Connection, text: str) -> Region:
    """Return the region of a name, with or without 省 市 县 区; raises Refused for an unknown or ambiguous one."""
    regions = load_regions(connection)
    wanted = text.strip()
    found = [region for region in regions if wanted in (region.name, region.code)]
    found = found or [region for region in regions if region.name.rstrip("省市县区") == wanted.rstrip("省市县区")]
    if not found:
        raise Refused(f"没有地区“{wanted}”；名录见 tracker region list")
    if len(found) > 1:
        names = "、".join(f"{region.name}（{region.code}）" for region in found)
        raise Refused(f"地区“{wanted}”不明确，可能是：{names}；请写全称或代码")
    return found[0]


def insert_regions(connection: Connection, rows: list[Region]) -> int:
    """Insert regions that are not known yet; return how many."""
    known = {region.code for region in load_regions(connection)}
    fresh = [row for row in rows if row.code not in known]
    connection.many("INSERT INTO region (code, name, parent, level) VALUES (?, ?, ?, ?)", fresh)
    return len(fresh)
