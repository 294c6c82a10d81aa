"""What `doctor` costs on a long history: its walk along the chain beside a bare read of the same rows with hashing.

    python -m benchmarks.doctor LEDGER [--rounds 3]

LEDGER is a file that `benchmarks.ledgers` made, and is not written into. Each part runs in a process of its own, the first two in
turns; every figure is in seconds of the processor, the median of the rounds, with the peak of memory.
"""

import argparse
import hashlib
import json
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from benchmarks.processor import peak_memory
from tracker.actions.doctor import examine
from tracker.store.connection import Connection, reading
from tracker.store.integrity.chain import verify_chain
from tracker.store.integrity.hashes import NEWEST
from tracker.store.location import Location


def bare(connection: Connection) -> Iterable[None]:
    """Read and hash every row of history in the order of changes, and do nothing else."""
    digest, written = hashlib.sha256(), json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
    for table, columns in NEWEST.stated.items():
        for row in connection.stream(f"SELECT change_id, {', '.join(columns)} FROM {table} ORDER BY change_id, id"):
            digest.update(written(row).encode())
    return ()


PARTS: dict[str, Callable[[Connection], Iterable[object]]] = {
    "bare": bare,
    "chain": verify_chain,
    "all": lambda connection: examine(connection, connection.location, datetime.now(UTC)),
}


def run(part: str, ledger: str) -> tuple[float, float]:
    """Return the seconds and the peak in MB of one part in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.doctor", ledger, "--part", part]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        with reading(Location(given.ledger)) as connection:
            begun = time.process_time()
            deque(PARTS[given.part](connection), maxlen=0)
            print(time.process_time() - begun, peak_memory())
        return
    pairs = [(run("bare", given.ledger), run("chain", given.ledger)) for _ in range(given.rounds)]
    plain, chain = (statistics.median(seconds for seconds, _ in part) for part in zip(*pairs, strict=True))
    print(
        f"chain {chain:.1f} s, bare read with hashing {plain:.1f} s: {chain / plain:.2f} ×; peak {pairs[-1][1][1]:.0f} MB"
    )
    seconds, peak = run("all", given.ledger)
    print(f"all that doctor looks at: {seconds:.0f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
