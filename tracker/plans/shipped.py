"""The shipped plans: transcribed rows, read from the CSV files that are installed with the package (docs/contract.md)."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tracker.plans.codes import SHIPPED

Rows = list[dict[str, str]]


@dataclass(slots=True)
class PlanRows:
    """Plans in the shape of the shipped files: one list of rows (column → text) for each file."""

    plans: Rows = field(default_factory=list)
    targets: Rows = field(default_factory=list)
    indicators: Rows = field(default_factory=list)
    tasks: Rows = field(default_factory=list)
    policies: Rows = field(default_factory=list)
    aims: Rows = field(default_factory=list)
    units: Rows = field(default_factory=list)
    regions: Rows = field(default_factory=list)


def data_folder() -> Path:
    """Return where the shipped files are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent / "data"


def read_rows(name: str) -> Rows:
    """Return the rows of one shipped file."""
    with (data_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shipped_plans(codes: Collection[str] = tuple(SHIPPED)) -> PlanRows:
    """Return the rows of these shipped plans, with all regions; index.csv apart."""
    rows = PlanRows(**{name: read_rows(name) for name in _names()})
    if len(codes) < len(SHIPPED):
        for name, column in _PLAN_COLUMNS.items():
            setattr(rows, name, [row for row in getattr(rows, name) if row[column] in codes])
    return rows


_PLAN_COLUMNS = {
    "plans": "code", "targets": "plan", "indicators": "plan", "tasks": "plan", "policies": "plan", "aims": "plan",
    "units": "region",
}  # fmt: skip


def _names() -> Iterator[str]:
    yield from PlanRows.__dataclass_fields__
