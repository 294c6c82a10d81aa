"""The right that the registry says of each command, held against a server: its login may, the one below it may not."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_command_table import DAY, EVERY, name_of, prepare
from tests.conftest import Cli
from tests.server import Server, admin
from tracker.cli.command_table import COORDINATOR, FILE, LOCAL, OWNER, READER, REPORTER

NOBODY = "nobody"
"""A login of the server without a role of the ledger."""
ROLES = (NOBODY, READER, REPORTER, COORDINATOR, OWNER)
UNITS = ("zj:省生态环境厅", "zj:省发展改革委")
REPORTS = {
    "log zj-task-6 --percent 40": "省生态环境厅", "complete zj-task-7": "省生态环境厅", "complete zj-task-8": "省发展改革委",
    "import 进展.csv --yes": "省生态环境厅",
}  # fmt: skip
"""For which unit the reports of the day are made."""


@pytest.fixture
def logins(pg: Cli, ledger: Server, server: str) -> Iterator[dict[str, str]]:
    """The address of the ledger for each role."""
    mark = uuid.uuid4().hex[:8]
    made = {role: f"t_{role}_{mark}" for role in ROLES[:-1]}
    admin(server, f"CREATE ROLE {made[NOBODY]} LOGIN")
    pg.ok("db", "grant", "--login", made[READER], "--role", "reader")
    for unit in UNITS:
        pg.ok("db", "grant", "--login", made[REPORTER], "--unit", unit)
    pg.ok("db", "grant", "--login", made[COORDINATOR], "--role", "coordinator")
    yield {**{role: ledger.as_login(login) for role, login in made.items()}, OWNER: ledger.owner}
    for login in made.values():
        ledger.sql(None, f"DROP OWNED BY {login}")
        admin(server, f"DROP ROLE {login}")


def files_in(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.is_file()}


def test_a_day_at_the_desk_with_the_least_right_for_each_command(
    pg: Cli, ledger: Server, logins: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    prepare(pg, monkeypatch)
    tried = set()
    for line in DAY.split("\n")[1:-1]:
        name, unit = name_of(line), REPORTS.get(line)
        right = EVERY[name].right
        if name == "undo":
            right = COORDINATOR  # here it takes back what the coordinator did; a reporter's own: test_rights
        if right not in ROLES:
            continue
        words = [*line.split(), *(("--unit", unit) if unit else ())]
        before, files = ledger.sql(None, "SELECT max(id) FROM change"), files_in(tmp_path)
        refused = pg(*words, "--db", logins[ROLES[ROLES.index(right) - 1]])
        assert (refused.code, refused.out) == (1, "") or (name == "check" and refused.code == 3), (line, refused)
        assert (ledger.sql(None, "SELECT max(id) FROM change"), files_in(tmp_path)) == (before, files), line
        done = pg(*words, "--db", logins[right])
        assert done.code == 0 or (name == "check" and done.code == 2), (line, right, done.err)
        tried.add(name)
    assert {name for name, each in EVERY.items() if each.right in (READER, REPORTER, COORDINATOR)} - tried == {
        "plan revise"
    }


def test_what_is_the_owners_is_nobody_elses(pg: Cli, logins: dict[str, str], empty: Server, tmp_path: Path) -> None:
    login = logins[COORDINATOR].partition("//")[2].partition("@")[0]
    for words in (("db", "grant", "--login", login, "--unit", UNITS[0]), ("db", "revoke", "--login", login, "--unit", UNITS[0]),
                  ("db", "secure")):  # fmt: skip
        refused = pg(*words, "--db", logins[COORDINATOR])
        assert (refused.code, refused.out) == (1, ""), words
        pg.ok(*words, "--db", logins[OWNER])
    file = tmp_path / "a.sqlite3"
    pg.ok("init", "--plan", "nx", "--db", file)
    for line in (("init", "--plan", "nx", "--db"), ("db", "copy", str(file))):
        refused = pg(*line, empty.as_login(login))
        assert (refused.code, refused.out) == (1, ""), line
    pg.ok("db", "copy", file, empty.owner)


def test_what_is_for_files_is_refused_on_a_server_whoever_asks(pg: Cli, logins: dict[str, str]) -> None:
    for name in (name for name, each in EVERY.items() if each.right == FILE):
        refused = pg(name, "k.sqlite3", "--yes", "--db", logins[OWNER]) if name == "restore" else pg(name, "k.sqlite3")
        assert (refused.code, "PostgreSQL 台账" in refused.err) == (1, True)


def test_what_needs_no_right_is_done_without_a_role(
    pg: Cli, logins: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(pg, monkeypatch)
    pg.environ["TRACKER_DB"] = logins[NOBODY]
    lines = ("config show", "config set unit 省水利厅", "config unset unit", "config path", "config check",
             "plan read 方案.txt -o 草稿.xlsx")  # fmt: skip
    for line in lines:
        pg.ok(*line.split())
    made_elsewhere = {"demo"}
    assert {name_of(line) for line in lines} | made_elsewhere == {
        name for name, each in EVERY.items() if each.right == LOCAL
    }
    refused = pg("config", "set", "red_lag", "20")
    assert refused.code == 1
    pg.environ["TRACKER_DB"] = logins[REPORTER]
    assert pg("config", "set", "red_lag", "20").code == 1
    pg.environ["TRACKER_DB"] = logins[COORDINATOR]
    pg.ok("config", "set", "red_lag", "20")
