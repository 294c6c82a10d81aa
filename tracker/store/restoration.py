"""Putting a copy in the place of the ledger: the copy drawn and made ready aside, the old ledger kept beside it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tracker.errors import Refused
from tracker.folders import move_file
from tracker.store.backups import copy_evidence, told_of
from tracker.store.changeset import Author, Changeset, flush
from tracker.store.connection import Damaged, explain_file, known_version, open_connection, refuse_special_file
from tracker.store.integrity.chain import last_change
from tracker.store.ledger_files import SIDE_FILES, beside, give_name, remove_database, side, sync
from tracker.store.location import Location
from tracker.store.upgrade import migrate, pending_revisions, recorder

ATTEMPTS = 5
"""How often a restore starts anew because somebody wrote while the old ledger was being copied."""


@contextmanager
def drawn(source: Path, location: Location, now: datetime, by: str) -> Iterator[tuple[Location, list[str]]]:
    """Copy a backup into a file beside the ledger, of this version, and yield its place and the revisions that were run.

    The backup itself is only read. Raises Refused for what is no ledger, is the ledger itself, is damaged, or comes from a
    newer version.
    """
    origin = Location(str(source))
    if not source.exists():
        raise Refused(f"备份 {source} 不存在；请检查文件名")
    if location.exists() and source.samefile(location.path):
        raise Refused(f"{source} 就是台账本身；请指定备份文件")
    if location.exists():
        refuse_special_file(location, location.path.stat().st_mode)
    pending_revisions(origin)
    temporary = beside(location.path.absolute())
    try:
        with told_of(temporary):
            _draw(origin, temporary)
        place = Location(str(temporary))
        yield place, migrate(place, recorder(now, by))
    finally:
        remove_database(temporary)


def _draw(origin: Location, temporary: Path) -> None:
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection = open_connection(origin, write=False)
    try:
        connection.execute("VACUUM INTO ?", (str(temporary),))
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error) or "not a database" in str(error):
            raise explain_file(error, origin) from error
        raise
    finally:
        connection.close()


def record(place: Location, author: Author, now: datetime, detail: dict[str, str]) -> int:
    """Write into the copy that it was restored: history shows the step back. Return the number of that change."""
    connection = open_connection(place, write=True)
    try:
        connection.execute("BEGIN IMMEDIATE")
        changeset = Changeset(connection, author, "restore", now, detail=detail, force=True)
        flush(changeset)
        connection.execute("COMMIT")
        assert changeset.change is not None  # noqa: S101 - flush numbers it
        return changeset.change
    finally:
        connection.close()


def kept_name(location: Location, now: datetime) -> Path:
    """Return the name under which the old ledger will stay."""
    path = location.path
    return path.with_name(f"{path.stem}-before-restore-{now:%Y%m%d-%H%M%S}{path.suffix}")


def put(place: Location, source: Path, location: Location, kept: Path) -> Path | None:
    """Put the copy in the place of the ledger; return where the old one is, None where there was none.

    A ledger that can be opened is overwritten in one transaction: whoever has it open sees the old content or the new, and
    nothing written meanwhile is lost. One that cannot be opened is moved aside as it is.
    """
    with told_of(location.path):
        copy_evidence(Location(str(source)).evidence, location.evidence)
        if not location.exists():
            _put_new(place, location)
            return None
        if kept.exists():
            raise Refused(f"文件 {kept} 已存在；请过一秒再试")
        try:
            _check_replaceable(location)
            for _ in range(ATTEMPTS):
                before = keep_old(location, kept)
                if overwrite(place, location, before):
                    return kept
                remove_database(kept)
        except (sqlite3.DatabaseError, Refused) as error:
            refusal = explain_file(error, location) if isinstance(error, sqlite3.DatabaseError) else error
            if not isinstance(refusal, Damaged):
                remove_database(kept)
                raise refusal from error
            _move_aside(location, kept)
            _put_new(place, location)
            return kept
    raise Refused(f"台账 {location.shown} 正被不断写入，未作任何改动；请等其他人停止填报后重试")


def _put_new(place: Location, location: Location) -> None:
    if location.path.is_symlink():
        raise Refused(
            f"数据库 {location.shown} 是一个链接，它指向的文件不存在；请检查共享目录是否已连接，或先删除该链接"
        )
    if not give_name(place.path, location.path):
        raise Refused(f"{location.shown} 刚被他人建立，未作任何改动；请重新运行")


def _check_replaceable(location: Location) -> None:
    """Refuse to overwrite what is not ours: another program's database, or a ledger of a newer version."""
    if location.path.stat().st_size == 0:
        raise Damaged(f"文件 {location.shown} 是空的")
    connection = open_connection(location, write=False)
    try:
        known_version(connection)
    finally:
        connection.close()


def keep_old(location: Location, kept: Path) -> tuple[int, str]:
    """Copy the ledger as it is now to the name it keeps, and return number and hash of its last change."""
    connection = open_connection(location, write=False)
    try:
        connection.execute("BEGIN")
        before = last_change(connection)
        connection.execute("COMMIT")
        temporary = beside(kept)
        try:
            os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            connection.execute("VACUUM INTO ?", (str(temporary),))
            sync(temporary)
            if not give_name(temporary, kept):
                raise Refused(f"文件 {kept} 已存在；请过一秒再试")
        finally:
            remove_database(temporary)
    finally:
        connection.close()
    return before


class _Moved(Exception):
    """Somebody wrote after the old ledger was copied."""


def overwrite(place: Location, location: Location, before: tuple[int, str]) -> bool:
    """Copy page by page into the ledger in one transaction; False, changing nothing, where it is no longer as before."""
    source, target = open_connection(place, write=False), open_connection(location, write=True)

    def look(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise sqlite3.OperationalError("database is locked")
        # The copying holds the writer's lock from its first page on; only now is it certain what it will overwrite.
        if not seen:
            seen.append(_now(location))
            if seen[0] != before:
                raise _Moved

    seen: list[tuple[int, str]] = []
    try:
        target.execute("PRAGMA journal_mode = WAL")
        size = source.one("PRAGMA page_count")
        # In steps: one that copied everything at once would be over before anybody could look.
        source.raw.backup(target.raw, pages=256 if size is not None and size[0] > 1024 else 1, progress=look)  # noqa: PLR2004
    except _Moved:
        return False
    finally:
        source.close()
        target.close()
    return True


def _now(location: Location) -> tuple[int, str]:
    connection = open_connection(location, write=False)
    try:
        return last_change(connection)
    finally:
        connection.close()


def _move_aside(location: Location, kept: Path) -> None:
    """Move a file that is no database any more, with its side files, out of the way."""
    remove_database(kept)
    real = location.path.resolve()
    for suffix in (*SIDE_FILES, ""):
        if side(real, suffix).exists():
            move_file(side(real, suffix), side(kept, suffix), replace=False)
    sync(real.parent)
