"""Moving a whole ledger: between a file and a server, either way; and out into files and back (docs/files.md).

JSON lines are what a ledger is rebuilt from; CSV is for spreadsheets, and is read where the JSON lines of a table are gone.
In CSV an empty cell is NULL; a backslash stands before a text that is empty, begins with a backslash, or that a spreadsheet
would run as a formula.
"""

import codecs
import csv
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.values import shorten
from tracker.store import creation, ddl
from tracker.store.connection import Connection, check_version, in_words, marks, open_connection
from tracker.store.ddl import as_it_stands
from tracker.store.filters import ItemFilter, facts
from tracker.store.ledger_files import refuse_part
from tracker.store.location import Location
from tracker.store.row_types import APPEND_ONLY, COLUMNS, INTEGERS, KEYS
from tracker.store.version import HEAD, REVISIONS

TABLES = tuple(COLUMNS)
"""Every table, parents before children: the order in which rows can be inserted."""
BATCH = 5000


def copy_ledger(source: Location, target: Location, now: datetime, *, by: str) -> dict[str, int]:
    """Copy every row of a ledger into a new one and compare both; return the number of rows of each table.

    A file appears under its name only when all of it is there, and is the same. Raises Refused when the target holds a ledger
    already, is part of the source, or when a table differs after the copy; nothing is kept then.
    """
    if target.is_sqlite:
        refuse_part(source, target.path)
        if target.exists():
            raise Refused(f"目标 {target.shown} 已存在；请换一个位置")
    origin = open_connection(source, write=False)
    try:
        with in_words(target):
            check_version(origin)
            if origin.is_sqlite:
                origin.execute("BEGIN")
            return _into_file(origin, target, now, by) if target.is_sqlite else _into_server(origin, target, now, by)
    finally:
        origin.close()


def _into_server(origin: Connection, target: Location, now: datetime, by: str) -> dict[str, int]:
    """Make the tables and fill them in one transaction: what fails leaves an empty database."""
    counts: dict[str, int] = {}

    def pour(connection: Connection) -> None:
        counts.update(_pour(origin, connection))

    if not creation.create_on_server(target, now, by=by, plans=(), then=pour):
        raise Refused(f"目标 {target.shown} 已有台账；请换一个空的数据库")
    vacuum(target)
    return counts


def _into_file(origin: Connection, target: Location, now: datetime, by: str) -> dict[str, int]:
    counts: dict[str, int] = {}

    def pour(place: Location) -> None:
        connection = open_connection(place, write=True)
        try:
            counts.update(_pour(origin, connection))
            connection.execute("COMMIT")
        finally:
            connection.close()

    if not creation.create(target, now, by=by, plans=(), then=pour):
        raise Refused(f"目标 {target.shown} 已存在；请换一个位置")
    return counts


def _pour(origin: Connection, connection: Connection) -> dict[str, int]:
    """Fill a new ledger with all rows of another, and compare both."""
    make_empty(connection)
    with ddl.as_it_stands(connection):
        counts = {table: _copy_table(origin, connection, table) for table in TABLES}
    finish_load(connection)
    _prove_equal(origin, connection)
    return counts


def _prove_equal(origin: Connection, connection: Connection) -> None:
    for table in TABLES:
        if digest(origin, table) != digest(connection, table):
            raise Refused(f"复制后核对不一致：表 {table}；目标未保留，请重试并报告")


@contextmanager
def bulk_load(location: Location) -> Iterator[Connection]:
    """Open a new ledger to be emptied and filled (`make_empty`); what is left without an exception is committed."""
    connection = open_connection(location, write=True)
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def make_empty(connection: Connection) -> None:
    """Remove what a new ledger holds from the start. Only here may history go: it is not yet anybody's."""
    if connection.is_sqlite:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        triggers = connection.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for table in reversed(TABLES):
            connection.execute(f"DELETE FROM {table}")
        for _, sql in triggers:
            connection.execute(sql)
        return
    # The guards of history alone: the owner of the tables may do this, and foreign keys go on watching.
    for table in APPEND_ONLY:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for table in reversed(TABLES):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    for table in APPEND_ONLY:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _copy_table(origin: Connection, connection: Connection, table: str) -> int:
    listed = quoted(columns(table))
    return insert_rows(connection, table, origin.stream(f"SELECT {listed} FROM {table} ORDER BY {order_of(table)}"))


def insert_rows(
    connection: Connection, table: str, rows: Iterable[tuple[object, ...]], names: Sequence[str] = ()
) -> int:
    """Insert rows in some columns, those of `columns` where none are named, in portions; return how many there were."""
    names = names or columns(table)
    sql = f"INSERT INTO {table} ({quoted(names)}) VALUES ({marks(names)})"
    count, left = 0, iter(rows)
    while batch := list(islice(left, BATCH)):
        connection.many(sql, batch)
        count += len(batch)
    return count


