"""Evidence (佐证材料): a link, or a file that is kept beside the database under its SHA-256 (docs/contract.md).

A file is copied whole, and made safe on disk, before the change that names it is committed; what is kept is never
overwritten. A copy whose change was not written in the end stays behind unnamed, which does no harm.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PureWindowsPath
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from tracker.errors import Refused, reason_of
from tracker.folders import ON_WINDOWS, expanded, move_file
from tracker.ledger.model import Item
from tracker.ledger.values import shorten
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.location import Location
from tracker.store.period_reports import all_issues, issue_name
from tracker.store.registry import item_key
from tracker.store.statements import evidence_files

MAX_BYTES = 100 * 1024 * 1024
"""A scan or a table is far smaller; what is larger is put on a file server and named by its address."""
MAX_ADDRESS = 2000
_CHUNK = 1024 * 1024


def attach(changeset: Changeset, item: Item, n: int | None, text: str, *, within: Path | None = None) -> None:
    """Add a piece of evidence, a URL or the path of a file, to an item or its indicator n.

    within: the only folder from which files are taken (a form that was sent in may name none outside its own). A dry run
    reads the file but copies nothing. Raises Refused for what is no plain readable file or no web address.
    """
    key = item_key(changeset.connection, item.id)
    assert key is not None  # noqa: S101 - the item was just read
    if "://" in text or text.lower().startswith(("http:", "https:", "mailto:", "javascript:", "data:")):
        url = _checked_url(text.strip())
        changeset.evidence(key, n, "url", shorten(url, 80), None, None, url)
        return
    path = _checked_path(text, within)
    with _opened(path) as file:
        digest, size = _keep(file, path, changeset.connection.location.evidence, dry_run=changeset.dry_run)
    name = path.name.encode("utf-8", "backslashreplace").decode()
    changeset.evidence(key, n, "file", shorten(name, 255), digest, size, None)


def _checked_url(text: str) -> str:
    """Return a web address that may be shown and followed; one with a password in it must not be kept."""
    if len(text) > MAX_ADDRESS or not text.isprintable() or any(character.isspace() for character in text):
        raise Refused(f"佐证网址“{shorten(text)}”含有空白或控制字符，或超过 {MAX_ADDRESS} 个字符")
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise Refused(f"佐证网址“{shorten(text)}”无法识别；请写完整的 https:// 网址") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Refused(f"佐证网址“{shorten(text)}”只能是 http:// 或 https:// 网址")
    if parts.username is not None or parts.password is not None:
        raise Refused(f"佐证网址（{host}）含有账号或密码，不能保存；请去掉后重填")
    return text


def _checked_path(text: str, within: Path | None) -> Path:
    shown = shorten(text)
    if not text.strip() or "\0" in text:
        raise Refused(f"佐证材料“{shown}”不是文件路径或网址")
    if within is not None:
        text = _as_here(text, within)
    path = expanded(text)
    if ".." in path.parts:
        raise Refused(f"佐证材料路径“{shown}”含有“..”；请写不含“..”的路径")
    if within is not None:
        if path.is_absolute() or PureWindowsPath(text).drive:
            raise Refused(f"佐证材料“{shown}”不在所附文件夹内；请写相对路径，文件与表格放在一起")
        path = within / path
        if within.resolve() not in path.resolve().parents:
            raise Refused(f"佐证材料“{shown}”不在所附文件夹内")
    return path


def _as_here(text: str, within: Path) -> str:
    """Return a path of a form filled in on Windows as this system writes it, unless a file bears just that name."""
    return text if ON_WINDOWS or os.path.lexists(within / text) else text.replace("\\", "/")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a plain file for reading, and nothing else: a link, a folder, a device or a pipe is refused unread."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path.is_symlink():
            raise Refused(f"佐证材料 {path} 是符号链接；请写实际文件的路径")
        if path.is_dir():
            raise Refused(f"佐证材料 {path} 是文件夹；请逐个文件添加，或打成一个压缩包")
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise Refused(f"佐证材料 {path} 不存在；请检查路径，网址须以 https:// 开头") from None
    except PermissionError:
        raise Refused(f"没有读取佐证材料 {path} 的权限") from None
    except OSError as error:
        raise Refused(f"无法读取佐证材料 {path}：{reason_of(error)}") from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Refused(f"佐证材料 {path} 不是普通文件")
        if found.st_size > MAX_BYTES:
            raise Refused(
                f"佐证材料 {path} 有 {found.st_size // 1024 // 1024} MB，超过 {MAX_BYTES // 1024 // 1024} MB；请改附网址"
            )
        if found.st_size == 0:
            raise Refused(f"佐证材料 {path} 是空文件")
        yield file


def _keep(file: BinaryIO, path: Path, folder: Path, *, dry_run: bool) -> tuple[str, int]:
    """Copy an open file into the folder under its hash; return hash and size. A dry run only reads."""
    if dry_run:
        return _copy(file, None)
    temporary = folder / f".{os.getpid()}.{os.urandom(4).hex()}.tmp"
    try:
        _make_private(folder)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as copy:
            digest, size = _copy(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
        _settle(temporary, folder / digest, digest)
        _sync_folder(folder)
    except OSError as error:
        raise Refused(f"无法保存佐证材料 {path} 到 {folder}：{reason_of(error)}；未作任何改动") from None
    finally:
        with suppress(OSError):
            temporary.unlink()
    return digest, size


def keep_content(folder: Path, content: BinaryIO) -> str:
    """Keep a file that was made here under its SHA-256, as evidence is kept; return the hash."""
    return _keep(content, Path("报告"), folder, dry_run=False)[0]


def _copy(source: BinaryIO, target: BinaryIO | None) -> tuple[str, int]:
    """Read a file to its end, writing along what is read; the hash and the size are those of what was written."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise Refused(f"佐证材料在读取时超过 {MAX_BYTES // 1024 // 1024} MB；请改附网址")
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size


def _make_private(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def _settle(temporary: Path, target: Path, digest: str) -> None:
    """Give a finished copy its name, unless the same content is kept already; nothing is ever overwritten."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        if _hash_of(target) != digest:
            raise Refused(f"已保存的佐证材料 {target} 被改动过，不能再用；请运行 tracker doctor 检查") from None
    except OSError:
        # A file system without hard links: names are random until here, so only a copy of the same content can be there.
        if not target.exists():
            move_file(temporary, target)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class EvidenceFinding(NamedTuple):
    """A kept file that is not what the ledger says: kind is missing, altered or unreadable."""

    kind: str
    id: str
    name: str
    sha256: str
    message: str


def verify_evidence(connection: Connection, location: Location) -> list[EvidenceFinding]:
    """Compare every kept file with its hash in the ledger, reports that were handed out too; each is read once, whatever names it.

    What is handed out from a ledger on a server is kept on the machine it was made on: there only an altered one is a finding.
    """
    verdicts: dict[str, tuple[str, str] | None] = {}
    findings = []
    for code, n, name, digest in evidence_files(connection):
        if digest not in verdicts:
            verdicts[digest] = _verdict(location.evidence / digest, digest)
        verdict = verdicts[digest]
        if verdict is not None:
            item = code if n is None else f"{code}.{n}"
            findings.append(
                EvidenceFinding(verdict[0], item, name, digest, f"{item} 的佐证材料“{shorten(name)}”{verdict[1]}")
            )
    for row in all_issues(connection):
        verdict = verdicts.get(row.content) or _verdict(location.evidence / row.content, row.content)
        if verdict is not None and (connection.is_sqlite or verdict[0] == "altered"):
            name = issue_name(row)
            findings.append(EvidenceFinding(verdict[0], name, name, row.content, f"{name}的原件{verdict[1]}"))
    return findings


def _verdict(path: Path, digest: str) -> tuple[str, str] | None:
    try:
        if path.is_symlink() or not path.is_file():
            return "missing", f"缺失（应在 {path}）；请从备份找回"
        return None if _hash_of(path) == digest else ("altered", f"被改动（{path}）；请从备份找回原件")
    except OSError as error:
        return "unreadable", f"无法读取（{path}：{reason_of(error)}）；请检查权限"
