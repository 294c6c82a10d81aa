"""The values of options and arguments, read: counts, moments, lists of words, names of fields, ids."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.cli.context import context
from tracker.errors import Unclear
from tracker.ledger.dates import parse_instant
from tracker.ledger.values import shorten

if TYPE_CHECKING:
    from tracker.ledger.ids import Ref
    from tracker.store.connection import Connection


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
    return None if text is None else parse_instant(text, context.today, what="--known-at 的时刻")


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


STDIN = "-"
"""What stands for ids, or lines, that are read from stdin."""


def named(connection: "Connection", texts: Sequence[str]) -> "list[Ref]":
    """Return what a person named by one or several ids, lists and ranges; - for ids on stdin, task-6 for one of the own plan."""
    from tracker.actions.name_lookup import refs

    return refs(connection, _with_stdin(texts), context.settings["plan"])


def named_one(connection: "Connection", text: str) -> "Ref":
    """Return the one item or indicator that a person named."""
    from tracker.actions.name_lookup import ref_of

    return ref_of(connection, text, context.settings["plan"])


def stdin_bytes() -> bytes:
    """Return all of stdin as bytes, as a table comes in; raises Unclear where a person would have to type it."""
    if context.stdin.isatty():
        raise Unclear("没有从标准输入读到表格；请写文件名，或用管道送入（如 cat 表.csv | tracker import -）")
    buffer = getattr(context.stdin, "buffer", None)
    return buffer.read() if buffer is not None else context.stdin.read().encode()


def stdin_lines() -> list[str]:
    """Return the lines of stdin that say something: no blank ones, no remarks (# …); raises Unclear where there are none."""
    lines = [line.strip().removeprefix("\ufeff") for line in context.stdin]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise Unclear("标准输入是空的；“-” 表示从标准输入读取，每行一个编号")
    return found


def _with_stdin(texts: Sequence[str]) -> list[str]:
    if STDIN not in texts:
        return list(texts)
    lines = stdin_lines()
    # The heading of `list --fields id --csv`.
    given = lines[1:] if lines[0].lower() in ("id", "编号") else lines
    place = list(texts).index(STDIN)
    return [*texts[:place], *given, *(text for text in texts[place + 1 :] if text != STDIN)]
