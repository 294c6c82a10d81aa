"""Two versions of a plan side by side: rows added, removed, renumbered, reworded; units and numbers changed.

Rows (`Rows`: data file name → rows with the columns of `reading.model.COLUMNS`) come from a document, a review workbook or
the data. Rows are matched by what they say, the number only breaks a tie, so that a row that moved is still the
same row. The result lists the differences in the order of the new plan, and maps old ids to new ones for `plan
revise`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.plans.reading.model import COLUMNS, PLAN
from tracker.plans.reading.punctuation import shadow
from tracker.plans.reading.similarity import alike, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.plans.reading.model import Row, Rows

KINDS: Mapping[str, str] = {"targets": "target", "tasks": "task", "policies": "policy", "aims": "aim"}
KIND_NAMES: Mapping[str, str] = {
    "target": "目标",
    "task": "任务",
    "policy": "政策",
    "aim": "总体目标",
    "indicator": "指标",
    "plan": "方案",
}

ADDED, REMOVED, RENUMBERED, REWORDED, MOVED, UNITS, NUMBERS, DUE, META = (
    "added",
    "removed",
    "renumbered",
    "reworded",
    "moved",
    "units",
    "numbers",
    "due",
    "plan",
)
CHANGE_NAMES: Mapping[str, str] = {
    ADDED: "新增",
    REMOVED: "删除",
    RENUMBERED: "序号变动",
    REWORDED: "文字修改",
    MOVED: "章节变动",
    UNITS: "单位变动",
    NUMBERS: "数值变动",
    DUE: "时限变动",
    META: "方案信息变动",
}

_SAME = 0.5
_TITLE_SHARE = 0.5
_TIE = 0.02
_COMMON = 400
_WORDING = ("title", "text")
_PLACE = ("chapter", "section")
_UNITS = ("leads", "participants", "responsibility", "open_ended")
_NUMBERS = (
    "comparator",
    "value",
    "bound",
    "measure",
    "baseline_year",
    "baseline_value",
    "scope",
    "direction",
    "aspirational",
)
_META = tuple(column for column in COLUMNS[PLAN] if column not in ("code", "seed", "note"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its kind (`CHANGE_NAMES`), what it is about, both ids (empty where there is none), both wordings.

    `field` is the column (empty for a whole row); `before` and `after` are shown side by side; `likeness` (0–1)
    says how sure the two rows are one.
    """

    change: str
    kind: str
    old_id: str
    new_id: str
    field: str
    before: str
    after: str
    likeness: float = 1.0

    def line(self) -> str:
        """Return the difference in one Chinese line."""
        name = f"{KIND_NAMES[self.kind]} {self.new_id or self.old_id}"
        if self.change == ADDED:
            return f"{CHANGE_NAMES[self.change]} {name}：{self.after}"
        if self.change == REMOVED:
            return f"{CHANGE_NAMES[self.change]} {name}：{self.before}"
        return f"{CHANGE_NAMES[self.change]} {name}：{self.before or '（无）'} → {self.after or '（无）'}"


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """All differences in the order of the new plan (removed rows last), and old id → new id of what stayed."""

    differences: list[Difference]
    mapping: dict[str, str]
    doubtful: list[tuple[str, str, float]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many differences of each kind there are."""
        return dict(Counter(difference.change for difference in self.differences))


def diff_plans(old: Rows, new: Rows) -> PlanDiff:
    """Compare two versions of a plan. Ids are `code-kind-number`, each with its own plan's code."""
    differences = _plan_differences(old, new)
    mapping: dict[str, str] = {}
    doubtful: list[tuple[str, str, float]] = []
    for file, kind in KINDS.items():
        before, after = old.get(file, []), new.get(file, [])
        matches = _matches(before, after)
        changed, removed = _row_differences(kind, before, after, matches)
        for index, (other, likeness) in matches.items():
            ids = _id(kind, before[index]), _id(kind, after[other])
            mapping[ids[0]] = ids[1]
            if likeness < (1 + _SAME) / 2:
                doubtful.append((*ids, round(likeness, 3)))
        if kind == "target":
            changed += _indicator_differences(
                old, new, {before[i]["number"]: after[j]["number"] for i, (j, _) in matches.items()}, mapping
            )
        differences += changed + removed
    return PlanDiff(differences, mapping, doubtful)


def _id(kind: str, row: Row) -> str:
    return f"{row['plan']}-{kind}-{row['number']}"


def _plan_differences(old: Rows, new: Rows) -> list[Difference]:
    before, after = (old.get("plans") or [{}])[0], (new.get("plans") or [{}])[0]
    return [
        Difference(
            META,
            "plan",
            before.get("code", ""),
            after.get("code", ""),
            column,
            before.get(column, ""),
            after.get(column, ""),
        )
        for column in _META
        if before.get(column, "") != after.get(column, "")
    ]


def _said(row: Row) -> str:
    return row.get("text", "")


def _matches(before: Sequence[Row], after: Sequence[Row]) -> dict[int, tuple[int, float]]:
    """Return old index → (new index, likeness), the most alike first, each row once."""
    scores: list[tuple[float, int, int]] = []
    old_words, new_words = [pairs(_said(row)) for row in before], [pairs(_said(row)) for row in after]
    old_titles, new_titles = (
        [pairs(row.get("title", "")) for row in before],
        [pairs(row.get("title", "")) for row in after],
    )
    for i, candidates in enumerate(_candidates(before, after)):
        for j in candidates:
            likeness = alike(old_words[i], new_words[j])
            if old_titles[i] and new_titles[j]:
                titles = alike(old_titles[i], new_titles[j])
                likeness = max(_TITLE_SHARE * likeness + (1 - _TITLE_SHARE) * titles, min(titles, 0.95))
            if likeness >= _SAME:
                tie = _TIE * (before[i].get("number") == after[j].get("number")) + _TIE * _same_place(
                    before[i], after[j]
                )
                scores.append((likeness + tie, i, j))
    result: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for score, i, j in sorted(scores, key=lambda one: (-one[0], one[1], one[2])):
        if i not in result and j not in taken:
            result[i] = (j, min(score, 1.0))
            taken.add(j)
    return dict(sorted(result.items(), key=lambda item: item[1][0]))


def _same_place(one: Row, other: Row) -> bool:
    return all(one.get(column, "") == other.get(column, "") for column in _PLACE)


def _candidates(before: Sequence[Row], after: Sequence[Row]) -> Iterable[set[int]]:
    """Yield for each old row the new rows worth comparing: all of them, or in a long list those sharing rare pairs."""
    if len(before) * len(after) <= _COMMON * _COMMON:
        yield from (set(range(len(after))) for _ in before)
        return
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for index, row in enumerate(after):
        for pair in pairs(row.get("title", "") + _said(row)):
            holders[pair].add(index)
    for row in before:
        found: Counter[int] = Counter()
        for pair in pairs(row.get("title", "") + _said(row)):
            if len(holders[pair]) <= _COMMON:
                found.update(holders[pair])
        yield {index for index, _ in found.most_common(_COMMON // 10)}


def _row_differences(
    kind: str, before: Sequence[Row], after: Sequence[Row], matches: Mapping[int, tuple[int, float]]
) -> tuple[list[Difference], list[Difference]]:
    back = {other: (index, likeness) for index, (other, likeness) in matches.items()}
    changed: list[Difference] = []
    for other, row in enumerate(after):
        if other in back:
            index, likeness = back[other]
            changed.extend(_changes(kind, before[index], row, likeness))
        else:
            changed.append(Difference(ADDED, kind, "", _id(kind, row), "", "", _shown(row), 0.0))
    removed = [
        Difference(REMOVED, kind, _id(kind, row), "", "", _shown(row), "", 0.0)
        for index, row in enumerate(before)
        if index not in matches
    ]
    return changed, removed


def _shown(row: Row) -> str:
    return "：".join(part for part in (row.get("title", ""), _said(row)) if part)


def _changes(kind: str, before: Row, after: Row, likeness: float) -> Iterable[Difference]:
    ids = _id(kind, before), _id(kind, after)
    if before["number"] != after["number"]:
        yield Difference(RENUMBERED, kind, *ids, "number", before["number"], after["number"], likeness)
    for columns, change in ((_WORDING, REWORDED), (_PLACE, MOVED), (_UNITS, UNITS), (("due",), DUE)):
        for column in columns:
            if column == "text" and _summarised(before, after):
                continue
            old, new = before.get(column, ""), after.get(column, "")
            if _plain(column, old) != _plain(column, new):
                yield Difference(change, kind, *ids, column, old, new, likeness)


def _summarised(before: Row, after: Row) -> bool:
    """Tell whether the text is somebody's summary of an article (docs/contract.md) and not the plan's own words."""
    return all(row.get("title") and not row.get("source", "").endswith("项") for row in (before, after))


def _plain(column: str, text: str) -> object:
    """Return what counts when comparing: letters without spaces and widths; participants in any order."""
    if column == "participants":
        return frozenset(text.split("、"))
    return "".join(shadow(text).split())


def _indicator_differences(
    old: Rows, new: Rows, numbers: Mapping[str, str], mapping: dict[str, str]
) -> list[Difference]:
    """Compare the indicators of matched targets, by what they measure and when; note their ids in `mapping`."""
    before, after = _by_target(old), _by_target(new)
    differences: list[Difference] = []
    for old_number, new_number in numbers.items():
        mine, theirs = before.get(old_number, []), after.get(new_number, [])
        pairs_of = _indicator_matches(mine, theirs)
        for one, other in pairs_of:
            ids = _indicator_id(one), _indicator_id(other)
            mapping[ids[0]] = ids[1]
            differences += [
                Difference(DUE if column == "due" else NUMBERS, "indicator", *ids, column, one[column], other[column])
                for column in (*_NUMBERS, "due")
                if one[column] != other[column]
            ]
        old_kept, new_kept = {id(one) for one, _ in pairs_of}, {id(other) for _, other in pairs_of}
        differences += [
            Difference(ADDED, "indicator", "", _indicator_id(row), "", "", _measured(row), 0.0)
            for row in theirs
            if id(row) not in new_kept
        ]
        differences += [
            Difference(REMOVED, "indicator", _indicator_id(row), "", "", _measured(row), "", 0.0)
            for row in mine
            if id(row) not in old_kept
        ]
    return differences


def _by_target(rows: Rows) -> dict[str, list[Row]]:
    result: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows.get("indicators", []):
        result[row["target"]].append(row)
    return result


def _indicator_id(row: Row) -> str:
    return f"{row['plan']}-target-{row['target']}.{row['n']}"


def _measured(row: Row) -> str:
    return " ".join(
        part for part in (row["scope"] + row["name"], row["comparator"], row["value"] + row["measure"]) if part
    )


def _indicator_matches(mine: Sequence[Row], theirs: Sequence[Row]) -> list[tuple[Row, Row]]:
    scores = []
    for i, one in enumerate(mine):
        for j, other in enumerate(theirs):
            score = alike(pairs(one["scope"] + one["name"]), pairs(other["scope"] + other["name"]))
            score += (
                0.3 * (one["due"] == other["due"])
                + 0.2 * (one["measure"] == other["measure"])
                + 0.1 * (one["n"] == other["n"])
            )
            scores.append((score, i, j))
    chosen: list[tuple[int, int]] = []
    for score, i, j in sorted(scores, key=lambda item: (-item[0], item[1], item[2])):
        if score >= _SAME and all(i != a and j != b for a, b in chosen):
            chosen.append((i, j))
    return [(mine[i], theirs[j]) for i, j in sorted(chosen, key=lambda pair: pair[1])]
