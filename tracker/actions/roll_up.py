"""What is made of parts: linked numbers with those that have not reported yet, and an item broken down to regions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.model import Item
from tracker.ledger.values import plain
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.registry import share_codes

KIND_WORDS = {
    "same": "与以下指标同一数值", "sum": "合计", "mean": "加权平均", "min": "最小值", "met": "达标个数", "met_share": "达标占比",
    "index": "协同指数的测算",
}  # fmt: skip


class RollUp(NamedTuple):
    """What a linked indicator draws on: by which rule, how many parts, those without a value so far, and what the others sum to."""

    rule: str
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    total: Decimal | None = None

    def words(self) -> str:
        """Return it in one line for people."""
        if not self.sources:
            return f"由{KIND_WORDS[self.rule]}得出"
        regions = [region_of(source) for source in self.sources]
        if all(regions):
            return f"由{_counted(regions)}的值得出（{KIND_WORDS[self.rule]}）：{self._told()}"
        shown = "、".join(self.sources[:3]) + (" 等" if len(self.sources) > 3 else "")  # noqa: PLR2004 - one readable line
        text = f"由 {shown} 共 {len(self.sources)} 个指标得出（{KIND_WORDS[self.rule]}）"
        return text + (f"；缺 {len(self.missing)} 个：{'、'.join(self.missing)}" if self.missing else "")

    def _told(self) -> str:
        """Say how many regions have reported, what they make together, and which have not."""
        silent = [region_of(source) for source in self.missing]
        told = [region_of(source) for source in self.sources if source not in self.missing]
        if not told:
            return "均未报"
        total = "" if self.total is None else f"，合计{plain(self.total)}"
        named = "、".join(silent[:_SHOWN]) + (f"等{_counted(silent)}" if len(silent) > _SHOWN else "")
        return f"已报{_counted(told)}{total}" + (f"；未报：{named}" if silent else "")


_SHOWN = 8
"""How many regions that have not reported are named."""


def region_of(source: str) -> str:
    """Return the region of a share's indicator by its id, empty for one of another row."""
    return source.partition("@")[2].rpartition(".")[0]


def _counted(regions: Sequence[str]) -> str:
    return f"{len(regions)}市" if all(name.endswith("市") for name in regions) else f"{len(regions)}个地区"


def roll_ups(connection: Connection, item: Item, when: PointInTime) -> dict[int, RollUp]:
    """Return the parts of every linked indicator of an item, by its number."""
    linked = [indicator for indicator in item.indicators if indicator.link is not None]
    if not linked:
        return {}
    owners = {source.rpartition(".")[0] for each in linked if each.link for source in each.link.sources}
    found = {
        f"{other.id}.{each.n}": each
        for other in load_items(connection, ItemFilter(ids=tuple(sorted(owners))), when)
        for each in other.indicators
    }
    parts: dict[int, RollUp] = {}
    for indicator in linked:
        assert indicator.link is not None  # noqa: S101 - filtered above
        sources = indicator.link.sources
        missing = tuple(name for name in sources if name not in found or not _is_known(found[name]))
        total = None
        if indicator.link.kind == "sum":
            told = [(place, found[name].actual) for place, name in enumerate(sources) if name not in missing]
            total = sum(
                (value * indicator.link.factor(place) for place, value in told if value is not None), Decimal(0)
            )
        parts[indicator.n] = RollUp(indicator.link.kind, sources, missing, total)
    return parts


def _is_known(indicator: object) -> bool:
    takes_value = getattr(indicator, "takes_value", True)
    return getattr(indicator, "actual", None) is not None or (
        not takes_value and getattr(indicator, "state", "") != "not_started"
    )


def shares_of(connection: Connection, item: Item, when: PointInTime) -> list[Item]:
    """Return the parts of an item then: the items of the regions to which it was broken down, and those added below it."""
    codes = [*share_codes(connection, item.id), *(code for code in item.children if "@" not in code)]
    found = load_items(connection, ItemFilter(ids=tuple(codes)), when) if codes else []
    return [each for each in found if each.retired_on is None or each.retired_on > when.as_of]
