"""The codes of the shipped plans: what every start may know of them, without their rows."""

import re
from collections.abc import Iterable

from tracker.errors import Unclear
from tracker.ledger.values import shorten

SHIPPED = {"cn": "国家", "nx": "宁夏", "cq": "重庆", "zj": "浙江", "js": "江苏"}
"""The shipped plans by code, and how their regions are called."""
_AREA = "(?:省|市|(?:回族)?自治区)?(?:的?.{0,24}方案)?"


def shipped_codes(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of shipped plans named by code or region (浙江, 浙江省, 浙江省方案), in the order they ship.

    Several may stand in one text, with a blank or 和 between them. Raises Unclear for another name.
    """
    wanted = set()
    for text in (name for each in texts for name in re.split(r"[\s;；和及]+", each.strip())):
        name = text.lower()
        code = next(
            (c for c, region in SHIPPED.items() if name == c or re.fullmatch(f"全?{region}{_AREA}", name)), None
        )
        if code is None:
            known = "、".join(f"{code} {region}" for code, region in SHIPPED.items())
            raise Unclear(f"没有随附的方案“{shorten(text)}”；随附的有：{known}；其他方案请用 tracker plan read 读取")
        wanted.add(code)
    return tuple(code for code in SHIPPED if code in wanted)
