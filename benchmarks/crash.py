"""A campaign of kills: processes that write are killed with SIGKILL at random moments, and the ledger is examined each time.

    python -m benchmarks.crash [--kills 500] [--seed 1] [--folder DIR] [--server postgresql+psycopg://user@host]

A worker runs commands (log of one and of several items, with evidence, completion, import of a few rows and of many with its
automatic backup, undo, breakdown, a plan added and revised, backup, restore, repair) one after the other and says before and
after each what it is doing; every tenth kill strikes a process of its own that runs a single command or an upgrade (from 0.1.0,
or to a version still to come), and every tenth one that gives a new database its name (init, db copy, backup, restore where
nothing is, demo; with --server also db copy into a new database there). After each kill the database must open, the doctor must
find nothing, every command that had reported success must be there, and the one that was under way be there wholly or not at all.
"""

import argparse
import importlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.golden.ledgers import old_file
from tracker.actions.doctor import OF_CONTENT, examine
from tracker.store import creation, version
from tracker.store.connection import reading
from tracker.store.integrity.chain import head
from tracker.store.integrity.findings import AREAS, Finding
from tracker.store.location import Location

Head = tuple[int, str]
ROWS = {"log one": 1, "log with evidence": 1, "log several": 3, "complete": 4, "import": 3, "bulk import": 100}
"""How many statements each kind of change writes: any other number would be half a command."""
WEIGHTS = {
    "log one": 4, "log several": 3, "log with evidence": 2, "complete": 2, "import": 3, "bulk import": 2, "undo": 3,
    "breakdown": 2, "add plan": 2, "revise": 2, "backup": 2, "repair": 1,
}  # fmt: skip
"""What a worker does, and how often; beside it, once there is a backup, restore."""
PLAN = """海南省减污降碳协同增效实施方案

一、主要目标
到2025年，森林覆盖率达到{share}%以上。

二、重点任务
（一）加强源头防控。到2025年，建成充电桩{number}个。（省生态环境厅、发展改革委按职责分工负责）
（二）推进水环境治理。加强管网建设。（省住房城乡建设厅负责）
"""
"""A plan of our own, invented, to be added and revised."""
NEXT = "0003"
"""The version that `tests.store.next_version` invents."""
FRESH = 40
"""After so many kills a new ledger is taken: history that only grows would make examining it the whole campaign."""


class BrokenPromise(Exception):
    """Something that may never happen, in words."""


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise BrokenPromise(words)


class State(NamedTuple):
    """What the worker last said: where the ledger stood, and what it was about to do."""

    head: Head
    doing: str | None
    source: Head | None = None


