"""Precision and recall of the plan reader on texts of other makers, each with its truth written by hand beforehand.

    python benchmarks/read_texts.py [FOLDER] [--misses]

A text NAME.txt has its truth in NAME.truth, a line each: `title:`, `region:` (- where none can be told), `start:`,
`task: words | leads | participants | due`, `number: name | comparator value measure | due`; `a/b` are answers that are
both right, and `kind: no-plan` stands alone. What is compared is the JSON that `plan read --json` prints.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.plans.reading import read_document
from tracker.plans.reading.draft_json import answer
from tracker.plans.reading.similarity import pairs, within

MEASURES = ("tasks", "units", "roles", "deadlines", "quantities", "dated")
LIKE = 0.7


@dataclass
class Truth:
    """What a person read in a text."""

    plan: bool = True
    head: dict[str, list[str]] = field(default_factory=dict)
    tasks: list[list[str]] = field(default_factory=list)
    numbers: list[list[str]] = field(default_factory=list)


@dataclass
class Score:
    """Found, wanted and right things by measure; right and wrong cells with and without doubt; what was wrong, in words."""

    found: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    cells: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    heads: Counter[tuple[str, bool]] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def compare(self, measure: str, found: set[str], wanted: set[str], where: str) -> None:
        """Count one set of things against another; alternatives of a wanted one are parted by /."""
        right = {each for each in wanted if any(one in found for one in each.split("/"))}
        extra = {one for one in found if not any(one in each.split("/") for each in wanted)}
        missed = {each for each in wanted - right if "" not in each.split("/")}
        self.found[measure] += len(right) + len(extra)
        self.wanted[measure] += len(right) + len(missed)
        self.right[measure] += len(right)
        self.misses.extend(f"{where} {measure} + {one}" for one in sorted(extra))
        self.misses.extend(f"{where} {measure} - {one}" for one in sorted(missed))

    def cell(self, where: str, words: str, *, right: bool, doubted: bool) -> None:
        """Count one cell of the draft."""
        self.cells[right, doubted] += 1
        if not right and not doubted:
            self.misses.append(f"{where} silent {words}")


def truth_of(path: Path) -> Truth:
    """Return what stands in a .truth file."""
    truth = Truth()
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, words = line.partition(":")
        parts = [part.strip() for part in words.split("|")]
        if key == "task":
            truth.tasks.append([*parts, "", "", ""][:4])
        elif key == "number":
            truth.numbers.append([*parts, ""][:3])
        elif key == "kind":
            truth.plan = parts[0] != "no-plan"
        elif key:
            truth.head[key] = [part.strip() for part in words.split("/")]
    return truth


def score(said: dict[str, Any], truth: Truth, where: str, total: Score) -> None:
    """Compare what the reader says of one text with the truth."""
    plan = said["plan"]
    for key, column in (("title", "title"), ("region", "region"), ("start", "period_start")):
        if key in truth.head and truth.head[key] != ["-"]:
            right = (plan[column] or "") in truth.head[key]
            total.heads[key, right] += 1
            if not right:
                total.misses.append(f"{where} {key}: {plan[column]} for {'/'.join(truth.head[key])}")
    _tasks([item for item in said["items"] if item["kind"] in ("task", "policy")], truth, where, total)
    _numbers(said, truth, where, total)


def _tasks(tasks: list[dict[str, Any]], truth: Truth, where: str, total: Score) -> None:
    scores = sorted(
        (
            (within(pairs(wanted[0]), pairs(f"{item['section']}{item['title']}{item['text']}")), -i, i, j)
            for i, item in enumerate(tasks)
            for j, wanted in enumerate(truth.tasks)
        ),
        reverse=True,
    )
    match: dict[int, int] = {}
    for like, _, i, j in scores:
        if like >= LIKE and i not in match and j not in match.values():
            match[i] = j
    total.found["tasks"] += len(tasks)
    total.wanted["tasks"] += len(truth.tasks)
    total.right["tasks"] += len(match)
    for j, wanted in enumerate(truth.tasks):
        if j not in match.values():
            total.misses.append(f"{where} tasks - {wanted[0]}")
            for measure in ("units", "roles"):
                total.compare(measure, set(), _names(wanted[1]) | _names(wanted[2]), f"{where} {wanted[0]}")
            total.compare("deadlines", set(), _names(wanted[3]), f"{where} {wanted[0]}")
    for i, item in enumerate(tasks):
        doubts, leads, parts = item["doubts"], set(item["lead_units"]), set(item["participating_units"])
        due = {item["original_due"]} - {None}
        if i not in match:
            total.misses.append(f"{where} tasks + {item['title']} {item['text'][:30]}")
            for measure in ("units", "roles"):
                total.compare(measure, leads | parts, set(), f"{where} {item['title']}")
            total.compare("deadlines", due, set(), f"{where} {item['title']}")
            total.cell(where, f"task {item['title']}", right=False, doubted=bool(doubts))
            continue
        wanted = truth.tasks[match[i]]
        here = f"{where} {wanted[0]}"
        total.cell(here, "title", right=True, doubted=bool({"title", ""} & doubts.keys()))
        total.compare("units", leads | parts, _names(wanted[1]) | _names(wanted[2]), here)
        for name, mine, theirs in (("lead_units", leads, wanted[1]), ("participating_units", parts, wanted[2])):
            total.compare(
                "roles", {f"{name} {one}" for one in mine}, {_each(name, one) for one in _names(theirs)}, here
            )
            column = "leads" if name == "lead_units" else "participants"
            total.cell(here, f"{name} {mine}", right=_same(mine, theirs), doubted=bool({column, ""} & doubts.keys()))
        total.compare("deadlines", due, _names(wanted[3]), here)
        total.cell(here, f"due {due}", right=_same(due, wanted[3]), doubted=bool({"due", ""} & doubts.keys()))


def _each(name: str, words: str) -> str:
    return "/".join(f"{name} {one}" if one else "" for one in words.split("/"))


def _names(words: str) -> set[str]:
    return {part for part in words.split("、") if part}


def _same(found: set[str], wanted: str) -> bool:
    names = _names(wanted)
    return all(any(one in found or not one for one in each.split("/")) for each in names) and all(
        any(one in each.split("/") for each in names) for one in found
    )


def _numbers(said: dict[str, Any], truth: Truth, where: str, total: Score) -> None:
    left = [(item, one) for item in said["items"] for one in item["indicators"] if one["value"] is not None]
    for name, wanted, due in truth.numbers:
        said_as = [(*each.split(" "), "")[:3] for each in wanted.split(" / ")]
        best = max(
            (
                (within(pairs(name), pairs(one["name"])) + (one["original_due"] == (due or None)), -index, index)
                for index, (_, one) in enumerate(left)
                if any(str(one["value"]) == each[1] and _measure(one) == each[2] for each in said_as)
            ),
            default=None,
        )
        total.wanted["quantities"] += 1
        total.wanted["dated"] += 1
        days = due.split("/")
        total.wanted["deadlines"] += "" not in days
        if best is None:
            total.misses.append(f"{where} quantities - {name} {wanted} {due}")
            continue
        item, one = left.pop(best[2])
        right = any(one["comparator"] == each[0] for each in said_as)
        timely = (one["original_due"] or "") in days
        total.found["quantities"] += 1
        total.found["dated"] += 1
        total.found["deadlines"] += bool(one["original_due"])
        total.right["quantities"] += right
        total.right["dated"] += right and timely
        total.right["deadlines"] += timely and bool(one["original_due"])
        if not right or not timely:
            total.misses.append(
                f"{where} quantities ≠ {name} {wanted} {due}: {one['comparator']} {one['value']} {one['original_due']}"
            )
        doubts = {**item["doubts"], **one.get("doubts", {})}
        for column in ("name", "measure"):
            total.cell(where, column, right=True, doubted=column in doubts)
        total.cell(
            where,
            f"{name} {one['comparator']}",
            right=right,
            doubted=bool({"value", "comparator", "name"} & doubts.keys()),
        )
        total.cell(where, f"{name} {one['original_due']}", right=timely, doubted="due" in doubts)
    for item, one in left:
        total.found["quantities"] += 1
        total.found["dated"] += 1
        total.found["deadlines"] += bool(one["original_due"])
        total.misses.append(
            f"{where} quantities + {one['name']} {one['comparator']} {one['value']} {_measure(one)} {one['original_due']}"
        )
        doubts = {**item["doubts"], **one.get("doubts", {})}
        total.cell(where, f"number {one['name']} {one['value']}", right=False, doubted=bool(doubts))


def _measure(one: dict[str, Any]) -> str:
    return one["measure"] or ""


def report(total: Score, nothing: list[tuple[str, int, int, bool]]) -> None:
    """Print the table, the heads, the doubts, and what was found where there is no plan."""
    print("| " + " | ".join(MEASURES) + " |")
    print("|---" * len(MEASURES) + "|")
    cells = []
    for measure in MEASURES:
        right, found, wanted = total.right[measure], total.found[measure], total.wanted[measure]
        cells.append(f"{right / found if found else 1:.3f} / {right / wanted if wanted else 1:.3f} ({wanted})")
    print("| " + " | ".join(cells) + " |")
    for key in ("title", "region", "start"):
        right = total.heads[key, True]
        print(f"{key}: {right} of {right + total.heads[key, False]}")
    wrong = total.cells[False, True] + total.cells[False, False]
    right = total.cells[True, True] + total.cells[True, False]
    print(f"doubts: {total.cells[False, True]} of {wrong} wrong cells, {total.cells[True, True]} of {right} right ones")
    if nothing:
        numbers, tasks = (sum(int(each[at]) for each in nothing) for at in (1, 2))
        silent = sum(not each[3] for each in nothing)
        print(f"no plans: {len(nothing)}, targets {numbers}, tasks {tasks}, not told {silent}")


def main() -> int:
    """Run the benchmark; return an exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent / "plans")
    options.add_argument("--misses", action="store_true")
    chosen = options.parse_args()
    total, nothing = Score(), []
    for path in sorted(chosen.folder.glob("*.truth")):
        truth = truth_of(path)
        said = answer(read_document(path.with_suffix(".txt"), "x"))
        if truth.plan:
            score(said, truth, path.stem, total)
        else:
            targets = sum(len(item["indicators"]) for item in said["items"])
            tasks = sum(item["kind"] in ("task", "policy") for item in said["items"])
            nothing.append((path.stem, targets, tasks, "不像方案" in said["plan"]["doubts"].get("", "")))
            if targets or tasks or not nothing[-1][3]:
                total.misses.append(f"{path.stem} no plan: {targets} targets, {tasks} tasks, {said['plan']['doubts']}")
    report(total, nothing)
    if chosen.misses:
        print(*total.misses, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
