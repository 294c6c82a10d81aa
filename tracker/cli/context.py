"""The surroundings of a command in one object, which tests replace whole: clock, streams, environment, settings."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import IO

from tracker.errors import TrackerError, Unclear
from tracker.ledger.values import shorten
from tracker.settings import Settings, load
from tracker.store.location import Location, default_location

LONGEST_NAME = 100


def _now() -> datetime:
    return datetime.now().astimezone()


class Context:
    """What a command may know of the world around it."""

    def __init__(
        self, stdin: IO[str] | None = None, stdout: IO[str] | None = None, stderr: IO[str] | None = None,
        environ: Mapping[str, str] | None = None, clock: Callable[[], datetime] = _now,
    ) -> None:  # fmt: skip
        self._stdin, self._stdout, self._stderr = stdin, stdout, stderr
        self.environ = os.environ if environ is None else environ
        self.clock = clock
        self.db: str | None = None
        self.no_color = False
        self.debug = False
        self.written: int | None = None
        self.is_sample = False
        self.is_labelled = False
        self._settings: Settings | None = None
        self._ledgers: list[Location] = []

    @property
    def stdin(self) -> IO[str]:
        """Where answers come from."""
        return self._stdin or sys.stdin

    @property
    def stdout(self) -> IO[str]:
        """Where results go."""
        return self._stdout or sys.stdout

    @property
    def stderr(self) -> IO[str]:
        """Where messages go."""
        return self._stderr or sys.stderr

    @property
    def settings(self) -> Settings:
        """The settings in force, read once."""
        if self._settings is None:
            self._settings = load(self.environ)
        return self._settings

    @property
    def now(self) -> datetime:
        """The present moment, with its time zone."""
        return self.clock()

    @property
    def today(self) -> date:
        """The present day, where the user is."""
        return self.clock().date()

    def location(self, db: str | None) -> Location:
        """Return the ledger a command works on: its --db, the program's --db, TRACKER_DB, or the user's own.

        It is remembered: no result may take its place. Raises Unclear for an empty --db: an unset variable of a script must
        not lead to another ledger.
        """
        for option in (db, self.db):
            if option is not None and not option.strip():
                raise Unclear("--db 的值是空的；请写台账的路径或地址，用默认台账时去掉该选项")
        given = db or self.db or self.environ.get("TRACKER_DB")
        location = Location(given) if given else default_location()
        if all(location.text != known.text for known in self._ledgers):
            self._ledgers.append(location)
        return location

    def ledgers(self) -> list[Location]:
        """Return the ledgers that this command works on, and the one that commands without --db would."""
        with suppress(TrackerError):
            self.location(None)
        return self._ledgers

    def is_named(self, db: str | None) -> bool:
        """Say whether somebody named the place of the ledger: then one that is missing is a mistake, and none is made."""
        return bool(db or self.db or self.environ.get("TRACKER_DB"))

    def is_own_terminal(self) -> bool:
        """Say whether the streams are the process's own, not put in their place."""
        return self._stdin is None and self._stdout is None and self._stderr is None

    def is_interactive(self) -> bool:
        """Say whether a person can be asked: both the questions and the answers are at a terminal."""
        return self.stdin.isatty() and self.stderr.isatty()

    def person(self, by: str | None) -> str:
        """Return who writes: --by, the setting, or the login."""
        from tracker.store.changeset import login_name

        name = (by or self.settings["by"] or login_name()).strip()
        if not name:
            raise Unclear("填报人不能为空；请用 --by 写明姓名")
        if len(name) > LONGEST_NAME:
            raise Unclear(f"填报人“{shorten(name)}”过长；请写姓名，不超过 {LONGEST_NAME} 个字")
        return str(name)


context = Context()
"""The surroundings of this process."""
