"""A new ledger made aside, to compare an old one with: its tables and triggers, and the plans as they are shipped."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tracker.store import ddl
from tracker.store.connection import Connection, open_connection
from tracker.store.integrity.chain import recipe_of
from tracker.store.integrity.findings import RESTORE, Finding
from tracker.store.location import Location
from tracker.store.row_types import APPEND_ONLY

GUARDS = "用 tracker backup 另存一份备查，再用 tracker restore 从完好的备份恢复；保护历史的触发器不应被任何人删除"


@contextmanager
def pristine(now: datetime) -> Iterator[Connection]:
    """Make a ledger of this version in a temporary folder and open it for reading."""
    from tracker.store import creation

    with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
        location = Location(str(Path(folder) / "ledger.sqlite3"))
        creation.create(location, now, by="doctor")
        connection = open_connection(location, write=False)
        try:
            yield connection
        finally:
            connection.close()


def compare_schema(connection: Connection) -> Iterator[Finding]:
    """Yield tables, indexes and triggers of a file that are missing, altered, or (triggers) were put in."""
    stored, right = ddl.objects(connection.raw), ddl.right_objects()
    for (kind, name), sql in right.items():
        if (kind, name) not in stored:
            yield Finding("schema", f"{_KINDS[kind]} {name}", "缺失", GUARDS)
        elif stored[kind, name] != sql:
            yield Finding("schema", f"{_KINDS[kind]} {name}", "定义与本版本不同，曾被改动", GUARDS)
    for kind, name in stored:
        if kind == "trigger" and (kind, name) not in right:
            yield Finding("schema", f"触发器 {name}", "不是 tracker 建立的", GUARDS)


def damaged(connection: Connection) -> Iterator[Finding]:
    """Yield what SQLite itself finds wrong with its file; what rows may hold is asked elsewhere (`integrity.rows`)."""
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for (text,) in connection.all("PRAGMA integrity_check"):
        if text != "ok":
            yield Finding("integrity", connection.location.shown, f"数据库文件损坏：{text}", RESTORE)


def broken_keys(connection: Connection) -> Iterator[Finding]:
    """Yield rows of a file whose parent is not there."""
    for table, key, parent, _ in connection.all("PRAGMA foreign_key_check"):
        yield Finding("keys", f"表 {table} 第 {key} 行", f"指向的 {parent} 不存在，曾被删除或改动", RESTORE)


_KINDS = {"table": "表", "index": "索引", "trigger": "触发器", "view": "视图"}


def compare_guards(connection: Connection) -> Iterator[Finding]:
    """Yield the guards of a server's append-only tables that are missing or switched off."""
    rows = connection.all(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled IN ('O', 'A')"
    )
    for table in APPEND_ONLY:
        for guard in ("append_only", "no_truncate"):
            if (table, f"{table}_{guard}") not in rows:
                yield Finding("schema", f"触发器 {table}_{guard}", "缺失或被停用", GUARDS)


def altered_facts(connection: Connection, model: Connection) -> Iterator[Finding]:
    """Yield, name by name, where the shipped plans in a ledger differ from the files shipped with this program."""
    facts = recipe_of(connection)(1).facts
    for table, code in _CODES.items():
        names = [name for name in facts[table] if name not in _KEYS]
        sql = code.format(names=", ".join(f"{table}.{name}" for name in names))
        shipped = {key: values for key, *values in model.all(sql)}
        # A ledger may have any number of rows: only the shipped ones are held.
        for key, *values in connection.stream(sql):
            ours = shipped.pop(key, None)
            if ours is None:
                yield Finding("facts", key, "台账中有，随附的方案中没有", RESTORE)
                continue
            for name, old, new in zip(names, ours, values, strict=True):
                if old != new:
                    what = f"台账中是“{_shown(new)}”，随附的方案中是“{_shown(old)}”"
                    yield Finding("facts", f"{key} 的 {name}", what, RESTORE)
        for key in shipped:
            yield Finding("facts", key, "随附的方案中有，台账中没有", RESTORE)


_KEYS = ("id", "plan_id", "item_id", "parent_id", "code", "n", "position")
_CODES = {
    "plan": "SELECT plan.code, {names} FROM plan WHERE added_by IS NULL ORDER BY id",
    "item": "SELECT item.code, {names} FROM item WHERE added_by IS NULL ORDER BY id",
    "indicator": "SELECT item.code || '.' || indicator.n, {names} FROM indicator JOIN item ON item.id = indicator.item_id"
    " WHERE indicator.added_by IS NULL ORDER BY indicator.id",
}


def _shown(value: object) -> str:
    from tracker.ledger.values import shorten

    return "空" if value is None else shorten(str(value))
