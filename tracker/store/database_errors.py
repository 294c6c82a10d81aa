"""What went wrong with a database, in the one line that a user can act on."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tracker.errors import Refused
from tracker.store.location import Location
from tracker.store.row_values import RULES

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
