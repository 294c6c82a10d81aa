"""Two years and more of a province that works by the calendar, told by commands, and whether anybody is accused wrongly.

Every lead unit reports every period, each on a day of its own in the last week before the closing day or within the grace. What
then must never stand anywhere is 未填报, and no day may bring a flood of red or yellow lights. `python -m tests.independent.two_years`
runs every world and prints its figures (docs/reliability.md); the suite runs a short one.
"""

import csv
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tests.commandline import CHINA, Cli, environ_of
from tests.independent.calendars import Setting, period_around, period_before
from tracker.store import creation
from tracker.store.location import Location

GRACE = 7
NEAR = 45
"""How many days before its deadline the work on something is done."""
BEGIN = date(2021, 1, 1)
"""The first day of the period of the shipped plans."""
HEADS = ("编号", "填报单位", "填报日期", "状态", "完成率", "现值", "数据时点", "本期进展")
TURNS = ((1, 1), (1, 15), (6, 30), (7, 1), (7, 2), (12, 31))
"""Days on which the shipped plans turn: the end of a year, a third of the time left, the last day of the wait for a year's figures."""
Row = dict[str, Any]
Evening = dict[str, tuple[str, str, tuple[str, ...]]]
"""Of every item its light, the reason, and the units that are silent."""


START = date(2024, 2, 1)


class Change(NamedTuple):
    """A calendar that is set on a day, for the ledger or for one plan."""

    day: date
    every: str
    closes: int
    plan: str | None = None


class World(NamedTuple):
    """How a province lives: its calendars, and whether baselines were given; lazy: the share of units that skip every third period."""

    name: str
    changes: tuple[Change, ...] = ()
    plans: tuple[str, ...] = ("zj",)
    baselines: bool = True
    lazy: float = 0
    first: date = START
    last: date = date(2026, 7, 5)


WORLDS = (
    World("每月25日"),
    World("每月25日，没有基数", baselines=False),
    World("每月25日，一成半单位漏报", lazy=0.15),
    World("每月31日", (Change(START, "month", 31),)),
    World("每月30日", (Change(START, "month", 30),)),
    World("每月29日", (Change(START, "month", 29),)),
    World("每季31日", (Change(START, "quarter", 31),)),
    World("每年31日", (Change(START, "year", 31),)),
    World("每周五", (Change(START, "week", 5),)),
    World("两个方案：浙江每月25日，江苏每季31日", (Change(START, "quarter", 31, "js"),), ("zj", "js")),
    World(
        "中途更改：25日、31日、每季20日、每月28日",
        (Change(date(2024, 8, 14), "month", 31), Change(date(2025, 2, 28), "quarter", 20), Change(date(2025, 9, 26), "month", 28)),
    ),
)  # fmt: skip


