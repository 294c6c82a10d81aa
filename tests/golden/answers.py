"""What `list`, `status` and `check all` answer about a ledger whose history never moves, at twelve moments.

A line an item: the columns a person judges by, and a digest of all that 0.1.0 said of it (a key that is added moves no line).
Whoever changes a rule renews them with `python -m tests.golden.answers` and shows the difference with the change; where two
branches both did, renew once more after the merge.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.commandline import Cli, environ_of
from tests.golden.ledgers import FOLDER, old_file

MOMENTS = (
    "2025-12-31", "2026-01-01", "2026-10-25", "2026-11-08", "2026-11-15 known 2026-11-15", "2026-11-21",
    "2026-11-21 known 2026-11-10", "2026-12-21", "2026-12-31", "2027-07-01", "2030-12-31", "2031-07-01",
)  # fmt: skip
"""The as-of of every question, and the known-at where it is not now."""


def ledger(folder: Path) -> Cli:
    """Return the command line on the ledger that is asked."""
    cli = Cli(folder, environ=environ_of(old_file(folder / "ledger.sqlite3"), folder))
    if json.loads(cli.ok("upgrade", "--dry-run", "--json"))["pending"]:
        cli.ok("upgrade")
    return cli


def answers(cli: Cli, moment: str) -> str:
    """Return what the three commands answer at a moment, as lines."""
    as_of, _, known_at = moment.partition(" known ")
    when = ("--as-of", as_of, *(("--known-at", known_at) if known_at else ()))
    items = json.loads(cli.ok("list", "--kind", "target,task,policy,aim", "--limit", "0", "--json", *when))
    status = {by: json.loads(cli.ok("status", "--group", by, "--json", *when)) for by in _GROUPINGS}
    check = json.loads(cli("check", "all", "--json", *when).out)
    return "\n".join((*_items(items), *_status(status), *_check(check), ""))


_GROUPINGS = ("plan", "unit", "chapter", "region")
_KEYS = (
    "id plan kind number chapter section title text source responsibility lead_units participating_units open_ended due"
    " original_due state percent met overdue days_overdue due_soon light light_reason planned_progress lag forecast"
    " last_report note completed_on closed_on"
).split()
_INDICATOR_KEYS = (
    "id name comparator value bound aspirational measure baseline_year baseline_value due original_due scope direction state"
    " actual actual_date achievement met overdue lag"
).split()
_GROUP_KEYS = "key total by_state by_light overdue due_soon unreported".split()


def _items(items: list[dict[str, Any]]) -> Iterator[str]:
    for item in items:
        columns = (item["id"], item["state"], item["light"], item["days_overdue"], item["lag"], item["light_reason"])
        yield "\t".join(("-" if column is None else str(column)) for column in (*columns, _digest(_said(item))))


def _said(item: dict[str, Any]) -> list[Any]:
    return [
        *(item[key] for key in _KEYS),
        *([indicator[key] for key in _INDICATOR_KEYS] for indicator in item["indicators"]),
    ]


def _status(status: dict[str, Any]) -> Iterator[str]:
    for by, answer in status.items():
        groups = [{key: group[key] for key in _GROUP_KEYS} for group in answer["groups"]]
        yield f"status --group {by} {_digest(groups)}"
        if by == "plan":
            yield from (json.dumps(group, ensure_ascii=False) for group in groups)


def _check(check: dict[str, Any]) -> Iterator[str]:
    yield f"check {check['status']} {check['message']}"
    for rule in check["rules"]:
        lists = groupby(rule["ids"], key=lambda name: str(name).rpartition("-")[0])
        listed = (f"{name}-{','.join(str(each).rpartition('-')[2] for each in ids)}" for name, ids in lists)
        yield " ".join((rule["rule"], rule["severity"], str(rule["count"]), *listed))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:12]


def path_of(moment: str) -> Path:
    """Return the file that holds the answers of a moment."""
    return FOLDER / f"{moment.replace(' ', '_')}.txt"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asked = ledger(Path(name))
        for each in MOMENTS:
            path_of(each).write_text(answers(asked, each), encoding="utf-8", newline="\n")
