"""What a reporter hands to the server by SQL: only what its unit may say is written, in the ledger's own form."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.conftest import Cli
from tests.server import Server, admin
from tracker.store.location import Location

Row = list[Any]
LEADS, ONLY_PARTICIPANT, FOREIGN = "zj-target-20", "zj-target-19", "zj-target-12"
"""Items in which 省建设厅 leads, takes part, and has no part."""


class Hand:
    """A reporter for 省建设厅 of zj who speaks to the server by SQL alone."""

    def __init__(self, pg: Cli, ledger: Server) -> None:
        self.pg, self.ledger = pg, ledger
        self.login = f"t_hand_{uuid.uuid4().hex[:8]}"
        pg.ok("db", "grant", "--login", self.login, "--unit", "zj:省建设厅")
        self.keys: dict[str, int] = {}
        for code, key in ledger.sql(None, "SELECT code, id FROM item"):
            self.keys[str(code)] = int(str(key))
        ((unit,),) = ledger.sql(None, "SELECT id FROM unit WHERE region = 'zj' AND name = '省建设厅'")
        self.unit = unit
        ((self.other,),) = ledger.sql(None, "SELECT id FROM unit WHERE region = 'zj' AND name = '省交通运输厅'")
        # The day where the coordinator is, whose decisions and this reporter's stand beside each other.
        self.today = pg.now.date().isoformat()

    def change(self, **said: Any) -> Row:
        ((last,),) = self.ledger.sql(None, "SELECT max(id) FROM change")
        row = {"id": int(str(last)) + 1, "at": f"{datetime.now(UTC) + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S.%fZ}",
               "by": "李四", "login": self.login, "unit": None, "command": "log", "detail": None, "undoes": None}  # fmt: skip
        if "at" in said and said["at"] is None:
            ((said["at"],),) = self.ledger.sql(None, "SELECT at FROM change ORDER BY id DESC LIMIT 1")
        return list((row | said).values())

    def report(self, code: str = LEADS, **said: Any) -> Row:
        row = {"item": self.keys[code], "n": 1, "date": self.today, "entered": self.today, "unit": self.unit,
               "name": "省建设厅", "role": "lead", "state": "in_progress", "percent": None, "value": "70", "note": None,
               "problem": None, "next": None, "before": "{}", "data_year": None}  # fmt: skip
        return list((row | said).values())

    def note(self, code: str, **said: Any) -> Row:
        return self.report(code, **({"n": None, "state": None, "value": None, "note": "注"} | said))

    def event(self, code: str = LEADS, **said: Any) -> Row:
        row = {"item": self.keys[code], "n": 1, "kind": "complete", "date": self.today, "entered": self.today,
               "unit": self.unit, "name": "省建设厅", "data": "{}", "before": "{}"}  # fmt: skip
        return list((row | said).values())

    def evidence(self, code: str = LEADS, **said: Any) -> Row:
        row = {"item": self.keys[code], "n": None, "kind": "url", "name": "甲", "sha256": None, "size": None,
               "url": "https://example.cn/a"}  # fmt: skip
        return list((row | said).values())

    def record(self, change: Row | str, *rows: tuple[str, Row | str], before: str = "") -> None:
        texts = [row if isinstance(row, str) else json.dumps(row) for _, row in rows]
        text = change if isinstance(change, str) else json.dumps(change)
        with psycopg.connect(Location(self.ledger.as_login(self.login)).dsn) as connection:
            if before:
                connection.execute(before.encode())
            connection.execute(
                "SELECT tracker_record(%s, %s::text[], %s::text[])", (text, [table for table, _ in rows], texts)
            )


@pytest.fixture
def hand(pg: Cli, ledger: Server, server: str) -> Iterator[Hand]:
    made = Hand(pg, ledger)
    yield made
    ledger.sql(None, f"DROP OWNED BY {made.login}")
    admin(server, f"DROP ROLE {made.login}")


Attack = Callable[[Hand], object]
FORGED_REPORTS: dict[str, dict[str, Any]] = {
    "another unit": {"unit": 1},
    "a role it has not": {"role": "participant"},
    "no role": {"role": None},
    "the name of another unit": {"name": "省生态环境厅"},
    "no name": {"name": None},
    "completed by a report": {"state": "completed"},
    "closed by a report": {"state": "closed"},
    "an unknown state": {"state": "done"},
    "a value that is no number": {"value": "abc"},
    "not a number": {"value": "NaN"},
    "an exponent": {"value": "1e9"},
    "a percent where there is a number": {"value": None, "percent": "50"},
    "a value for the item": {"n": None},
    "an indicator that is not there": {"n": 99},
    "a report in the future": {"date": "2999-01-01"},
    "a date that is none": {"date": "2026-02-30"},
    "a date in words": {"date": "today"},
    "a date before all dates": {"date": "0001-01-01"},
    "entered long ago": {"entered": "2020-01-01", "date": "2020-01-01"},
    "entered in words": {"entered": "today"},
    "what was before, not as JSON": {"before": "["},
    "what was before, as a list": {"before": "[]"},
    "what was before, nested": {"before": '{"note":' + "[" * 3000 + "]" * 3000 + "}"},
    "a value of before that is none": {"before": '{"value":"abc"}'},
    "a field of before that is none": {"before": '{"files":"x"}'},
    "a state of before that is none": {"before": '{"state":"done"}'},
    "a note that is too long": {"note": "长" * 32_768},
    "nothing that was before": {"before": None},
    "no item": {"item": None},
    "an item that is not there": {"item": 10_000_000},
    "a year still to come": {"data_year": 2999},
    "a year of no value": {"value": None, "data_year": 2025},
    "a year in words": {"data_year": "last"},
    "a part too many": {"more": "x"},
    "what a key of a terminal leaves": {"note": "新\x1b[D建"},
    "a control character of the second kind": {"problem": "新\x9b建"},
}
FORGED_EVENTS: dict[str, dict[str, Any]] = {
    **{f"a decision to {kind}": {"kind": kind} for kind in ("close", "return", "extend", "assign", "retire", "rename")},
    "no kind": {"kind": None},
    "data with a decision": {"data": '{"to": "2030-12-31"}'},
    "the whole item at once": {"n": None},
    "no item": {"item": None, "n": None},
    "the name of another unit": {"unit": None, "name": "省生态环境厅"},
    "completed in the future": {"date": "2999-01-01"},
}
FORGED_CHANGES: dict[str, dict[str, Any]] = {
    "a login of others": {"login": "somebody"},
    "no login": {"login": None},
    "no name": {"by": None},
    "an empty name": {"by": ""},
    "a unit of others": {"unit": "省生态环境厅"},
    "an upgrade": {"command": "upgrade"},
    "a closing": {"command": "close"},
    "an undo of nothing": {"command": "undo"},
    "a seal of the registry": {"detail": '{"registry": "0"}'},
    "a detail that is no JSON": {"detail": "["},
    "a detail nested 3,000 deep": {"command": "import", "detail": '{"files":' + "[" * 3000 + "]" * 3000 + "}"},
    "files that are numbers": {"command": "import", "detail": '{"files":[1]}'},
    "a file without a hash": {"command": "import", "detail": '{"files":[{"name":"甲.xlsx","date":"2026-11-21"}]}'},
    "a detail of its own": {"command": "import", "detail": '{"note":"甲"}'},
    "a detail of a log": {"detail": '{"file":"甲.xlsx"}'},
    "a part of the name of its unit": {"unit": "建设"},
    "its unit with a region before it": {"unit": "zj:省建设厅"},
    "the moment of the last change": {"at": None},
    "a number that is taken": {"id": 1},
    "a number to come": {"id": 9999},
    "a moment in the past": {"at": "2020-01-01T00:00:00.000000Z"},
    "a moment to come": {"at": "2999-01-01T00:00:00.000000Z"},
    "a moment in another form": {"at": "2999-01-01 00:00:00+00"},
    "a part too many": {"more": 1},
}


def test_nothing_forged_is_written(hand: Hand) -> None:
    attacks: dict[str, Attack] = {
        **{f"report: {name}": lambda h, said=said: h.record(h.change(), ("report", h.report(**said)))  # type: ignore[misc]
           for name, said in FORGED_REPORTS.items()},
        **{f"event: {name}": lambda h, said=said: h.record(h.change(), ("event", h.event(**said)))  # type: ignore[misc]
           for name, said in FORGED_EVENTS.items()},
        **{f"change: {name}": lambda h, said=said: h.record(h.change(**said), ("report", h.report()))  # type: ignore[misc]
           for name, said in FORGED_CHANGES.items()},
        "a report on an item of others": lambda h: h.record(h.change(), ("report", h.note(FOREIGN))),
        "a report on an item of others, for their unit": lambda h: h.record(
            h.change(), ("report", h.note(FOREIGN, unit=h.other, name="省交通运输厅"))
        ),
        "a report on an item of another region": lambda h: h.record(h.change(), ("report", h.note("js-target-2"))),
        "a report on an aim": lambda h: h.record(h.change(), ("report", h.note("zj-aim-1"))),
        "a report without a unit": lambda h: h.record(h.change(), ("report", h.note(LEADS, unit=None, name=None))),
        "a participant's figures": lambda h: h.record(
            h.change(), ("report", h.report(ONLY_PARTICIPANT, role="participant"))
        ),
        "a participant as a lead": lambda h: h.record(h.change(), ("report", h.report(ONLY_PARTICIPANT))),
        "a participant's completion": lambda h: h.record(h.change(), ("event", h.event(ONLY_PARTICIPANT))),
        "evidence for an item of others": lambda h: h.record(h.change(), ("evidence", h.evidence(FOREIGN))),
        "evidence that leads out of its folder": lambda h: h.record(
            h.change(), ("evidence", h.evidence(kind="file", sha256="../../x", size=1, url=None))
        ),
        "evidence that is a script": lambda h: h.record(h.change(), ("evidence", h.evidence(url="javascript:alert(1)"))),
        "a row of another table": lambda h: h.record(h.change(), ("index_value", h.evidence())),
        "rows without a table": lambda h: h.record(h.change(), ("report", "{}")),
        "a change of nothing": lambda h: h.record(h.change()),
        "one good row beside a bad one": lambda h: h.record(
            h.change(), ("report", h.report()), ("event", h.event(kind="close"))
        ),
        "the undoing of others' changes": lambda h: h.record(h.change(command="undo", undoes=1)),
        "the undoing of what is not there": lambda h: h.record(h.change(command="undo", undoes=9999)),
        "an undo that also reports": lambda h: h.record(h.change(command="undo", undoes=1), ("report", h.report())),
        "a clock of its own": lambda h: h.record(
            h.change(), ("report", h.report(entered="2999-01-01")), before="SET TimeZone = 'Pacific/Kiritimati'"
        ),
        "dates in another style": lambda h: h.record(
            h.change(), ("report", h.report(date="01-02-2026")), before="SET DateStyle = 'SQL, DMY'"
        ),
    }  # fmt: skip
    before = hand.pg.ok("history", "--json")
    written = []
    for name, attack in attacks.items():
        try:
            attack(hand)
        except (psycopg.errors.InsufficientPrivilege, psycopg.DataError, psycopg.errors.SerializationFailure):
            continue
        written.append(name)
    assert written == []
    assert hand.pg.ok("history", "--json") == before


def test_what_may_be_said_is_written_in_the_form_that_is_hashed(hand: Hand) -> None:
    """Blanks, escapes, numbers as texts, and the order of the rows are the caller's; the doctor finds the chain whole."""
    words = '“甲”\t\\"\r\n 中文 é \U0001f600 end'
    report = hand.report(note=words, value=70.50)
    files = {"files": [{"name": words, "sha256": "0" * 64, "date": "2026-11-21"}]}
    hand.record(
        json.dumps(
            hand.change(unit="省建设厅", command="import", detail=json.dumps(files)), ensure_ascii=False, indent=2
        ),
        ("evidence", hand.evidence()),
        ("event", hand.event(n=2)),
        ("report", json.dumps(report, ensure_ascii=False, indent=1)),
        ("report", hand.note(ONLY_PARTICIPANT, role="participant", note="")),
    )
    assert hand.pg("doctor").out.count("chain") == 0
    assert json.loads(hand.pg.ok("doctor", "--json"))["findings"] == []
    ((note, value),) = hand.ledger.sql(None, "SELECT note, value FROM report WHERE value IS NOT NULL")
    assert (note, value) == (words, "70.50" if value == "70.50" else "70.5")


