"""Named checks (DESIGN §4, `check`): what each looks for, how grave it is, and the verdict for a monitor."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from tracker.errors import Unclear
from tracker.ledger.judgement import Judged, judge
from tracker.ledger.lights import Thresholds
from tracker.ledger.terms import WORK
from tracker.ledger.values import shorten
from tracker.settings import Settings
from tracker.store.connection import Connection
from tracker.store.reading import Selection, When, load_items

OK, WARNING, CRITICAL = 0, 1, 2
_NAMES = {OK: "OK", WARNING: "WARNING", CRITICAL: "CRITICAL"}


class Rule(NamedTuple):
    """One check: its name, how grave a finding is, what it means, what to do, and which items it finds."""

    name: str
    severity: int
    label: str
    meaning: str
    remedy: str
    finds: Callable[[Judged], bool]


class Result(NamedTuple):
    """What one check found; severity is that of this finding."""

    rule: Rule
    severity: int
    ids: tuple[str, ...]


RULES = {
    rule.name: rule
    for rule in (
        Rule("overdue", CRITICAL, "逾期", "已过完成时限，既未达标也未办结", "催办牵头单位；确需推迟的用 tracker extend 办理延期",
             lambda each: each.judgement.overdue),
        Rule("due-soon", WARNING, "临近到期", "即将到期，既未达标也未办结", "提醒牵头单位按期完成",
             lambda each: each.judgement.due_soon),
    )
}  # fmt: skip
DEFAULT = ("overdue", "due-soon")


class Verdict(NamedTuple):
    """The answer to a monitor."""

    exit_code: int
    results: tuple[Result, ...]

    @property
    def message(self) -> str:
        """Return the counts in words."""
        return "，".join(f"{result.rule.label} {len(result.ids)} 项" for result in self.results)

    def text(self) -> str:
        """Return the one line of a monitoring plugin, with performance data."""
        figures = " ".join(f"{result.rule.name.replace('-', '_')}={len(result.ids)}" for result in self.results)
        return f"TRACKER {_NAMES[self.exit_code]} - {self.message} | {figures}"

    def view(self) -> dict[str, Any]:
        """Return it for `--json`."""
        return {
            "status": _NAMES[self.exit_code],
            "message": self.message,
            "rules": [
                {
                    "rule": result.rule.name, "severity": _NAMES[result.rule.severity], "count": len(result.ids),
                    "ids": list(result.ids),
                }
                for result in self.results
            ],
        }  # fmt: skip


def chosen_rules(names: Sequence[str]) -> list[Rule]:
    """Return the rules named, all of them for `all`, the two of old for none; raises Unclear for an unknown one."""
    if "all" in names:
        return list(RULES.values())
    for name in names:
        if name not in RULES:
            raise Unclear(f"没有检查规则“{shorten(name)}”；可用：{'、'.join(RULES)}、all")
    return [RULES[name] for name in names or DEFAULT]


def run_checks(
    connection: Connection, names: Sequence[str], when: When, limits: Thresholds, critical: int, _settings: Settings
) -> list[Result]:
    """Run checks over the whole ledger. critical is the number of overdue items from which on they are critical."""
    rules = chosen_rules(names)
    due_by = when.as_of + timedelta(days=limits.due_days + 1) if all(rule.name in DEFAULT for rule in rules) else None
    # What is due stands in an index on the open due dates: a monitor's question need not touch the rest.
    selection = Selection(kinds=WORK, overdue_before=due_by)
    judged = [Judged(item, judge(item, when.as_of, limits)) for item in load_items(connection, selection, when)]
    results = []
    for rule in rules:
        ids = tuple(each.item.id for each in judged if rule.finds(each))
        severity = OK if not ids else rule.severity
        if rule.name == "overdue" and 0 < len(ids) < critical:
            severity = WARNING
        results.append(Result(rule, severity, ids))
    return results


def verdict(results: Sequence[Result]) -> Verdict:
    """Return the gravest of the findings."""
    return Verdict(max((result.severity for result in results), default=OK), tuple(results))
