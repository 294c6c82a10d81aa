"""The two ways in which the tool says no (docs/contract.md, streams and exits), and how a deep room tells a person something."""

import errno
from collections.abc import Callable

listeners: list[Callable[[str], None]] = []
"""Who is told what goes beside the result; the command line puts itself here."""


def notify(text: str) -> None:
    """Tell a person one line that is no result and no refusal, such as a file that was moved aside."""
    for listener in listeners:
        listener(text)


class TrackerError(Exception):
    """A problem that a user can understand and mend: one line, what, where, what to do."""

    exit_code = 1


class Refused(TrackerError):
    """The ledger or the world says no: unknown id, role, state, file, database (exit 1)."""


class Unclear(TrackerError):
    """The input cannot be understood: an option, a date, a number (exit 2)."""

    exit_code = 2


_REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件超过大小限制",
    errno.EIO: "读写出错",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "文件系统只读",
    errno.ENOENT: "文件或目录不存在",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EISDIR: "是一个目录",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.ELOOP: "链接绕成一圈",
    errno.EEXIST: "同名的文件或目录已经存在",
    errno.ENOTEMPTY: "目录不是空的",
    errno.EBUSY: "正被其他程序占用",
    errno.ETXTBSY: "正被其他程序占用",
    errno.EINVAL: "名称或内容不合系统的规定",
    errno.EXDEV: "不在同一个磁盘上",
    errno.ENODEV: "没有这个设备",
    errno.ENXIO: "没有这个设备",
    errno.ENOMEM: "内存不足",
    errno.ETIMEDOUT: "没有应答（多为网络共享断开）",
    errno.EHOSTDOWN: "没有应答（多为网络共享断开）",
    errno.EHOSTUNREACH: "没有应答（多为网络共享断开）",
    errno.ENOTCONN: "没有应答（多为网络共享断开）",
    errno.ESTALE: "没有应答（多为网络共享断开）",
}


_DENIED, _SHARED, _LOCKED = 5, 32, 33
"""Windows' own numbers (winerror): access denied, a sharing violation, a locked region."""


def is_held(error: OSError) -> bool:
    """Say whether Windows refused because another program has the file open: of a move it says only that access is denied."""
    code = getattr(error, "winerror", None)
    return code in (_SHARED, _LOCKED) or (code == _DENIED and error.filename2 is not None)


_LONGEST = 247
"""Characters from which on Windows says of a path only that it does not exist: 260 less what a folder must have room for."""


def is_too_long(error: OSError) -> bool:
    """Say whether a name or a whole path has more characters than the system takes; of that Windows says that it is not there."""
    missing = getattr(error, "winerror", None) in (2, 3, 123, 206)
    return error.errno == errno.ENAMETOOLONG or (missing and len(str(error.filename or "")) >= _LONGEST)


def reason_of(error: OSError) -> str:
    """Return why the system refused, in words; its own word, and number, where there are none here."""
    if is_held(error):
        return "多半正在 Excel、WPS 等程序中打开"
    if is_too_long(error):
        return _REASONS[errno.ENAMETOOLONG]
    return _REASONS.get(error.errno or 0) or f"系统错误 {error.errno or type(error).__name__}"


def remedy_of(error: OSError, otherwise: str = "请检查权限和磁盘空间") -> str:
    """Return what to do about a file that could not be written."""
    if is_too_long(error):
        return "请用短一些的文件名，或放到上一级目录"
    return "请关闭后重试，或换一个文件名" if is_held(error) else otherwise