@dataclass
class Outcome:
    """What came of a campaign."""

    kills: int = 0
    absent: Counter[str] = field(default_factory=Counter)
    whole: Counter[str] = field(default_factory=Counter)
    idle: int = 0
    commands: int = 0
    failures: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return the figures as a table in Markdown."""
        kinds = sorted({*self.absent, *self.whole})
        lines = [
            f"{self.kills} kills, {self.commands} commands that had reported success, {len(self.failures)} failures",
            "",
            "| under way when killed | kills | wholly absent | wholly there |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {kind} | {self.absent[kind] + self.whole[kind]} | {self.absent[kind]} | {self.whole[kind]} |"
            for kind in kinds
        ]
        lines += [f"| between two commands | {self.idle} | – | – |"]
        return "\n".join([*lines, *self.failures])


def campaign(kills: int, seed: int, folder: Path, server: str | None = None) -> Outcome:
    """Kill so many times and return what was seen; folder is empty and stays behind for a look at a failure.

    server: where databases may be made, for copies into it.
    """
    chance = random.Random(seed)  # noqa: S311 - moments and kinds of commands, no secrets
    outcome = Outcome()
    pristine = folder / "pristine.sqlite3"
    creation.create(Location(str(pristine)), now(), by="crash")
    for number in range(kills):
        if number % FRESH == 0:
            db = folder / f"ledgers-{number // FRESH}" / "ledger.sqlite3"
            db.parent.mkdir()
            shutil.copy(pristine, db)
            db.with_name("backups").mkdir(mode=0o700)
            shutil.copy(pristine, db.with_name("backups") / "first.sqlite3")
        special: dict[int, Callable[[Path, random.Random, Outcome], None]] = {
            19: chance.choice((_strike_upgrade, _strike_old)), 9: _strike_command, 4: _strike_naming, 14: _strike_naming,
        }  # fmt: skip
        if server is not None:
            special[14] = partial(_strike_copy_to_server, server)
        strike = special.get(number % 20, _strike_worker)
        try:
            strike(db, chance, outcome)
        except BrokenPromise as error:
            outcome.failures.append(f"kill {number} (seed {seed}, {db}): {error}")
        outcome.kills += 1
    return outcome


def _strike_worker(db: Path, chance: random.Random, outcome: Outcome) -> None:
    """Kill a process that runs one command after the other."""
    errors = db.parent / "worker.err"
    begin = time.perf_counter()
    words = [sys.executable, "-m", "benchmarks.crash", "--work", str(db), "--seed", str(chance.getrandbits(30))]
    with (
        errors.open("w") as told,
        subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=told) as process,
    ):
        stream = process.stdout
        if stream is None or not (first := stream.readline()):
            raise BrokenPromise(f"the worker did not start: {errors.read_text(encoding='utf-8')}")
        # As long as some commands take on a machine as busy as this one is now: its start took some time, too.
        time.sleep(chance.uniform(0, 2.5) * (time.perf_counter() - begin))
        process.kill()
        rest = stream.read()
    _require(process.returncode == -signal.SIGKILL, f"the worker ended by itself: {errors.read_text(encoding='utf-8')}")
    lines = [line.decode() for line in (first + rest).splitlines(keepends=True) if line.endswith(b"\n")]
    outcome.commands += sum(line.startswith('{"done": 0,') for line in lines)
    last = json.loads(lines[-1])
    before = next(json.loads(line) for line in reversed(lines) if '"head"' in line)
    state = State(tuple(before["head"]), last.get("doing"), tuple(last["source"]) if last.get("source") else None)
    _judge(db, state, outcome)


def _strike_command(db: Path, chance: random.Random, outcome: Outcome) -> None:
    """Kill a process that runs one command and nothing else, start-up included."""
    before = head_of(db)
    words = ["tracker", "log", "zj-task-1", "--percent", str(chance.randint(0, 99)), "--db", str(db)]
    usual = _time([*words, "--dry-run"])
    process = _start(words)
    time.sleep(usual * chance.uniform(0.3, 1.2))
    process.kill()
    process.communicate()
    outcome.commands += process.returncode == 0
    if process.returncode == 0:
        _require(head_of(db)[0] == before[0] + 1, "a log that had ended well is not there")
        before = head_of(db)
    _judge(db, State(before, None if process.returncode == 0 else "log one"), outcome)


def _strike_upgrade(db: Path, chance: random.Random, outcome: Outcome) -> None:
    """Kill the upgrade, to a version that is still to come, of a copy of the ledger."""
    folder = db.parent / f"upgrade-{outcome.kills}"
    (folder / "versions").mkdir(parents=True)
    copy = folder / "ledger.sqlite3"
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    environ = {"SLOW_UPGRADE": "0.02", "TRACKER_DB": str(copy), "TRACKER_CONFIG": str(folder / "config.toml")}
    words = ["tests.store.next_version", str(folder / "versions"), "upgrade"]
    usual = _time([*words, "--dry-run"], **environ)
    process = _start(words, **environ)
    # A dry run only starts up and looks; the upgrade itself takes two to three times as long.
    time.sleep(usual * chance.uniform(0.8, 3.2))
    process.kill()
    process.communicate()
    with closing(sqlite3.connect(copy)) as connection:
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        columns = {row[1] for row in connection.execute("PRAGMA table_info(unit)")}
        log = connection.execute("SELECT count(*) FROM change WHERE command = 'upgrade'").fetchone()[0]
    whole = (found, "credit_code" in columns, log) in ((version.HEAD, False, 0), (NEXT, True, 1))
    _require(whole, f"half an upgrade: {found}")
    _require(process.returncode != 0 or found == NEXT, "an upgrade that had ended well is not there")
    if found != NEXT:
        _require(not findings_in(copy, is_copy=True), "the doctor finds something in a ledger whose upgrade was killed")
    (outcome.whole if found == NEXT else outcome.absent)["upgrade"] += 1
    shutil.rmtree(folder)


def _strike_old(db: Path, chance: random.Random, outcome: Outcome) -> None:
    """Kill the upgrade of a ledger that version 0.1.0 left."""
    folder = db.parent / f"old-{outcome.kills}"
    folder.mkdir()
    old = old_file(folder / "ledger.sqlite3")
    with closing(sqlite3.connect(old)) as connection:
        before = list(connection.iterdump())
    environ = {"TRACKER_DB": str(old), "TRACKER_CONFIG": str(folder / "config.toml")}
    usual = _time(["tracker", "upgrade", "--dry-run"], **environ)
    process = _start(["tracker", "upgrade"], **environ)
    time.sleep(usual * chance.uniform(0.8, 6))
    process.kill()
    process.communicate()
    with closing(sqlite3.connect(old)) as connection:
        is_old = connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        if is_old:
            _require(list(connection.iterdump()) == before, "half an upgrade from 0.1.0")
    _require(process.returncode != 0 or not is_old, "an upgrade that had ended well is not there")
    _require(is_old or not findings_in(old, is_copy=True), "the doctor finds something in an upgraded ledger")
    (outcome.absent if is_old else outcome.whole)["upgrade from 0.1.0"] += 1
    shutil.rmtree(folder)


def _strike_copy_to_server(server: str, db: Path, chance: random.Random, outcome: Outcome) -> None:
    """Kill the copy of the ledger into a new database of a server: it stays empty, or has all of it."""
    import psycopg

    kind, name = "db copy to a server", f"crash_{os.getpid()}_{outcome.kills}"
    place = Location(f"{server.rstrip('/')}/{name}")
    with psycopg.connect(Location(f"{server.rstrip('/')}/postgres").dsn, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            process = _start(["tracker", "db", "copy", str(db), place.text])
            time.sleep(chance.uniform(0.3, 4))
            process.kill()
            process.communicate()
            with psycopg.connect(place.dsn) as connection:
                found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
            _require(process.returncode != 0 or found != (0,), f"{kind} had ended well and is not there")
            if found != (0,):
                with reading(place) as copied:
                    _require(head(copied) == head_of(db), f"{kind} lacks changes")
                    _require(not list(examine(copied, place, now(), areas=OF_CONTENT)), f"{kind} is there by half")
            (outcome.absent if found == (0,) else outcome.whole)[kind] += 1
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _strike_naming(db: Path, chance: random.Random, outcome: Outcome) -> None:
    """Kill a process that gives a new database its name: there is nothing of that name, or all of it."""
    kind = chance.choice(("init", "db copy", "backup", "restore beside nothing", "demo"))
    target = db.parent / f"named-{outcome.kills}" / "new.sqlite3"
    target.parent.mkdir()
    backup = db.parent / "source.sqlite3"
    if not backup.exists():
        _start(["tracker", "backup", str(backup), "--db", str(db)]).communicate()
    words = {
        "init": ["init", "--db", str(target)],
        "db copy": ["db", "copy", str(db), str(target)],
        "backup": ["backup", str(target), "--db", str(db)],
        "restore beside nothing": ["restore", str(backup), "--yes", "--db", str(target)],
        "demo": ["demo", "--db", str(target)],
    }[kind]
    usual = _time(["tracker", *words])
    _require(target.exists(), f"{kind} did not do its work")
    shutil.rmtree(target.parent)
    target.parent.mkdir()
    process = _start(["tracker", *words])
    time.sleep(usual * chance.uniform(0.4, 1.1))
    process.kill()
    process.communicate()
    _require(process.returncode != 0 or target.exists(), f"{kind} had ended well and is not there")
    if target.exists():
        found = findings_in(target, is_copy=True)
        _require(not found, f"{kind} is there by half: {found[:1]}")
        expected = {"db copy": head_of(db), "backup": head_of(db)}.get(kind)
        _require(expected in (None, head_of(target)), f"{kind} lacks changes")
    (outcome.whole if target.exists() else outcome.absent)[kind] += 1
    shutil.rmtree(target.parent)


def _time(words: Sequence[str], **environ: str) -> float:
    """Return how long a command takes at this moment, on a machine that may be busy with other things."""
    begin = time.perf_counter()
    _start(words, **environ).communicate()
    return time.perf_counter() - begin


def _start(words: Sequence[str], **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env={**os.environ, **environ}, text=True, encoding="utf-8",
    )  # fmt: skip


def _judge(db: Path, state: State, outcome: Outcome) -> None:
    """Hold the ledger against what the worker had said."""
    found = findings_in(db)
    _require(not found, f"doctor, during {state.doing}: {len(found)} findings, {found[:1]}")
    stands = head_of(db)
    for file in sorted(db.with_name("backups").glob("*.sqlite3"))[-2:]:
        inside = findings_in(file, is_copy=True)
        _require(not inside, f"doctor, backup {file.name}: {len(inside)} findings, {inside[:1]}")
    if stands == state.head:
        if state.doing is None:
            outcome.idle += 1
        else:
            outcome.absent[state.doing] += 1
        return
    if state.doing is None:
        raise BrokenPromise(f"a change that nobody made: {stands}")
    base = state.source if state.doing == "restore" and state.source is not None else state.head
    with closing(sqlite3.connect(db)) as connection:
        row = connection.execute("SELECT hash FROM change WHERE id = ?", (base[0],)).fetchone()
        _require(row == (base[1],), f"what had been reported is gone: {base}, now {stands}, during {state.doing}")
        later = connection.execute("SELECT id, command FROM change WHERE id > ? ORDER BY id", (base[0],)).fetchall()
        written = sum(
            connection.execute(f"SELECT count(*) FROM {table} WHERE change_id = ?", (stands[0],)).fetchone()[0]
            for table in ("report", "event")
        )
    _require(len(later) == 1, f"{later} after {base}, during {state.doing}")
    _require(written == ROWS.get(state.doing, written), f"{state.doing} is there by half: {written} statements")
    outcome.whole[state.doing] += 1


def findings_in(db: Path, *, is_copy: bool = False) -> list[Finding]:
    """Return what the doctor finds in a ledger, files of evidence included; a copy has these elsewhere."""
    location = Location(str(db))
    with reading(location) as connection:
        return examine(connection, location, now(), areas=OF_CONTENT if is_copy else AREAS)


def head_of(db: Path) -> Head:
    """Return number and hash of a ledger's last change."""
    with reading(Location(str(db))) as connection:
        return head(connection)


