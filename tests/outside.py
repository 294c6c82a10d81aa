"""Programs that are not ours (LibreOffice, a browser): run to their end, or ended with all that they started."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence

PATIENCE = 120
"""Seconds a program may take. A browser or an office that hangs at its own end has hung before now."""


def run_outside(command: Sequence[object]) -> str:
    """Run a program and return what it printed; fails with its words when it fails or takes too long.

    Its output goes to a file: a pipe would stay open as long as any of its children lives, and reading it wait for them.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end_family(process)
        said.seek(0)
        text = said.read()
    assert code == 0, f"{command[0]}: {'no end' if code is None else f'exit {code}'}\n{text[-2000:]}"
    return text


def _end_family(process: "subprocess.Popen[bytes]") -> None:
    """End whatever is left of the program's process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
