"""Connections to the ledger through the driver alone: sqlite3 or psycopg, one SQL for both; what goes wrong, in one line.

Statements are written with `?` placeholders, the plainest of SQL and no `?` or `%` in literals.
"""

import os
import re
import sqlite3
import stat
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from tracker.errors import Refused
from tracker.store import version
from tracker.store.location import Location
from tracker.store.row_values import RULES

BUSY_SECONDS = 5.0
"""How long SQLite itself waits for a lock."""
SERVER_SECONDS = 30.0
"""How long a writer waits for its turn on a server (`store.postgres.rights.WAITING`)."""
# None is kept as it is. Unless that is said, the driver looks for another way at every None that is bound, and raises three errors.
sqlite3.register_adapter(type(None), {None: None}.get)


class Damaged(Refused):
    """A file that is no database, or a torn one."""


@contextmanager
def in_words(location: Location) -> Iterator[None]:
    """Turn what a driver raises inside the block into Refused; every other error passes."""
    try:
        yield
    except Exception as error:
        refusal = driver_refusal(error, location)
        if refusal is None:
            raise
        raise refusal from error


def driver_refusal(error: Exception, location: Location) -> Refused | None:
    """Return the one line for an error of a database driver, also where SQLAlchemy has wrapped it; None for any other."""
    error = getattr(error, "orig", None) or error
    if isinstance(error, sqlite3.DatabaseError):
        return explain_file(error, location)
    if isinstance(error, UnicodeEncodeError):
        return Refused("文字中有无法保存的字符（不成对的代理字符，或不是 UTF-8 的输入）；请改正后重新输入")
    if type(error).__module__.split(".")[0] == "psycopg":
        return _explain_server(error, location)
    return None


def explain_file(error: sqlite3.Error, location: Location) -> Refused:
    """Turn a driver's error into the one line that a user can act on."""
    text = str(error)
    shown = location.shown
    if "not a database" in text or "malformed" in text:
        return Damaged(f"文件 {shown} 不是 SQLite 数据库或已损坏；请用 --db 指定台账，或用 tracker restore 从备份恢复")
    if "locked" in text or "busy" in text:
        return occupied(location, BUSY_SECONDS)
    if "CHECK constraint failed" in text:
        return broken_rule(location, text.rpartition(": ")[2])
    code = getattr(error, "sqlite_errorname", type(error).__name__)
    known = next((words for sign, words in _OF_FILES.items() if sign in text), "出错（{code}）；加 --debug 可看原文")
    return Refused(f"数据库 {shown} {known.format(code=code)}")


_OF_FILES = {
    "locking protocol": "所在的文件系统不能加锁（多为网络共享）；请移到本地磁盘，或改用 PostgreSQL（tracker db copy）",
    "readonly": "只读，无法写入；请检查文件和所在目录的权限",
    "read-only": "只读，无法写入；请检查文件和所在目录的权限",
    "full": "所在的磁盘已满，未作任何改动；请清理空间后重试",
    "unable to open": "无法打开；请检查路径和权限",
    "I/O": "读写时磁盘出错（{code}），未作任何改动；请检查磁盘",
    "out of memory": "读写时内存不足，未作任何改动；请关闭其他程序后重试",
    "too big": "拒绝写入：文字过长；本次未写入",
    "UNIQUE": "中已有同样的记录，本次未写入；请用 tracker history 核对",
    "constraint failed": "拒绝写入：内容与其他记录不相符（{code}），本次未写入；请运行 tracker doctor 检查",
    "no such": "的表与本程序不符；请运行 tracker doctor 检查，或用 tracker restore 从备份恢复",
    "has no column": "的表与本程序不符；请运行 tracker doctor 检查，或用 tracker restore 从备份恢复",
}
"""What is said after the name of the database, by a word of the driver."""


def broken_rule(location: Location, name: str) -> Refused:
    """Return what is said when a row is not of the form of its table (`store.row_values`); name: of the constraint."""
    rules = {
        f"{table}_{column}_form": f"表 {table} 的 {column} {form.words}"
        for table, columns in RULES.items()
        for column, form in columns.items()
    }
    return Refused(f"数据库 {location.shown} 拒绝写入：{rules.get(name, f'内容不合规定（{name}）')}；本次未写入")


