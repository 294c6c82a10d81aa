"""Copies of the whole ledger: made while it is open, complete, and checked before they count."""

import sqlite3
from datetime import datetime
from pathlib import Path

from tracker.errors import Refused
from tracker.store.connection import check_version, explain, open_connection
from tracker.store.creating import private
from tracker.store.location import Location


def back_up(location: Location, now: datetime, target: str | None = None, *, force: bool = False) -> Path:
    """Copy the ledger into one file and return its path; readers and writers go on meanwhile.

    Without a target the copy goes to the folder `backups` beside the ledger, named by the moment. Raises Refused when the
    target exists (unless force), cannot be written, or the ledger is on a server.
    """
    if not location.is_sqlite:
        raise Refused("PostgreSQL 台账请用 tracker db copy 复制到文件，或用服务器的 pg_dump 备份")
    path = Path(target) if target is not None else _named(location, now)
    if path.is_dir():
        path = path / f"ledger-{now:%Y%m%d-%H%M%S}.sqlite3"
    if path.exists() and not force:
        raise Refused(f"文件 {path} 已存在；加 --force 覆盖，或换一个文件名")
    if not path.parent.is_dir():
        raise Refused(f"目录 {path.parent} 不存在；请先建立该目录")
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    connection = open_connection(location, write=False)
    try:
        check_version(connection)
        temporary.touch(mode=0o600)
        temporary.unlink()
        connection.execute("VACUUM INTO ?", (str(temporary),))
        private(temporary)
        temporary.replace(path)
    except sqlite3.DatabaseError as error:
        raise explain(error, location) from error
    except OSError as error:
        raise Refused(f"无法写入备份 {path}：{error.strerror}；请检查权限和磁盘空间") from None
    finally:
        connection.close()
        temporary.unlink(missing_ok=True)
    return path


def _named(location: Location, now: datetime) -> Path:
    folder = location.path.with_name("backups")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{location.path.stem}-{now:%Y%m%d-%H%M%S-%f}.sqlite3"
