"""Keep the terminal sessions in the READMEs true: every `$ tracker …` in a console block is run, and what it says written below it.

    python -m tools.readme

A test fails when they are stale. One ledger for each page, the clock at 2026-11-21 noon in China, 100 columns.
"""

import io
import os
import re
import shlex
import tempfile
import time
from collections.abc import Iterator
from contextlib import chdir
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tracker.cli.context import Context, context
from tracker.cli.main import run

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=8)))
HOME = "/home/zhang/.local/share/tracker"
"""What the reader sees instead of the folder in which the session ran."""
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


class Session:
    """A person at a terminal, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            "TRACKER_BY": "张三", "COLUMNS": "100", "NO_COLOR": "1",
        }  # fmt: skip
        self.code = 0

    def answer(self, line: str) -> str:
        """Return everything a command says, messages and results as they come."""
        words = shlex.split(line)
        if words == ["echo", "$?"]:
            return f"{self.code}\n"
        said = io.StringIO()
        context.__dict__.update(Context(io.StringIO(), said, said, self.environ, lambda: NOON).__dict__)
        # The ledger is that of the person, made at first use: one that was named would have to be there.
        os.environ["TRACKER_DATA_DIR"] = str(self.folder)
        with chdir(self.folder):
            self.code = run(words[1:])
        return said.getvalue().replace(str(self.folder), HOME)


def replayed(text: str, folder: Path) -> str:
    """Return a page with what its commands say now."""
    session = Session(folder)
    return _BLOCK.sub(lambda match: "".join(_lines(match[0], session)), text)


def _lines(block: str, session: Session) -> Iterator[str]:
    for line in block.splitlines():
        if line.startswith("$ "):
            yield f"{line}\n{session.answer(line.removeprefix('$ '))}"


def main() -> None:
    """Rewrite the pages."""
    os.environ["TZ"] = "Asia/Shanghai"
    os.environ["TRACKER_CONFIG"] = str(Path(tempfile.gettempdir()) / "no" / "config.toml")
    time.tzset()
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(replayed(page.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
