"""The codes of the shipped plans: what every start may know of them, without their rows."""

from collections.abc import Iterable

from tracker.errors import Unclear
from tracker.ledger.values import shorten

SHIPPED = {"cn": "国家", "nx": "宁夏", "cq": "重庆", "zj": "浙江", "js": "江苏"}
"""The shipped plans by code, and how their regions are called."""


def shipped_codes(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of shipped plans named by code or region, in the order they ship; raises Unclear for another name."""
    names = {name: code for code, region in SHIPPED.items() for name in (code, region)}
    wanted = set()
    for text in texts:
        name = text.strip().lower()
        code = names.get(name) or next((c for c, region in SHIPPED.items() if name.startswith(region)), None)
        if code is None:
            known = "、".join(f"{code} {region}" for code, region in SHIPPED.items())
            raise Unclear(f"没有随附的方案“{shorten(text)}”；随附的有：{known}；其他方案请用 tracker plan read 读取")
        wanted.add(code)
    return tuple(code for code in SHIPPED if code in wanted)
