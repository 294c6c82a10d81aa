"""The one place that prints: results on stdout, messages on stderr; tables, JSON and CSV of the same rows."""

import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

from tracker.cli import terminal
from tracker.cli.context import context
from tracker.cli.terminal import Column, cells, rich_table
from tracker.errors import Refused, reason_of, remedy_of
from tracker.folders import check_name, move_file
from tracker.ledger.terms import DEMO_LABEL
from tracker.ledger.values import plain
from tracker.store.location import hide_secrets
from tracker.text import UNSEEN, visible

_DECIMAL = 10**19 + int.from_bytes(os.urandom(8))
"""What stands for a decimal on the way into JSON; no stored text can know it, so none can pass for one."""


def message(text: str) -> None:
    """Write one line to the user beside the result (stderr); one that nobody can read is no reason to fail.

    A password in an address never gets here, whatever the address was taken for. A terminal gets it folded between words.
    """
    with suppress(OSError):
        _write(context.stderr, _folded(safe(hide_secrets(text)), context.stderr) + "\n")


def remarks(notes: Iterable[str] = (), left: Iterable[Any] = (), wrong: Iterable[Any] = ()) -> None:
    """Say what is to be minded, and what of a table was not taken or is wrong, each with its place (`sheets.reading.files`)."""
    for text in notes:
        message(f"注意：{text}")
    for name, problems in (("未读取", left), ("错误", wrong)):
        for each in problems:
            message(f"{name}：{each.place}：{each.message}")


def line(text: str = "") -> None:
    """Write one line of result (stdout); a sentence is folded between words on a terminal, a name or a path never."""
    shown = safe(text)
    is_sentence = any(sign in shown for sign in "，；。、")
    _write(context.stdout, (_folded(shown, context.stdout) if is_sentence else shown) + "\n")


def _folded(text: str, stream: IO[str]) -> str:
    """Fold what a terminal gets; anything else gets a line as it is."""
    if not (context.is_own_terminal() and stream.isatty()) or context.environ.get("TERM") == "dumb":
        return text
    return "\n".join(terminal.folded(each, 0, width()) for each in text.split("\n"))


def label(*, beside: bool = False) -> None:
    """Say once that what is shown comes from a sample ledger, where it does: above the result, or beside it (stderr)."""
    if context.is_sample and not context.is_labelled:
        context.is_labelled = True
        (message if beside else line)(DEMO_LABEL)


def block(text: str) -> None:
    """Write lines of result that were made safe part by part (tables)."""
    _write(context.stdout, text)


def safe(text: str) -> str:
    """Make stored text harmless on a terminal: control and direction-changing characters become visible."""
    return text if text.isprintable() else visible(text.replace("\t", "    "))


