"""A progress bar on a terminal's stderr for work of more than a second; nothing in a pipe."""

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

from tracker.cli.runtime import runtime

Part = TypeVar("Part")

PATIENCE = 1.0
"""Seconds of silence before a bar appears."""


def watched(parts: Iterable[Part], total: int, label: str = "导出") -> Iterator[Part]:
    """Pass parts of a work on; show how many of them are done once it takes longer than `PATIENCE`."""
    if not runtime.stderr.isatty():
        yield from parts
        return
    begun = monotonic()
    bar = None
    try:
        for done, part in enumerate(parts):
            if bar is None and monotonic() - begun > PATIENCE:
                bar = _Bar(total, label)
            if bar is not None:
                bar.show(done)
            yield part
    finally:
        if bar is not None:
            bar.close()


class _Bar:
    def __init__(self, total: int, label: str) -> None:
        # Imported only when somebody has been waiting: start-up is a feature.
        from rich.console import Console
        from rich.progress import Progress

        self.bar = Progress(console=Console(file=runtime.stderr), transient=True)
        self.task = self.bar.add_task(label, total=total)
        self.bar.start()

    def show(self, done: int) -> None:
        self.bar.update(self.task, completed=done)

    def close(self) -> None:
        self.bar.stop()
