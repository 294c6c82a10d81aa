"""Precision and recall of the document reader on the five shipped plans, with the shipped data as truth.

    python benchmarks/read_plans.py [--seeds DIR] [--truth DIR] [--misses]

Rows of a plan are matched by what they say; numbers and dates are compared as multisets per plan. Seeds are looked
for in `../shared/seeds` beside the repository; where they (or the data) are absent, the script says so and ends.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.plans.reading import read_document
from tracker.plans.reading.similarity import alike, pairs

if TYPE_CHECKING:
    from tracker.plans.reading.model import Row, Rows

REPO = Path(__file__).resolve().parent.parent
KINDS = ("tasks", "targets", "policies", "aims", "indicators")
MEASURES = ("tasks", "targets", "units", "roles", "quantities", "wordings", "deadlines")
SAME = 0.8
Key = tuple[str, ...]


@dataclass
class Tally:
    """Found and wanted things of one measure; equal ones are counted off against each other."""

    found: Counter[Key] = field(default_factory=Counter)
    wanted: Counter[Key] = field(default_factory=Counter)

    @property
    def right(self) -> int:
        """Return how many were found that were wanted."""
        return (self.found & self.wanted).total()

    def figures(self) -> tuple[float, float]:
        """Return precision and recall (1 where there is nothing to find)."""
        precision = self.right / self.found.total() if self.found else 1.0
        recall = self.right / self.wanted.total() if self.wanted else 1.0
        return precision, recall


def load(folder: Path, plan: str) -> Rows:
    """Return one plan's rows of the data files in a folder."""
    rows: Rows = {}
    for kind in KINDS:
        path = folder / f"{kind}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows[kind] = [row for row in csv.DictReader(file) if row["plan"] == plan]
    return rows


def matched(found: list[Row], wanted: list[Row]) -> dict[int, int]:
    """Return found index → wanted index, the most alike first, only where they say the same."""
    mine, theirs = [pairs(words(row)) for row in found], [pairs(words(row)) for row in wanted]
    scores = sorted(
        ((alike(one, other), -abs(i - j), i, j) for i, one in enumerate(mine) for j, other in enumerate(theirs)),
        reverse=True,
    )
    result: dict[int, int] = {}
    for score, _, i, j in scores:
        if score >= SAME and i not in result and j not in result.values():
            result[i] = j
    return result


def words(row: Row) -> str:
    """Return what a row says: an article by its chapter and heading, any other row by its text."""
    return f"{row['chapter']}{row['title']}" if row.get("title") else row["text"]


def tallies(found: Rows, wanted: Rows) -> dict[str, Tally]:
    """Compare one plan's rows with the truth."""
    result = {measure: Tally() for measure in MEASURES}
    for kind in ("tasks", "policies", "targets"):
        pairs_of = matched(found[kind], wanted[kind])
        rows = result["targets" if kind == "targets" else "tasks"]
        for index, row in enumerate(found[kind]):
            place = pairs_of.get(index)
            key = f"{kind} {place}" if place is not None else f"invented {kind} {index} {words(row)[:30]}"
            rows.found[(key,)] += 1
            _count_units(result, key, row, mine=True)
        for index, row in enumerate(wanted[kind]):
            key = f"{kind} {index}"
            rows.wanted[(key,)] += 1
            _count_units(result, key, row, mine=False)
    for rows_of, mine in ((found, True), (wanted, False)):
        for row in rows_of["indicators"]:
            numbered = bool(row["value"])
            number = (row["comparator"], row["value"], row["bound"], row["measure"], row["baseline_year"])
            said = number if numbered else (row["comparator"], row["due"])
            _side(result["quantities" if numbered else "wordings"], mine=mine)[said] += 1
            _side(result["deadlines"], mine=mine)[(row["value"], row["measure"], row["due"])] += 1
        for row in (*rows_of["aims"], *rows_of["tasks"]):
            if row["due"]:
                _side(result["deadlines"], mine=mine)[("", "", row["due"])] += 1
    return result


def _count_units(result: dict[str, Tally], key: str, row: Row, *, mine: bool) -> None:
    for role in ("leads", "participants"):
        for name in filter(None, row[role].split("、")):
            _side(result["units"], mine=mine)[(key, name)] += 1
            _side(result["roles"], mine=mine)[(key, name, role, row["responsibility"])] += 1


