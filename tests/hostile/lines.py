"""Command lines that nobody means well with: every command, any of its options, values from the edge of every parser."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tracker.cli.app import load
from tracker.cli.command_table import each_command

IDS = (
    "zj-target-20", "zj-target-20.3", "ZJ-Target-020", "浙江-目标-20", "zj-task-6", "zj-policy-3", "cn-aim-1", "js-task-1",
    "zj-target-3.1", "zj-target-99", "zj-target-20.99", "xx-task-1", "zj-task-0", "zj-task-999999999999", "zj-task-6@杭州市",
    "zj--6", "-1", "zj-target-٣", "zj-task-6' OR '1'='1", "zj-task-6;DROP TABLE item;--", "zj_task_6", "%", "", " ", "0",
)  # fmt: skip
DATES = (
    "2026-11-20", "2026-02-30", "2028-02-29", "2027-02-29", "0001-01-01", "0000-00-00", "9999-12-31", "9999-12", "9999", "1899",
    "today", "明天", "２０２６年１１月", "2026年", "2026-W53", "2026-W47", "9999-W52", "0001-W01", "2026-11-20T25:00", "2026-11-20T12:00",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00+14:00", "0999-01-01", "٢٠٢٦-١١-٢٠", "2026-11-20\n", "20261120", "-", "",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "1", "-1", "100", "100.0000000001", "50%", "1e5", "1e-60", "1e60", "1e400", "9" * 5000, "0." + "0" * 70 + "1", "NaN", "-inf",
    "٣", "１２．５", "1,000", "1_000", "0x10", "++1", "999999999", "9999999999", "2147483648", "zj-target-20.1=5", "=1", "1=", "",
)  # fmt: skip
TEXTS = (
    "省生态环境厅", "zj:省生态环境厅", "省", "zj:", ":", "不存在的单位", "zj", "cn,js", "xx", "target", "lead", "red", "completed", "plan",
    "on_track", "id", "id,title", "id,,id", "杭州市", "所有", "' OR 1=1 --", '"; DROP TABLE report; --', "%_%", "\\", "a\0b", "\0",
    "\x1b[2J\x1b]0;x\x07", "\u202e倒", "[bold red]x[/]", ":smile:", "=cmd|'/c calc'!A1", "@SUM(1)", "\ud800", "\udcff", "𠮷", "\ufeff",
    "长" * 20_000, "a\nb\r\nc\td", "{}", "{0.__class__}", "%s%n", "$(id)", "~", "--", "-x",
)  # fmt: skip
PATHS = (
    "out.xlsx", "out.csv", "out.json", "out.html", "out.docx", "out.sqlite3", "there.csv", "there.xlsx", "there.json", "folder", "folder/",
    "../beside.csv", "nowhere/out.csv", "folder/../out.csv", "out", ".", "..", "a\0b.csv", "\ud800.csv", "名" * 300 + ".csv", "link.csv", "dangling.csv",
    "https://example.org/a", "http://u:p@h/", "file:///x", "javascript:1", "", " ", "-", "there.csv/under.csv", "\x1b[31m.csv", "ledger.sqlite3",
)  # fmt: skip
PLACES = (
    "folder",
    "nowhere/db.sqlite3",
    "there.csv",
    "postgresql://u:geheim@127.0.0.1:1/x",
    "postgres://[",
    "mysql://u:geheim@h/x",
    "\0",
    "a://b",
)
HOMES = {
    "IDS": IDS, "DATES": DATES, "NUMBERS": NUMBERS, "TEXTS": TEXTS, "PATHS": PATHS, "PLACES": PLACES,
}  # fmt: skip
_BY_OPTION = {
    "--as-of": "DATES", "--known-at": "DATES", "--date": "DATES", "--since": "DATES", "--due-before": "DATES", "--due-after": "DATES",
    "--to": "DATES", "--week": "DATES", "--year": "DATES", "--base-year": "DATES", "--due": "DATES", "--remove": "DATES", "--limit": "NUMBERS",
    "--percent": "NUMBERS", "--value": "NUMBERS", "--within": "NUMBERS", "--warn-days": "NUMBERS", "--crit-overdue": "NUMBERS",
    "--output": "PATHS", "--evidence": "PATHS", "--goalposts": "PATHS", "--password-file": "PATHS", "--same-as": "IDS", "--sum-of": "IDS",
    "--db": "PLACES",
}  # fmt: skip


class Line(NamedTuple):
    """The name of a command, as words, and what it takes."""

    name: tuple[str, ...]
    options: tuple[tuple[str, bool], ...]
    arguments: tuple[str, ...]


@cache
def lines() -> tuple[Line, ...]:
    """Return every command with its options (name, whether it is a switch) and arguments."""
    return tuple(_lines())


def _lines() -> Iterator[Line]:
    for name, each in each_command():
        path = tuple(name.split())
        command: Any = load(path[-1], each)
        options = tuple((p.opts[-1], p.is_flag) for p in command.params if p.param_type_name == "option")
        options = (*options, ("--help", True))
        arguments = tuple(p.metavar or "" for p in command.params if p.param_type_name == "argument")
        yield Line(path, options, arguments)


values = st.one_of(*(st.sampled_from(pool) for pool in HOMES.values()))


@st.composite
def command_lines(draw: st.DrawFn, among: tuple[Line, ...] | None = None) -> list[str]:
    """Draw a command line: a command, some options with values of their kind (one time in six of another), arguments."""
    line = draw(st.sampled_from(among or lines()))
    words = list(line.name)
    for option, switch in draw(st.lists(st.sampled_from(line.options), max_size=5, unique=True)):
        words.append(option)
        if not switch:
            pool = HOMES.get(_BY_OPTION.get(option, "TEXTS"), TEXTS)
            words.append(draw(values if draw(st.integers(0, 5)) == 0 else st.sampled_from(pool)))
    for metavar in line.arguments:
        pool = IDS if "ID" in metavar else PATHS if "FILE" in metavar or "DIR" in metavar else TEXTS
        words.extend(
            draw(
                st.lists(
                    values if draw(st.integers(0, 5)) == 0 else st.sampled_from(pool),
                    min_size=1,
                    max_size=2 if "…" in metavar else 1,
                )
            )
        )
    return words
