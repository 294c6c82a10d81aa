"""Invented histories of a ledger, and where the program and the second reading of the rules differ on them.

`python -m tests.independent.histories 200` runs a campaign and prints its figures (docs/reliability.md).
"""

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.commandline import CHINA, Cli, environ_of
from tests.independent.rules import Reading
from tracker.store import creation
from tracker.store.location import Location

BEGIN = datetime(2021, 3, 1, 12, tzinfo=CHINA)
NUMBERS = (
    "zj-target-12.1", "zj-target-20.1", "zj-target-20.2", "zj-target-21.1", "zj-target-21.2", "zj-target-21.7", "zj-target-3.1",
    "zj-target-33.1", "zj-target-9.1", "zj-target-7.3", "zj-target-6.1", "zj-target-14.1", "nx-target-2.1", "nx-target-13.1",
    "nx-target-10.1",
)  # fmt: skip
SHARES = ("zj-target-22.1", "zj-target-18.1", "zj-target-31.1", "zj-target-31.2", "zj-target-2.1")
ROWS = ("zj-task-6", "zj-task-7", "zj-task-28", "zj-policy-1", "zj-target-32")
PARTS = ("zj-target-12@杭州市.1", "zj-target-12@宁波市.1", "zj-target-12@丽水市.1")
CITIES = ("杭州市", "宁波市", "温州市", "嘉兴市", "湖州市", "绍兴市", "金华市", "衢州市", "舟山市", "台州市", "丽水市")
FIELDS = ("light", "met", "overdue", "days_overdue", "lag", "unreported_units", "awaiting")


