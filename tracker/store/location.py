"""Where the ledger is: a file, or the URL of a server."""

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from tracker.errors import Unclear
from tracker.folders import ledger_folder

FILE_NAME = "ledger.sqlite3"


class Location:
    """The place of a ledger, given as --db, TRACKER_DB or nothing (the user data directory)."""

    def __init__(self, text: str) -> None:
        self.text = text
        scheme = text.partition("://")[0] if "://" in text else ""
        self.is_sqlite = scheme in ("", "sqlite")
        if not self.is_sqlite and not scheme.startswith("postgres"):
            raise Unclear(f"数据库地址“{self.shown}”无法识别，请写文件路径或 postgresql+psycopg://… 地址")
        self.path = Path(_file_part(text)).expanduser() if self.is_sqlite else Path()

    @property
    def dsn(self) -> str:
        """The address in the form the PostgreSQL driver takes."""
        return "postgresql://" + self.text.partition("://")[2]

    @property
    def shown(self) -> str:
        """The address as it may be shown anywhere: without its password."""
        if "://" not in self.text:
            return self.text
        parts = urlsplit(self.text)
        host = parts.netloc.rpartition("@")[2]
        user = parts.username
        query = "…" if parts.query else ""
        return urlunsplit((parts.scheme, f"{user}@{host}" if user else host, parts.path, query, ""))

    @property
    def evidence(self) -> Path:
        """The folder in which files of evidence are kept: beside a database file."""
        if self.is_sqlite:
            return self.path.with_name(self.path.name + ".evidence")
        return ledger_folder() / "evidence"

    def without_secret(self, text: str) -> str:
        """Return a text from which this address's password is gone."""
        password = urlsplit(self.text).password if "://" in self.text else None
        for secret in {password, unquote(password)} if password else ():
            text = text.replace(secret, "***")
        return text

    def uri(self, mode: str) -> str:
        """The SQLite URI that opens the file in a mode (ro, rw, rwc)."""
        return f"file:{quote(str(self.path.absolute()))}?mode={mode}"


def _file_part(text: str) -> str:
    return text.removeprefix("sqlite:///") if text.startswith("sqlite:///") else text.removeprefix("sqlite://")


def default_location() -> Location:
    """Return the ledger of this user."""
    return Location(str(ledger_folder() / FILE_NAME))
