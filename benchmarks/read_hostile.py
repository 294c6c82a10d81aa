"""How the reader's time grows with a text made to be slow: one piece over and over, twice as long.

    python -m benchmarks.read_hostile

Prints, for every piece, the time for 60,000 letters as a multiple of the time for 30,000: about 2 means linear.
"""

import time

from tests.plans.reading.samples import read
from tests.plans.reading.test_properties import PIECES

SIZE = 30_000


def seconds(piece: str, size: int) -> float:
    """Return the time of one reading."""
    text = piece * (size // len(piece))
    began = time.perf_counter()
    read(text)
    return time.perf_counter() - began


def main() -> None:
    """Print the table."""
    for piece in (piece for piece in PIECES if piece.strip()):
        once, twice = seconds(piece, SIZE), seconds(piece, 2 * SIZE)
        print(f"{piece!r:24} {once:6.2f} s  x{twice / once:4.1f}")


if __name__ == "__main__":
    main()