class History:
    """One ledger with an invented history, told by commands; seed makes it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - an invented history, no secret
        path = folder / f"{seed}.sqlite3"
        assert creation.create(Location(str(path)), BEGIN, by="测试")
        self.cli = Cli(folder, now=BEGIN, environ=environ_of(path, folder))
        self.path, self.taken, self.moments = path, 0, [BEGIN]
        pick = self.random
        self.names = (
            *pick.sample(NUMBERS, 4), *pick.sample(SHARES, 1), *pick.sample(ROWS, 1), *pick.choice(((), (), PARTS)),
        )  # fmt: skip
        self.cli.now = pick.choice(
            (BEGIN, BEGIN, datetime(2024, 6, 1, 12, tzinfo=CHINA), datetime(2026, 2, 1, 12, tzinfo=CHINA))
        )
        for _ in range(pick.choice((0, 1, 2))):
            self.taken += self.cli("config", "set", *self._figures()).code == 0
        if PARTS[0] in self.names:
            self.taken += self.cli("breakdown", "zj-target-12", "--to", "cities", "--values", self._shares()).code == 0
        told = json.loads(self.cli.ok("list", "--indicators", "--json", "--limit", "0", "--fields", "id,value"))
        self.targets = {row["id"]: row["value"] for row in told}

    def live(self, commands: int) -> None:
        """Give so many commands, some days apart; those that are refused leave nothing."""
        for _ in range(commands):
            gap = self.random.choice((0, 1, 3, 7, 12, 20, 25, 31, 60, 120))
            self.cli.now = min(self.cli.now + timedelta(days=gap, minutes=5), datetime(2031, 8, 1, 12, tzinfo=CHINA))
            self.taken += self.cli(*self.command()).code == 0
            self.moments.append(self.cli.now)

    def _day(self) -> tuple[str, ...]:
        back = self.random.choice((None, None, None, 0, 5, 40, 400))
        return () if back is None else ("--date", (self.cli.now.date() - timedelta(days=back)).isoformat())

    def command(self) -> tuple[str, ...]:
        """Return a command that somebody may give on this day."""
        pick, name = self.random, self.random.choice(self.names)
        item = name.partition(".")[0]
        year = pick.choice(((), ("--year", "2020"), ("--year", "2022")))
        figure = ("--percent", pick.choice(("20", "50", "80"))) if name in ROWS else ("--value", self._value(name))
        units = pick.choice(("省生态环境厅", "省建设厅,省水利厅", "省发展改革委"))
        to = pick.choice(("2026-06-30", "2027-12-31", "2031-12-31"))
        acts: dict[str, tuple[int, tuple[str, ...]]] = {
            "log": (46, (name, *self._figure(name), *self._unit(), *self._day(), "--yes")),
            "log ": (4, (name, "--same", *self._unit())),
            " log": (3, (name, "--note", "说明", *self._day())),
            "complete": (9, (name, *self._day())),
            "close": (8, (name, "--by", "核查人", *pick.choice(((), ("--unmet", "口径调整"))))),
            "return": (6, (name, "--reason", "材料不全", *pick.choice(((), (), ("--value",))))),
            "reopen": (4, (name, "--reason", "复核")),
            "extend": (5, (name, "--to", to, "--reason", "r", "--approved-by", "a", *pick.choice(((), ("--late",))))),
            "baseline": (4, (name, "--value", self._value(name), *year)),
            "milestone": (5, (name, "--date", pick.choice(("2022", "2023", "2024")), *figure)),
            "assign": (4, (item, *pick.choice((("--lead", units), ("--main", units.partition(",")[0]))))),
            "undo": (6, (str(max(2, self.taken + 2 - pick.randint(1, 4))), "--yes")),
            "item": (2, ("edit", item, "--start", pick.choice(("2021-07-01", "2022-06-30", "2023-02-01")))),
            "config": (4, ("set", *self._figures())),
            "link": (1, (pick.choice(("zj-target-33.1", "zj-target-12.1")), "--none")),
        }
        (command,) = pick.choices(list(acts), [weight for weight, _ in acts.values()])
        return command.strip(), *acts[command][1]

    def _figures(self) -> tuple[str, ...]:
        """Return a figure of judgement that somebody may set: a calendar above all, for the ledger or one plan."""
        pick = self.random
        every = pick.choice(("week", "month", "month", "quarter", "year"))
        closes = str(pick.randint(1, 7)) if every == "week" else pick.choice(("1", "10", "25", "29", "30", "31"))
        calendar = ("report_every", every, "report_closes", closes)
        figures = (
            calendar, calendar, calendar, ("report_grace", pick.choice(("0", "3", "7", "10"))),
            ("report_from", pick.choice(("2022-01-01", "2024-06-15", "2026-03-01"))), ("figures_by", pick.choice(("03-31", "09-30"))),
            ("red_lag", pick.choice(("20", "30", "40"))), ("yellow_lag", pick.choice(("5", "10"))), ("due_days", "60"), ("time_left", "50"),
        )  # fmt: skip
        return *pick.choice(figures), *pick.choice(((), (), ("--plan", "zj"), ("--plan", "nx")))

    def _shares(self) -> Path:
        path = self.path.with_suffix(".csv")
        path.write_text("地区,目标值\n" + "".join(f"{city},0.4\n" for city in CITIES), encoding="utf-8")
        return path

    def _figure(self, name: str) -> tuple[str, ...]:
        pick = self.random
        if name in (*NUMBERS, *PARTS):
            year = pick.choice(((), (), ("--year", str(self.cli.now.year - 1))))
            return "--value", self._value(name), *year
        if pick.random() < 0.2:
            return "--state", pick.choice(("not_started", "in_progress"))
        return "--percent", pick.choice(("0", "10", "33.3", "66.65", "90", "100"))

    def _value(self, name: str) -> str:
        """Return a value around the target: short of it, at it, beyond it."""
        share = self.random.choice((0, 30, 50, 70, 80, 90, 95, 99, 100, 100, 104, 120))
        return str(round(Decimal(str(self.targets.get(name) or 0)) * share / 100, 2))

    def _unit(self) -> tuple[str, ...]:
        units = (
            (),
            (),
            (),
            (),
            (),
            (),
            ("--unit", "zj:省生态环境厅"),
            ("--unit", "zj:省建设厅"),
            ("--unit", "zj:省发展改革委"),
        )
        return self.random.choice(units)

    def differences(self, questions: int) -> Iterator[tuple[str, str, str, Any, Any]]:
        """Yield (moment, item, field, program, second reading) where they differ, at some as-of × known-at."""
        reading = Reading(str(self.path))
        for _ in range(questions):
            as_of, known = self._moment()
            asked = ("--as-of", as_of.isoformat(), *(("--known-at", known) if known else ()))
            told = json.loads(
                self.cli.ok("list", "--json", "--limit", "0", "--fields", ",".join(("id", *FIELDS)), *asked),
                parse_float=Decimal,
            )
            mine = reading.standings(as_of, self._utc(known))
            for row in told:
                own = mine[row["id"]]
                for name in FIELDS:
                    value, other = row[name], getattr(own, name)
                    if name == "lag" and value is not None:
                        value = Fraction(value)
                    if name == "unreported_units":
                        value = len(value)
                    if value != other:
                        yield f"{as_of} {known}", row["id"], name, value, other
            if len(told) != len(mine):
                yield f"{as_of} {known}", "-", "items", len(told), len(mine)

    def _moment(self) -> tuple[date, str | None]:
        today = self.cli.now.date()
        edges = [
            date(2025, 12, 31),
            date(2026, 1, 1),
            date(2026, 6, 30),
            date(2026, 7, 1),
            date(2030, 12, 31),
            date(2031, 7, 1),
        ]
        near = [moment.date() + timedelta(days=self.random.choice((0, 1, 8, 30))) for moment in self.moments]
        as_of = self.random.choice((today, today, *edges, self.random.choice(near), self.random.choice(near)))
        known = self.random.choice((None, None, self.random.choice(self.moments).isoformat()))
        return as_of, known

    @staticmethod
    def _utc(known: str | None) -> str:
        if known is None:
            return "9"
        moment = datetime.fromisoformat(known).astimezone(tz=None)
        from tracker.ledger.dates import instant_text

        return instant_text(moment)


def main() -> None:
    """Run a campaign of so many histories, from a first seed on: `histories 200 [SEED]`."""
    number, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    taken = asked = 0
    found: list[tuple[Any, ...]] = []
    with tempfile.TemporaryDirectory() as name:
        for seed in range(first, first + number):
            history = History(Path(name), seed)
            history.live(60)
            differing = list(history.differences(12))
            found += [(seed, *each) for each in differing]
            taken, asked = taken + history.taken, asked + 12
            for each in differing[:6]:
                sys.stdout.write(f"{seed} {each}\n")
    sys.stdout.write(f"{number} histories, {taken} commands taken, {asked} questions, {len(found)} differences\n")


if __name__ == "__main__":
    main()