def quoted(names: Iterable[str]) -> str:
    """Return the names of columns as a list in SQL; one of them is a word of SQL itself."""
    return ", ".join(f'"{name}"' for name in names)


def columns(table: str) -> list[str]:
    """Return the names of a table's columns in their alphabetical order, the same on every engine and in every version."""
    return sorted(COLUMNS[table])


def order_of(table: str) -> str:
    """Return the key by which the rows of a table are put in order."""
    return ", ".join(KEYS[table])


def digest(connection: Connection, table: str) -> str:
    """Return a digest of all rows of a table that is the same on every engine."""
    listed = quoted(columns(table))
    total = hashlib.sha256(listed.encode())
    rows = connection.stream(f"SELECT {listed} FROM {table} ORDER BY {order_of(table)}")
    texts = (json.dumps(list(row), ensure_ascii=True) for row in rows)
    # Numbers are in the same order everywhere; texts are sorted by the rules of each server.
    for text in sorted(texts) if KEYS[table] != ("id",) else texts:
        total.update(text.encode())
    return total.hexdigest()


def finish_load(connection: Connection) -> None:
    """Have a server go on counting after the keys that were inserted, and know at once how many rows its plans are for.

    A file needs neither; a server would find out by itself, a minute later (`overdue --limit 50` took 11 s until then).
    """
    if connection.is_sqlite:
        return
    connection.execute(f"ANALYZE {', '.join(TABLES)}")
    for table in TABLES:
        if KEYS[table] == ("id",):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce((SELECT max(id) FROM {table}), 0) + 1, false)"
            )


def vacuum(location: Location) -> None:
    """Have a server note that all see the rows that were committed, so that its indexes alone answer; it would do so minutes later.

    Whatever hinders it takes nothing from the rows.
    """
    from psycopg import Error

    with suppress(Refused, Error), closing(open_connection(location, write=True)) as connection:
        connection.raw.autocommit = True
        connection.execute(f"VACUUM {', '.join(TABLES)}")


_OF_ITEMS = ("indicator", "responsibility", "report", "event", "evidence")
"""Tables whose rows each belong to one item."""
_UNITS = "SELECT unit_id FROM {table} WHERE item_id IN ({items}) AND unit_id IS NOT NULL"
_CHANGES = " UNION ".join((
    *(f"SELECT change_id FROM {table} WHERE item_id IN ({{items}})" for table in ("report", "event", "evidence")),
    "SELECT added_by FROM item WHERE id IN ({items})", "SELECT added_by FROM indicator WHERE item_id IN ({items})",
))  # fmt: skip


_UNIT_KEYS = " UNION ".join(_UNITS.replace("{table}", table) for table in ("responsibility", "report", "event"))
_BELONGS = {
    "ledger": "1 = 1",
    "item": "id IN ({items})",
    **dict.fromkeys(_OF_ITEMS, "item_id IN ({items})"),
    "indicator_source": "indicator_id IN (SELECT id FROM indicator WHERE item_id IN ({items}))",
    "plan": "id IN (SELECT plan_id FROM item WHERE id IN ({items}))",
    "region": "name IN (SELECT region FROM item WHERE id IN ({items}))",
    "unit": f"id IN ({_UNIT_KEYS})",
    "unit_name": f"unit_id IN ({_UNIT_KEYS})",
    # What took a change back is told with it: a report that was undone must not pass for one in force.
    "change": f"id IN (WITH RECURSIVE told(id) AS ({_CHANGES} UNION SELECT later.id FROM change later"
    " JOIN told ON later.undoes = told.id) SELECT id FROM told)",
}
"""By table, which of its rows belong to items; a table that is not named (access, index_value) has none that do."""


