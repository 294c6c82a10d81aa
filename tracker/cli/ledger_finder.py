"""Finding the ledger, making it at first use, and remembering whether it is a sample."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from tracker.cli import output
from tracker.cli.context import context
from tracker.errors import Refused
from tracker.plans.codes import SHIPPED
from tracker.store.connection import Connection, reading
from tracker.store.ledger_labels import is_demo
from tracker.store.location import Location


def ready(db: str | None, *, may_create: bool = True, plans: Collection[str] = tuple(SHIPPED)) -> Location:
    """Return the ledger to work on; the user's own is made with the shipped plans at first use, and said so on stderr.

    One that somebody named and that is not there is refused: a share that is not mounted must not swallow a report.
    """
    location = context.location(db)
    if location.is_sqlite and not location.exists():
        if context.is_named(db):
            raise Refused(
                f"台账 {location.shown} 不存在，未新建；请检查路径，共享目录是否已连接；确要在此新建请运行 tracker init"
            )
        if not may_create:
            raise Refused(f"台账 {location.shown} 不存在；请先运行 tracker init，或用 --db 指定台账")
        create(location, plans=plans)
    return location


@contextmanager
def opened(db: str | None, *, may_create: bool = True) -> Iterator[Connection]:
    """Open the ledger to work on for reading."""
    with reading(ready(db, may_create=may_create)) as connection:
        note(connection)
        yield connection


def note(connection: Connection) -> None:
    """Remember whether the ledger at hand is a sample, which everything shown of it must say (`output.label`)."""
    context.is_sample = is_demo(connection)


def look(location: Location) -> None:
    """Note the same of a ledger that was not opened here; what is wrong with it is not asked."""
    with suppress(Refused), reading(location) as connection:
        note(connection)


def create(location: Location, *, by: str | None = None, plans: Collection[str] = tuple(SHIPPED)) -> bool:
    """Make a ledger with these of the shipped plans and say so; return whether it is new."""
    from tracker.store import creation

    made = creation.create(location, context.now, by=by or context.person(None), plans=plans)
    if made:
        loaded = "五个方案" if len(plans) == len(SHIPPED) else f"方案 {'、'.join(plans)}"
        output.message(
            f"已建立台账 {location.shown}" + (f"，载入{loaded}（来源见 tracker plan list）" if plans else "")
        )
        output.message(f"数据汇集方式：{MODES[mode_of(location)]}")
        _warn_of_share(location)
    return made


MODES = {
    "forms": "表格回收（本机台账）：各单位填报 Excel 表，由协调人导入",
    "file": "共用一个文件：大家登录同一台服务器或共享磁盘，使用同一个台账文件",
    "postgresql": "数据库服务器：各单位各自登录，权限由数据库管理",
}


def mode_of(location: Location) -> str:
    """Return how entries come together, as the address says: on a server, in a file on a share, or by forms on this machine."""
    from tracker.store.ledger_files import network_share

    if not location.is_sqlite:
        return "postgresql"
    if network_share(location.path) is not None:
        return "file"
    # A ledger is made for its owner alone; where somebody gave its group the right to write, the group works on it.
    return "file" if os.name == "posix" and location.exists() and location.path.stat().st_mode & 0o020 else "forms"


def _warn_of_share(location: Location) -> None:
    """Say at once what would otherwise cost somebody's reports: a network share cannot be relied on to lock."""
    from tracker.store.ledger_files import SHARE_REMEDY, SHARE_WARNING, network_share

    share = network_share(location.path) if location.is_sqlite else None
    if share is not None:
        output.message(f"注意：台账在网络共享（{share}）上，{SHARE_WARNING}；请{SHARE_REMEDY}")
