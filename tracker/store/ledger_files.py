"""The files of a ledger: how a database gets its name, and which names no result may take.

SQLite replays whatever `-wal` or `-journal` lies beside a file of that name, whoever left it there. So a name is given in one
place only: what an earlier file left is moved aside first, and what bears the name is looked at again.
"""

import errno
import os
import re
import sqlite3
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tracker.errors import Refused, notify
from tracker.folders import ON_WINDOWS, check_name, move_file
from tracker.store.connection import explain_file, occupied
from tracker.store.integrity.findings import Finding
from tracker.store.location import Location

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite appends to the name of a database for the files beside it."""
_Mark = tuple[str, int, str]
"""A ledger's id, and number and hash of its last change."""


def beside(path: Path) -> Path:
    """Return a name in the same folder for a file that is not finished; no two are alike, whatever an earlier run left."""
    return path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")


def side(path: Path, suffix: str) -> Path:
    """Return the name of a side file."""
    return path.with_name(path.name + suffix)


def give_name(temporary: Path, path: Path, *, replace: bool = False) -> bool:
    """Give a finished database its name; return False, changing nothing, where there is something (unless replace).

    Side files of a missing main file are moved aside under a dated name, and said so. Raises Refused where the file to be
    replaced is in use, and where what bears the name in the end is not what was finished.
    """
    check_name(path)
    mark = _mark(temporary)
    temporary.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with _alone(path.parent):
        if os.path.lexists(path):
            if not replace:
                return False
            _release(path)
        _set_aside(path)
        try:
            move_file(temporary, path, replace=replace)
        except FileExistsError:
            return False
        sync(path.parent)
    _look_again(path, mark)
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others from giving names in a folder meanwhile: the log of a ledger just made is none that was left behind.

    On Windows a file that is open cannot be moved, which is enough.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _release(path: Path) -> None:
    """Have what the log of a file still holds written into the file, which is about to be replaced; refuse one in use.

    The last one to close a database removes its log: one that stays belongs to somebody.
    """
    if not any(side(path, suffix).exists() for suffix in SIDE_FILES):
        return
    location = Location(str(path))
    try:
        with closing(sqlite3.connect(location.uri("rw"), uri=True)) as raw:
            raw.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise occupied(location, 5) from None
        return
    if side(path, "-wal").exists():
        raise Refused(f"{path} 正被其他程序作为台账使用，未替换；请关闭后重试，或换一个文件名")


def _set_aside(path: Path) -> None:
    left = [suffix for suffix in SIDE_FILES if os.path.lexists(side(path, suffix))]
    if not left:
        return
    stem, number = f"{path.name}.left-{time.strftime('%Y%m%d-%H%M%S')}", 1
    kept = path.with_name(stem)
    while any(os.path.lexists(side(kept, suffix)) for suffix in SIDE_FILES):
        number += 1
        kept = path.with_name(f"{stem}-{number}")
    for suffix in left:
        move_file(side(path, suffix), side(kept, suffix), replace=False)
    names, places = "、".join(path.name + suffix for suffix in left), "、".join(str(side(kept, each)) for each in left)
    notify(
        f"注意：{path.parent} 中有原台账遗留的 {names}（台账文件本身已不在），可能含有未合并的填报，已移存为 {places}"
    )


def _look_again(path: Path, mark: _Mark) -> None:
    """Refuse a ledger that under its name is not the one that was finished; others may have written into it since."""
    location = Location(str(path))
    has_log = any(side(path, suffix).exists() for suffix in SIDE_FILES)
    try:
        # Read only where there is a log, which else would be written into the file; without one nothing is to stay behind.
        with closing(sqlite3.connect(location.uri("ro" if has_log else "rw"), uri=True)) as raw:
            identity = raw.execute("SELECT value FROM ledger WHERE name = 'id'").fetchone()
            change = raw.execute("SELECT hash FROM change WHERE id = ?", (mark[1],)).fetchone()
            is_same = (str(identity and identity[0]), str(change and change[0])) == (mark[0], mark[2])
            if is_same and has_log:
                is_same = raw.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        raise explain_file(error, location) from error
    if not is_same:
        raise Refused(f"{path} 写成后核对不一致：旁边另有不属于它的日志文件；请移走 {path.name}-wal 等文件后重做")


def _mark(path: Path) -> _Mark:
    with closing(sqlite3.connect(Location(str(path)).uri("rw"), uri=True)) as raw:
        identity = raw.execute("SELECT value FROM ledger WHERE name = 'id'").fetchone()
        change = raw.execute("SELECT id, hash FROM change ORDER BY id DESC LIMIT 1").fetchone()
    number, digest = change or (0, None)
    return str(identity and identity[0]), int(number), str(digest)