class Province:
    """One ledger and the units that report to it; the same seed gives the same days and figures."""

    def __init__(self, folder: Path, world: World, seed: int = 1) -> None:
        self.random = random.Random(seed)  # noqa: S311 - an invented history, no secret
        path = folder / "ledger.sqlite3"
        begin = datetime.combine(world.first, datetime.min.time(), CHINA).replace(hour=9)
        assert creation.create(Location(str(path)), begin, by="测试", plans=world.plans)
        self.cli, self.world, self.folder = Cli(folder, now=begin, environ=environ_of(path, folder)), world, folder
        self.settings: dict[str, tuple[Setting, ...]] = {plan: (Setting(),) for plan in world.plans}
        listed = json.loads(self.cli.ok("list", "--json", "--limit", "0"), parse_float=Decimal)
        self.rows: dict[str, Row] = {row["id"]: row for row in listed}
        self.units = sorted({(row["plan"], unit) for row in listed for unit in row["lead_units"]})
        self.lazy = {each for each in self.units if self.random.random() < world.lazy}
        self.tempo = {row["id"]: self.random.uniform(-7, 6) for row in listed}
        self.baselines: dict[str, Decimal] = {}
        self.given: set[str] = set()
        self.done: dict[str, date] = {}
        self.imports = 0
        if world.baselines:
            self._give_baselines()

    def _give_baselines(self) -> None:
        """Give every number without one a baseline of 2020, four fifths of its target (of what falls a quarter more)."""
        for row in self.rows.values():
            for each in row["indicators"]:
                wants = (
                    each["value"] is not None and each["basis"] in ("level", "annual") and each["direction"] != "hold"
                )
                if not wants or each["comparator"].endswith("_by") or each["baseline_value"] is not None:
                    continue
                share = Decimal("1.25") if each["direction"] == "down" else Decimal("0.8")
                value = (Decimal(str(each["value"])) * share).quantize(Decimal("0.01"))
                taken = self.cli("baseline", each["id"], "--value", value, "--year", "2020", "--date", BEGIN)
                if taken.code == 0:
                    self.baselines[each["id"]] = value

    def live(self) -> dict[date, Evening]:
        """Live through all days; return at the evening of each day the light, its reason and the silent units of every item."""
        found = {}
        day = self.world.first
        while day <= self.world.last:
            self.cli.now = datetime.combine(day, datetime.min.time(), CHINA).replace(hour=10)
            for change in self.world.changes:
                if change.day == day:
                    self._set(change)
            for plan, unit in self.units:
                if self._reports_on(plan, unit, day):
                    self._report(plan, unit, day)
            self._verify(day)
            told = json.loads(
                self.cli.ok("list", "--json", "--limit", "0", "--fields", "id,light,light_reason,unreported_units")
            )
            found[day] = {
                row["id"]: (row["light"], row["light_reason"], tuple(row["unreported_units"])) for row in told
            }
            day += timedelta(days=1)
        return found  # fmt: skip

    def _set(self, change: Change) -> None:
        scope = () if change.plan is None else ("--plan", change.plan)
        self.cli.ok("config", "set", "report_every", change.every, "report_closes", change.closes, *scope)
        for plan in self.settings:
            if change.plan in (None, plan):
                self.settings[plan] = (*self.settings[plan], Setting(change.every, change.closes, change.day))

    def _reports_on(self, plan: str, unit: str, day: date) -> bool:
        """Say whether a unit's own day of this period, or of the one that closed last, is this one."""
        period = period_around(self.settings[plan], day)
        for each in (period, period_before(self.settings[plan], period)):
            draw = random.Random(f"{unit} {each.end}")  # noqa: S311 - an invented day
            if day == max(each.end + timedelta(days=draw.randint(-6, GRACE)), each.start):
                skips = (plan, unit) in self.lazy and draw.random() < 1 / 3
                return not skips
        return False

    def _report(self, plan: str, unit: str, day: date) -> None:
        """Return a unit's table: every row that it leads and that is not done."""
        rows = [
            line
            for row in self.rows.values()
            if row["plan"] == plan and unit in row["lead_units"] and row["id"] not in self.done
            for line in self._lines(row, unit, day)
        ]
        if not rows:
            return
        self.imports += 1
        path = self.folder / f"{self.imports}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, HEADS)
            table.writeheader()
            table.writerows(rows)
        taken = self.cli("import", path, "--yes", "--by", unit)
        assert taken.code == 0, (day, unit, taken.err)
        for row in self.rows.values():
            if (
                row["plan"] == plan
                and unit in row["lead_units"]
                and row["id"] not in self.done
                and self._is_done(row, day)
            ):
                self.cli("complete", row["id"], "--unit", unit, "--by", unit)
                self.done[row["id"]] = day

    def _is_done(self, row: Row, day: date) -> bool:
        """Say whether a row can be declared done: words near their day, numbers when the figures of their year are in."""
        dues = [date.fromisoformat(each["due"]) for each in (*row["indicators"], row) if each["due"]]
        if not dues:
            return False
        waits = any(
            each["id"] in self.given or each["basis"] in ("level", "annual", "assessed") for each in row["indicators"]
        )
        last = max(dues)
        if not waits:
            return day >= last - timedelta(days=NEAR)
        figures = [each["id"] for each in row["indicators"] if each["basis"] in ("level", "annual")]
        return day.year > last.year and all(each in self.given for each in figures)

    @staticmethod
    def _due(row: Row) -> date | None:
        return None if row["due"] is None else date.fromisoformat(row["due"])

    def _lines(self, row: Row, unit: str, day: date) -> Iterable[Row]:
        # Half of the units date their tables, the others write what month it is: the very same file is no new report.
        dates = {"填报日期": day, "本期进展": "按计划推进"} if len(unit) % 2 else {"本期进展": f"{day}按计划推进"}
        head = {"填报单位": unit, **dates}
        if not row["indicators"]:
            yield {"编号": row["id"], **head, "状态": "进行中", "完成率": self._share(row["id"], self._due(row), day)}
        for each in row["indicators"]:
            due = None if each["due"] is None else date.fromisoformat(each["due"])
            line = {"编号": each["id"], **head}
            if each["value"] is None or each["basis"] == "each":
                share = self._share(each["id"], due, day)
                near = each["basis"] == "each" and due is not None and day >= due - timedelta(days=NEAR)
                yield {**line, "完成率": 100 if near else share}
            else:
                yield {**line, **self._figure(each, due, day)}

    def _figure(self, each: Row, due: date | None, day: date) -> Row:
        target = Decimal(str(each["value"]))
        if due is not None and day.year > due.year and day.month >= 2:
            self.given.add(each["id"])
            return {"现值": target + (Decimal("0.01") if each["comparator"] == ">" else 0), "数据时点": due.year}
        if each["direction"] == "hold":
            return {"现值": target + (Decimal("0.01") if each["comparator"] == ">" else 0)}
        if each["basis"] == "annual":
            return {"状态": "进行中"}
        begin = self.baselines.get(each["id"], Decimal(str(each["baseline_value"] or 0)))
        if each["id"] not in self.baselines and each["basis"] == "level" and not each["comparator"].endswith("_by"):
            begin = target * Decimal("0.8")
        share = self._share(each["id"], due, day)
        value = begin + (target - begin) * share / 100
        return {"现值": value.quantize(Decimal("0.001"))}

    def _share(self, name: str, due: date | None, day: date) -> Decimal:
        """Return what is done by a day: what should be, a little more or less by the row's own tempo; all of it near its day."""
        due = due or date(2025, 12, 31)
        if day >= due - timedelta(days=NEAR):
            return Decimal(100)
        gone = Decimal((day - BEGIN).days * 100) / (due - BEGIN).days
        tempo = self.tempo[name.partition(".")[0]] + self.random.uniform(-1, 1)
        return min(max(gone + Decimal(tempo), Decimal(1)), Decimal(99)).quantize(Decimal("0.1"))

    def _verify(self, day: date) -> None:
        for name, since in list(self.done.items()):
            if day == since + timedelta(days=5):
                self.cli("close", name, "--by", "核查人")