def _write(stream: IO[str], text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = str(getattr(stream, "encoding", None) or "ascii")
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def flush() -> None:
    """Push out what was written, so that a full disk or a closed pipe is noticed while it can be told."""
    context.stdout.flush()


def to_json(value: Any) -> str:
    """Write JSON with dates as ISO 8601 and decimals as numbers with their exact digits; a list has one row a line."""
    return "".join(json_parts(value)) if isinstance(value, list) else _Encoder(indent=2).text(value)


def json_parts(rows: Iterable[Any]) -> Iterator[str]:
    """Yield rows as an array of JSON, one row a line, some rows at a time; what is written of it takes no memory."""
    texts, before = map(_Encoder().text, rows), "[\n"
    while part := ",\n".join(islice(texts, _PART)):
        yield before + part
        before = ",\n"
    yield "\n]" if before == ",\n" else "[]"


class _Encoder(dict[date, str]):
    """Writes values as JSON. It knows the texts of the dates it met, and the digits of the decimals of one value in their order.

    Decimals are not kept: 1.0 equals 1 and is written otherwise.
    """

    def __init__(self, indent: int | None = None) -> None:
        from json import JSONEncoder

        encoder = JSONEncoder(ensure_ascii=False, check_circular=False, indent=indent, default=self.__getitem__)
        self._encode, self._digits = encoder.encode, list[str]()

    def __missing__(self, value: Any) -> str | int:
        if isinstance(value, Decimal):
            self._digits.append(plain(value))
            return _DECIMAL
        if isinstance(value, date):
            self[value] = value.isoformat()
            return self[value]
        raise TypeError(f"no JSON for {type(value)}")

    def text(self, value: Any) -> str:
        """Return a value as JSON. What a terminal would obey, and lone surrogates, which no encoding takes, are escaped."""
        text = self._encode(value)
        if not (text.isprintable() or text.replace("\n", "").isprintable()):
            text = re.sub(UNSEEN, lambda match: f"\\u{ord(match[0]):04x}", text)
        digits = self._digits
        if not digits:
            return text
        parts = [""] * (2 * len(digits) + 1)
        parts[::2], parts[1::2] = text.split(str(_DECIMAL)), digits
        digits.clear()
        return "".join(parts)


def print_json(value: Any) -> None:
    """Write a result as JSON; rows (a list, or an iterator that yields them) are written as they come."""
    for part in json_parts(value) if isinstance(value, (list, Iterator)) else (to_json(value),):
        _json_part(part)
    _write(context.stdout, "\n")


def _json_part(text: str) -> None:
    """Write a part of a text of JSON; a terminal of another encoding gets it in ASCII."""
    if not terminal.for_data(context.stdout):
        text = re.sub(r"[^\x00-\x7f]", lambda match: to_ascii(match[0]), text)
    _write(context.stdout, text)


def to_ascii(text: str) -> str:
    """Return a text as a string of JSON has it in ASCII, without its quotation marks."""
    import json

    return json.dumps(text)[1:-1]


def print_csv(rows: Iterable[Mapping[str, Any]], fields: Sequence[str], stamp: str | None = None) -> None:
    """Write rows as CSV, exact to the character; only on a terminal is what it would obey shown instead."""
    for part in csv_parts(rows, fields, stamp):
        csv_part(part)


def csv_part(text: str) -> None:
    """Write a part of a CSV text."""
    terminal.for_data(context.stdout)
    _write(context.stdout, safe(text) if context.stdout.isatty() else text)


def csv_parts(rows: Iterable[Mapping[str, Any]], fields: Sequence[str], stamp: str | None = None) -> Iterator[str]:
    """Yield rows as CSV; lists are joined by 、; a text that a spreadsheet would run as a formula is kept from it.

    stamp: what a last column of that name says in every row (`sheets.stamp`).
    """
    last = () if stamp is None else (stamp,)
    yield _csv_text([[*fields, *(("stamp",) if last else ())]])
    cells = ([*(cell_text(row[name]) for name in fields), *last] for row in rows)
    while part := list(islice(cells, _PART)):
        yield _csv_text(part)


def quick_csv_parts(rows: Iterable[Sequence[Any]], fields: Sequence[str], lists: AbstractSet[str]) -> Iterator[str]:
    """Yield rows of texts and whole numbers as they are kept as CSV, the same as `csv_parts`, fast.

    lists: fields whose texts are joined from several and are no formulas.
    """
    yield _csv_text([fields])
    rest = iter(rows)
    kept = [name in lists for name in fields]
    while part := list(islice(rest, _PART)):
        text = _csv_text(part)
        if any(mark in text for mark in _MAYBE_FORMULA) or text[0] in _OPENERS:
            text = _csv_text([
                [value if is_kept or not isinstance(value, str) else guarded(value) for value, is_kept in zip(row, kept, strict=True)]
                for row in part
            ])  # fmt: skip
        yield text


_PART = 50
"""Rows that are written at once: their text stays near the processor, which makes a listing of all faster by a tenth than with 1000."""
_OPENERS = "=+-@\t\r'\""
"""With what a cell may begin that is a formula, or hides one behind an apostrophe or a quotation mark."""
_MAYBE_FORMULA = tuple(before + opener for before in (",", "\n", ',"', '\n"') for opener in _OPENERS[:-1])
"""Where in a CSV text a formula may stand. Looked for one by one: of Chinese text that is four times as fast as a pattern."""
_NO_FORMULA = r"[-+]?\d+(?:\.\d+)?|[=+\-@]"


def _csv_text(rows: Iterable[Sequence[Any]]) -> str:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def cell_text(value: Any) -> str:
    """Write one value for a CSV cell."""
    text = plain_text(value)
    return guarded(text) if isinstance(value, str) else text


def plain_text(value: Any) -> str:
    """Write one value as text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case list() if value and isinstance(value[0], dict):
            return "；".join(str(part["id"]) if "id" in part else plain_text(part) for part in value)
        case list():
            return "、".join(map(str, value))
        case dict():
            return " ".join(cell_text(part) for part in value.values() if part is not None)
        case _:
            return value.isoformat() if isinstance(value, date) else str(value)


def guarded(text: str) -> str:
    """Put an apostrophe before a text that Excel would take for a formula when it opens a CSV file.

    A text that already begins so gets one more: reading takes exactly one off (`sheets.reading.delimited.unguarded`). A number and a
    sign alone (the comparator =) are no formulas and stay what scripts expect.
    """
    bare = text.lstrip("'")
    return (
        f"'{text}"
        if bare.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(_NO_FORMULA, text)
        else text
    )


def width() -> int:
    """Return the columns a table may use; a pipe gets room for whole rows unless COLUMNS says otherwise."""
    if context.environ.get("COLUMNS", "").isdigit():
        return max(int(context.environ["COLUMNS"]), 40)
    if context.stdout.isatty():
        return max(_terminal_size()[0] or 80, 40)
    return 160


def height() -> int | None:
    """Return the lines of the terminal, or None where there is none."""
    return _terminal_size()[1] or 24 if context.stdout.isatty() else None


def _terminal_size() -> tuple[int, int]:
    """Return columns and lines of the terminal; 0 for what it does not say, as in a container or under script."""
    try:
        size = os.get_terminal_size(context.stdout.fileno())
    except (OSError, ValueError):
        return 0, 0
    return size.columns, size.lines


def has_color() -> bool:
    """Say whether colour may be used: a terminal or FORCE_COLOR, and nobody against it."""
    environ = context.environ
    if context.no_color or environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    if context.stdout.isatty():
        return terminal.obeys_escapes(context.stdout)
    return environ.get("FORCE_COLOR", "0") not in ("", "0")


def is_rich() -> bool:
    """Say whether rich draws tables and pages: on a terminal that can move its cursor and is as wide as rich takes it for."""
    return context.stdout.isatty() and context.environ.get("TERM") != "dumb" and not terminal.widens(context.environ)


def console(file: IO[str] | None = None) -> Any:
    """Return rich's view of stdout: our width, our word on colour, nothing guessed from the text."""
    from rich.console import Console

    return Console(
        file=file or context.stdout, width=width(), color_system="standard" if has_color() else None, force_terminal=True,
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip


def draw(what: Any) -> None:
    """Write what rich draws, without the blanks at the ends of its lines; texts in it must be safe."""
    drawn = io.StringIO()
    console(drawn).print(what, crop=False)
    block(re.sub(r" +((?:\x1b\[0m)?)$", r"\1", drawn.getvalue(), flags=re.MULTILINE))


def print_table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], *, caption: str | None = None,
    lights: Sequence[str | None] = (), gap: int = 2,
) -> None:  # fmt: skip
    """Write rows as a table, one line a row, cut to the width with an ellipsis; columns that find no room are named beside it.

    lights gives each row's light; its colour is laid on the row's last column on a colour terminal, where the word already
    stands.
    """
    kept = terminal.readable(columns, width(), gap)
    left = [column.heading for place, column in enumerate(columns) if place not in kept]
    columns = [columns[place] for place in kept]
    clean = ([safe(" ".join(row[place].split())) for place in kept] for row in rows)
    if is_rich():
        if caption:
            line(caption)
        draw(rich_table(columns, clean, width=width(), gap=gap, lights=lights))
    else:
        lines = terminal.draw(columns, clean, width=width(), gap=gap, lights=lights if has_color() else None)
        if caption:
            line(caption)
        block("\n".join(lines) + "\n")
    if left:
        message(f"窗口较窄，未显示：{'、'.join(left)}")


