"""docs/rules.md: every figure on the page is the one the program computes."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import NOON, Cli
from tracker.ledger.parameters import Parameters
from tracker.ledger.terms import BASES

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if re.match(r"\| [a-z]+-target-\d+\.\d+ \|", line)
]


def shown(value: object) -> str:
    if value is None:
        return "–"
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each[0]}={each[2]}@{each[4]}")
def test_an_example_comes_out_as_printed(cli: Cli, example: tuple[str, ...]) -> None:
    name, baseline, reported, day, as_of = example[:5]
    cli.now = NOON if as_of <= "2026-11-21" else NOON.replace(year=2027)
    if baseline != "–":
        cli.ok("baseline", name, "--value", baseline, "--year", "2020", "--date", "2021-01-01")
    if reported == "completed":
        cli.ok("complete", name, "--date", day)
    elif reported.endswith("%"):
        cli.ok("log", name, "--percent", reported, "--date", day)
    elif ":" in reported:
        year, _, value = reported.partition(":")
        cli.ok("log", name, "--value", value, "--year", year, "--date", day)
    elif reported != "–":
        cli.ok("log", name, "--value", reported, "--date", day)
    part = json.loads(cli.ok("explain", name, "--json", "--as-of", as_of), parse_float=Decimal)["parts"][0]
    results = {step["key"]: step["result"] for step in part["steps"]}
    found = [shown(results[key]) for key in ("met", "achievement", "planned_progress", "lag")]
    assert (*found, part["light_reason"]) == example[5:]


def test_there_is_an_example_of_every_basis_and_every_light(cli: Cli) -> None:
    targets = json.loads(cli.ok("list", "--kind", "target", "--limit", "0", "--indicators", "--json"))
    bases = {row["id"]: row["basis"] for row in targets}
    assert {bases[example[0]] for example in EXAMPLES} == set(BASES)
    assert {example[-1][0] for example in EXAMPLES} >= set("红黄待蓝绿灰")


def test_the_figures_of_judgement_are_those_in_force() -> None:
    printed = dict(re.findall(r"\| `(\w+)` \| (\d+) \|", PAGE))
    assert printed == {
        key: str(getattr(Parameters(), key)) for key in ("red_lag", "yellow_lag", "time_left", "due_days")
    }
