"""Ids of items and indicators: read in any usual spelling, written in one (DESIGN §3)."""

import re
from functools import lru_cache
from typing import NamedTuple, Protocol

from tracker.errors import Refused
from tracker.ledger.terms import KINDS
from tracker.ledger.values import FULL_WIDTH, shorten

_ID = re.compile(
    r"(?P<plan>[^-\s]+)-(?P<kind>[^-\d]+)-0*(?P<number>\d{1,9})(?:@(?P<region>[^.\s]+))?(?:\.0*(?P<n>\d{1,6}))?"
)
_DASHES = {**{ord(dash): "-" for dash in "—–－−‐"}, ord("。"): "."}
"""What a Chinese keyboard writes for the dash and the point of an id."""


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


@lru_cache(maxsize=4096)
def item_id(plan: str, kind: str, number: int, region: str | None = None) -> str:
    """Write an item's id: zj-target-20, or zj-target-20@杭州市 for the share of a city."""
    return f"{plan}-{kind}-{number}" + (f"@{region}" if region else "")


class PlanNames(Protocol):
    """Other names of plans (regions), by which their codes are found: a dict, or something that looks them up."""

    def get(self, name: str, default: str, /) -> str:
        """Return the code of the plan of that name, or the default."""


def parse_id(text: str, plan_names: PlanNames | None = None) -> Ref:
    """Read an id: case, leading zeros and full-width forms do not matter, 浙江-目标-20 is zj-target-20.

    plan_names: by what other names plans are called. Raises Refused: what has not the form of an id is the id of nothing.
    """
    plain = text.strip()
    if not plain.isascii():
        plain = plain.translate(FULL_WIDTH).translate(_DASHES)
    match = _ID.fullmatch(plain)
    kind = _kind(match["kind"]) if match else None
    if match is None or kind is None:
        raise Refused(f"编号“{shorten(text)}”无法识别，请写成 zj-target-20 或 zj-target-20.3 的形式")
    plan = match["plan"].lower()
    if plan_names is not None:
        plan = plan_names.get(match["plan"], plan)
    return Ref(plan, kind, int(match["number"]), match["region"], int(match["n"]) if match["n"] else None)


def _kind(word: str) -> str | None:
    lowered = word.lower()
    if lowered in KINDS:
        return lowered
    return next((code for code, chinese in KINDS.items() if chinese == word), None)
