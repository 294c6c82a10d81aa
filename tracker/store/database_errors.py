"""What went wrong with a database, in the one line that a user can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tracker.errors import Refused
from tracker.store.location import Location
from tracker.store.row_rules import RULES

BUSY_SECONDS = 5.0
"""How long SQLite itself waits for a lock."""
SERVER_SECONDS = 30.0
"""How long a writer waits for its turn on a server (`store.postgres.rights.WAITING`)."""


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
    if "locking protocol" in text:
        return Refused(
            f"数据库 {shown} 所在的文件系统不能加锁（多为网络共享）；请移到本地磁盘，或改用 PostgreSQL（tracker db copy）"
        )
    if "locked" in text or "busy" in text:
        return occupied(location, BUSY_SECONDS)
    if "CHECK constraint failed" in text:
        return broken_rule(location, text.rpartition(": ")[2])
    known = next((words for sign, words in _OF_FILES.items() if sign in text), "数据库 {shown} 出错：{text}")
    return Refused(known.format(shown=shown, text=text))


_OF_FILES = {
    "readonly": "数据库 {shown} 只读，无法写入；请检查文件和所在目录的权限",
    "read-only": "数据库 {shown} 只读，无法写入；请检查文件和所在目录的权限",
    "full": "磁盘已满，数据库 {shown} 未作任何改动；请清理空间后重试",
    "unable to open": "无法打开数据库 {shown}；请检查路径和权限",
    "I/O": "读写数据库 {shown} 时磁盘出错（{text}），未作任何改动；请检查磁盘",
}
"""What is said, by a word of the driver."""


def broken_rule(location: Location, name: str) -> Refused:
    """Return what is said when a row is not of the form of its table (`store.row_rules`); name: of the constraint."""
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


def _explain_server(error: Exception, location: Location) -> Refused:
    """Turn an error of the server into the one line that a user can act on."""
    state = str(getattr(error, "sqlstate", "") or "")
    first = location.without_secret(str(error).strip().splitlines()[0]) if str(error).strip() else type(error).__name__
    if state == "42501":
        reason = _DENIALS.get(str(error).partition("tracker: ")[2].split(" ")[0], "")
        return Refused(
            f"数据库拒绝：当前登录没有这项权限{reason}（{first}）；需要时请协调人办理或用 tracker db grant 授权"
        )
    if state == "55P03":
        return occupied(location, SERVER_SECONDS)
    if state in ("57P01", "57P02", "57P03", "25P03") or state.startswith("08") or _is_cut_off(error, state):
        return Refused(f"与数据库 {location.shown} 的连接中断；本次是否写入，请重新连接后用 tracker history 核对")
    if state == "25006":
        return standby(location)
    if state == "23514":
        return broken_rule(location, str(getattr(getattr(error, "diag", None), "constraint_name", "") or ""))
    return Refused(_OF_SERVERS.get(state, "数据库 {shown} 出错：{first}").format(shown=location.shown, first=first))


_MOVED_ON = "台账刚被他人改动，本次未写入；请重新运行"
_NO_SPACE = "数据库服务器空间不足，本次未写入；请联系管理员"
_OF_SERVERS = {
    "40001": _MOVED_ON, "40P01": _MOVED_ON, "53100": _NO_SPACE, "53200": _NO_SPACE,
    "23505": "台账中已有同样的记录，本次未写入（{first}）",
    "53300": "数据库 {shown} 的连接数已满（本登录或服务器的上限）；请关闭不用的程序后重试",
    "57014": "数据库服务器中止了这次操作：超过为本登录设定的时间；请缩小范围，或请管理员放宽 statement_timeout",
}  # fmt: skip
"""What is said, by the code that the server gives an error."""


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
