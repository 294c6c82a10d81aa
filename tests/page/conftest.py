"""The sample ledger and its page, made once."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.conftest import NOON, Cli
from tracker.demo.ledger import build
from tracker.store.location import Location


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample ledger of the day of the tests."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    build(Location(str(path)), NOON)
    return path


@pytest.fixture(scope="session")
def report(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the whole sample ledger."""
    folder = tmp_path_factory.mktemp("page")
    cli = Cli(
        folder, environ={"TRACKER_DB": str(sample), "TRACKER_CONFIG": str(folder / "none.toml"), "TRACKER_BY": "张三"}
    )
    cli.ok("export", "page", "-o", folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="session")
def soup(report: Path) -> BeautifulSoup:
    """The page, parsed."""
    return BeautifulSoup(report.read_text(encoding="utf-8"), "lxml")
