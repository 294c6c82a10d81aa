"""Closing a plan's book (结转), and taking a plan out of the ledger on which nobody has reported (docs/contract.md, 方案)."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tracker.actions.name_lookup import plan_code
from tracker.actions.selection import Filter
from tracker.errors import Refused, Unclear
from tracker.ledger.judgement import judge
from tracker.ledger.terms import WORK
from tracker.store import queries
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.plan_lifetime import ended_plans, last_reported, plan_lifetimes
from tracker.store.stated_parameters import load_parameters

if TYPE_CHECKING:
    from tracker.store.changeset import Changeset


def end_plan(changeset: "Changeset", name: str, day: date, reason: str) -> str:
    """Add to a changeset that a plan's book is closed from a day on; return its code. What its rows reached stays as it is.

    Raises Refused where it is closed already, for a day in the future, and for one before the last report on the plan.
    """
    code = plan_code(changeset.connection, name)
    if not reason.strip():
        raise Unclear("结转必须写明理由：--reason")
    use = plan_lifetimes(changeset.connection, (code,))[code]
    if use.ended_on is not None:
        raise Refused(f"方案 {code} 已于 {use.ended_on} 结转，无需再次结转")
    if day > changeset.today:
        raise Refused(f"结转日期 {day} 在今天（{changeset.today}）之后")
    plan = queries.plan_heads(changeset.connection, code)[0]
    if day < date.fromisoformat(str(plan["period_start"])):
        raise Refused(f"结转日期 {day} 早于方案的实施起点 {plan['period_start']}；请检查 --date")
    last = last_reported(changeset.connection, code)
    if last is not None and day < last:
        raise Refused(f"方案 {code} 在 {last} 还有填报，结转日期 {day} 不能更早；请改 --date")
    changeset.event("end", day, data={"plan": code, "reason": reason.strip()})
    return code


def remove_plan(changeset: "Changeset", name: str) -> tuple[str, int]:
    """Add to a changeset that a plan is taken out of the ledger; return its code and the number of its rows. Raises as `removable`."""
    code, rows = removable(changeset.connection, name, changeset.today)
    changeset.event("remove", changeset.today, data={"plan": code})
    return code, rows


def removable(connection: Connection, name: str, today: date) -> tuple[str, int]:
    """Return the code of a plan that may be removed and the number of its rows.

    Raises Refused where anybody has reported on it, or where a row of another plan draws on it.
    """
    code = plan_code(connection, name)
    last = last_reported(connection, code)
    if last is not None:
        raise Refused(f"方案 {code} 已有填报（最近 {last}），不能删除；不再推进的请用 tracker plan end {code} 结转")
    items = load_items(connection, ItemFilter(), PointInTime(today))
    for item in items:
        for indicator in item.indicators if item.plan != code else ():
            if indicator.link and any(source.startswith(f"{code}-") for source in indicator.link.sources):
                raise Refused(
                    f"{item.id}.{indicator.n} 的现值取自方案 {code}，不能删除；请先运行 tracker link {item.id}.{indicator.n} --none"
                )
    return code, sum(item.plan == code for item in items)


class CarriedOver(NamedTuple):
    """What became of the rows of plans whose book is closed: how many, met, not met, and verified (已销号).

    closed_unmet: of the last, those that were closed although not met.
    """

    plans: tuple[str, ...]
    total: int
    met: int
    unmet: int
    closed: int
    closed_unmet: int = 0

    def words(self) -> str:
        """Say it in one line, as papers do."""
        beside = f"（其中未达目标 {self.closed_unmet}）" if self.closed_unmet else ""
        counts = f"达标 {self.met}，未达标 {self.unmet}，已销号 {self.closed}{beside}"
        return f"结转 {self.total} 项（{counts}）：{'、'.join(self.plans)}"


def carried_over(connection: Connection, wanted: Filter, when: PointInTime) -> CarriedOver | None:
    """Return what became of the rows of the closed plans that a filter lets through.

    None where no book is closed, and where the question is about part of a plan (a unit, a kind, a region).
    """
    codes = ended_plans(connection, when)
    if wanted.plans is not None:
        named = {plan_code(connection, text) for text in wanted.plans}
        codes = tuple(code for code in codes if code in named)
    if not codes or wanted.unit or wanted.kinds or wanted.region:
        return None
    parameters = load_parameters(connection, when.known_at)
    titles = {plan["code"]: str(plan["title"]) for plan in queries.plan_heads(connection)}
    items = [item for item in load_items(connection, ItemFilter(plans=codes, kinds=WORK), when) if item.region is None]
    closed = sum(item.state == "closed" for item in items)
    met = sum(item.state != "closed" and judge(item, when.as_of, parameters).settled for item in items)
    return CarriedOver(
        tuple(f"《{titles[code]}》" for code in codes), len(items), met, len(items) - met - closed, closed,
        sum(item.is_closed_unmet for item in items),
    )  # fmt: skip