def remove_database(path: Path) -> None:
    """Remove a database file with its side files, where they exist."""
    for suffix in ("", *SIDE_FILES):
        side(path, suffix).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have a file or the names in a folder written to the disk itself; a folder where the system can.

    Raises OSError where the disk did not take the file.
    """
    # Windows flushes only through a handle that may write, and knows none of a folder.
    if path.is_dir():
        with suppress(OSError):
            _flush(path, os.O_RDONLY)
    else:
        _flush(path, os.O_RDWR)


def _flush(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    except OSError as error:
        # A file system that cannot flush is no failure of the disk.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def refuse_part(location: Location, target: Path) -> None:
    """Refuse a file or folder for a result that is part of a ledger: nothing may take its place, whatever is forced.

    The ledger itself, its side files, what lies in its folders of evidence and backups; under any spelling, by a link or as
    a second name. A new file in the folder of backups takes nobody's place.
    """
    if not location.is_sqlite:
        return
    ledger, place = location.path.resolve(), target.resolve()
    if _is_same(place, ledger):
        raise Refused(f"{target} 就是台账本身，不会被覆盖；请换一个文件名")
    if any(_is_same(place, side(each, suffix)) for each in (ledger, location.path) for suffix in SIDE_FILES):
        raise Refused(f"{target} 是台账 {ledger} 的日志文件，不会被覆盖；请换一个文件名")
    if _is_within(place, location.evidence):
        raise Refused(f"{target} 在台账的佐证材料目录中，只由程序存放；请换一个位置")
    if any(_is_within(place, each.with_name("backups")) for each in (ledger, location.path)) and place.exists():
        raise Refused(f"{target} 在台账的备份目录中，备份不会被覆盖；请换一个位置")


def refuse_database(target: Path) -> None:
    """Refuse a database of any kind as the place of a result that is none: some ledger, or somebody's backup."""
    with suppress(OSError):
        if target.is_file():
            with target.open("rb") as file:
                if file.read(16) == b"SQLite format 3\0":
                    raise Refused(f"{target} 是数据库（台账或备份），不会被覆盖；请换一个文件名，确实不要时先自行删除")


def is_in_use(path: Path) -> bool:
    """Say whether a file is a database that writers work on: a backup is in another mode."""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(20)
        return head.startswith(b"SQLite format 3\0") and head[18:20] == b"\x02\x02"
    return False


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    # On a file system that takes capitals for small letters a missing file has many names.
    return one.parent == other.parent and one.name.casefold() == other.name.casefold()


def _is_within(place: Path, folder: Path) -> bool:
    return any(_is_same(each, folder) for each in (place, *place.parents))


NETWORK_TYPES = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "fuse.sshfs", "davfs", "fuse.davfs2",
                 "glusterfs", "fuse.glusterfs", "ceph", "lustre", "fuse.rclone")  # fmt: skip
"""File systems on which locks and shared memory between machines cannot be relied on."""
MOUNTS = Path("/proc/self/mountinfo")


def check_files(location: Location, *, shared: bool) -> Iterator[Finding]:
    """Yield files that others may read or change, and a ledger that lies on a network share.

    shared: a group works on the file together (mode = file), which is then allowed.
    """
    for path in _files(location) if os.name == "posix" else ():
        finding = _readable(path, shared=shared)
        if finding is not None:
            yield finding
    share = network_share(location.path)
    if share is not None:
        yield Finding("files", location.shown, f"在网络共享（{share}）上：{SHARE_WARNING}", SHARE_REMEDY)


def _readable(path: Path, *, shared: bool) -> Finding | None:
    try:
        bits = path.lstat().st_mode
    except OSError:
        return None
    if not bits & (stat.S_IRWXO if shared else stat.S_IRWXO | stat.S_IRWXG):
        return None
    who = "其他用户" if shared else "同组或其他用户"
    mode = "770" if shared and path.is_dir() else "660" if shared else "700" if path.is_dir() else "600"
    return Finding("files", str(path), f"{who}可以访问（权限 {stat.S_IMODE(bits):o}）", f"运行 chmod {mode} '{path}'")


SHARE_WARNING = "多台机器同时写入时网络共享的锁不可靠，可能丢失填报或损坏台账"
SHARE_REMEDY = "把台账移到一台机器的本地磁盘（大家登录那台机器），或改用 PostgreSQL（tracker db copy）"


def network_share(path: Path) -> str | None:
    """Return the kind of network file system a path lies on, None for a local disk or where that cannot be told."""
    if ON_WINDOWS:
        place = str(path.absolute())
        if place.startswith("\\\\"):
            return "UNC"
        return "网络驱动器" if _drive_type(place[:3]) == _REMOTE else None
    try:
        return share_in(path.resolve(), MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return None


_REMOTE = 4
"""What Windows calls the type of a drive that is a folder of another machine."""


def _drive_type(root: str) -> int:
    if sys.platform != "win32":
        return 0
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(root))


def share_in(path: Path, mounts: str) -> str | None:
    """Return the type of the mount a path lies on if it is a network's. mounts is the text of Linux's mountinfo."""
    best, kind = -1, None
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:  # noqa: PLR2004 - the fifth field is the mount point
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4]))
        # A later mount on the same point hides the earlier one.
        if (path == point or point in path.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split()[0]
    return kind if kind in NETWORK_TYPES else None


def _files(location: Location) -> Iterator[Path]:
    """Yield what belongs to a ledger; the side files of SQLite have the rights of the file and pass with it."""
    path = location.path
    yield path
    for folder in (location.evidence, path.with_name("backups")):
        if folder.is_dir():
            yield folder
            yield from sorted(each for each in folder.rglob("*") if not each.is_symlink())