def print_fields(rows: Sequence[Mapping[str, Any]], names: Sequence[str], total: int, caption: str) -> None:
    """Write the fields a person chose, each as wide as what stands in it; where room is short, the widest give way.

    A screen has the words for names and codes, a pipe the codes themselves.
    """
    from tracker.ledger.terms import CODE_WORDS, FIELD_WORDS

    texts = [[cell_text(row[name]) for name in names] for row in rows]
    heads = list(names)
    if context.stdout.isatty():
        words = [{"true": "是", "false": "否"} | CODE_WORDS.get(name, {}) for name in names]
        texts = [[told.get(text, text) for told, text in zip(words, row, strict=True)] for row in texts]
        heads = [FIELD_WORDS.get(name, name) for name in names]
    most = [40] * (len(names) - 1) + [width()]
    widths = [min(max(cells(each[place]) for each in (heads, *texts)), most[place]) for place in range(len(names))]
    ids = [name == "id" or name.endswith("_id") for name in names]
    columns = [Column(head, width, whole=whole) for head, width, whole in zip(heads, widths, ids, strict=True)]
    print_table(columns, texts, caption=f"共 {total} 行" + (f"，{caption}" if caption else ""))
    more(len(rows), total)


def write_file(path: str, content: bytes | Iterable[bytes], *, force: bool) -> Path:
    """Write a result, or its parts one after another, to a file: whole or not at all.

    Raises Refused when it exists and force is not given, or when its folder does not exist or cannot be written.
    """
    target = Path(path)
    check_output(target, force=force)
    from tracker.store.ledger_files import beside

    temporary = beside(target)
    try:
        with temporary.open("xb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(file.fileno())
        move_file(temporary, target)
    except OSError as error:
        raise Refused(f"无法写入 {target}：{reason_of(error)}；{remedy_of(error)}") from None
    finally:
        with suppress(OSError):
            temporary.unlink()
    return target


def check_output(target: Path, *, force: bool) -> None:
    """Refuse an output file that exists, is a folder or a device, or whose folder does not exist.

    Never, whatever is forced, may it take the place of a ledger or of what belongs to one.
    """
    from tracker.store.ledger_files import refuse_database, refuse_part

    check_name(target)
    for location in context.ledgers():
        refuse_part(location, target)
    if target.is_dir():
        raise Refused(f"输出位置 {target} 是一个目录；请写明文件名")
    if target.exists() and not target.is_file():
        # A file put in its place would take the device (/dev/null) from everybody.
        raise Refused(f"输出位置 {target} 是设备，不是文件；请写明文件名，不存文件时去掉 -o")
    if (target.exists() or target.is_symlink()) and not force:
        raise Refused(f"文件 {target} 已存在；加 --force 覆盖，或换一个文件名")
    if not target.parent.is_dir():
        raise Refused(f"目录 {target.parent} 不存在；请先建立该目录")
    refuse_database(target)


def forsake_stdout() -> None:
    """Let what is still to be written go nowhere: its reader has gone or its disk is full, and that was told."""
    with suppress(OSError, ValueError, io.UnsupportedOperation):
        terminal.lead_nowhere(context.stdout)


def more(shown: int, total: int, which: str = "前") -> None:
    """Say how to see the rest of a list that was cut."""
    if shown < total:
        line(f"只显示{which} {shown} 行，共 {total} 行；用 --limit 0 查看全部，或用 -o FILE 存入文件")
