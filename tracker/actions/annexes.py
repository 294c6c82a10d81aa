"""The annex workbook of a plan: which plan, which rows, which sheets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracker.actions.export_version import Request, request_text, stamp_of
from tracker.actions.name_lookup import plan_code
from tracker.actions.selection import Filter, find
from tracker.actions.synergy_index import Choice, annex_scores
from tracker.errors import Refused, Unclear
from tracker.ledger.parameters import Parameters
from tracker.plans.shipped import read_rows
from tracker.sheets.annex import DEMO_CAPTION, Annex, annex_workbook, rows_of
from tracker.sheets.stamp import Stamp
from tracker.sheets.synergy_index import PLAN as INDEX_PLAN
from tracker.sheets.synergy_index import index_sheet
from tracker.sheets.wording import draft_mark
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.ledger_labels import is_demo
from tracker.store.period_reports import last_told
from tracker.store.plan_lifetime import local_day
from tracker.store.registry import load_plans, plans_then
from tracker.store.stated_parameters import load_parameters

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts


def chosen_plans(
    connection: Connection, texts: Sequence[str] | None, *, everything: bool = False
) -> list[dict[str, Any]]:
    """Return the plans that were named (everything: all), or the only one where none was.

    Raises Unclear where there are several to choose from, Refused for an unknown one.
    """
    plans = {plan["code"]: plan for plan in load_plans(connection)}
    if everything:
        return list(plans.values())
    if texts:
        return [plans[code] for code in dict.fromkeys(plan_code(connection, text) for text in texts)]
    if len(plans) != 1:
        known = "、".join(f"{code} {plan['region']}" for code, plan in plans.items())
        raise Unclear(f"请用 --plan 写明导出哪个方案：{known or '（台账中还没有方案）'}")
    return list(plans.values())


def annex_file(  # noqa: PLR0913 - which rows, and what stands beside and above them
    connection: Connection, plan: dict[str, Any], when: PointInTime, parameters: Parameters, *, unit: str | None = None,
    kinds: Sequence[str] | None = None, progress: bool = False, caption: str = "", demo: bool = False,
    choice: Choice | None = None,
) -> bytes:  # fmt: skip
    """Return the workbook of one plan; choice: for which year the cities' scores stand beside 协同指数.

    Raises Refused where no row is left for it.

    The sheet 协同指数 goes with zj's whole annex only, not with the rows of one unit or one list.
    """
    wanted = Filter(plans=(plan["code"],), unit=unit, kinds=None if kinds is None else tuple(kinds))
    rows = rows_of(find(connection, wanted, when, parameters), plan)
    if not rows:
        raise Refused(f"方案 {plan['code']} 没有符合条件的清单内容，未生成文件；请检查 --unit、--kind")
    whole = plan["code"] == INDEX_PLAN and unit is None and kinds is None
    index = None
    if whole:
        said = DEMO_CAPTION if demo else ""
        scores = None if choice is None else annex_scores(connection, when, choice)
        index = index_sheet(read_rows("index"), scores, mark=draft_mark(plan), caption=said)
    request = request_text(
        wanted, progress=progress, caption=caption, scores=choice and [choice.year, choice.base_year]
    )
    return annex_workbook(
        Annex(
            plan=plan,
            found=rows,
            progress=progress,
            caption=caption,
            demo=demo,
            stamp=_stamp(connection, when, progress=progress),
            request=request,
        ),
        index=index,
    )


def _stamp(connection: Connection, when: PointInTime, *, progress: bool) -> Stamp | None:
    """Return what an annex says of its ledger. The bare lists move with what is told only: the same on any later day."""
    stamp, told = stamp_of(connection, when), last_told(connection, when.known_at)
    if stamp is None or told is None or progress:
        return stamp
    return stamp._replace(as_of=min(stamp.as_of, local_day(told.at)))


def annex_again(connection: Connection, asked: Request, later: PointInTime, goalposts: "Goalposts | None") -> bytes:
    """Return the annex that was asked for once, as the ledger knew things then."""
    wanted, told = asked
    (code,) = wanted.plans or ()
    choice = None
    if "scores" in told:
        year, base_year = told["scores"]
        choice = Choice(year, base_year, goalposts=goalposts)
    return annex_file(
        connection, plans_then(connection, later, code)[0], later, load_parameters(connection, later.known_at), unit=wanted.unit,
        kinds=wanted.kinds, progress=told.get("progress", False), caption=told.get("caption", ""), demo=is_demo(connection),
        choice=choice,
    )  # fmt: skip