def test_what_is_completed_is_changed_by_return_or_reopen_only(hand: Hand) -> None:
    early = (hand.pg.now - timedelta(days=9)).date().isoformat()
    hand.record(hand.change(), ("event", hand.event(date=early)))
    for table, row in (
        ("report", hand.report()),
        ("report", hand.report(value=None)),
        ("report", hand.report(date=early)),
        ("event", hand.event()),
        ("event", hand.event(date=early)),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="return or reopen"):
            hand.record(hand.change(), (table, row))
    hand.record(hand.change(), ("report", hand.report(value=None, state=None, note="补充说明")))
    hand.pg.ok("return", f"{LEADS}.1", "--reason", "数据不全")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="return or reopen"):
        hand.record(hand.change(), ("report", hand.report(date=early)))
    hand.record(hand.change(), ("report", hand.report(value="71")))
    assert "现值 71%" in hand.pg.ok("show", LEADS)
    assert hand.pg("doctor").code == 0


def test_an_undo_is_refused_where_others_stand_on_it_and_can_be_undone(hand: Hand) -> None:
    hand.record(hand.change(), ("report", hand.report()))
    ((mine,),) = hand.ledger.sql(None, "SELECT max(id) FROM change")
    hand.record(hand.change(command="undo", undoes=mine))
    assert "现值" not in hand.pg.ok("show", LEADS)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="already"):
        hand.record(hand.change(command="undo", undoes=mine))
    hand.record(hand.change(command="undo", undoes=int(str(mine)) + 1))
    assert "现值 70%" in hand.pg.ok("show", LEADS)
    hand.pg.ok("log", f"{LEADS}.1", "--value", "72")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="stand on it"):
        hand.record(hand.change(command="undo", undoes=int(str(mine)) + 2))
    assert hand.pg("doctor").code == 0