def _side(tally: Tally, *, mine: bool) -> Counter[Key]:
    return tally.found if mine else tally.wanted


COLUMNS = {
    "tasks": ("number", "chapter", "section", "title", "source", "open_ended", "lead_cell", "participant_cell", "due"),
    "policies": ("number", "source", "lead_cell", "due"),
    "targets": ("chapter", "section", "text", "source", "open_ended", "lead_cell", "participant_cell", "due"),
    "indicators": ("name", "aspirational", "baseline_value", "due", "scope", "direction", "same_as"),
}


def agreement(found: Rows, wanted: Rows, counts: Counter[tuple[str, str]], right: Counter[tuple[str, str]]) -> None:
    """Count, column by column, in how many matched rows the reader has exactly what the data have."""
    pairs_of = [
        (kind, found[kind][i], wanted[kind][j])
        for kind in COLUMNS
        if kind != "indicators"
        for i, j in matched(found[kind], wanted[kind]).items()
    ]
    targets = {mine["number"]: theirs["number"] for kind, mine, theirs in pairs_of if kind == "targets"}
    truth = {(row["target"], row["n"]): row for row in wanted["indicators"]}
    for row in found["indicators"]:
        theirs = truth.get((targets.get(row["target"], ""), row["n"]))
        if theirs:
            pairs_of.append(("indicators", row, theirs))
    for kind, mine, theirs in pairs_of:
        for column in COLUMNS[kind]:
            counts[(kind, column)] += 1
            right[(kind, column)] += mine[column] == theirs[column]


def report(all_tallies: dict[str, dict[str, Tally]]) -> None:
    """Print the table: for each plan and together, precision / recall of each measure."""
    print("| plan | " + " | ".join(MEASURES) + " |")
    print("|---" * (len(MEASURES) + 1) + "|")
    together = {measure: Tally() for measure in MEASURES}
    for plan, measures in all_tallies.items():
        for measure, tally in measures.items():
            for key, times in tally.found.items():
                together[measure].found[(plan, *key)] += times
            for key, times in tally.wanted.items():
                together[measure].wanted[(plan, *key)] += times
        print(f"| {plan} | " + " | ".join(_cell(measures[measure]) for measure in MEASURES) + " |")
    print("| all | " + " | ".join(_cell(together[measure]) for measure in MEASURES) + " |")


def _cell(tally: Tally) -> str:
    precision, recall = tally.figures()
    return f"{precision:.3f} / {recall:.3f} ({tally.wanted.total()})"


def misses(all_tallies: dict[str, dict[str, Tally]]) -> None:
    """Print what was found wrongly (+) and what was missed (-)."""
    for plan, measures in all_tallies.items():
        for measure, tally in measures.items():
            for sign, keys in (("+", tally.found - tally.wanted), ("-", tally.wanted - tally.found)):
                for key, times in keys.items():
                    print(f"{plan} {measure} {sign} {times} × {' | '.join(key)}")


def main() -> int:
    """Run the benchmark; return an exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=Path, default=REPO.parent / "shared" / "seeds")
    options.add_argument("--truth", type=Path, default=REPO / "data")
    options.add_argument("--misses", action="store_true")
    chosen = options.parse_args()
    plans = chosen.truth / "plans.csv"
    if not chosen.seeds.is_dir() or not plans.is_file():
        print(f"skipped: no seeds in {chosen.seeds} or no data in {chosen.truth}")
        return 0
    with plans.open(encoding="utf-8", newline="") as file:
        seeds = {row["code"]: chosen.seeds / row["seed"] for row in csv.DictReader(file)}
    results = {
        plan: tallies(read_document(seed, plan).rows(), load(chosen.truth, plan))
        for plan, seed in seeds.items()
        if seed.is_file()
    }
    report(results)
    counts: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for plan in results:
        agreement(read_document(seeds[plan], plan).rows(), load(chosen.truth, plan), counts, right)
    print()
    for kind, columns in COLUMNS.items():
        shares = ", ".join(
            f"{column} {right[kind, column] / counts[kind, column]:.2f}" for column in columns if counts[kind, column]
        )
        print(f"{kind}: {shares}")
    if chosen.misses:
        misses(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
