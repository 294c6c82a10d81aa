"""Where a ledger's files lie and who may read them: permissions, and shares of a network that cannot lock."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from tracker.folders import ON_WINDOWS
from tracker.store.integrity.findings import Finding
from tracker.store.location import Location

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
