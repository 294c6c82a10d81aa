"""The values of options, read: counts, moments, lists of words, names of fields."""

from collections.abc import Sequence

from tracker.cli.runtime import runtime
from tracker.errors import Unclear
from tracker.ledger.dates import parse_instant
from tracker.ledger.values import shorten


def parse_count(text: str, option: str) -> int:
    """Return a whole number of rows, days or items; raises Unclear otherwise."""
    cleaned = text.strip()
    if not cleaned.isascii() or not cleaned.isdigit() or len(cleaned) > 9:  # noqa: PLR2004 - no count is that long
        raise Unclear(f"{option} 的值“{shorten(text)}”应为 0 或正整数")
    return int(cleaned)


def check_fields(names: Sequence[str], available: Sequence[str], option: str) -> None:
    """Refuse a field that does not exist, naming those that do."""
    for name in names:
        if name not in available:
            raise Unclear(f"{option} 中没有“{shorten(name)}”这个字段；可用字段：{'、'.join(available)}")


def known_at(text: str | None) -> str | None:
    """Return the moment of --known-at; raises Unclear for what is none."""
    return None if text is None else parse_instant(text, runtime.today, what="--known-at 的时刻")


def words(text: str | None) -> tuple[str, ...] | None:
    """Split an option that takes several values: a,b or a、b.

    Raises Unclear for an empty one: an unset variable of a script must not pass for a question about nothing, or about all.
    """
    if text is None:
        return None
    parts = tuple(part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip())
    if not parts:
        raise Unclear(f"有一个选项的值是空的（“{shorten(text)}”）；请写上值，不限定时去掉该选项")
    return parts
