"""A progress bar on a terminal's stderr for work of more than a second; nothing in a pipe."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic
from typing import TypeVar

from tracker.cli.context import context

Part = TypeVar("Part")

PATIENCE = 1.0
"""Seconds of silence before a bar appears."""
REFRESH = 0.1
"""Seconds between two looks of a bar: drawing it must cost nothing beside the work."""


def watched(parts: Iterable[Part], total: int, label: str = "导出") -> Iterator[Part]:
    """Pass parts of a work on; show how many of them are done once it takes longer than `PATIENCE`."""
    if not context.stderr.isatty():
        yield from parts
        return
    shown = monotonic() + PATIENCE - REFRESH
    bar = None
    try:
        for done, part in enumerate(parts):
            now = monotonic()
            if now - shown > REFRESH:
                bar = bar or _Bar(total, label)
                bar.show(done)
                shown = now
            yield part
    finally:
        if bar is not None:
            bar.close()


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """Show that something goes on whose parts cannot be counted, once it takes longer than `PATIENCE`."""
    if not context.stderr.isatty():
        yield
        return
    bars: list[_Bar] = []
    timer = Timer(PATIENCE, lambda: bars.append(_Bar(None, label)))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for bar in bars:
            bar.close()


class _Bar:
    def __init__(self, total: int | None, label: str) -> None:
        # Imported only when somebody has been waiting: start-up is a feature.
        from rich.console import Console
        from rich.progress import Progress

        self.bar = Progress(console=Console(file=context.stderr), transient=True)
        self.task = self.bar.add_task(label, total=total)
        self.bar.start()

    def show(self, done: int) -> None:
        self.bar.update(self.task, completed=done)

    def close(self) -> None:
        self.bar.stop()


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles from going through a million rows again and again; what is made here has no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
