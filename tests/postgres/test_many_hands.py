"""Many clients at once on one server: no lost report, no lost decision, a ledger that proves itself afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import writers
from tests.conftest import Cli
from tests.server import Server


def start(pg: Cli, *words: str) -> "subprocess.Popen[str]":
    environ = {**os.environ, **pg.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "tracker", *words],
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str]:
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def test_reports_of_many_clients_all_arrive(pg: Cli) -> None:
    running = [
        start(pg, "log", "zj-target-20.1", "--value", str(value), "--note", f"第{value}次") for value in range(12)
    ]
    assert [finish(each)[0] for each in running] == [0] * 12
    notes = {row["after"] for row in json.loads(pg.ok("history", "zj-target-20.1", "--json")) if row["field"] == "note"}
    assert notes == {f"第{value}次" for value in range(12)}
    assert pg("doctor").code == 0


def test_completing_and_extending_at_once_loses_neither_or_refuses_one(pg: Cli) -> None:
    extend = ("extend", "zj-task-1", "--to", "2027-06-30", "--reason", "甲", "--approved-by", "乙", "--late")
    running = [start(pg, "complete", "zj-task-1"), start(pg, *extend)]
    codes = [finish(each) for each in running]
    item = json.loads(pg.ok("show", "zj-task-1", "--json"))
    assert codes[0][0] == 0, codes
    assert item["state"] == "completed"
    assert item["due"] == ("2027-06-30" if codes[1][0] == 0 else "2025-12-31")
    assert pg("doctor").code == 0


def test_a_piece_of_the_campaign_of_writers(empty: Server, tmp_path: Path) -> None:
    figures = writers.measure(processes=3, logs=6, readers=1, folder=tmp_path, db=empty.owner)
    assert figures.is_sound, figures
    assert figures.reads > 0


def test_a_completion_is_taken_once(pg: Cli) -> None:
    running = [start(pg, "complete", "zj-task-1", "--by", name) for name in ("甲", "乙", "丙")]
    codes = sorted(finish(each)[0] for each in running)
    assert codes == [0, 1, 1]
