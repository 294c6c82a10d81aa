"""A campaign on a disk that is full: commands on a small file system with hardly any room, and on a read-only one.

    python -m benchmarks.full_disk [--rounds 200] [--seed 1]

Needs root, to mount a tmpfs of a few megabytes; says so and does nothing otherwise. In every round a random few kilobytes
are left free and a random command is run. It must either succeed and be there wholly, or exit 1 with one line in Chinese and
leave the ledger exactly as it was; the doctor must find nothing, and with room again the same command must work.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.crash import ROWS, command_of, findings_in, head_of, now
from tracker.store import creation
from tracker.store.location import Location

SIZE = "8m"
KINDS = (
    "log one",
    "log several",
    "log with evidence",
    "complete",
    "import",
    "bulk import",
    "undo",
    "breakdown",
    "backup",
    "restore",
    "init",
)
REFUSED = 1


@dataclass
class Outcome:
    """What came of a campaign."""

    rounds: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    read_only: int = 0
    failures: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return the figures as a table in Markdown."""
        lines = [
            f"{self.rounds} rounds on a full disk, {self.read_only} commands on a read-only one, {len(self.failures)} failures",
            "",
            "| command | refused, nothing changed | done, wholly there |",
            "|---|---|---|",
        ]
        lines += [f"| {kind} | {self.refused[kind]} | {self.done[kind]} |" for kind in KINDS]
        return "\n".join([*lines, *self.failures])


def why_not() -> str | None:
    """Return why the campaign cannot be run here, None where it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can mount a file system"
    if shutil.which("mount") is None:
        return "there is no mount here"
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder)):
                return None
        except subprocess.CalledProcessError:
            return "mounting a tmpfs is not allowed here"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a file system of a few megabytes on a folder."""
    _system("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        _system("umount", "-l", str(folder))


def _system(*words: str) -> None:
    program = shutil.which(words[0]) or words[0]
    subprocess.run([program, *words[1:]], check=True, capture_output=True)


def campaign(rounds: int, seed: int, folder: Path) -> Outcome:
    """Run so many rounds on a small disk mounted on an empty folder."""
    chance = random.Random(seed)  # noqa: S311 - room and kinds of commands, no secrets
    outcome = Outcome()
    with small_disk(folder):
        db = folder / "ledger.sqlite3"
        creation.create(Location(str(db)), now(), by="disk")
        backup = folder / "backup.sqlite3"
        _tracker(db, ["backup", str(backup)])
        for number in range(rounds):
            kind = chance.choice(KINDS)
            words = (
                command_of(kind, db, chance, f"{seed}-{number}", backup)
                if kind != "init"
                else ["init", "--db", str(folder / "new.sqlite3")]
            )
            for broken in _round(db, kind, words, chance, outcome):
                outcome.failures.append(f"round {number} (seed {seed}), {kind}: {broken}")
            outcome.rounds += 1
            _tidy(folder, db)
        for broken in _read_only(db, outcome):
            outcome.failures.append(f"read-only: {broken}")
    return outcome


def _round(db: Path, kind: str, words: list[str], chance: random.Random, outcome: Outcome) -> Iterator[str]:
    before, filler = head_of(db), db.with_name("filler")
    _leave_free(filler, chance.choice([0, 0, 4096, 20_000, 60_000, 200_000, 600_000]))
    code, errors = _tracker(db, words)
    filler.unlink()
    after = head_of(db)
    if code == 0:
        outcome.done[kind] += 1
    elif code == REFUSED:
        outcome.refused[kind] += 1
        if errors.count("错误：") != 1 or "内部错误" in errors or "Traceback" in errors:
            yield f"not one clear line: {errors}"
        if after != before:
            yield f"refused ({errors.strip()}), but the ledger went from {before} to {after}"
    else:
        yield f"exit {code}: {errors}"
    if code == 0 and kind in ROWS and after[0] != before[0] + 1:
        yield f"done, but the ledger went from {before} to {after}"
    found = findings_in(db)
    if found:
        yield f"doctor: {found}"
    if code == REFUSED and kind not in ("undo", "breakdown"):
        again, later = _tracker(db, words)
        if again != 0 and not _is_rule(errors, later):
            yield f"with room again: {later}"


def _is_rule(errors: str, later: str) -> bool:
    """Say whether it was not the disk that refused, but the ledger (an item that is completed already): the same words again."""
    return errors == later and not any(word in errors for word in ("磁盘", "空间", "只读"))


def _leave_free(filler: Path, room: int) -> None:
    """Fill the disk but for some bytes."""
    free = shutil.disk_usage(filler.parent).free
    with filler.open("wb") as file:
        file.write(b"\0" * max(free - room, 0))


def _tidy(folder: Path, db: Path) -> None:
    """Remove what a round left, so that the disk is full only when it is meant to be."""
    for file in folder.iterdir():
        if "before-restore" in file.name or file.name.startswith("new"):
            file.unlink()
    shutil.rmtree(db.with_name("backups"), ignore_errors=True)


def _read_only(db: Path, outcome: Outcome) -> Iterator[str]:
    """Mount the disk read-only: everything can be asked, nothing is written, and both are said."""
    before = db.read_bytes()
    _system("mount", "-o", "remount,ro", str(db.parent))
    try:
        for words, wanted in (
            (["list", "--limit", "1"], 0), (["status"], 0), (["check"], 2), (["show", "zj-task-1"], 0), (["doctor"], 0),
            (["log", "zj-task-1", "--percent", "1"], 1), (["undo", "--yes"], 1), (["backup"], 1), (["upgrade"], 0),
            (["breakdown", "zj-task-3", "--to", "cities"], 1), (["restore", str(db.with_name("backup.sqlite3")), "--yes"], 1),
            (["init", "--db", str(db.with_name("new.sqlite3"))], 1),
        ):  # fmt: skip
            code, errors = _tracker(db, words)
            outcome.read_only += 1
            if code != wanted or "内部错误" in errors or "Traceback" in errors:
                yield f"{words}: exit {code}, {errors}"
        if db.read_bytes() != before:
            yield "the file changed"
    finally:
        _system("mount", "-o", "remount,rw", str(db.parent))


def _tracker(db: Path, words: list[str]) -> tuple[int, str]:
    environ = {"TRACKER_DB": str(db), "TRACKER_CONFIG": str(db.with_name("config.toml")), "TRACKER_BY": "disk"}
    done = subprocess.run(
        [sys.executable, "-m", "tracker", *words], env={**os.environ, **environ}, capture_output=True, text=True,
        encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stderr


def main() -> None:
    """Run a campaign, or say why not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    reason = why_not()
    if reason is not None:
        sys.stdout.write(f"skipped: {reason}\n")
        return
    with tempfile.TemporaryDirectory(prefix="tracker-disk-") as folder:
        outcome = campaign(options.rounds, options.seed, Path(folder))
    sys.stdout.write(outcome.table() + "\n")
    sys.exit(1 if outcome.failures else 0)


if __name__ == "__main__":
    main()
