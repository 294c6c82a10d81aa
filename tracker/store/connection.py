"""Connections to the ledger through the driver alone: sqlite3 or psycopg, one SQL for both.

Statements are written with `?` placeholders, the plainest of SQL and no `?` or `%` in literals.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from tracker.errors import Refused
from tracker.store import version
from tracker.store.database_errors import BUSY_SECONDS, explain_file, in_words, occupied, unreached
from tracker.store.location import Location

TURN_SECONDS = 30.0
"""How long a writer waits for its turn among other writers."""
PAUSE_SECONDS = 0.01
Row = tuple[Any, ...]


def marks(values: Iterable[Any]) -> str:
    """Return as many placeholders as there are values; none at all is a list that nothing is in."""
    return ", ".join("?" for _ in values) or "NULL"


class Connection:
    """One open connection. Reading methods only; writing goes through `store.changeset`."""

    def __init__(self, raw: Any, location: Location) -> None:
        self.raw = raw
        self.location = location
        self.is_sqlite = location.is_sqlite
        self._streams = 0
        self.registry_moved = False
        self.registry_before: str | None = None
        """The digest of the registry (`store.integrity.digests`) before this transaction moved it, where no other session can say."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Run one statement and return the driver's cursor."""
        return self.raw.execute(sql if self.is_sqlite else sql.replace("?", "%s"), parameters)

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Return all rows of a query."""
        return self.execute(sql, parameters).fetchall()  # type: ignore[no-any-return]

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        return self.execute(sql, parameters).fetchone()  # type: ignore[no-any-return]

    def together(self, *queries: tuple[str, Sequence[Any]]) -> list[list[Row]]:
        """Return all rows of each of some queries; a server is asked once for all of them."""
        if self.is_sqlite:  # what is open holds memory
            return [self.all(*query) for query in queries]
        with self.pipelined():
            cursors = [self.execute(*query) for query in queries]
            return [cursor.fetchall() for cursor in cursors]

    def pipelined(self) -> AbstractContextManager[object]:
        """Send a server what is said within without waiting for each answer: a fetch waits for its own, leaving for all."""
        return nullcontext() if self.is_sqlite else self.raw.pipeline()

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """Return rows one by one, without holding them all: a listing of any size in bounded memory."""
        # The cursor itself, not a generator around it: of a large listing every layer a row passes is felt.
        return iter(self.execute(sql, parameters)) if self.is_sqlite else self._stream_from_server(sql, parameters)

    def _stream_from_server(self, sql: str, parameters: Sequence[Any]) -> Iterator[Row]:
        self._streams += 1
        with self.raw.cursor(name=f"tracker_stream_{self._streams}") as cursor:
            cursor.itersize = 2000
            yield from cursor.execute(sql.replace("?", "%s"), parameters)

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        if self.is_sqlite:
            self.raw.executemany(sql, rows)
            return
        with self.raw.cursor() as cursor:
            cursor.executemany(sql.replace("?", "%s"), rows)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open: begun and neither committed nor taken back."""
        return bool(self.raw.in_transaction if self.is_sqlite else self.raw.info.transaction_status != 0)

    @property
    def is_lost(self) -> bool:
        """Whether a server no longer answers: what was sent to it last may have been done or not."""
        return not self.is_sqlite and bool(self.raw.closed)

    def close(self) -> None:
        """Give the connection back to the system."""
        self.raw.close()


@contextmanager
def reading(location: Location) -> Iterator[Connection]:
    """Open the ledger for reading: one consistent snapshot from first to last query.

    Raises Refused with one clear line when there is no readable ledger of this version at the location.
    """
    connection = open_connection(location, write=False)
    try:
        with in_words(location):
            if location.is_sqlite:
                connection.raw.execute("BEGIN")
            check_version(connection)
            yield connection
    finally:
        connection.close()


def open_connection(location: Location, *, write: bool) -> Connection:
    """Open a connection without asking what schema it finds."""
    if not location.is_sqlite:
        return _open_postgres(location, write=write)
    names = _refuse_unusable_file(location)
    try:
        raw = _connect(location, "rw", *_FOR_WRITERS) if write else _connect_to_read(location)
    except sqlite3.DatabaseError as error:
        raise explain_file(error, location) from error
    try:
        if names > 1:
            _refuse_names(raw, location, names, write=write)
    except BaseException:
        raw.close()
        raise
    return Connection(raw, location)


def _refuse_names(raw: sqlite3.Connection, location: Location, names: int, *, write: bool) -> None:
    """Refuse a ledger with several names; a backup that is only read has no log that could lie under another."""
    if write or raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        raise Refused(
            f"数据库 {location.shown} 有 {names} 个名字（硬链接）：日志按名字存放，用两个名字填报会丢失数据；"
            "请只留一个名字（find 目录 -samefile 文件 可找出其余）"
        )


_FOR_WRITERS = ("PRAGMA foreign_keys = ON", "PRAGMA synchronous = FULL")


