"""What changed between two moments, as the page tells it: by kind, each item once, with a word on what it was before."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

LISTS = {
    "completed": "申报办结", "closed": "核查销号", "back": "退回或重新打开", "red": "新亮红灯", "yellow": "新亮黄灯",
    "relieved": "红黄灯解除", "extended": "延期", "added": "新纳入", "removed": "调出", "carried_over": "结转", "reported": "填报",
}  # fmt: skip
"""What is told, in its order."""


class Move(NamedTuple):
    """One item that moved. is_here: whether it still stands on the page, so that its id leads somewhere."""

    id: str
    name: str
    words: str
    is_here: bool


def differences(moved: Mapping[str, int] | None, names: Iterable[str]) -> dict[str, str]:
    """Return in words how each figure moved: 增 3, 减 2, 持平; — where there was no ledger before."""
    return {name: "—" if moved is None else _difference(moved[name]) for name in names}


def _difference(step: int) -> str:
    if step == 0:
        return "持平"
    return f"增 {step}" if step > 0 else f"减 {-step}"
