"""A folder full of traps to run commands in."""

from collections.abc import Callable
from pathlib import Path
from shutil import copy, rmtree

import pytest

from tests.conftest import Cli

World = Callable[[], Cli]


@pytest.fixture
def world(tmp_path: Path, seeded: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return what makes the folder anew: a fresh ledger, files that must stay, links, nothing of the user's own."""
    place = tmp_path / "deep" / "er"

    def make() -> Cli:
        rmtree(tmp_path / "deep", ignore_errors=True)
        (place / "folder").mkdir(parents=True)
        monkeypatch.chdir(place)
        copy(seeded, place / "ledger.sqlite3")
        for name in ("there.csv", "there.xlsx", "there.json"):
            (place / name).write_text("旧", encoding="utf-8")
        (place / "link.csv").symlink_to("there.csv")
        (place / "dangling.csv").symlink_to("gone.csv")
        environ = {
            "TRACKER_DB": str(place / "ledger.sqlite3"), "TRACKER_CONFIG": str(place / "config.toml"),
            "TRACKER_BY": "张三", "COLUMNS": "120", "NO_COLOR": "1",
        }  # fmt: skip
        monkeypatch.setenv("TRACKER_DATA_DIR", str(place / "data"))
        return Cli(place, environ=environ)

    return make