def occupied(location: Location, seconds: float) -> Refused:
    """Return what is said when others held the writer's lock for so long."""
    return Refused(f"数据库 {location.shown} 正被其他程序占用，等待 {seconds:.0f} 秒后仍未释放；请稍后重试")


def standby(location: Location) -> Refused:
    """Return what is said to a writer where every server that was reached only reads."""
    return Refused(
        f"数据库 {location.shown} 是只读的备机，未作任何改动；查询可用备机，填报请连主机（地址中可写多台：主机1:端口,主机2:端口）"
    )


def unreached(error: Exception, location: Location) -> Refused:
    """Return why no connection was made, from all that the driver says: of several hosts the last that answered stands first."""
    text = str(error)
    if "session is read-only" in text:
        return standby(location)
    known = next((words for sign, words in _UNREACHED.items() if re.search(sign, text, re.IGNORECASE)), None)
    if known is None:
        first = location.without_secret(text.strip().partition("\n")[0].rpartition(" failed: ")[2])
        known = f"{first or '没有应答'}；请核对地址，或把这一行告诉管理员"
    return Refused(f"无法连接数据库 {location.shown}：{known}")


_NO_LOGIN = "登录名或密码不对；请核对登录名，密码放在 ~/.pgpass，忘记的请台账的所有者重新设定"
_UNREACHED = {
    "invalid port number|invalid integer value": "端口须是 1 到 65535 的数字；请改正地址",
    r"invalid \w+ value": "地址中 ? 之后有取值不对的参数；请改正地址",
    "password authentication failed|authentication failed for": _NO_LOGIN,
    "no password supplied": "服务器要密码而没有给出；请写入 ~/.pgpass",
    "permission denied for database": "这个登录名没有进入此台账的权限；请台账的所有者用 tracker db grant 授权",
    'role ".*" does not exist': "服务器上没有这个登录名；请核对地址，或请台账的所有者用 tracker db grant 建立",
    "not permitted to log in": "这个角色不能登录；请换用自己的登录名",
    'database ".*" does not exist': "服务器上没有这个数据库；请核对地址末尾的库名，或请管理员先建立（createdb）",
    "no pg_hba.conf entry|pg_hba.conf rejects": "服务器不接受这个登录名从这台电脑的连接；请管理员检查 pg_hba.conf",
    "too many c|remaining connection slots": "连接数已满（本登录、此库或服务器的上限）；请关闭不用的程序后重试",
    "not currently accepting|starting up|shutting down|recovery mode": "服务器正在启动、停止或恢复，暂不接受连接；请稍后重试",
    "invalid response to SSL|expected authentication request|unsupported frontend protocol": (
        "对方不是 PostgreSQL 服务器；请核对主机和端口"
    ),
    "certificate|SSL|TLS": "加密连接没有建成（服务器不支持，或证书不对）；请管理员检查证书和地址中的 sslmode",
    "GSS|Kerberos|LDAP|PAM": "统一认证没有通过；请重新登录系统，或请管理员检查服务器的认证设置",
    "resolve host|translate host|name or service|getaddrinfo": "找不到这个主机名；请核对地址和网络",
    "timeout|timed out": "服务器没有应答；请核对主机和端口，检查网络、防火墙",
    "no route|unreachable|network is down": "网络不通；请检查网络连接",
    "refused|no such file|running locally": "那里没有服务器在接受连接；请核对主机和端口，或请管理员启动服务器",
    "closed the connection|reset by peer|broken pipe|aborted|eof": "服务器中断了连接；请稍后重试",
}
"""What is said of a server that lets nobody in, by the words of the driver: it gives no codes before there is a connection."""


