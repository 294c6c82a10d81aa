"""Finding the ledger, making it at first use, and remembering whether it is a sample."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tracker.cli import output
from tracker.cli.context import context
from tracker.errors import Refused
from tracker.settings import MODES
from tracker.store.captions import is_demo
from tracker.store.connection import Connection, reading
from tracker.store.location import Location


def ready(db: str | None, *, may_create: bool = True) -> Location:
    """Return the ledger to work on; the user's own is made with the shipped plans at first use, and said so on stderr.

    One that somebody named and that is not there is refused: a share that is not mounted must not swallow a report.
    """
    location = context.location(db)
    if location.is_sqlite and not location.path.exists():
        if context.is_named(db):
            raise Refused(
                f"台账 {location.shown} 不存在，未新建；请检查路径，共享目录是否已连接；确要在此新建请运行 tracker init"
            )
        if not may_create:
            raise Refused(f"台账 {location.shown} 不存在；请先运行 tracker init，或用 --db 指定台账")
        create(location)
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


def create(location: Location, *, by: str | None = None, seed: bool = True) -> bool:
    """Make a ledger and say so; return whether it is new."""
    from tracker.store import creation

    made = creation.create(location, context.now, by=by or context.person(None), seed=seed)
    if made:
        output.message(f"已建立台账 {location.shown}" + ("，载入五个方案（来源见 tracker plan list）" if seed else ""))
        mode = "postgresql" if not location.is_sqlite else context.settings["mode"]
        output.message(f"数据汇集方式：{MODES[mode]}。可在配置中更改（tracker config show）")
        _warn_of_share(location)
    return made


def _warn_of_share(location: Location) -> None:
    """Say at once what would otherwise cost somebody's reports: a network share cannot be relied on to lock."""
    from tracker.store.filesystem import SHARE_REMEDY, SHARE_WARNING, network_share

    share = network_share(location.path) if location.is_sqlite else None
    if share is not None:
        output.message(f"注意：台账在网络共享（{share}）上，{SHARE_WARNING}；请{SHARE_REMEDY}")
