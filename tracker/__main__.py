"""`python -m tracker`, and the `tracker` command."""

import gc
import os
import sys
from contextlib import suppress


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A command is short: collecting garbage while modules load is a tenth of its time. Big imports still collect.
    gc.set_threshold(50_000, 20, 20)
    _replace_closed_streams()
    try:
        from tracker.cli.main import run

        if os.name == "nt":
            _suit_windows()
        leave(run(sys.argv[1:]))
    except KeyboardInterrupt:
        leave(130)


def _replace_closed_streams() -> None:
    """Give a process that was started with closed streams (`>&-`) streams that lead nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end


def _suit_windows() -> None:
    """Learn from the console what its pipes and its columns are."""
    from tracker.cli import streams, text_table

    streams.prepare(os.environ)
    if streams.widens(os.environ):
        text_table.widen()


def leave(code: int) -> None:
    """End the process at once when everything is written: taking the interpreter apart costs a tenth of a command."""
    for stream in (sys.stdout, sys.stderr):
        # What cannot be written by now was told, or is of no use to anybody; the exit code stays what it is.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