def now() -> datetime:
    """Return this moment."""
    return datetime.now().astimezone()


def work(db: Path, seed: int) -> None:
    """Run commands for ever, saying before each what it is and after each where the ledger stands."""
    from tracker.cli.main import run

    chance = random.Random(seed)  # noqa: S311 - see above
    os.environ |= {"TRACKER_DB": str(db), "TRACKER_CONFIG": str(db.parent / "config.toml"), "TRACKER_BY": "crash"}
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - the commands' own answers
    own = (file for file in db.with_name("backups").glob("*.sqlite3") if "-auto-" not in file.name)
    backups = [(file, head_of(file)) for file in own]
    _warm_up()
    _say({"head": head_of(db)})
    number = 0
    while True:
        number += 1
        kind = chance.choices([*WEIGHTS, "restore"], [*WEIGHTS.values(), 3 if backups else 0])[0]
        source = chance.choice(backups) if kind == "restore" else None
        words = command_of(kind, db, chance, f"{seed}-{number}", source[0] if source else None)
        _say({"doing": kind, "source": source[1] if source else None})
        code = run(words)
        stands = head_of(db)
        if code == 0 and kind == "backup":
            own = (file for file in db.with_name("backups").glob("*.sqlite3") if "-auto-" not in file.name)
            backups.append((max(own, key=lambda file: file.name), stands))
        _say({"done": code, "head": stands})


