"""Ids of items and indicators: read in any usual spelling, written in one (DESIGN §3)."""

import re
from typing import NamedTuple

from tracker.errors import Unclear
from tracker.ledger.terms import KINDS
from tracker.ledger.values import FULL_WIDTH, shorten

_ID = re.compile(
    r"(?P<plan>[^-\s]+)-(?P<kind>[^-\d]+)-0*(?P<number>\d{1,9})(?:@(?P<region>[^.\s]+))?(?:\.0*(?P<n>\d{1,6}))?"
)
_DASHES = {ord(dash): "-" for dash in "—–－−‐"}


class Ref(NamedTuple):
    """An item, or one of its indicators (n), as a person named it."""

    plan: str
    kind: str
    number: int
    region: str | None
    n: int | None

    @property
    def item(self) -> str:
        """The id of the item, whatever indicator was named."""
        return item_id(self.plan, self.kind, self.number, self.region)

    @property
    def text(self) -> str:
        """The id as it is written everywhere."""
        return self.item if self.n is None else f"{self.item}.{self.n}"


def item_id(plan: str, kind: str, number: int, region: str | None = None) -> str:
    """Write an item's id: zj-target-20, or zj-target-20@杭州市 for the share of a city."""
    return f"{plan}-{kind}-{number}" + (f"@{region}" if region else "")


def parse_id(text: str, plan_names: dict[str, str] | None = None) -> Ref:
    """Read an id: case, leading zeros and full-width forms do not matter, 浙江-目标-20 is zj-target-20.

    plan_names maps other names of plans (regions) to their codes. Raises Unclear for what has not the form of an id.
    """
    match = _ID.fullmatch(text.strip().translate(FULL_WIDTH).translate(_DASHES))
    kind = _kind(match["kind"]) if match else None
    if match is None or kind is None:
        raise Unclear(f"编号“{shorten(text)}”无法识别，请写成 zj-target-20 或 zj-target-20.3 的形式")
    plan = (plan_names or {}).get(match["plan"], match["plan"].lower())
    return Ref(plan, kind, int(match["number"]), match["region"], int(match["n"]) if match["n"] else None)


def _kind(word: str) -> str | None:
    lowered = word.lower()
    if lowered in KINDS:
        return lowered
    return next((code for code, chinese in KINDS.items() if chinese == word), None)
