"""The user's own folders for data and configuration, where nobody says otherwise, and small files that a person names."""

import os
import stat
import sys
from pathlib import Path

from tracker.errors import Refused


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
    """Follow the XDG rule on Linux; elsewhere ask platformdirs, whose import costs as much as a whole question."""
    if sys.platform == "linux":
        base = Path(os.environ.get(variable, ""))
        return (base if base.is_absolute() else expanded(fallback)) / "tracker"
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_dir")("tracker", appauthor=False))


def read_plain(path: Path) -> bytes:
    """Return the content of a plain file. Raises Refused at once for a pipe or a device, which might never end; else OSError."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused(f"{path} 不是普通文件（管道、设备等），无法读取；请写文件的路径")
        return file.read()