def _connect(location: Location, mode: str, *pragmas: str) -> sqlite3.Connection:
    """Connect, and touch the file once: SQLite opens lazily. What fails leaves no handle: on Windows no move would succeed."""
    raw = sqlite3.connect(location.uri(mode), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        for pragma in ("PRAGMA schema_version", *pragmas):
            raw.execute(pragma)
    except BaseException:
        raw.close()
        raise
    return raw


def _connect_to_read(location: Location) -> sqlite3.Connection:
    """Connect for reading. A file in write-ahead mode on a read-only medium can only be read as immutable.

    That is right only where nobody has left anything in a log. SQLite itself says that it could make nothing beside the file:
    what the system answers of rights to a folder is not to be relied on (Windows, shares, root).
    """
    try:
        return _connect(location, "ro")
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
            raise
        wal, journal = (location.path.with_name(location.path.name + suffix) for suffix in ("-wal", "-journal"))
        if wal.exists() and wal.stat().st_size:
            raise Refused(
                f"数据库 {location.shown} 所在位置只读，且 {wal.name} 中有未合并的改动；请连同它复制到可写的目录再打开"
            ) from None
        if journal.exists() and journal.stat().st_size:
            raise Refused(
                f"数据库 {location.shown} 旁有 {journal.name}：其他程序写入时中断，留下未完成的改动；"
                "请先连同它另存一份，再运行 tracker doctor --repair（撤回未完成的改动并检查）"
            ) from None
        return _connect(location, "ro&immutable=1")


def begin_write(connection: Connection) -> None:
    """Take the writer's lock of a database file that is known to be a ledger.

    SQLite's own waiting pauses longer and longer: among many writers the one that has waited longest would come last. So
    everybody knocks again after a short pause of chance length, and all have the same hope. Raises Refused when the lock is
    not given up in time.
    """
    # A backup that is used as a ledger is not in this mode yet; in any other, readers would wait for writers.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA busy_timeout = 0")
    until = time.monotonic() + TURN_SECONDS
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            if time.monotonic() > until:
                raise occupied(connection.location, TURN_SECONDS) from error
        else:
            break
        from random import random

        time.sleep(random() * PAUSE_SECONDS)  # noqa: S311 - a pause, no secret
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def check_version(connection: Connection) -> None:
    """Refuse a database that is not a ledger, or one of another schema version."""
    found = known_version(connection)
    if found != version.HEAD:
        shown = connection.location.shown
        raise Refused(f"数据库 {shown} 是旧版台账（版本 {found}），请先运行 tracker upgrade 升级（升级前自动备份）")


def known_version(connection: Connection) -> str:
    """Return the schema version of a ledger, this or an older one; raises Refused for anything else."""
    found = schema_version(connection)
    if found in version.REVISIONS:
        return str(found)
    shown, first = connection.location.shown, version.REVISIONS[0]
    if found is None:
        raise Refused(f"数据库 {shown} 不是 tracker 台账；请用 --db 指定台账，或用 tracker init --db 在新位置建立")
    if found < first:
        raise Refused(f"数据库 {shown} 是过旧的台账（版本 {found}），本程序从 {first} 起支持；请先用旧版程序升级")
    newest = version.HEAD
    raise Refused(f"数据库 {shown} 由更新版本的 tracker 建立（版本 {found}，本程序支持到 {newest}），请先升级本程序")


def schema_version(connection: Connection) -> str | None:
    """Return the schema version the database says it has, or None where it is no ledger."""
    try:
        row = connection.one("SELECT version_num FROM alembic_version")
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise explain_file(error, connection.location) from error
    except sqlite3.DatabaseError as error:
        raise explain_file(error, connection.location) from error
    except Exception as error:
        if type(error).__name__ == "UndefinedTable":
            return None
        raise
    if row is None and not connection.is_sqlite:
        _refuse_stranger(connection)
    return str(row[0]) if row else None


def _refuse_stranger(connection: Connection) -> None:
    """Tell a login from which the policies keep every row that it belongs to another ledger."""
    row = connection.one(
        "SELECT session_user::text FROM pg_class WHERE oid = 'public.alembic_version'::regclass AND relrowsecurity"
        " AND NOT pg_has_role(session_user, relowner, 'MEMBER')"
    )
    if row is not None:
        raise Refused(
            f"登录名 {row[0]} 在台账 {connection.location.shown} 没有权限；请台账的所有者用 tracker db grant 授权"
            "（恢复、复制得到的数据库须重新授权）"
        )


def _refuse_unusable_file(location: Location) -> int:
    """Refuse what is no readable file; return how many names it has."""
    path = location.path
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise Refused(f"数据库 {location.shown} 不存在；请检查 --db 路径，或先运行 tracker init") from None
    refuse_special_file(location, found.st_mode)
    if not os.access(path, os.R_OK):
        raise Refused(f"没有读取数据库 {location.shown} 的权限；请检查文件权限")
    return found.st_nlink


def refuse_special_file(location: Location, mode: int) -> None:
    """Refuse a folder, a pipe or a device as a ledger: it is none, and nothing may take its name."""
    if stat.S_ISDIR(mode):
        raise Refused(f"数据库 {location.shown} 是一个目录；请用 --db 指定数据库文件")
    if not stat.S_ISREG(mode):
        raise Refused(f"数据库 {location.shown} 不是普通文件，也就不是 tracker 台账；请用 --db 指定数据库文件")


def _open_postgres(location: Location, *, write: bool) -> Connection:
    try:
        import logging

        import psycopg
    except ImportError:
        raise Refused("使用 PostgreSQL 需要先安装驱动：python -m pip install 'tracker[postgres]'") from None
    try:
        # Of several hosts in the address a writer takes the one that is no standby.
        meant = "read-write" if write and location.seeks_primary else None
        # What follows an error in a pipeline is no news: the error itself is told.
        logging.getLogger("psycopg").setLevel(logging.CRITICAL)
        raw = psycopg.connect(location.dsn, connect_timeout=10, target_session_attrs=meant)
        if not write:
            raw.read_only = True
            raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    except (psycopg.ProgrammingError, UnicodeError):
        # What the driver says of an address that it cannot read quotes from it, passwords included.
        form = "postgresql+psycopg://用户@主机/库"
        raise Refused(
            f"数据库地址 {location.shown} 无法识别；请写成 {form} 的形式，密码中的特殊字符写成 %40 一类"
        ) from None
    except psycopg.OperationalError as error:
        raise unreached(error, location) from None
    return Connection(raw, location)