def _explain_server(error: Exception, location: Location) -> Refused:
    """Turn an error of the server into the one line that a user can act on."""
    state = str(getattr(error, "sqlstate", "") or "")
    if state == "42501":
        reason = _DENIALS.get(str(error).partition("tracker: ")[2].split(" ")[0], "")
        return Refused(
            f"数据库 {location.shown} 拒绝：当前登录没有这项权限{reason}；需要时请协调人办理，或请所有者用 tracker db grant 授权"
        )
    if state == "55P03":
        return occupied(location, SERVER_SECONDS)
    if state in ("57P01", "57P02", "57P03", "25P03") or state.startswith("08") or _is_cut_off(error, state):
        return Refused(f"与数据库 {location.shown} 的连接中断；本次是否写入，请重新连接后用 tracker history 核对")
    if state == "25006":
        return standby(location)
    if state == "23514":
        return broken_rule(location, str(getattr(getattr(error, "diag", None), "constraint_name", "") or ""))
    code = state or type(error).__name__
    known = _OF_SERVERS.get(state) or _OF_SERVERS.get(state[:2], "出错（{code}）；请所有者加 --debug 看原文")
    return Refused(f"数据库 {location.shown} {known.format(code=code)}")


_MOVED_ON = "刚被他人改动，本次未写入；请重新运行"
_OF_SERVERS = {
    "40": _MOVED_ON,
    "53300": "的连接数已满（本登录或服务器的上限）；请关闭不用的程序后重试",
    "53": "所在的服务器空间或内存不足，本次未写入；请联系管理员",
    "23505": "中已有同样的记录，本次未写入；请用 tracker history 核对",
    "57014": "中止了这次操作：超过为本登录设定的时间；请缩小范围，或请管理员放宽 statement_timeout",
    "22": "拒绝写入：有数据库不能保存的字符或数字（{code}），本次未写入；请改正后重试",
    "23": "拒绝写入：内容与其他记录不相符（{code}），本次未写入；请所有者运行 tracker doctor 检查",
    "42": "的表或函数与本程序不符（{code}）；请所有者运行 tracker doctor 检查",
    "54": "拒绝：超出服务器的限度（{code}），本次未写入；请缩小范围",
    "58": "所在的服务器读写出错（{code}），本次未写入；请联系管理员检查磁盘",
    "XX000": "所在的服务器内部出错，本次未写入；请重新运行，仍不行请联系管理员查看服务器日志",
    "XX": "所在的服务器内部出错（{code}），数据可能已损坏；请联系管理员查看服务器日志",
}
"""What is said after the name of the database, by the code that the server gives an error, or by the class of it."""


def _is_cut_off(error: Exception, state: str) -> bool:
    """Say whether the driver itself found that nobody is there any more: then no server gave the error a code."""
    return not state and type(error).__name__ == "OperationalError"


_DENIALS = {
    "login": "：登录名与会话不符",
    "unit": "：不是本登录的单位",
    "your": "：本单位在该事项没有职责",
    "name": "：请用 --unit 写明单位",
    "a": "：填报人只能填报，参与单位只能补充说明和佐证",
    "only": "：只能撤销本登录的改动",
    "undone": "：已经撤销过",
    "later": "：其后另有改动，不能撤销",
    "completed": "：已办结的事项只能由协调人退回或重新打开",
    "future": "：不能写未来的日期",
    "day": "：填报日须是今天",
    "control": "：文字中有控制字符",
    "words": "：文字过长",
    "clock": "：本机时钟与服务器相差一小时以上，请先校时",
    "member": "：登录名不是此台账的成员",
    "nothing": "：没有这个事项或指标，或已停用",
}

TURN_SECONDS = 30.0
"""How long a writer waits for its turn among other writers."""
PAUSE_SECONDS = 0.01
Row = tuple[Any, ...]


def marks(values: Collection[Any]) -> str:
    """Return as many placeholders as there are values; none at all is a list that nothing is in."""
    return ", ".join("?" * len(values)) or "NULL"


class Connection:
    """One open connection. Reading methods only; writing goes through `store.changeset`."""

    def __init__(self, raw: Any, location: Location) -> None:
        self.raw = raw
        self.location = location
        self.is_sqlite = location.is_sqlite
        self._streams = 0
        self.registry_moved = False
        self.registry_before: str | None = None
        """The digest of the registry (`store.integrity.hashes`) before this transaction moved it, where no other session can say."""

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
