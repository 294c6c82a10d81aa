"""The published ratios, measured again: a regression of more than a fifth is told and makes the exit code 1.

    python -m benchmarks.compare [--rounds 9] [--only NAME] [--write]

The table of docs/performance.md is what is compared with, and what --write renews, row by row with the date. Other programs that are
not installed (Debian packages `taskwarrior`, `hledger`, `todoman`) leave out their rows. A ratio that seems worse is measured once
more, with three times the rounds, before it is told.
"""

import argparse
import re
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

from benchmarks import imports, peers, sheets, startup
from benchmarks.processor import Ratio, compile_bytecode

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- ratios: begin -->\n", "<!-- ratios: end -->\n"
HEAD = "| what | command | beside | ratio | at most | measured |\n|---|---|---|---|---|---|\n"
WORSE = 1.2
"""From so many times its published ratio on a command has become slower."""
ROW = re.compile(
    r"\| (?P<name>[^|]+) \| `(?P<shown>[^|]+)` \| (?P<beside>[^|]+) \| (?P<ratio>[\d.]+) \| (?P<most>[\d.]+)[^|]* \|"
    r" (?P<day>[\d-]+) \|"
)


class Published(NamedTuple):
    """A row of the table."""

    shown: str
    beside: str
    ratio: float
    most: float
    day: str


def published(text: str) -> dict[str, Published]:
    """Return the rows of the table in a page, by name."""
    table = text.partition(BEGIN)[2].partition(END)[0]
    return {
        row["name"]: Published(row["shown"], row["beside"], float(row["ratio"]), float(row["most"]), row["day"])
        for row in map(ROW.fullmatch, table.splitlines())
        if row is not None
    }


def written(text: str, rows: dict[str, Published]) -> str:
    """Return a page with these rows in its table."""
    lines = [
        f"| {name} | `{row.shown}` | {row.beside} | {row.ratio:.2f} | {row.most:g}"
        f"{'' if row.ratio <= row.most else ' (missed)'} | {row.day} |\n"
        for name, row in rows.items()
    ]
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + HEAD + "".join(lines) + END + rest.partition(END)[2]


def is_worse(found: float, before: Published | None) -> bool:
    """Say whether a ratio is more than a fifth above the published one."""
    return before is not None and found > before.ratio * WORSE


def compare(measured: list[Ratio], rounds: int, known: dict[str, Published]) -> tuple[dict[str, Published], list[str]]:
    """Measure ratios, print them beside what is known, and return their rows and the names of those that became worse."""
    rows, worse = {}, []
    for each in measured:
        before = known.get(each.name)
        found = each.measure(rounds)
        if is_worse(found, before):
            found = each.measure(3 * rounds)
        if is_worse(found, before):
            worse.append(each.name)
        rows[each.name] = Published(each.shown, each.beside_shown, found, each.most, date.today().isoformat())  # noqa: DTZ011
        told = "new" if before is None else f"{before.ratio:.2f} on {before.day}"
        verdict = "  WORSE" if each.name in worse else "  over its bound" if found > each.most else ""
        print(f"{each.name:45} {found:6.2f}  at most {each.most:g}  ({told}){verdict}", flush=True)
    return rows, worse


def main() -> None:
    """Read the options, measure, and say what became worse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--write", action="store_true", help="renew the table")
    options = parser.parse_args()
    known = published(PAGE.read_text(encoding="utf-8"))
    compile_bytecode()
    with tempfile.TemporaryDirectory() as name:
        small, large, taken, shown = (Path(name, each) for each in ("small", "large", "taken", "shown"))
        for each in (small, large, taken, shown):
            each.mkdir()
        measured = [*startup.ratios(small), imports.ratio(taken), sheets.ratio(shown)]
        if any(options.only in f"{peers.LARGE}{job}" for job in (*peers.BOUNDS, peers.SHORT)):
            measured += [*peers.ratios(large), peers.growth(large, small)]
        rows, worse = compare([each for each in measured if options.only in each.name], options.rounds, known)
    if options.write:
        # The page is read again: measuring takes minutes, in which somebody may have written on it.
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(written(text, {**published(text), **rows}), encoding="utf-8")
    elif worse:
        sys.exit(f"slower by more than a fifth: {', '.join(worse)}")


if __name__ == "__main__":
    main()
