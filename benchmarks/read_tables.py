"""Every door for tables over many public files: exit 0 or 1, no internal error, not long, no library's words.

    python -m benchmarks.read_tables FOLDER… [--seconds 5] [--log FILE]

The files are not part of the repository (docs/files.md says which were taken). Each is held against a ledger of the five plans by
`import`, `item import`, `breakdown --values` and `index import`, all with `--dry-run`. Prints how many of each format were taken
and refused at each door, the refusals by their words, and every file that broke a promise.
"""

import argparse
import re
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.read_documents import LETTERS, SHORT
from tests.commandline import Cli, environ_of

DOORS = {
    "import": ("import", "{}"),
    "item import": ("item", "import", "zj", "task", "{}"),
    "breakdown": ("breakdown", "zj-target-24", "--to", "cities", "--rule", "mean", "--values", "{}"),
    "index import": ("index", "import", "{}"),
}
MEMORY = 3 << 30


def told(cli: Cli, words: list[str]) -> tuple[int, str, float]:
    """Run a command in this process, where all modules are loaded; return its exit code, its messages and its processor seconds."""
    began = time.process_time()
    try:
        result = cli(*words)
        code, said = result.code, result.err
    except BaseException as problem:  # noqa: BLE001 - a crash is what is looked for
        code, said = 99, f"crash: {problem!r}"
    return code, said, time.process_time() - began


def broken(path: Path, code: int, messages: str, seconds: float, limit: float) -> str:
    """Say which promise a file broke; nothing where it broke none."""
    if seconds > limit:
        return f"{seconds:.1f} s"
    if code not in (0, 1) or "程序内部错误" in messages:
        return f"exit {code}: {messages[-200:]}"
    own = re.sub(r"“[^”]*”|（[^）]*）", "", messages.replace(path.name, "…").replace("tracker item import", "…"))
    wrong = [line for line in own.splitlines() if "错误" in line and LETTERS.search(line)]
    return f"another language: {wrong[0][:200]}" if wrong else ""


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--log", type=Path)
    options.add_argument("--doors", nargs="+", choices=DOORS, default=list(DOORS))
    chosen = options.parse_args()
    counts: Counter[tuple[str, str, bool]] = Counter()
    reasons: Counter[str] = Counter()
    faults: list[str] = []
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        cli = Cli(Path(folder), environ=environ_of(Path(folder) / "ledger.sqlite3", Path(folder)))
        cli.ok("init")
        paths = sorted(each for given in chosen.folders for each in given.rglob("*") if each.is_file())
        for path in paths:
            for door in chosen.doors:
                given = [word.format(path) for word in DOORS[door]]
                code, messages, seconds = told(cli, [*given, "--dry-run", "--yes", "--no-input"])
                counts[path.suffix.lower(), door, code == 0] += 1
                if fault := broken(path, code, messages, seconds, chosen.seconds):
                    faults.append(f"{path.name} ({door}): {fault}")
                refused = [line for line in messages.splitlines() if line.startswith("错误")]
                if code == 1 and refused:
                    reasons[f"{door}: {SHORT.sub('N', refused[0].replace(path.name, '…'))[:160]}"] += 1
                if chosen.log:
                    with chosen.log.open("a", encoding="utf-8") as log:
                        log.write(f"{door}\t{code}\t{seconds:.2f}\t{path}\t{' / '.join(messages.splitlines())[:600]}\n")
    outcomes = [(door, taken) for door in chosen.doors for taken in (True, False)]
    print("| format | " + " | ".join(f"{door} {'taken' if taken else 'refused'}" for door, taken in outcomes) + " |")
    print("|---" * (len(outcomes) + 1) + "|")
    for suffix in sorted({suffix for suffix, _, _ in counts}):
        print(f"| {suffix} | " + " | ".join(str(counts[suffix, *outcome]) for outcome in outcomes) + " |")
    print(f"\n{len(paths)} files in {time.monotonic() - began:.0f} s")
    for reason, times in reasons.most_common():
        print(f"{times:5} {reason}")
    print("\n".join(faults))


if __name__ == "__main__":
    main()
