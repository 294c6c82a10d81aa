"""Data for the tests of the index commands: the worked example of the docs, and a province that can be counted by heart."""

from pathlib import Path

from tests.conftest import Cli
from tests.synergy.samples import FIXTURES, annex2
from tracker.synergy.model import CITIES

WORKED_EXAMPLE = FIXTURES / "worked_example.csv"
HEADER = "city,year,indicator,value,status"


def province(years: tuple[int, ...] = (2020, 2025), cities: tuple[str, ...] = CITIES) -> str:
    """The long form of all indicators: in 2020 the cities score 0, 10, … 100 on each, five years later 10 more.

    So the mean of the 11 cities goes from 50 to 60, which is 20 %.
    """
    lines = [HEADER]
    for year in years:
        for place, city in enumerate(CITIES):
            if city in cities:
                points = 2 * place + 2 * (year - 2020) // 5
                for number, indicator in annex2().indicators.items():
                    value = 20 + points if indicator.direction == "up" else 40 - points
                    lines.append(f"{city},{year},{number},{value},实测")
    return "\n".join(lines) + "\n"


def write(cli: Cli, name: str, text: str, encoding: str = "utf-8") -> Path:
    """Write a file beside the ledger."""
    path = cli.folder / name
    path.write_text(text, encoding)
    return path


def load_province(cli: Cli, years: tuple[int, ...] = (2020, 2025)) -> None:
    """Import the province."""
    cli.ok("index", "import", write(cli, "province.csv", province(years)), "--yes")