class Subset(NamedTuple):
    """Some items of a ledger, as a query for their keys; words says which they are, for the manifest and for people."""

    items: str
    parameters: tuple[Any, ...]
    words: str

    def condition(self, table: str) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on the rows of a table that belong to these items, with its parameters."""
        belongs = _BELONGS.get(table, "1 = 0")
        return belongs.replace("{items}", self.items), self.parameters * belongs.count("{items}")


def chosen_subset(connection: Connection, wanted: ItemFilter, words: str) -> Subset:
    """Return the part of a ledger that plans, kinds and units let through. Raises Refused where there is no such item."""
    conditions, parameters = facts(wanted)
    part = Subset(f"SELECT item.id FROM item WHERE {' AND '.join(conditions)}", tuple(parameters), words)
    if connection.one(f"{part.items} LIMIT 1", part.parameters) is None:
        raise Refused(f"没有符合条件的事项（{words}），未导出；请检查 --plan、--unit、--kind")
    return part


MANIFEST = "ledger.json"
EVIDENCE = "evidence-files"
FORMAT, PART_FORMAT = "tracker-ledger-1", "tracker-ledger-part-1"
"""What a whole ledger calls itself, and what a part of one does, from which none can be rebuilt."""
_CHUNK = 1 << 20
_ESCAPED = ("\\", "=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
Row = tuple[Any, ...]


class Manifest(NamedTuple):
    """What a folder says of itself: the schema of its tables, and how many rows each has."""

    schema: str
    rows: dict[str, int]


def write_tables(
    connection: Connection, folder: Path, watch: Callable[[Sequence[str]], Iterable[str]], part: Subset | None = None
) -> dict[str, int]:
    """Write every table of a ledger into a folder, the manifest last; return the number of rows of each table.

    part: only the rows that belong to it; the manifest then says so. Rows stand in the order of their keys, columns in that
    of their names: the same ledger gives the same bytes, whether it is a file or on a server. watch passes the names of the
    tables on.
    """
    counts = {table: _write_table(connection, folder, table, part) for table in watch(TABLES)}
    kind = {"format": FORMAT} if part is None else {"format": PART_FORMAT, "partial": part.words}
    manifest = {**kind, "schema": HEAD, "rows": counts}
    with _created(folder / MANIFEST) as file:
        file.write(json.dumps(manifest, indent=2) + "\n")
    return counts


def _write_table(connection: Connection, folder: Path, table: str, part: Subset | None) -> int:
    names = columns(table)
    where, parameters = ("", ()) if part is None else part.condition(table)
    chosen = f" WHERE {where}" if where else ""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    count = 0
    with ExitStack() as files:
        lines = files.enter_context(_created(folder / f"{table}.jsonl"))
        sheet = files.enter_context(_created(folder / f"{table}.csv", mark=True))
        # CR LF, so that the module quotes a text with either of them.
        writer = csv.writer(sheet, lineterminator="\r\n")
        writer.writerow(names)
        for row in connection.stream(
            f"SELECT {quoted(names)} FROM {table}{chosen} ORDER BY {order_of(table)}", parameters
        ):
            lines.write(encode(dict(zip(names, row, strict=True))) + "\n")
            writer.writerow([_cell(value) for value in row])
            count += 1
    return count


def _created(path: Path, *, mark: bool = False) -> IO[str]:
    """Open a new file that its owner alone can read. mark: with the sign by which Excel knows UTF-8."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8-sig" if mark else "utf-8", newline="")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    if not isinstance(value, int) and (not text or (text.startswith(_ESCAPED) and not _NUMBER.fullmatch(text))):
        return f"\\{text}"
    return text


def _uncell(text: str) -> str | None:
    if not text:
        return None
    return text.removeprefix("\\")


def read_manifest(folder: Path) -> Manifest:
    """Return what a folder says of itself; raises Refused for one that is no exported ledger, or of another version."""
    path = folder / MANIFEST
    try:
        data = json.loads("".join(_texts(path)))
        manifest = Manifest(str(data["schema"]), {str(name): int(rows) for name, rows in data["rows"].items()})
        form = data["format"]
    except FileNotFoundError:
        raise Refused(
            f"文件夹 {folder} 不是导出的台账（没有 {MANIFEST}）；请指定 tracker export data 写的文件夹"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"{path} 无法识别（{shorten(str(error))}）；请重新导出") from None
    if form == PART_FORMAT:
        raise Refused(
            f"文件夹 {folder} 是部分导出（{shorten(str(data.get('partial')))}），不能还原台账；"
            "请用 tracker export data 导出整个台账，不加 --plan、--unit、--kind"
        )
    if form != FORMAT or manifest.schema not in REVISIONS:
        raise Refused(
            f"文件夹 {folder} 由其他版本的 tracker 导出（{shorten(manifest.schema)}，本程序为 {HEAD}）；请先升级本程序"
        )
    missing = [table for table in TABLES if table not in manifest.rows]
    if missing and manifest.schema == HEAD:
        raise Refused(f"{path} 缺少表 {'、'.join(missing)}；请重新导出")
    return manifest


def is_part(folder: Path) -> bool:
    """Say whether a folder says of itself that it is a part of a ledger; one that cannot be read does not."""
    with suppress(OSError, ValueError, Refused):
        data = json.loads("".join(_texts(folder / MANIFEST)))
        return isinstance(data, dict) and data.get("format") == PART_FORMAT
    return False