def _warm_up() -> None:
    """Load what the commands import, so that kills strike their work and not Python's loading of modules."""
    for name in ("alembic.command", "sqlalchemy", "tracker.actions.imports.report_import", "tracker.actions.plan_revision",
                 "tracker.plans.reading", "tracker.store.upgrade", "tracker.cli.main"):  # fmt: skip
        importlib.import_module(name)


def command_of(kind: str, db: Path, chance: random.Random, mark: str, backup: Path | None) -> list[str]:
    """Return the command line of a kind of command; mark is its own."""
    tasks = [f"zj-task-{number}" for number in chance.sample(range(1, 48), 3)]
    percent = str(chance.randint(0, 99))
    indicators = [f"zj-target-{item}" for item in chance.sample((1, 2, 13, 18), 2)]
    paper, rows = db.parent / "paper.txt", db.parent / "rows.csv"
    if kind == "log with evidence":
        paper.write_text(mark * 1000, encoding="utf-8")
    if kind == "import":
        lines = ["编号,完成率,本期进展", *(f"{task},{chance.randint(0, 99)},{mark}" for task in tasks)]
        rows.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if kind == "bulk import":
        lines = [
            "编号,完成率,本期进展",
            *(f"{task},{chance.randint(0, 99)},{mark}" for task in chance.sample(_tasks(db), 100)),
        ]
        rows.write_text("\n".join(lines) + "\n", encoding="utf-8")
    plan = db.parent / "plan.txt"
    plan.write_text(PLAN.format(share=chance.randint(30, 60), number=chance.randint(100, 999)), encoding="utf-8")
    return {
        "bulk import": ["import", str(rows), "--yes"],
        "add plan": ["plan", "add", str(plan), "--code", "ms", "--yes"],
        "revise": ["plan", "revise", "ms", str(plan), "--yes"],
        "repair": ["doctor", "--repair"],
        "log one": ["log", tasks[0], "--percent", percent, "--note", mark],
        "log several": ["log", *tasks, "--percent", percent, "--note", mark],
        "log with evidence": ["log", tasks[0], "--note", mark, "--evidence", str(paper)],
        "complete": ["log", *indicators, "--state", "completed", "--note", mark],
        "import": ["import", str(rows), "--yes"],
        "undo": ["undo", "--yes"],
        "breakdown": ["breakdown", f"zj-task-{chance.randint(1, 47)}", "--to", "cities"],
        "backup": ["backup"],
        "restore": ["restore", str(backup), "--yes"],
    }[kind]


def _tasks(db: Path) -> list[str]:
    """Return the ids of all tasks of the plans themselves."""
    with reading(Location(str(db))) as connection:
        rows = connection.all(
            "SELECT code FROM item WHERE kind = 'task' AND withdrawn = 0 AND parent_id IS NULL AND retired_on IS NULL"
        )
    return [row[0] for row in rows]


def _say(value: dict[str, object]) -> None:
    os.write(1, (json.dumps(value) + "\n").encode())


def main() -> None:
    """Run a campaign, or (--work) the worker that is to be killed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--server", help="a server on which databases may be made, without a database")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work is not None:
        work(options.work, options.seed)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="tracker-crash-"))
    outcome = campaign(options.kills, options.seed, folder, options.server)
    sys.stdout.write(outcome.table() + "\n")
    if not outcome.failures:
        shutil.rmtree(folder)
    sys.exit(1 if outcome.failures else 0)


if __name__ == "__main__":
    main()
