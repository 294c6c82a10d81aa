"""`plan read` over many public documents: none crashes it, every refusal is one Chinese line, none takes long.

    python -m benchmarks.read_documents FOLDER… [--seconds 3] [--log FILE]

The documents are not part of the repository (docs/files.md says which were taken). Prints how many of each format were read, how
many drafts were told to be no plan, the refusals by their words, and every file that broke a promise.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import doc2docx  # noqa: F401 - loaded before the forks
import ofdkit  # noqa: F401
import pdfplumber  # noqa: F401
from lxml import etree  # noqa: F401

from tracker.errors import Refused
from tracker.plans.reading import read_document
from tracker.plans.reading.draft_json import answer
from tracker.plans.reading.formats import child
from tracker.plans.reading.model import Stream
from tracker.plans.reading.unused_text import shortcoming

LETTERS = re.compile(r"[A-Za-z]{4,}(?:[ ,.:'-]+[A-Za-z]{2,}){2,}")
"""Three words in a row of another language than ours, as a library's message has them."""
SHORT = re.compile(r"\d+")


def by_command(path: Path) -> tuple[int, str, str]:
    """Return exit code, answer and messages of the real command."""
    command = [sys.executable, "-m", "tracker", "plan", "read", str(path), "--json"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return -1, "", "not done in five minutes"
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def by_fork(path: Path) -> tuple[int, str, str]:
    """Return the same from a fork of this process, where the libraries are loaded already: a tenth of the time."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os._exit(_forked(path))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return code, out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")


def _forked(path: Path) -> int:
    """Read a document as the command does, the child's part in this process, under the child's limits."""
    child.limit()
    code = 0
    try:
        draft = read_document(path, "xx")
        print(json.dumps(answer(draft), ensure_ascii=False, default=str))
        if reason := shortcoming(draft):
            raise Refused(reason)  # noqa: TRY301 - told as the command tells it
    except Refused as reason:
        print(f"错误：{reason}", file=sys.stderr)
        code = 1
    except BaseException as problem:  # noqa: BLE001 - a crash is what is looked for
        print(f"crash: {problem!r}", file=sys.stderr)
        code = 3
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def here(kind: str, source: Path) -> Stream:
    """Read a document in this process, as its child would."""
    return child.stream_of(kind, source, child.answer(kind, source))


def told(path: Path, limit: float, run: Callable[[Path], tuple[int, str, str]]) -> tuple[str, str]:
    """Return what became of a document (read, thin, refused, broken) and the words for it."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, out, messages = run(path)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    lines = messages.replace(path.name, "…").replace("tracker item import", "…").splitlines()
    if seconds > limit:
        return "broken", f"{seconds:.1f} s of processor time"
    if code not in (0, 1) or len(lines) != code:
        return "broken", f"exit {code}: {' / '.join(lines)[:300]}"
    if any(LETTERS.search(line) for line in lines):
        return "broken", f"another language: {lines[0][:200]}"
    if code == 0:
        return "read", ""
    reason = SHORT.sub("N", lines[0].removeprefix("错误：").removeprefix("…："))
    return ("thin", reason) if out else ("refused", reason)


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--log", type=Path)
    options.add_argument("--command", action="store_true", help="run the real command for each (ten times as slow)")
    chosen = options.parse_args()
    run = by_command if chosen.command else by_fork
    child.read_in_child = here
    counts: Counter[tuple[str, str]] = Counter()
    reasons: Counter[str] = Counter()
    broken: list[str] = []
    began = time.monotonic()
    for path in sorted(each for folder in chosen.folders for each in folder.rglob("*") if each.is_file()):
        outcome, words = told(path, chosen.seconds, run)
        counts[path.suffix.lower(), outcome] += 1
        if outcome == "broken":
            broken.append(f"{path.name}: {words}")
        elif words:
            reasons[f"{outcome}: {words}"] += 1
        if chosen.log:
            with chosen.log.open("a", encoding="utf-8") as log:
                log.write(f"{outcome}\t{path.name}\t{words}\n")
    outcomes = ("read", "thin", "refused", "broken")
    print("| format | " + " | ".join(outcomes) + " |\n|---|---|---|---|---|")
    for suffix in sorted({suffix for suffix, _ in counts}):
        print(f"| {suffix} | " + " | ".join(str(counts[suffix, outcome]) for outcome in outcomes) + " |")
    print(f"\n{counts.total()} documents in {time.monotonic() - began:.0f} s")
    for reason, times in reasons.most_common():
        print(f"{times:5} {reason}")
    print("\n".join(broken))


if __name__ == "__main__":
    main()
