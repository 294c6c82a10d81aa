"""`python -m tracker`, and the `tracker` command."""

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.util import find_spec, module_from_spec
from typing import Any

UNUSED = {
    **dict.fromkeys(
        (
            "bz2",
            "ipaddress",
            "linecache",
            "locale",
            "lzma",
            "platform",
            "shellingham",
            "subprocess",
            "textwrap",
            "tokenize",
        ),
        (),
    ),
    "difflib": ("get_close_matches",),
    "gettext": ("gettext", "ngettext"),
    "shutil": ("get_terminal_size",),
    "uuid": ("UUID",),
}
"""What typer and the standard library import beside what a command uses, a tenth of `check`; with functions imported by name."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A command is short: collecting garbage while modules load is a tenth of its time. Big imports still collect.
    gc.set_threshold(50_000, 20, 20)
    defer(UNUSED)
    _replace_closed_streams()
    try:
        from tracker.cli.main import run

        if os.name == "nt":
            _suit_windows()
        leave(run(sys.argv[1:]))
    except KeyboardInterrupt:
        leave(130)


def defer(modules: Mapping[str, Sequence[str]]) -> None:
    """Let modules be loaded when something is first asked of them, or one of these functions is called, not when they are imported.

    `importlib.util.LazyLoader` would not do: until Python 3.12 the import statement itself asks.
    """
    for name, functions in modules.items():
        spec = None if name in sys.modules else find_spec(name)
        if spec is None or spec.loader is None:
            continue
        module = module_from_spec(spec)

        def load(asked: str, module: Any = module, loader: Any = spec.loader) -> Any:
            if asked == "__path__":  # what `from … import` asks: whether it is a package
                raise AttributeError(asked)
            if vars(module).pop("__getattr__", None):
                loader.exec_module(module)
            return getattr(module, asked)

        module.__getattr__ = load  # type: ignore[method-assign]
        vars(module).update({function: partial(_called, load, function) for function in functions})
        sys.modules[name] = module


def _called(load: Callable[[str], Any], function: str, *given: Any, **named: Any) -> Any:
    return load(function)(*given, **named)


def _replace_closed_streams() -> None:
    """Give a process that was started with closed streams (`>&-`) streams that lead nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end


def _suit_windows() -> None:
    """Learn from the console what its pipes and its columns are."""
    from tracker.cli import terminal

    terminal.prepare(os.environ)
    if terminal.widens(os.environ):
        terminal.widen()


def leave(code: int) -> None:
    """End the process at once when everything is written: taking the interpreter apart costs a tenth of a command."""
    for stream in (sys.stdout, sys.stderr):
        # What cannot be written by now was told, or is of no use to anybody; the exit code stays what it is.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
