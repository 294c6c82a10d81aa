"""What changed between two days: the same items, judged as of then and as of now."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tracker.ledger.judgement import Judged
from tracker.ledger.terms import LIGHTS


class Change(NamedTuple):
    """One item that moved: how it stands now, and a word on what it was before."""

    judged: Judged
    words: str


class Changes(NamedTuple):
    """The items that moved, by the way they did. An item can stand in several lists."""

    done: tuple[Change, ...]
    back: tuple[Change, ...]
    red: tuple[Change, ...]
    yellow: tuple[Change, ...]
    relieved: tuple[Change, ...]
    extended: tuple[Change, ...]
    reported: tuple[Change, ...]
    added: tuple[Change, ...]


def changes_between(before: Sequence[Judged], now: Sequence[Judged], since: date, until: date) -> Changes:
    """Compare two views of the ledger, of the days since and until."""
    old = {each.item.id: each for each in before}
    pairs = [(old[each.item.id], each) for each in now if each.item.id in old]
    return Changes(
        done=tuple(_told(b, a) for b, a in pairs if b.item.is_open and not a.item.is_open),
        back=tuple(_told(b, a) for b, a in pairs if not b.item.is_open and a.item.is_open),
        red=tuple(_told(b, a) for b, a in pairs if _color(a) == "red" and _color(b) != "red"),
        yellow=tuple(_told(b, a) for b, a in pairs if _color(a) == "yellow" and _color(b) not in ("yellow", "red")),
        relieved=tuple(
            _told(b, a) for b, a in pairs if _color(b) in _TROUBLED and _color(a) not in _TROUBLED and a.item.is_open
        ),
        extended=tuple(
            Change(a, f"完成时限由 {b.item.due or '无'} 改为 {a.item.due or '无'}")
            for b, a in pairs if b.item.due != a.item.due
        ),
        reported=tuple(Change(each, "") for each in now if _is_reported(each, since, until)),
        added=tuple(Change(each, "") for each in now if each.item.id not in old),
    )  # fmt: skip


_TROUBLED = ("red", "yellow")


def _told(before: Judged, now: Judged) -> Change:
    then, today = _color(before), _color(now)
    if then is None or today is None or then == today:
        return Change(now, "")
    return Change(now, f"{LIGHTS[then]} → {LIGHTS[today]}")


def _color(judged: Judged) -> str | None:
    return judged.judgement.light.color if judged.judgement.light else None


def _is_reported(judged: Judged, since: date, until: date) -> bool:
    """Say whether the report in force was entered in the time; by its own date where it was entered afterwards."""
    report = judged.item.last_report
    if report is None:
        return False
    return since < (report.entered if report.entered <= until else report.date) <= until


def differences(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, str]:
    """Return in words how each figure moved: 增 3, 减 2, 持平."""
    return {name: _difference(now[name] - before.get(name, 0)) for name in now}


def _difference(step: int) -> str:
    if step == 0:
        return "持平"
    return f"增 {step}" if step > 0 else f"减 {-step}"
