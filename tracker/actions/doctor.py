"""Examining a ledger, and rebuilding what in it is derived (docs/contract.md, `doctor`)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from tracker.actions.grants import readmission
from tracker.errors import Refused, TrackerError, notify
from tracker.store import ddl, ledger_files
from tracker.store.changeset import maintenance
from tracker.store.connection import Connection, in_words, open_connection
from tracker.store.integrity import chain, database, projection
from tracker.store.integrity.findings import AREAS, RESTORE, Finding, guarded, limited
from tracker.store.location import Location
from tracker.store.postgres.rights import differences, may_look
from tracker.store.projection import refresh

REBUILT = ("state", "history")
"""The areas that --repair can put right: what is kept only to be read quickly. (Of history only what the kept state says of it.)"""
OF_FILES = ("integrity", "keys", "files")
"""The areas that a server looks after itself."""
OF_SERVERS = ("rights",)
"""The areas that a file has nothing of."""
OF_CONTENT = ("integrity", "schema", "keys", "chain", "history", "facts", "registry", "state", "links")
"""The areas that lie inside the database: what a copy of it must pass wherever it lies."""


def examine(
    connection: Connection, location: Location, now: datetime, *, shared: bool = False, expected: str | None = None,
    areas: Iterable[str] = AREAS, rights: Iterable[Finding] = (),
) -> list[Finding]:  # fmt: skip
    """Return everything that is wrong with a ledger, area by area. Reads only.

    shared: a group works on the file together. expected: a hash that somebody noted down, which the chain must contain.
    rights: what `examine_rights` has found.
    """
    with database.pristine(now) as model:
        looks: dict[str, Callable[[], Iterable[Finding]]] = {
            "integrity": lambda: database.damaged(connection) if connection.is_sqlite else (),
            "schema": lambda: _schema(connection),
            "rights": lambda: rights,
            "keys": lambda: database.broken_keys(connection) if connection.is_sqlite else (),
            "chain": lambda: _chain(connection, expected),
            "times": lambda: chain.verify_times(connection, now),
            "history": lambda: projection.check_ahead(connection),
            "facts": lambda: _facts(connection, model),
            "registry": lambda: chain.verify_registry(connection),
            "state": lambda: projection.compare_state(connection),
            "rows": lambda: database.check_rows(connection),
            "links": lambda: projection.check_links(connection),
            "evidence": lambda: _evidence(connection, location),
            "weights": _weights,
            "files": lambda: ledger_files.check_files(location, shared=shared) if location.is_sqlite else (),
        }
        return [finding for area in areas for finding in limited(area, guarded(area, looks[area], location))]


def _schema(connection: Connection) -> Iterator[Finding]:
    return database.compare_schema(connection) if connection.is_sqlite else database.compare_guards(connection)


def examine_rights(location: Location) -> Iterator[Finding]:
    """Compare the rights on a server with those of a new ledger; only the owner can make these to look at.

    To be exhausted while this process reads nothing: what it makes locks every table for a moment.
    """
    if location.is_sqlite:
        return
    connection = open_connection(location, write=True)
    try:
        with in_words(location):
            if not may_look(connection):
                notify("服务器权限未检查：须由数据库的所有者运行 tracker doctor")
                return
            elsewhere = len(readmission(connection))
            found = differences(connection)
    except Refused as refusal:
        notify(f"服务器权限未检查：{refusal}")
        return
    finally:
        connection.close()  # takes back what was made to compare with
    if elsewhere:
        notify(f"有 {elsewhere} 项授权是在另一个数据库作出的，在此不生效；tracker db secure 列出重新授权的命令")
    for subject, stands in found:
        yield Finding("rights", subject, stands, "由数据库的所有者运行 tracker db secure")


def _chain(connection: Connection, expected: str | None) -> Iterator[Finding]:
    yield from chain.verify_chain(connection, expected)
    yield from chain.verify_identity(connection)


def _facts(connection: Connection, model: Connection) -> Iterator[Finding]:
    for change in chain.verify_facts(connection):
        named = list(limited("facts", database.altered_facts(connection, model))) if change == 1 else []
        yield from named
        if not named:
            what = "方案、事项、指标或责任单位与加入时的校验值不符，曾被直接改动"
            yield Finding("facts", f"第 {change} 号改动加入的内容", what, RESTORE)
    yield from chain.verify_withdrawn(connection)


def _evidence(connection: Connection, location: Location) -> Iterator[Finding]:
    from tracker.actions.evidence import verify_evidence

    for each in verify_evidence(connection, location):
        what, _, remedy = each.message.partition("；")
        yield Finding("evidence", each.id, what, remedy)


def _weights() -> Iterator[Finding]:
    from tracker.plans.shipped import data_folder
    from tracker.synergy.model import read_tree

    path = data_folder() / "index.csv"
    try:
        read_tree(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, TrackerError) as error:
        yield Finding("weights", str(path), str(error), "重新安装 tracker，恢复随附的文件")


def repair(location: Location, now: datetime, by: str) -> None:
    """Rebuild what is derived: the state from history, indexes from rows; raises Refused where history cannot be replayed."""
    with maintenance(location, now, by) as connection:
        renewed = ddl.renew_indexes(connection) if connection.is_sqlite else []
        try:
            refresh.rebuild(connection)
        except (ArithmeticError, KeyError, LookupError, TypeError, ValueError) as error:
            raise Refused(f"历史无法重放（{type(error).__name__}：{error}），未作任何改动；{RESTORE}") from None
    if renewed:
        notify(f"已重建索引：{'、'.join(renewed)}")
