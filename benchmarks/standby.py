"""A synchronous standby takes over while writers go on: whether anything is lost, doubled or out of order, and how long nobody writes.

    python -m benchmarks.standby [--bin /usr/lib/postgresql/15/bin] [--writers 8] [--before 20] [--after 20] [--ports 5611,5612]

Makes two servers on loopback in a folder of their own (as root: by the user postgres), the second a synchronous standby of the
first, and a ledger on them. Writers name both hosts in their address and log without end; while they do, the read commands are run
on the standby and a write is tried there; then the primary is killed (SIGKILL) and the standby promoted. A writer that was cut off
looks whether its report is in the ledger, as a person would with `history`, and says it again where it is not. At the end every
acknowledged report must be in the ledger once, after those that were acknowledged before it was begun, and the doctor finds nothing.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

from benchmarks.servers import Server
from benchmarks.writers import _command as command
from tracker.actions.doctor import OF_CONTENT, examine
from tracker.errors import Refused
from tracker.store import creation
from tracker.store.connection import reading
from tracker.store.location import Location

READS = (["check"], ["status"], ["list", "--limit", "5"], ["show", "zj-task-6"], ["history", "--limit", "3"])


def two_servers(programs: Path, folder: Path, ports: Sequence[int]) -> tuple[Server, Server]:
    """Make and start a primary and its synchronous standby."""
    primary, standby = (Server(programs, folder / name, port) for name, port in zip(("one", "two"), ports, strict=True))
    primary.make()
    primary.ask("pg_basebackup", "-D", str(standby.data), "-R")
    standby.start()
    primary.ask("createdb", "ledger")
    for setting in ("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"):
        primary.ask("psql", "-d", "postgres", "-c", setting)
    return primary, standby


def address(*servers: Server) -> str:
    """Return the address of a ledger on one of several servers."""
    return f"postgresql+psycopg://tracker@{','.join(f'127.0.0.1:{each.port}' for each in servers)}/ledger"


# --- writers -----------------------------------------------------------------------------------------------------------


def write(folder: Path, place: str, number: int, stop: Event) -> None:
    """Log until told to stop; note when each report was begun and acknowledged, and what was refused on the way."""
    said: list[tuple[str, float, float]] = []
    refused: list[str] = []
    count = 0
    while not stop.is_set():
        mark, begun = f"{number}-{count}", time.time()
        while True:
            code, errors = command(
                folder, place, ["log", f"zj-task-{number % 4 + 1}", "--percent", str(count % 100), "--note", mark]
            )
            if code == 0 or is_written(place, mark):
                break
            refused.append(errors.strip())
            time.sleep(0.1)
        said.append((mark, begun, time.time()))
        count += 1
    (folder / f"writer-{number}.json").write_text(json.dumps({"said": said, "refused": refused}), encoding="utf-8")


def is_written(place: str, mark: str) -> bool:
    """Look whether a report is in the ledger, as soon as one of its servers takes writers."""
    from tracker.store.connection import open_connection

    while True:
        try:
            connection = open_connection(Location(place), write=True)
        except Refused:
            time.sleep(0.1)
            continue
        try:
            return connection.one("SELECT 1 FROM report WHERE note = ?", (mark,)) is not None
        except Exception:  # noqa: BLE001, S110 - cut off once more: asked again
            pass
        finally:
            connection.close()


class Figures(NamedTuple):
    """What a run showed; silence: the longest time in which no report was acknowledged, in seconds."""

    reports: int
    rate: float
    silence: float
    refusals: dict[str, int]
    lost: int
    doubled: int
    reordered: int
    findings: int
    reads: int
    refusal_of_a_write: str

    @property
    def is_sound(self) -> bool:
        """Whether all was as it must be."""
        one_line = self.refusal_of_a_write.count("\n") == 0 and self.refusal_of_a_write.startswith("错误：")
        return (
            not (self.lost or self.doubled or self.reordered or self.findings) and self.reads == len(READS) and one_line
        )

    def table(self) -> str:
        """Return the figures as lines for people."""
        return "\n".join([
            f"{self.reports} reports acknowledged, {self.rate:.1f} a second before the primary was killed",
            f"lost {self.lost}, written twice {self.doubled}, out of order {self.reordered}, doctor {self.findings} findings",
            f"longest time without a report that was acknowledged: {self.silence:.1f} s",
            f"read commands that answered on the standby: {self.reads} of {len(READS)}; a write there: {self.refusal_of_a_write}",
            *(f"{number} × {text}" for text, number in self.refusals.items()),
        ])  # fmt: skip


def figures(folder: Path, standby: Server, killed: float, on_standby: tuple[int, str]) -> Figures:
    """Hold what was acknowledged against the ledger of the standby that took over."""
    notes = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("writer-*.json"))]
    said = sorted((tuple(each) for note in notes for each in note["said"]), key=lambda each: each[2])
    location = Location(address(standby))
    with reading(location) as opened:
        rows = opened.all("SELECT note, change_id FROM report ORDER BY change_id")
        findings = examine(opened, location, datetime.now().astimezone(), areas=OF_CONTENT)
    changes: dict[str, int] = dict(rows)
    known = [each for each in said if each[0] in changes]
    # What was begun after another was acknowledged comes after it: the highest change acknowledged by then is lower.
    reordered, highest, at = 0, 0, 0
    for mark, begun, _ in sorted(known, key=lambda each: each[1]):
        while at < len(known) and known[at][2] < begun:
            highest, at = max(highest, changes[known[at][0]]), at + 1
        reordered += changes[mark] <= highest
    before = [each for each in said if each[2] < killed]
    refusals: dict[str, int] = {}
    for text in (text for note in notes for text in note["refused"]):
        refusals[text] = refusals.get(text, 0) + 1
    return Figures(
        len(said), len(before) / (killed - said[0][1]), max(b[2] - a[2] for a, b in pairwise(said)), refusals,
        len(said) - len(known), len(rows) - len(changes), reordered, len(findings), *on_standby,
    )  # fmt: skip


def campaign(programs: Path, folder: Path, ports: Sequence[int], writers: int, spans: tuple[float, float]) -> Figures:
    """Run it once."""
    primary, standby = two_servers(programs, folder / "servers", ports)
    try:
        both = address(primary, standby)
        creation.create(Location(both), datetime.now().astimezone(), by="standby")
        context = multiprocessing.get_context("spawn")
        stop = context.Event()
        processes = [context.Process(target=write, args=(folder, both, number, stop)) for number in range(writers)]
        for process in processes:
            process.start()
        time.sleep(spans[0])
        reads = sum(command(folder, address(standby), words)[0] in (0, 1, 2) for words in READS)
        code, words = command(folder, address(standby), ["log", "zj-task-9", "--percent", "5"])
        killed = time.time()
        primary.kill()
        standby.run("pg_ctl", "promote", "-w", "-D", str(standby.data))
        time.sleep(spans[1])
        stop.set()
        for process in processes:
            process.join()
        return figures(folder, standby, killed, (reads, words.strip() if code == 1 else f"exit {code}"))
    finally:
        for server in (primary, standby):
            server.stop()


def main() -> None:
    """Read the options, run, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bin", type=Path, default=Path("/usr/lib/postgresql/15/bin"))
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--before", type=float, default=20, help="seconds of writing before the primary is killed")
    parser.add_argument("--after", type=float, default=20, help="seconds of writing after the standby was promoted")
    parser.add_argument("--ports", default="5611,5612")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tracker-standby-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "servers").mkdir()
        ports = [int(port) for port in options.ports.split(",")]
        found = campaign(options.bin, folder, ports, options.writers, (options.before, options.after))
    sys.stdout.write(found.table() + "\n")
    sys.exit(0 if found.is_sound else 1)


if __name__ == "__main__":
    main()
