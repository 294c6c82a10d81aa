"""`python -m tracker`, and the `tracker` command."""

import gc
import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A command is short: collecting garbage while modules load is a tenth of its time. Big imports still collect.
    gc.set_threshold(50_000, 20, 20)
    from tracker.cli.main import run

    leave(run(sys.argv[1:]))


def leave(code: int) -> None:
    """End the process at once when everything is written: taking the interpreter apart costs a tenth of a command."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(code)
    os._exit(code)


if __name__ == "__main__":
    main()
