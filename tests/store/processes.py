"""The command line as a process of its own: for what only the operating system can do to it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.commandline import PIPE

TRACKER = (sys.executable, "-m", "tracker")


def surroundings(db: Path, **more: str) -> dict[str, str]:
    """Return an environment in which nothing of this machine's user shows."""
    return {
        **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ},
        "HOME": str(db.parent),
        "TRACKER_DB": str(db),
        "TRACKER_CONFIG": str(db.parent / "config.toml"),
        "TRACKER_BY": "张三",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        **more,
    }


def run(db: Path, *words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*TRACKER, *map(str, words)],
        env=surroundings(db),
        capture_output="stdout" not in options,
        text=True,
        encoding=PIPE,
        errors="replace",
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )


def start(db: Path, *words: object, **environ: str) -> subprocess.Popen[str]:
    """Start one command and return at once."""
    return subprocess.Popen(
        [*TRACKER, *map(str, words)],
        env=surroundings(db, **environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding=PIPE,
        errors="replace",
    )
