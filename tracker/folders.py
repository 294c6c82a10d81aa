"""Folders and files as the system has them: where a user's own lie, what a name may be, how a finished file gets its name."""

import errno
import os
import re
import stat
import sys
import time
from pathlib import Path, PureWindowsPath

from tracker.errors import Refused, is_held

ON_WINDOWS = os.name == "nt"


def expanded(text: str) -> Path:
    """Return a path in which ~ stands for the user's own folder. Raises Refused where the system knows none.

    A HOME that is empty, or no folder from the root on, is none: files would lie wherever somebody happens to stand, or in
    the root directory. The system's own record of the user decides then.
    """
    try:
        if os.name == "posix" and text.partition("/")[0] == "~" and not os.environ.get("HOME", "").startswith("/"):
            import pwd

            return Path(pwd.getpwuid(os.getuid()).pw_dir, text[2:])
        return Path(text).expanduser()
    except (RuntimeError, KeyError):
        raise Refused(
            f"不知道“{text.split('/', maxsplit=1)[0]}”是哪个目录（没有这个用户的主目录）；请设置 HOME，或写完整路径"
        ) from None


def ledger_folder() -> Path:
    """Return the folder in which a ledger lives: TRACKER_DATA_DIR, or the system's custom."""
    given = os.environ.get("TRACKER_DATA_DIR")
    return Path(given) if given else _customary("data", "XDG_DATA_HOME", "~/.local/share")


def config_folder() -> Path:
    """Return the folder of the configuration, by the system's custom."""
    return _customary("config", "XDG_CONFIG_HOME", "~/.config")


def _customary(kind: str, variable: str, fallback: str) -> Path:
    """Follow the XDG rule on Linux, LOCALAPPDATA on Windows; else ask platformdirs, whose import costs a whole question."""
    if sys.platform == "linux":
        base = Path(os.environ.get(variable, ""))
        return (base if base.is_absolute() else expanded(fallback)) / "tracker"
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "tracker"
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_dir")("tracker", appauthor=False))


def typed(name: object) -> str:
    """Return the name of a file as it is typed at a prompt, in a command that somebody is told to run: quoted where it must be."""
    text = str(name)
    if not re.search(r"[\s\"'`$&|;<>()*?!#]", text):
        return text
    return f'"{text}"' if ON_WINDOWS else "'" + text.replace("'", "'\\''") + "'"


def check_plain(path: Path, wanted: str) -> None:
    """Raise Refused at once for a name that nothing bears, a folder, or a pipe or a device, which might never end."""
    if path.is_dir():
        raise Refused("这是一个目录；请写明文件名")
    if not path.exists():
        raise Refused("没有这个文件；请检查路径")
    if not path.is_file():
        raise Refused(f"不是普通文件；请写明{wanted}")


def read_plain(path: Path) -> bytes:
    """Return the content of a plain file. Raises Refused at once for a pipe or a device, which might never end; else OSError."""
    if ON_WINDOWS and path.is_dir():
        raise IsADirectoryError(
            errno.EISDIR, os.strerror(errno.EISDIR), str(path)
        )  # the system says that access is denied
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused(f"{path} 不是普通文件（管道、设备等），无法读取；请写文件的路径")
        return file.read()


def read_text(path: Path, errors: str = "strict") -> str:
    """Return the text of a small file as any Windows editor saves it: UTF-8 with or without its mark, UTF-16, GBK."""
    data = read_plain(path)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors)


HELD_SECONDS = 0.5
"""How long a file that another program holds is waited for: a scanner looks at what was just written, an Excel stays."""


def move_file(temporary: Path, name: Path, *, replace: bool = True) -> None:
    """Give a finished file its name, in place of what bears it (unless replace); tried once more where the file is held."""
    move = temporary.replace if replace else temporary.rename
    try:
        move(name)
    except PermissionError as error:
        if not is_held(error):
            raise
        time.sleep(HELD_SECONDS)
        move(name)


_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
_DEVICES |= {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}


def is_device(name: str) -> bool:
    """Say whether Windows takes a file's name for one of its devices, whatever its ending: CON, nul.xlsx."""
    return name.partition(".")[0].rstrip(" ").upper() in _DEVICES


def check_name(path: Path) -> None:
    """Refuse on Windows a file's name that the system would take for another: the file would be written and not be found.

    A colon hides the content behind another file or leads to another drive, a device swallows it, a blank or full stop at the
    end is left out. What the system refuses by itself is told here too, before any work is done.
    """
    if not ON_WINDOWS:
        return
    given = PureWindowsPath(str(path))
    name = given.name
    if (given.drive and not given.root) or any(sign in name for sign in '<>:"|?*'):
        raise Refused(f'文件名“{path}”中有 Windows 不允许的符号（: < > " | ? *）；请换一个文件名')
    if is_device(name):
        raise Refused(f"“{name}”是 Windows 的设备名（CON、NUL、COM1 等），不能作文件名；请换一个文件名")
    if name != name.rstrip(" ."):
        raise Refused(f"文件名“{name}”以空格或句点结尾，Windows 会去掉；请换一个文件名")
