"""Finding the ledger, and making it at first use."""

from tracker.cli import output
from tracker.cli.runtime import runtime
from tracker.errors import Refused
from tracker.settings import MODES
from tracker.store.location import Location


def ready(db: str | None, *, may_create: bool = True) -> Location:
    """Return the ledger to work on; one that does not exist is made with the shipped plans, and said so on stderr."""
    location = runtime.location(db)
    if location.is_sqlite and not location.path.exists():
        if not may_create:
            raise Refused(f"台账 {location.shown} 不存在；请先运行 tracker init，或用 --db 指定台账")
        create(location)
    return location


def create(location: Location, *, by: str | None = None, seed: bool = True) -> bool:
    """Make a ledger and say so; return whether it is new."""
    from tracker.store import creating

    made = creating.create(location, runtime.now, by=by or runtime.person(None), seed=seed)
    if made:
        output.message(f"已建立台账 {location.shown}" + ("，载入五个方案（来源见 tracker plan list）" if seed else ""))
        mode = "postgresql" if not location.is_sqlite else runtime.settings["mode"]
        output.message(f"数据汇集方式：{MODES[mode]}。可在配置中更改（tracker config show）")
        _warn_of_share(location)
    return made


def _warn_of_share(location: Location) -> None:
    """Say at once what would otherwise cost somebody's reports: a network share cannot be relied on to lock."""
    from tracker.store.places import SHARE_REMEDY, SHARE_WARNING, network_share

    share = network_share(location.path) if location.is_sqlite else None
    if share is not None:
        output.message(f"注意：台账在网络共享（{share}）上，{SHARE_WARNING}；请{SHARE_REMEDY}")
