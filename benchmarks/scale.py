"""How what is asked every day grows with the ledger: a large one beside the shipped plans, on a file and on a server.

    python -m benchmarks.scale [--ledger PATH] [--regions 1100] [--weeks 17] [--rounds 9] [--server BIN] [--port 5621]

Makes a large ledger (`benchmarks.ledgers`), or takes one that was made before (`log` writes into it), and prints the table of
docs/performance.md: whole processes in turns, shipped and large, in seconds of the processor, medians. BIN is the folder of
PostgreSQL's programs (/usr/lib/postgresql/15/bin): then both ledgers are also copied into databases of a server of their own on
loopback (as root: run by the user postgres), and each ratio is told of the client alone, together with what the server spent on it,
and by the clock.
"""

import argparse
import os
import platform
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from benchmarks.ledgers import make
from benchmarks.processor import compile_bytecode, milliseconds, program, surroundings
from benchmarks.servers import Server, running

COMMANDS = (
    ("check",),
    ("overdue", "--limit", "50"),
    ("show", "zj-target-20"),
    ("log", "zj-task-6", "--percent", "40", "--note", "推进"),
)
BOUND = 1.4
"""At most so many times what it costs on the shipped plans."""


class Cost(NamedTuple):
    """What one command took in milliseconds: its own processor time, that of the server, and by the clock."""

    client: float
    server: float
    clock: float


def cost(ledger: str, words: Sequence[str], folder: Path, spent: Callable[[], float]) -> Cost:
    """Run a command on a ledger; spent: what the server has used so far."""
    environ = {**surroundings(folder), "TRACKER_DB": ledger}
    before, begun = spent(), time.monotonic()
    client = milliseconds([*program(), *words], environ)
    clock = 1000 * (time.monotonic() - begun)
    return Cost(client, spent() - before, clock)


def nothing() -> float:
    """Return what the server of a file spends."""
    return 0.0


def growth(shipped: str, large: str, folder: Path, rounds: int, spent: Callable[[], float]) -> list[list[Cost]]:
    """Return for each command its medians on the shipped plans and on the large ledger."""
    found = []
    for words in COMMANDS:
        pairs = [[cost(ledger, words, folder, spent) for ledger in (shipped, large)] for _ in range(rounds)]
        found.append([Cost(*map(statistics.median, zip(*costs, strict=True))) for costs in zip(*pairs, strict=True)])
    return found


def ratios(costs: Sequence[Cost]) -> tuple[float, float, float]:
    """Return how many times as much the large ledger takes: of the client, with its server, by the clock."""
    small, large = costs
    return (
        large.client / small.client,
        (large.client + large.server) / (small.client + small.server),
        large.clock / small.clock,
    )


def served(server: Server, shipped: Path, large: Path, folder: Path) -> tuple[str, str]:
    """Copy two ledgers into databases of a server and return their addresses; say what it took."""
    addresses = []
    for name, ledger in (("shipped", shipped), ("large", large)):
        server.ask("createdb", name)
        address = server.address(name)
        took = milliseconds([*program(), "db", "copy", str(ledger), address], surroundings(folder))
        print(f"copy of {name} into the server: {took / 1000:.1f} s of the client's processor")
        addresses.append(address)
    return addresses[0], addresses[1]


def schedules(ledger: Path) -> str:
    """Return what the light schedules cost that every write keeps, an item, and how many of the items stand alike."""
    from tracker.ledger.light_schedule import light_schedule, schedule_key
    from tracker.store.connection import reading
    from tracker.store.filters import ItemFilter, PointInTime
    from tracker.store.items import load_items
    from tracker.store.location import Location
    from tracker.store.stated_parameters import load_parameters

    with reading(Location(str(ledger))) as connection:
        parameters = load_parameters(connection)
        items = load_items(connection, ItemFilter(), PointInTime(date.today()))  # noqa: DTZ011 - the day the commands take
    begun = time.process_time()
    for item in items:
        light_schedule(item, parameters)
    each = 1000 * (time.process_time() - begun) / len(items)
    alike = len({schedule_key(item, parameters) for item in items})
    return f"light schedule: {each:.2f} ms an item, once for those that stand alike ({alike} of {len(items)} differ)"


def sizes(ledger: Path) -> str:
    """Return how much a ledger holds."""
    connection = sqlite3.connect(ledger)
    counts = (
        f"{connection.execute(f'SELECT count(*) FROM {table}').fetchone()[0]:,} {words}"
        for table, words in (("item", "items"), ("responsibility", "responsibilities"), ("report", "reports"))
    )
    return f"{', '.join(counts)}; {ledger.stat().st_size >> 20} MB"


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--regions", type=int, default=1100)
    parser.add_argument("--weeks", type=int, default=17)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--server", type=Path)
    parser.add_argument("--port", type=int, default=5621)
    given = parser.parse_args()
    compile_bytecode()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shipped, large = folder / "shipped.sqlite3", given.ledger or folder / "large.sqlite3"
        subprocess.run(
            [*program(), "--db", str(shipped), "init"], env=surroundings(folder), capture_output=True, check=True
        )
        if given.ledger is None:
            make(large, regions=given.regions, weeks=given.weeks)
        print(sizes(large))
        print(
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}, {os.cpu_count()} cores"
        )
        print(f"load {os.getloadavg()[0]:.1f}; medians of {given.rounds} rounds")
        print(schedules(shipped))
        file = growth(str(shipped), str(large), folder, given.rounds, nothing)
        if given.server is None:
            print_table(file, None)
            return
        with running(given.server, folder, given.port) as server:
            print_table(file, growth(*served(server, shipped, large, folder), folder, given.rounds, server.spent))


def print_table(file: Sequence[Sequence[Cost]], server: Sequence[Sequence[Cost]] | None) -> None:
    """Print the table of docs/performance.md; of more than is asked for it says so."""
    print("\n| what | file: shipped plans | here | ratio | server: client | with backend | by the clock |")
    print("|---" * 7 + "|")
    for place, words in enumerate(COMMANDS):
        small, large = file[place]
        told = [ratios(file[place])[0], *([] if server is None else ratios(server[place]))]
        cells = [f"{ratio:.2f}{' (missed)' if ratio > BOUND else ''}" for ratio in told]
        cells += ["–"] * (4 - len(cells))
        print(
            f"| `{' '.join(words)}` | {small.client:.0f} ms | {large.client:.0f} ms | {' | '.join(cells)} |", flush=True
        )


if __name__ == "__main__":
    main()
