"""Where the pages of a printed list begin: no heading alone at the foot of a page, no row cut in two."""

from collections.abc import Iterable
from typing import NamedTuple

SLACK = 0.97
"""The share of a page that is filled: programs round the heights of rows each in its own way."""


class Block(NamedTuple):
    """Rows that stay together: the first sheet row, and their height in points."""

    first: int
    height: float


def page_starts(blocks: Iterable[Block], above: float, header: float, page: float) -> list[int]:
    """Return the sheet rows with which new pages begin.

    above: height of what stands over the first block on the first page; header: of the rows repeated on every other; page:
    of the paper between the margins. A block higher than a page begins one and runs on.
    """
    room = page * SLACK
    used = above
    starts = []
    fresh = True
    for block in blocks:
        if used + block.height > room and not fresh:
            starts.append(block.first)
            used = header
        used += block.height
        fresh = False
        if used > room:
            used = header + (used - header) % (room - header)
    return starts
