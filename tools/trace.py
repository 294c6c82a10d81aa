"""Counts the modules of the package that a command passes through, and how often it goes from one to another.

    python -m tools.trace log zj-task-6 --percent 40        (TRACKER_DB names the ledger)

Importing a module is no passing through it: only functions that are called count. Numbers of today: docs/architecture.md.
"""

import sys
from collections import Counter
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

PACKAGE = "tracker"


def traced(words: list[str]) -> tuple[int, Counter[str], int]:
    """Run a command; return its exit code, the calls into each module, and the moves from one module to another."""
    entered: Counter[str] = Counter()
    moves = 0

    def watch(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal moves
        if event != "call":
            return
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] != PACKAGE or _is_import(frame):
            return
        entered[name] += 1
        caller = frame.f_back
        while caller is not None and str(caller.f_globals.get("__name__", "")).partition(".")[0] != PACKAGE:
            caller = caller.f_back
        moves += caller is not None and caller.f_globals.get("__name__") != name

    from tracker.cli.main import run

    sys.setprofile(watch)
    try:
        code = run(words)
    finally:
        sys.setprofile(None)
    return code, entered, moves


def _is_import(frame: FrameType) -> bool:
    """Say whether a frame belongs to the making of a module: its body, that of a class, or what these call."""
    each: FrameType | None = frame
    while each is not None:
        is_body = not each.f_code.co_flags & CO_OPTIMIZED
        if is_body and str(each.f_globals.get("__name__", "")).partition(".")[0] == PACKAGE:
            return True
        each = each.f_back
    return False


def main() -> None:
    """Trace the command given as arguments and print, after its own output, the modules by their calls."""
    code, entered, moves = traced(sys.argv[1:])
    for name, calls in entered.most_common():
        print(f"{calls:7}  {name}", file=sys.stderr)
    print(f"{len(entered)} modules, {moves} moves between modules, exit {code}", file=sys.stderr)


if __name__ == "__main__":
    main()
