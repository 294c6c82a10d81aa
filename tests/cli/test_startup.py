"""Start-up is a feature: what each hot command may not import. Whole processes, so that nothing is loaded already."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import PIPE
from tests.conftest import Cli

HEAVY = {
    "sqlmodel", "sqlalchemy", "alembic", "pydantic", "openpyxl", "xlsxwriter", "python_calamine", "dateutil", "platformdirs",
    "psycopg", "docx", "pdfplumber", "bs4", "lxml", "email", "http", "asyncio", "unittest", "importlib.metadata", "tomllib",
}  # fmt: skip
"""Never in a question about today, nor in a report."""
TABLES = {"rich"}
"""Only where a table is drawn."""
WRITERS = {"hashlib", "tracker.store.changeset", "tracker.store.projection.refresh", "getpass"}
"""Only where something is written."""
JUDGES = {"tracker.ledger.model", "tracker.ledger.lights", "tracker.store.items"}
JUDGES |= {"dataclasses"} if sys.version_info < (3, 14) else set()  # which Python's own traceback has imported since
"""Only where items are loaded and judged."""
SIGNS = {"a pattern of Chinese signs"}
"""Half a millisecond each to compile (`tracker.text.lazy_pattern`)."""
PROGRAM = (
    "import sys; from tracker.cli.main import run; code = run(sys.argv[1:]); modules = sorted(sys.modules); import json, re;"
    " modules += ['a pattern of Chinese signs' for _, text, _ in re._cache if max(str(text), default='') >= '\u4e00'];"
    " print(json.dumps([code, modules]), file=sys.stderr)"
)


def loaded(cli: Cli, *words: str) -> set[str]:
    """Return the modules that stand loaded after a command, in a process of its own."""
    environ = {**os.environ, **cli.environ, "TRACKER_CONFIG": ""}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], env=environ, capture_output=True, encoding=PIPE, check=True
    )
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code in (0, 2)
    return set(modules)


def unwanted(modules: set[str], names: set[str]) -> set[str]:
    return {name for name in modules for unwelcome in names if name == unwelcome or name.startswith(f"{unwelcome}.")}


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("words", "banned"),
    [
        (
            "check",
            HEAVY
            | TABLES
            | WRITERS
            | JUDGES
            | SIGNS
            | {"tracker.actions.name_lookup", "tracker.item_rows", "csv", "json.decoder"},
        ),
        ("check all", HEAVY | TABLES | WRITERS | SIGNS),
        ("list --json", HEAVY | TABLES | WRITERS | SIGNS | {"tracker.ledger.replay", "csv"}),
        ("list --csv", HEAVY | TABLES | WRITERS | SIGNS),
        ("show zj-task-6 --json", HEAVY | TABLES | WRITERS),
        ("status --json", HEAVY | TABLES | WRITERS | SIGNS),
        ("overdue --json", HEAVY | TABLES | WRITERS | SIGNS),
        ("list --limit 50", HEAVY | WRITERS),
        ("status", HEAVY | WRITERS),
        ("overdue", HEAVY | WRITERS),
        ("show zj-task-6", HEAVY | TABLES | WRITERS),
        ("log zj-task-6 --percent 40", (HEAVY - {"dateutil"}) | TABLES),  # a report answers a period
        ("--help", HEAVY | TABLES | WRITERS | JUDGES | {"typer", "tracker.cli.commands.list_"}),
        ("--version", HEAVY | TABLES | WRITERS | JUDGES),
    ],
)
def test_a_hot_command_imports_nothing_heavy(cli: Cli, words: str, banned: set[str]) -> None:
    assert unwanted(loaded(cli, *words.split()), banned) == set()


@pytest.mark.anywhere
def test_a_plain_table_is_imported_without_what_workbooks_need(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "报送.csv").write_text("编号,完成率\nzj-task-6,40\n", encoding="utf-8")
    modules = loaded(cli, "import", str(tmp_path / "报送.csv"), "--dry-run")
    workbooks = {f"tracker.sheets.{name}" for name in ("layout", "schedule", "reading.xlsx", "reading.package")}
    assert (
        unwanted(modules, {*HEAVY - {"dateutil"}, *workbooks, "zipfile", "tempfile", "tracker.plans.shipped"}) == set()
    )


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="which of them are touched is a matter of the version")
@pytest.mark.parametrize("words", ["check", "list --json", "status", "log zj-task-6 --percent 40"])
def test_what_a_hot_command_does_not_use_is_imported_but_not_loaded(cli: Cli, words: str) -> None:
    """Whatever typer and the standard library import besides: `tracker.__main__.UNUSED`."""
    program = (
        "import sys; from tracker import __main__ as entry; entry.leave = lambda code: print("
        "[name for name in entry.UNUSED if '__getattr__' not in vars(sys.modules[name])], file=sys.stderr); entry.main()"
    )
    environ = {**os.environ, **cli.environ, "TRACKER_CONFIG": ""}
    done = subprocess.run([sys.executable, "-c", program, *words.split()], env=environ, capture_output=True, check=True)
    assert done.stderr.splitlines()[-1] == b"[]"


def test_what_is_deferred_is_whole_when_it_is_asked_for() -> None:
    program = (
        "from tracker.__main__ import UNUSED, defer; defer(UNUSED); import bz2, ipaddress, subprocess, tokenize;"
        " from difflib import get_close_matches; from gettext import ngettext; from textwrap import dedent; print(bz2.decompress(bz2.compress(b'a')), ipaddress.ip_address(1), dedent(' b'),"
        " subprocess.run(['true']).returncode if subprocess._mswindows is False else 0, tokenize.OP > 0,"
        " get_close_matches('lst', ['list', 'log'], n=1), ngettext('a', 'b', 2))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout == "b'a' 0.0.0.1 b 0 True ['list'] b\n"


def test_a_new_ledger_is_made_without_the_libraries_of_its_schema(cli: Cli) -> None:
    cli.environ["TRACKER_DB"] = str(cli.folder / "new.sqlite3")
    assert unwanted(loaded(cli, "init"), {"sqlmodel", "sqlalchemy", "alembic", "pydantic"}) == set()
