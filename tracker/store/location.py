"""Where the ledger is: a file, or the URL of a server."""

import errno
import os
import re
from pathlib import Path
from urllib.parse import quote, unquote

from tracker.errors import Unclear
from tracker.folders import expanded, ledger_folder

FILE_NAME = "ledger.sqlite3"


class Location:
    """The place of a ledger, given as --db, TRACKER_DB or nothing (the user data directory)."""

    def __init__(self, text: str) -> None:
        self.text = text
        _refuse_no_path(text)
        scheme = text.partition("://")[0] if "://" in text else ""
        self.is_sqlite = scheme in ("", "sqlite")
        if not self.is_sqlite and not scheme.startswith("postgres"):
            raise Unclear(f"数据库地址“{self.shown}”无法识别，请写文件路径或 postgresql+psycopg://… 地址")
        self.path = expanded(_file_part(text)) if self.is_sqlite else Path()

    @property
    def dsn(self) -> str:
        """The address in the form the PostgreSQL driver takes."""
        return "postgresql://" + self.text.partition("://")[2]

    @property
    def seeks_primary(self) -> bool:
        """Whether the address names several servers and leaves open which of them is meant."""
        address, _, options = self.text.partition("?")
        return "," in address.rpartition("@")[2] and "target_session_attrs" not in options

    @property
    def shown(self) -> str:
        """The address as it may be shown anywhere: without its password, also where it is written wrongly."""
        scheme, mark, rest = self.text.partition("://")
        if not mark:
            return hide_secrets(self.text)
        if scheme == "sqlite":
            return self.text
        address, options, _ = rest.partition("?")
        if "@" in options and re.search(_WORDY_PORT, address):
            # The mark of the options stands inside a password that was not encoded.
            address = rest
        credentials, at, place = address.rpartition("@")
        place = place if at else re.sub(_WORDY_PORT, ":***", place)
        return f"{scheme}://{re.split('[:/?#]', credentials)[0]}{at}{place}{'?…' if options else ''}"

    @property
    def evidence(self) -> Path:
        """The folder in which files of evidence are kept: beside a database file, whatever link leads to it."""
        if self.is_sqlite:
            real = self.path.resolve()
            return real.with_name(real.name + ".evidence")
        return ledger_folder() / "evidence"

    def exists(self) -> bool:
        """Say whether there is a file. Raises OSError where the system does not say, as of a folder that nobody may enter.

        Python's own question answers no there from 3.14 on, and a ledger that cannot be reached would be told as missing.
        """
        try:
            self.path.stat()
        except ValueError:
            return False
        except OSError as error:
            if error.errno in _ABSENT or getattr(error, "winerror", None) in _NO_NAME:
                return False
            raise
        return True

    def without_secret(self, text: str) -> str:
        """Return what a driver said, or only that it is not shown where it may hold this address's passwords.

        A word replaced in a sentence would tell that it is the password, and a password of a few letters which ones they are: so
        all of the text is held back where one of the parts a driver may have cut a password into is short or stands in it.
        """
        rest = self.text.partition("://")[2]
        credentials = rest.rpartition("@")[0] or rest
        options = rest.partition("?")[2].split("&")
        secrets = [
            credentials.partition(":")[2],
            *(each.partition("=")[2] for each in options if "password" in each.lower()),
        ]
        parts = {part for secret in secrets for part in _parts(secret) if part and not part.isdigit()}
        if any(len(part) < _TELLING or part in text for part in parts):
            return _HELD_BACK
        return hide_secrets(text)

    def uri(self, mode: str) -> str:
        """The SQLite URI that opens the file in a mode (ro, rw, rwc)."""
        return f"file:{quote(str(self.path.absolute()))}?mode={mode}"


_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP)
_NO_NAME = (21, 123, 1921)
"""Windows' numbers for a drive without a disk, a name that cannot be, a link that leads in a circle."""
_TELLING = 5
"""So many letters in a row do not stand in a driver's sentence by chance and pass unseen."""
_HELD_BACK = "原因未显示，其中可能含有密码；请核对主机、端口、库名、用户名和密码"

# Compiled when first asked for, by re itself: most paths have none of the signs.
_QUOTED = r"""\s*(["'])(.*)\1\s*"""
_SETTINGS = "host hostaddr port dbname database user uid password passwd pwd server service sslmode".replace(" ", "|")
_SETTINGS_OF_A_SERVER = rf"(?i)(?:^|[\s;?&])(?:{_SETTINGS}|data source)\s*="
_SCHEME = r"(?i)[a-z][a-z0-9+.-]+:"


def _refuse_no_path(text: str) -> None:
    """Refuse a text that is neither a path nor an address of ours, where a file of that name would be a mistake.

    The text itself is not repeated: what is no address of ours may hold a password anywhere.
    """
    if text.strip()[:1] in ("'", '"') and (quoted := re.fullmatch(_QUOTED, text)):
        inner = quoted[2] if _is_plain_path(quoted[2]) else "路径"
        raise Unclear(
            f'台账路径两端带着引号；cmd 中 set TRACKER_DB="…" 会把引号也记进去，请写 set TRACKER_DB={inner}（不加引号）'
        )
    if "://" in text or _is_plain_path(text) or os.path.exists(text):  # noqa: PTH110 - a text that no file can have as its name is no error here
        return
    raise Unclear(
        "台账位置既不是文件路径，也不是 postgresql+psycopg://用户@主机/库 这样的地址；"
        "请改用其中一种写法，文件名中确有冒号或等号时前面加 ./"
    )


def _is_plain_path(text: str) -> bool:
    may_be_address = ":" in text and re.match(_SCHEME, text)
    return not (may_be_address or ("=" in text and re.search(_SETTINGS_OF_A_SERVER, text)))


_WORDY_PORT = r":(?!\d*(?:[/,]|$))[^/:]*(?=/|$)"
_SECRET_IN_TEXT = r"(?i)(:/{1,2}[^\s:/@]*):[^\s]+(?=@)|((?:ssl)?password\s*=\s*)(?:'[^']*'|[^\s&']+)"  # noqa: S105 - where passwords stand, none itself


def hide_secrets(text: str) -> str:
    """Return a text in which the passwords of addresses, and those written as options, are no more."""
    if "@" not in text and "=" not in text:
        return text
    return re.sub(_SECRET_IN_TEXT, lambda match: f"{match[2]}***" if match[2] else f"{match[1]}:***", text)


def _parts(secret: str) -> list[str]:
    return [secret, unquote(secret), *re.split(r"[/?#@:\[\]&=]", secret)]


def _file_part(text: str) -> str:
    return text.removeprefix("sqlite:///") if text.startswith("sqlite:///") else text.removeprefix("sqlite://")


def default_location() -> Location:
    """Return the ledger of this user."""
    return Location(str(ledger_folder() / FILE_NAME))