def test_a_coordinator_enters_no_statement_on_another_day(pg: Cli, ledger: Server, server: str) -> None:
    """The day of entry decides which reporting period a statement answers."""
    login = f"t_coord_{uuid.uuid4().hex[:8]}"
    pg.ok("db", "grant", "--login", login, "--role", "coordinator")
    head = (
        'INSERT INTO change (id, at, "by", login, command, hash) SELECT max(id) + 1,'
        " to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '甲', session_user, 'log', repeat('0', 64)"
        " FROM change"
    )
    row = "INSERT INTO report (change_id, item_id, date, entered, before) SELECT max(id), 1, '2026-01-01', '{}', '{{}}' FROM change"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ledger.sql(login, head, row.format("2026-01-01"))
    ledger.sql(login, head, row.format(pg.now.date().isoformat()))
    ledger.sql(None, f"DROP OWNED BY {login}")
    admin(server, f"DROP ROLE {login}")


def test_a_reporter_names_its_unit_as_people_do(hand: Hand) -> None:
    """What the server is handed is the name in the registry."""
    url = hand.ledger.as_login(hand.login)
    hand.pg.ok("log", f"{LEADS}.1", "--value", "70", "--unit", "建设厅", "--db", url)
    assert hand.ledger.sql(None, "SELECT unit FROM change ORDER BY id DESC LIMIT 1") == [("省建设厅",)]
