"""What `tracker doctor` reports: a finding says what is wrong, where, and what to do."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from tracker.store.connection import explain_file
from tracker.store.location import Location

AREAS = {
    "integrity": "文件完整性",
    "schema": "表结构",
    "rights": "服务器权限",
    "keys": "外键",
    "chain": "改动链",
    "times": "改动时刻",
    "history": "历史完整性",
    "facts": "方案内容",
    "registry": "单位和地区名录",
    "state": "现状",
    "rows": "记录内容",
    "links": "指标关联",
    "evidence": "佐证材料",
    "weights": "指数权重",
    "files": "文件权限和位置",
}
"""The areas that are looked at, in this order."""

RESTORE = "用 tracker restore 从最近的完好备份恢复；恢复前先查明是谁、用什么程序直接改了数据库"
CUT = (
    "先另存一份备查，再用 tracker restore 从较新的完好备份恢复；另有凭据证明历史未被删减的，"
    "用 tracker doctor --repair --expect 最后一号改动的校验值 重建"
)
REPAIR = "历史无误时运行 tracker doctor --repair 重建"
SHOWN = 20
"""How many findings of one area are spelled out; a torn ledger shall not scroll by for an hour."""


class Finding(NamedTuple):
    """One thing that is not as it should be."""

    area: str
    where: str
    what: str
    remedy: str


def limited(area: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first findings of an area and, where there are more, one that says how many."""
    found = iter(findings)
    yield from islice(found, SHOWN)
    rest = sum(1 for _ in found)
    if rest:
        yield Finding(area, f"另有 {rest} 处", "同类问题，未逐一列出", "先处理已列出的，再运行 tracker doctor")


def guarded(area: str, look: Callable[[], Iterable[Finding]], location: Location) -> Iterator[Finding]:
    """Go on with the next area where a damaged page, or a table that is not as it was, ends the look at one."""
    try:
        yield from look()
    except sqlite3.DatabaseError as error:
        yield Finding(area, location.shown, f"无法检查：{explain_file(error, location)}", RESTORE)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        yield Finding(area, location.shown, f"无法检查完：记录曾被直接改动（{type(error).__name__}）", RESTORE)
