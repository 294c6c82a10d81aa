"""Fuzz one reader for a time: python -m benchmarks.fuzz csv|workbook|list|document|print SECONDS FINDINGS_FOLDER.

Needs atheris. Works in a new temporary folder (a memory file system is best: set TMPDIR), begins with the corpus of the
repository, and writes every finding once to the folder: the bytes, and beside them the traceback. A workbook or a document
is changed inside its parts and packed again; one time in eight its bytes themselves are changed. The last line says how many
inputs were tried. An input that takes more than SLOW seconds of the processor is a finding too; one that takes a minute by
the clock, or 2 GB, ends the run.
"""

import io
import random
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

if TYPE_CHECKING:
    from collections.abc import Callable

with atheris.instrument_imports(include=["tracker"]):
    from benchmarks.fuzz.targets import CORPUS, Target, targets

SLOW = 5.0
ZIP = b"PK\x03\x04"
WHOLE = 8
"""One time in so many the bytes of an archive are changed, not what is in it."""


class Campaign:
    """One run: tries inputs, keeps what they broke, ends at its time."""

    def __init__(self, target: Target, findings: Path, seconds: float) -> None:
        self.target, self.findings = target, findings
        self.tried = 0
        self.seen: set[str] = set()
        self.began = time.monotonic()
        self.end = self.began + seconds

    def one(self, data: bytes) -> None:
        """Try one input."""
        if time.monotonic() > self.end:
            self.finish()
        began = time.process_time()
        self.tried += 1
        try:
            self.target(data)
        except Exception as error:  # noqa: BLE001 - any exception is a finding
            self._keep(data, _where(error), traceback.format_exc())
        taken = time.process_time() - began
        if taken > SLOW:
            self._keep(data, "slow", f"{taken:.1f} s\n")

    def finish(self) -> None:
        """Say how it went and leave; nothing after this is of use."""
        minutes = (time.monotonic() - self.began) / 60
        print(
            f"tried {self.tried} inputs in {minutes:.1f} minutes; findings: {len(self.seen)} {sorted(self.seen)}",
            flush=True,
        )
        # libFuzzer would report the end of the interpreter as a crash.
        import os

        os._exit(0)

    def _keep(self, data: bytes, name: str, text: str) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        self.findings.mkdir(parents=True, exist_ok=True)
        (self.findings / name).write_bytes(data)
        (self.findings / f"{name}.log").write_text(text, encoding="utf-8", errors="backslashreplace")
        print(f"finding: {name}", flush=True)


def _where(error: Exception) -> str:
    """Name a finding by its kind and the deepest place in our own code."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "tracker" in Path(frame.filename).parts]
    place = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "outside"
    return f"{type(error).__name__}-{place}"


def mutated(data: bytes, limit: int, seed: int) -> bytes:
    """Change one part of an archive and pack it again; other bytes, and one archive in eight, are changed as they are."""
    chance = random.Random(seed)  # noqa: S311 - libFuzzer gives the seed, so that a run can be repeated
    if not data.startswith(ZIP) or chance.randrange(WHOLE) == 0:
        return bytes(atheris.Mutate(data, len(data)))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return bytes(atheris.Mutate(data, len(data)))
    if not parts:
        return data
    chosen = chance.choice(sorted(parts))
    parts[chosen] = bytes(atheris.Mutate(parts[chosen], max(len(parts[chosen]), 64)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()[:limit]


def _dictionary(folder: Path) -> Path:
    """Write the words that the readers look for in the form libFuzzer reads: every byte in hexadecimal."""
    words = [line.encode() for line in CORPUS.with_name("words.txt").read_text(encoding="utf-8").splitlines()]
    marks = [b"\0", b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbb\xbf"]
    path = folder / "words.dict"
    path.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in (*words, *marks)))
    return path


def main() -> None:
    """Run one campaign."""
    name, seconds, findings = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
    folder = Path(tempfile.mkdtemp(prefix="tracker-fuzz-"))
    grown = folder / "corpus"
    grown.mkdir()
    campaign = Campaign(targets(folder)[name], findings, seconds)
    options = [
        sys.argv[0], str(grown), str(CORPUS / name), "-max_len=131072", "-timeout=60", "-rss_limit_mb=2048", "-len_control=0",
        f"-dict={_dictionary(folder)}", "-print_final_stats=1", f"-artifact_prefix={findings}/",
    ]  # fmt: skip
    findings.mkdir(parents=True, exist_ok=True)
    mutator: Callable[[bytes, int, int], bytes] = mutated
    atheris.Setup(options, campaign.one, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