class Told(NamedTuple):
    """What a world came to: days, reports in tables, wrong accusations, the worst day for red and for yellow, and shares of lights."""

    world: str
    days: int
    tables: int
    accused: list[tuple[date, str, str]]
    worst: dict[str, tuple[int, date, str]]
    shares: dict[str, int]


def run(folder: Path, world: World, seed: int = 1) -> Told:
    """Live one world and count what it came to."""
    province = Province(folder, world, seed)
    days = province.live()
    lazy = {unit for _, unit in province.lazy}
    accused = [
        (day, name, reason)
        for day, rows in days.items()
        for name, (_, reason, silent) in rows.items()
        if set(silent) - lazy or ("期未填报" in (reason or "") and not set(silent) & lazy)
    ]
    return Told(
        world.name,
        len(days),
        province.imports,
        accused,
        _worst(days),
        _shares(days[max(day for day in days if day <= date(2025, 7, 20))] if min(days) <= date(2025, 7, 20) else {}),
    )


def _worst(days: dict[date, Evening]) -> dict[str, tuple[int, date, str]]:
    """Return the day on which most lights turned red, and yellow: how many, and the commonest reason."""
    found: dict[str, tuple[int, date, str]] = {}
    before: Evening | None = None
    for day, rows in days.items():
        for light in ("red", "yellow"):
            turned = [
                reason for name, (color, reason, _) in rows.items()
                if before is not None and color == light and before[name][0] != light
            ]  # fmt: skip
            if turned and len(turned) > found.get(light, (0,))[0]:
                commonest = Counter(reason.partition("（")[0].rstrip("0123456789. 个百分点") for reason in turned)
                found[light] = (len(turned), day, commonest.most_common(1)[0][0])
        before = rows
    return found


def _shares(rows: Evening) -> dict[str, int]:
    counted = Counter(light for light, _, _ in rows.values())
    return {light: round(number * 100 / len(rows)) for light, number in counted.most_common()}


def main() -> None:
    """Live all worlds, or those whose place is named: `two_years [0 3 …]`."""
    chosen = [WORLDS[int(each)] for each in sys.argv[1:]] or WORLDS
    for world in chosen:
        with tempfile.TemporaryDirectory() as name:
            told = run(Path(name), world)
        sys.stdout.write(
            f"{told.world}: {told.days} days, {told.tables} tables, {len(told.accused)} accused;"
            f" worst { ({k: (n, str(d), r) for k, (n, d, r) in told.worst.items()}) }; July 2025 {told.shares}\n"
        )
        for each in told.accused[:5]:
            sys.stdout.write(f"  {each}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
