"""The rules as `tracker check --list` shows them: nothing is cut, whatever the width."""

from typing import Any

from tracker.actions.checks import DEFAULT, LEVELS, RULES
from tracker.cli import output


def rule_rows() -> list[dict[str, Any]]:
    """Return the rules as rows: rule, severity, default, label, meaning, remedy."""
    return [
        {
            "rule": rule.name, "severity": LEVELS[rule.severity], "default": rule.name in DEFAULT, "label": rule.label,
            "meaning": rule.meaning, "remedy": rule.remedy,
        }
        for rule in RULES.values()
    ]  # fmt: skip


def print_rules(*, as_json: bool) -> None:
    """Write all rules, for people or as JSON."""
    rows = rule_rows()
    if as_json:
        output.print_json(rows)
        return
    for row in rows:
        output.line(f"{row['rule']:<13}{row['severity']:<10}{row['label']}")
        output.line(f"    含义：{row['meaning']}")
        output.line(f"    处理：{row['remedy']}")
    output.line(f"共 {len(rows)} 条规则；不写规则名时只查 {'、'.join(DEFAULT)}，tracker check all 查全部")
