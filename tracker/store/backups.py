"""Copies of the whole ledger: made while it is open, complete, and checked before they bear their name."""

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tracker.errors import Refused, reason_of
from tracker.folders import expanded, move_file
from tracker.store.connection import Connection, explain_file, known_version, open_connection
from tracker.store.ledger_files import beside, give_name, is_in_use, refuse_part, remove_database, sync
from tracker.store.location import Location

STALE_SECONDS = 86_400
"""After this time a half-made copy is what an interrupted backup left, and is swept away."""


def back_up(location: Location, now: datetime, target: str | None = None, *, force: bool = False) -> Path:
    """Copy the ledger into one file and return its path; readers and writers go on meanwhile.

    Without a target the copy goes to the folder `backups` beside the ledger, named by the moment. A named target is meant
    for another place: the files of evidence are copied along, beside it. Raises Refused when the target exists (unless
    force), is the ledger itself, cannot be written or does not fit, or when the ledger is on a server.
    """
    if not location.is_sqlite:
        raise Refused("PostgreSQL 台账请用 tracker db copy 复制到文件，或用服务器的 pg_dump 备份")
    if target is None:
        return copy_to(location, _free(_folder(location), f"{location.path.stem}-{_moment(now)}", ".sqlite3"))
    path = expanded(target)
    if path.is_dir():
        path = _free(path, f"{location.path.stem}-{_moment(now)}", ".sqlite3")
    _refuse_target(location, path, force=force)
    _refuse_other(location)
    with told_of(path):
        copy_evidence(location.evidence, Location(str(path)).evidence)
    return copy_to(location, path, force=force)


def automatic(location: Location, now: datetime, reason: str, keep: int) -> Path | None:
    """Copy the ledger before something that touches much of it, and keep the last copies of this kind only.

    reason is a word in the name (upgrade, import, revise, repair). keep is how many automatic copies stay, at least this
    one; copies that a person made are never touched. Returns None for a ledger on a server, which has its own backups.
    """
    if not location.is_sqlite:
        return None
    folder = _folder(location)
    path = copy_to(location, _free(folder, f"{location.path.stem}-auto-{_moment(now)}", f"-{reason}.sqlite3"))
    made = [each for each in _automatic(folder, location.path.stem) if each != path]
    with suppress(OSError):
        for old in made[: max(len(made) + 1 - max(keep, 1), 0)]:
            old.unlink()
    return path


def _automatic(folder: Path, stem: str) -> list[Path]:
    """Return the automatic copies of a ledger, oldest first."""
    pattern = re.compile(rf"{re.escape(stem)}-auto-(\d{{8}}-\d{{6}}-\d{{6}})(?:-(\d+))?-[a-z]+\.sqlite3")
    found = [
        (match[1], int(match[2] or 1), each) for each in folder.iterdir() if (match := pattern.fullmatch(each.name))
    ]
    return [each for _, _, each in sorted(found)]


def _free(folder: Path, start: str, end: str) -> Path:
    """Return a name that is not taken; two copies of one moment are told apart by a number."""
    path, number = folder / f"{start}{end}", 1
    while path.exists():
        number += 1
        path = folder / f"{start}-{number}{end}"
    return path


def copy_to(location: Location, path: Path, *, force: bool = False) -> Path:
    """Copy a ledger, of an older version too, into a file readable by its owner alone; nothing half made ever has the name."""
    connection = open_connection(location, write=False)
    try:
        known_version(connection)
        with told_of(path):
            _check_space(connection, path)
            _sweep(path.parent)
            temporary = beside(path)
            try:
                _write(connection, temporary)
                if not give_name(temporary, path, replace=force):
                    raise Refused(f"文件 {path} 已存在；加 --force 覆盖，或换一个文件名")
            finally:
                remove_database(temporary)
    except sqlite3.DatabaseError as error:
        raise explain_file(error, location) from error
    finally:
        connection.close()
    return path


def _write(connection: Connection, temporary: Path) -> None:
    """Write the copy and see whether it is whole: its pages, and the last change."""
    # The file is made first: SQLite would make it readable for others.
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection.execute("VACUUM INTO ?", (str(temporary),))
    with closing(sqlite3.connect(Location(str(temporary)).uri("ro"), uri=True)) as copy:
        fine = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    if not fine:
        raise Refused(f"备份 {temporary} 核对不通过，未保留；台账文件可能已损坏，请运行 tracker doctor")
    sync(temporary)


def copy_evidence(source: Path, target: Path, only: Container[str] | None = None) -> None:
    """Copy files of evidence that the other side does not have yet; they never change, so the name is enough.

    only: no others than those of these names.
    """
    if not source.is_dir():
        return
    target.mkdir(mode=0o700, exist_ok=True)
    for file in sorted(source.iterdir()):
        kept = target / file.name
        if only is not None and file.name not in only:
            continue
        if file.is_symlink() or not file.is_file() or file.name.startswith(".") or kept.exists():
            continue
        temporary = beside(kept)
        try:
            shutil.copyfile(file, temporary)
            temporary.chmod(0o600)
            sync(temporary)
            move_file(temporary, kept)
        finally:
            temporary.unlink(missing_ok=True)
    sync(target)


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Turn what goes wrong in writing a copy into one line that names the copy, not the ledger."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "full" in text or "I/O" in text:
            raise Refused(f"磁盘已满或无法写入，备份 {path} 未完成，没有留下半个文件；请清理空间或换一个位置") from None
        if "unable to open" in text or "readonly" in text:
            raise Refused(f"无法写入备份 {path}；请检查目录权限，或换一个位置") from None
        raise
    except OSError as error:
        raise Refused(f"无法写入备份 {path}：{reason_of(error)}；请检查权限和磁盘空间，或换一个位置") from None


def _check_space(connection: Connection, path: Path) -> None:
    """Refuse before hours of copying what cannot fit."""
    used = connection.one(
        "SELECT (page_count - freelist_count) * page_size"
        " FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
    )
    needed = int(used[0]) if used is not None else 0
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise Refused(
            f"磁盘空间不足：备份 {path} 需要 {_megabytes(needed)}，只剩 {_megabytes(free)}；请清理空间或换一个位置"
        )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _sweep(folder: Path) -> None:
    """Remove what backups that were killed left half made, days ago."""
    for file in folder.glob(".*.sqlite3.*.tmp*"):
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > STALE_SECONDS:
                file.unlink()


def _refuse_target(location: Location, path: Path, *, force: bool) -> None:
    refuse_part(location, path)
    if path.exists() and not force:
        raise Refused(f"文件 {path} 已存在；加 --force 覆盖，或换一个文件名")
    if path.exists() and not path.is_file():
        raise Refused(f"{path} 不是普通文件；请换一个文件名")
    if is_in_use(path):
        raise Refused(f"{path} 正被作为台账使用，不会被备份覆盖；请换一个文件名")
    if not path.parent.is_dir():
        raise Refused(f"目录 {path.parent} 不存在；请先建立该目录")


def _refuse_other(location: Location) -> None:
    """Refuse what is no ledger before anything is made beside it."""
    connection = open_connection(location, write=False)
    try:
        known_version(connection)
    finally:
        connection.close()


def _folder(location: Location) -> Path:
    _refuse_other(location)
    folder = location.path.with_name("backups")
    with told_of(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _moment(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S-%f}"
