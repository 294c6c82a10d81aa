"""Whether the database is sound as such: its file and keys, tables and triggers as in a new ledger, rows of the right form."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.ledger.replay import is_understood
from tracker.store import ddl
from tracker.store.connection import Connection, open_connection
from tracker.store.integrity.chain import recipe_of
from tracker.store.integrity.findings import REPAIR, RESTORE, Finding
from tracker.store.location import Location
from tracker.store.row_types import APPEND_ONLY, COLUMNS, INTEGERS, KEYS
from tracker.store.row_values import RULES, Form, decision_of, parsed

TABLES = {
    "ledger": "台账事实", "change": "改动", "plan": "方案", "region": "地区", "unit": "单位", "unit_name": "单位别名", "access": "权限",
    "item": "事项", "responsibility": "责任单位", "indicator": "指标", "indicator_source": "来源指标", "report": "填报", "event": "决定",
    "evidence": "佐证", "index_value": "指数数据", "issue": "期号",
}  # fmt: skip


def check_rows(connection: Connection) -> Iterator[Finding]:
    """Yield the first cell of every row that breaks a rule of its table: its type, its form, what its JSON says."""
    for table in COLUMNS:
        yield from _broken_cells(connection, table)
    yield from _broken_records(connection)


def _broken_cells(connection: Connection, table: str) -> Iterator[Finding]:
    """Ask the database itself: on a server the types hold, in a file any cell may hold anything."""
    engine = "sqlite" if connection.is_sqlite else "postgresql"
    rules: list[tuple[str, str, str]] = []
    for column in COLUMNS[table]:
        if connection.is_sqlite:
            is_whole = column in INTEGERS.get(table, ())
            kind = "integer" if is_whole else "text"
            rules.append(
                (column, f"typeof(\"{column}\") IN ('{kind}', 'null')", "应为整数" if is_whole else "应为文字")
            )
        form: Form | None = RULES.get(table, {}).get(column)
        if form is not None and not form.sized:
            rules.append((column, form.condition(column, engine), form.words))
    if not rules:
        return
    cases = " ".join(f"WHEN NOT ({rule}) THEN {place}" for place, (_, rule, _) in enumerate(rules))
    keys = ", ".join(f'"{name}"' for name in KEYS[table])
    sql = f"SELECT broken, {keys} FROM (SELECT CASE {cases} END AS broken, {keys} FROM {table}) AS looked WHERE broken IS NOT NULL"
    for place, *key in connection.raw.execute(sql).fetchall():
        column, _, words = rules[place]
        name = " ".join(str(each) for each in key)
        yield Finding("rows", f"{TABLES.get(table, table)} {name} 的 {column}", f"无法识别，{words}", RESTORE)


def _broken_records(connection: Connection) -> Iterator[Finding]:
    """Yield statements whose JSON says nothing that a reader understands."""
    for key, text in connection.all("SELECT id, detail FROM change WHERE detail IS NOT NULL ORDER BY id"):
        if not isinstance(parsed(text), dict):
            yield _unread("change", key, "detail")
    for table in ("report", "event"):
        # What our own writers leave empty is most of it.
        for key, text in connection.stream(f"SELECT id, before FROM {table} WHERE before <> '{{}}' ORDER BY id"):
            found = parsed(text)
            if not isinstance(found, dict) or (table == "report" and not _was_before(found)):
                yield _unread(table, key, "before")
    for key, item, n, kind, text in connection.stream("SELECT id, item_id, n, kind, data FROM event ORDER BY id"):
        data = parsed(text) if item is not None else decision_of(kind, text)
        if not isinstance(data, dict) or (item is not None and not is_understood(kind, n, data)):
            yield _unread("event", key, "data")


def _unread(table: str, key: object, column: str) -> Finding:
    return Finding("rows", f"{TABLES[table]} {key} 的 {column}", "无法识别，读取时已略过", RESTORE)


def _was_before(found: dict[str, Any]) -> bool:
    """Say whether a report's own words of what was there before are what `history` can show."""
    return all(value is None or isinstance(value, (str, int)) for value in found.values())


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
        remedy = REPAIR if kind == "index" else GUARDS
        if (kind, name) not in stored:
            yield Finding("schema", f"{_KINDS[kind]} {name}", "缺失", remedy)
        elif stored[kind, name] != sql:
            yield Finding("schema", f"{_KINDS[kind]} {name}", "定义与本版本不同，曾被改动", remedy)
    for kind, name in stored:
        if kind == "trigger" and (kind, name) not in right:
            yield Finding("schema", f"触发器 {name}", "不是 tracker 建立的", GUARDS)


def damaged(connection: Connection) -> Iterator[Finding]:
    """Yield what SQLite itself finds wrong with its file; what rows may hold is asked elsewhere (`check_rows`)."""
    connection.execute("PRAGMA ignore_check_constraints = ON")
    lines = [line for (text,) in connection.all("PRAGMA integrity_check") for line in text.splitlines()]
    for words in dict.fromkeys(_damage(line) for line in lines if line != "ok" and not line.startswith("***")):
        yield Finding("integrity", connection.location.shown, f"数据库文件损坏：{words}", RESTORE)


_DAMAGES = (
    (r".*\bindex (\S+)", r"索引 \1 与表不符"),
    (r"NULL value in (\w+)\.(\w+)", r"表 \1 的 \2 列有空值"),
    (r"\S+ value in (\w+)\.(\w+)", r"表 \1 的 \2 列有类型不符的值"),
    (r"Freelist.*", "空闲页的清单有误"),
    (r".*?\b[Pp]age (\d+).*", r"第 \1 页有误"),
)
"""What SQLite says of a file, and what we say of it."""


def _damage(line: str) -> str:
    """Say in Chinese what a line of SQLite's check says."""
    found = ((re.fullmatch(pattern, line), words) for pattern, words in _DAMAGES)
    return next((match.expand(words) for match, words in found if match is not None), "内部结构有误")


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
