"""Ids of items and indicators: read in any usual spelling, written in one (docs/contract.md)."""

import re
from functools import lru_cache
from typing import NamedTuple, Protocol

from tracker.errors import Refused
from tracker.ledger.terms import KINDS
from tracker.ledger.values import FULL_WIDTH, shorten

_END = r"0*(?P<number>\d{1,9})项?(?:@(?P<region>[^.\s]+))?(?:\.0*(?P<n>\d{1,6}))?"
# Compiled when first asked for, by re itself.
_ID = rf"(?:(?P<plan>[^-\s]+)-)?(?P<kind>[a-zA-Z]+)-?{_END}"
_CHINESE_ID = rf"(?:(?P<plan>[^-\s]+?)-?)??(?P<kind>总体目标|目标|任务|政策)(?:清单)?-?第?{_END}"
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
        """Return the code of the plan of that name, or the default; without a name the one plan that can be meant."""


def parse_id(text: str, plan_names: PlanNames | None = None, plan: str = "") -> Ref:
    """Read an id: case, leading zeros and full-width forms do not matter, 浙江-目标-20 and 浙江目标20 are zj-target-20.

    plan_names: by what other names plans are called. plan: the one meant where none is written (task-6, 目标20).
    Raises Refused: what has not the form of an id is the id of nothing.
    """
    plain = _folded(text)
    match = re.fullmatch(_ID, plain) or re.fullmatch(_CHINESE_ID, plain)
    if match is None or (kind := _kind(match["kind"])) is None:
        raise Refused(f"编号“{shorten(text)}”无法识别，请写成 zj-target-20 或 zj-target-20.3 的形式{_hint(match)}")
    named = match["plan"] or plan or ("" if plan_names is None else plan_names.get("", ""))
    if not named:
        raise Refused(
            f"编号“{shorten(text)}”没有写是哪个方案的；请写成 zj-{kind}-{match['number']} 的形式，或设定默认方案（TRACKER_PLAN）"
        )
    code = named.lower()
    if plan_names is not None:
        code = plan_names.get(named, code)
    return Ref(code, kind, int(match["number"]), match["region"], int(match["n"]) if match["n"] else None)


_COMMAS = dict.fromkeys(map(ord, "，、；"), ",")
_RANGE = r"\.{2,3}|~|(?<=-\d)-(?=\d+$)|(?<=-\d\d)-(?=\d+$)"
_CHINESE_RANGE = r"…+|～|(?<=\d)[—–至到]+|(?<=[一-龥]\d)-(?=\d+$)|(?<=[一-龥]\d\d)-(?=\d+$)"
"""What only a text with Chinese signs can have: to compile it takes a fortieth of a report."""
LONGEST_RANGE = 1000
"""Items that one range may name: more is a slip of the pen."""


def parse_ids(text: str, plan_names: PlanNames | None = None, plan: str = "") -> list[Ref]:
    """Read one or several ids: zj-task-6,zj-task-9 (or zj-task-6,9) and zj-task-6..8 (6至8, 6-8; or zj-target-20.1..3).

    Otherwise as `parse_id`.
    """
    found: list[Ref] = []
    for part in re.split(r"[,;\s]+", text.strip().translate(_COMMAS)) if text.strip() else (text,):
        spread = re.sub(_RANGE, "..", part)
        first, dots, last = (spread if part.isascii() else re.sub(_CHINESE_RANGE, "..", spread)).partition("..")
        if found and re.fullmatch(r"\d{1,9}", first):
            first = found[-1]._replace(number=int(first), n=None).text  # 6 of zj-task-3,6 is of the same list
        if part:
            found += _range(first, last, plan_names, plan) if dots else [parse_id(first, plan_names, plan)]
    return found or [parse_id(text, plan_names, plan)]


def _range(first: str, last: str, plan_names: PlanNames | None, plan: str) -> list[Ref]:
    """Return the ids from one to another, which may be only its number: 6..8."""
    start = parse_id(first, plan_names, plan)
    if re.fullmatch(r"\d{1,9}", _folded(last)):
        end = start._replace(number=int(last)) if start.n is None else start._replace(n=int(last))
    else:
        end = parse_id(last, plan_names, plan)
    found = [start._replace(number=number) for number in _numbers(start.number, end.number)]
    if start.n is not None and end.n is not None:
        found = [start._replace(n=n) for n in _numbers(start.n, end.n)]
    if not found or found[-1] != end:
        raise Refused(
            f"编号范围“{shorten(f'{first}..{last}')}”无法识别，请写成 zj-task-6..8 的形式，从小到大，同一清单"
        )
    return found


def _numbers(first: int, last: int) -> range:
    return range(first, last + 1) if last - first < LONGEST_RANGE else range(0)


def _folded(text: str) -> str:
    plain = text.strip().strip("\"'“”‘’。").replace("_", "-")
    return plain if plain.isascii() else plain.translate(FULL_WIDTH).translate(_DASHES)


def _hint(match: re.Match[str] | None) -> str:
    """Return what was probably meant by an id whose kind is misspelled."""
    from difflib import get_close_matches

    near = get_close_matches(match["kind"].lower(), KINDS, n=1) if match else []
    return (
        f"；是否指 {item_id((match['plan'] or 'zj').lower(), near[0], int(match['number']))}" if match and near else ""
    )


def _kind(word: str) -> str | None:
    lowered = word.lower()
    if lowered in KINDS:
        return lowered
    return next((code for code, chinese in KINDS.items() if chinese == word), None)