def fill_tables(
    connection: Connection, folder: Path, manifest: Manifest, watch: Callable[[Sequence[str]], Iterable[str]]
) -> None:
    """Insert every row of a folder into an emptied ledger; raises Refused, naming file and row, for what cannot be.

    Of a folder of an older schema the columns are taken that are still there: of what it derived the rest is derived anew
    (`store.upgrade.take_over`).
    """
    with as_it_stands(connection):
        for table in watch([table for table in TABLES if table in manifest.rows]):
            names = columns(table) if manifest.schema == HEAD else _columns_in(folder, table)
            kept = [name for name in names if name in COLUMNS[table]]
            found = insert_rows(connection, table, _rows(folder, table, names, kept), kept)
            if found != manifest.rows[table]:
                raise Refused(
                    f"文件夹 {folder} 不完整：表 {table} 应有 {manifest.rows[table]} 行，实有 {found} 行；请重新导出"
                )


def _columns_in(folder: Path, table: str) -> list[str]:
    """Return the columns that a table has in a folder, in their order there; those of today where it has no row."""
    lines, sheet = folder / f"{table}.jsonl", folder / f"{table}.csv"
    with suppress(ValueError, FileNotFoundError, AttributeError):
        first = next(iter(_texts(lines)), "") if lines.exists() else ""
        header = next(csv.reader(_texts(sheet)), []) if sheet.exists() and not first else []
        return sorted(json.loads(first).keys()) if first else header or columns(table)
    return columns(table)


def _rows(folder: Path, table: str, names: Sequence[str], kept: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a table that has these columns, in those of them that are kept."""
    whole = frozenset(INTEGERS[table])
    lines, sheet = folder / f"{table}.jsonl", folder / f"{table}.csv"
    if lines.exists():
        yield from _json_rows(lines, names, kept, whole)
    elif sheet.exists():
        yield from _csv_rows(sheet, names, kept, whole)
    else:
        raise Refused(f"文件夹 {folder} 中没有 {table}.jsonl，也没有 {table}.csv；请重新导出")


def _json_rows(path: Path, names: Sequence[str], kept: Sequence[str], whole: frozenset[str]) -> Iterator[Row]:
    for number, line in enumerate(_texts(path), start=1):
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Refused(f"{path} 第 {number} 行无法识别（{shorten(str(error))}）；请重新导出") from None
        if not isinstance(data, dict) or sorted(data) != names:
            raise Refused(f"{path} 第 {number} 行的各列与本程序不符；请重新导出")
        yield tuple(_checked(path, number, name, data[name], whole) for name in kept)


def _csv_rows(path: Path, names: Sequence[str], kept: Sequence[str], whole: frozenset[str]) -> Iterator[Row]:
    # A cell may be as long as the text that somebody reported; the module's own limit is not.
    before = csv.field_size_limit(1 << 30)
    rows = csv.reader(_texts(path), strict=True)
    try:
        if next(rows, None) != list(names):
            raise Refused(f"{path} 的表头与本程序不符；请重新导出")
        for row in rows:
            number = rows.line_num
            if len(row) != len(names):
                raise Refused(f"{path} 第 {number} 行有 {len(row)} 列，应为 {len(names)} 列；请重新导出")
            values = dict(zip(names, map(_uncell, row), strict=True))
            yield tuple(_checked(path, number, name, _number(name, values[name], whole), whole) for name in kept)
    except csv.Error:
        raise Refused(f"{path} 第 {rows.line_num} 行无法识别，文件不完整；请重新导出") from None
    finally:
        csv.field_size_limit(before)


def _number(name: str, value: str | None, whole: frozenset[str]) -> str | int | None:
    if value is None or name not in whole or not re.fullmatch(r"-?[0-9]{1,18}", value):
        return value
    return int(value)


def _checked(path: Path, number: int, name: str, value: Any, whole: frozenset[str]) -> Any:
    """Return a value that its column can hold: SQLite itself would take anything."""
    fits = value is None or (type(value) is int if name in whole else type(value) is str)
    if not fits:
        raise Refused(f"{path} 第 {number} 行 {name} 的值“{shorten(str(value))}”类型不对；请重新导出")
    return value


def _texts(path: Path) -> Iterator[str]:
    """Yield the lines of a file that is UTF-8, with or without its mark, or GB18030; a line ends at LF only."""
    with path.open(encoding=_encoding(path), newline="\n") as file:
        try:
            yield from file
        except UnicodeDecodeError:
            raise Refused(f"{path} 既不是 UTF-8 也不是 GB18030 编码；请重新导出") from None


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def named_evidence(connection: Connection, part: Subset | None = None) -> list[str]:
    """Return the SHA-256 of every file that a ledger, or a part of it, names: evidence, and of the whole reports that were handed out."""
    among, parameters = ("1 = 1", ()) if part is None else part.condition("evidence")
    handed_out = " UNION SELECT content FROM issue" if part is None else ""
    rows = connection.all(
        f"SELECT sha256 FROM evidence WHERE kind = 'file' AND {among}{handed_out} ORDER BY 1", parameters
    )
    rows = list(dict.fromkeys(rows))
    return [str(row[0]) for row in rows]
