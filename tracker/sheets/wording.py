"""What stands in the cells: items, units, progress and reports put into words. One wording for every sheet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.ledger.judgement import Judgement
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item, LastReport, Role
from tracker.ledger.replay import Statement
from tracker.ledger.terms import FORECASTS, KINDS, LIGHTS, LISTS, PLAN_STATUS, STATEMENTS, STATES
from tracker.ledger.unit_names import joined_units
from tracker.ledger.values import plain, shorten

LIST_NAMES = LISTS
LIGHT_HEADINGS = {light: f"{name}灯" if len(name) == 1 else name for light, name in LIGHTS.items()}
"""The lights as headings: 红灯, 待核查, 已销号."""
ORDINALS = ("一", "二", "三")

_BRACKET = {"joint": "按职责分工负责", "sole": "负责", "lead": "牵头负责"}
_COLUMN = {"joint": "按职责分工负责", "sole": "", "lead": ""}
"""In a lead column 牵头 and 负责 go without saying; only the division of work is printed (zj)."""
_NOBODY = {"tbd": "待明确", "by_reference": "参照其他方案"}


def list_numbers(plan: Mapping[str, Any]) -> dict[str, str]:
    """Return the number (一, 二, 三) of each list that a plan has, by kind."""
    sizes = {"target": plan["targets"], "task": plan["tasks"], "policy": plan["policies"]}
    return dict(zip((kind for kind in LIST_NAMES if sizes[kind]), ORDINALS, strict=False))


def list_heading(plan: Mapping[str, Any], kind: str) -> str:
    """Return the name of a list as the annex prints it: 一、目标清单. Aims have no list of their own."""
    number = list_numbers(plan).get(kind)
    return KINDS[kind] if number is None else f"{number}、{LIST_NAMES[kind]}"


def plan_names(plans: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the short names of plans in tables, by code: the region, where that is enough; a draft is marked."""
    regions = Counter(plan["region"] for plan in plans.values())
    return {
        code: f"{plan['region' if regions[plan['region']] == 1 else 'title']}{draft_mark(plan)}"
        for code, plan in plans.items()
    }


def draft_mark(plan: Mapping[str, Any]) -> str:
    """Return what marks a draft in every caption, nothing for other plans."""
    return f"（{PLAN_STATUS['draft']}）" if plan["status"] == "draft" else ""


def item_words(item: Item) -> str:
    """Return what a row says: heading and summary of an article, the printed words of an annex row."""
    return f"{item.title}\n{item.text}" if item.title else item.text


def short_words(item: Item) -> str:
    """Return the name of an item in one line, where its full words stand elsewhere."""
    return shorten(item.title or item.text, 60)


def has_annex(plan: Mapping[str, Any]) -> bool:
    """Say whether a plan prints its lists in an annex of its own; then its cells are shown as printed."""
    return bool(plan["annex_label"] or plan["annex_title"])


def note_words(items: Sequence[Item], plan: Mapping[str, Any]) -> str | None:
    """Return the 注 under a list: as the annex prints it, or, where the plan has no annex, which rows are due when.

    A list without deadlines (zj: 政策清单) has none.
    """
    groups: dict[str, list[int]] = {}
    for item in items:
        groups.setdefault(_deadlines(item), []).append(item.number)
    dated = {words: numbers for words, numbers in groups.items() if words}
    if not dated:
        return None
    printed: str | None = plan["annex_note"]
    if printed or has_annex(plan):
        return printed
    parts = [f"第{_runs(numbers)}项为{words}" for words, numbers in dated.items()]
    return f"注：完成时限，{'；'.join(parts)}" + ("；其余未载明。" if "" in groups else "。")


def _deadlines(item: Item) -> str:
    """Return the printed deadlines of an item and its indicators in words: a year where it is the year's last day."""
    found = {item.original_due, *(indicator.original_due for indicator in item.indicators)} - {None}
    days = sorted(day for day in found if day is not None)
    return "、".join(f"{day.year}年" if (day.month, day.day) == (12, 31) else f"{day:%Y-%m-%d}" for day in days)


def _runs(numbers: Sequence[int]) -> str:
    """Return numbers in order with the runs among them drawn together: 1—3、7、8."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    long = 3
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) >= long else "、".join(map(str, run)) for run in runs)


def lead_words(item: Item, plan: Mapping[str, Any]) -> str:
    """Return the cell of the lead units: as the annex prints it, put together by the same custom where there is none.

    Units that were assigned later take the place of the printed ones. A rider stands where the document has it.
    """
    printed = item.lead_cell
    annex = has_annex(plan)
    if printed and ((annex and not _replaced(item, item.leads, printed)) or not item.leads):
        return printed
    if not item.leads:
        return _NOBODY.get(item.responsibility, "")
    endings = _COLUMN if annex else _BRACKET
    words = unit_lists(item)[0] + endings.get(item.responsibility, "")
    rider = plan["rider"]
    return f"{words}。{rider}" if rider and printed and rider in printed else words


def participant_words(item: Item, plan: Mapping[str, Any]) -> str:
    """Return the cell of the participating units, as `lead_words`."""
    printed = item.participant_cell
    if printed and ((has_annex(plan) and not _replaced(item, item.participants, printed)) or not item.participants):
        return printed
    return unit_lists(item)[1] if item.participants else ""


def unit_lists(item: Item) -> tuple[str, str]:
    """Return the names of the lead and of the participating units."""
    return joined_units(_names(item.leads), _names(item.participants), open_ended=item.open_ended)


def _names(roles: Iterable[Role]) -> list[str]:
    return [role.name for role in roles]


def _replaced(item: Item, roles: Sequence[Role], printed: str) -> bool:
    """Say whether a printed cell no longer names the units in force: some were assigned."""
    if not item.assigned or not roles:
        return False
    names = "、".join(_names(roles))
    return not printed.startswith(names) or printed[len(names) :].startswith(("、", "（"))


def value_words(indicator: Indicator) -> str:
    """Return an indicator's latest value with its measure; nothing without one."""
    return "" if indicator.actual is None else f"{plain(indicator.actual)}{indicator.measure or ''}"


def values_words(item: Item) -> str:
    """Return the latest values of an item's indicators, each with its name where there are several."""
    known = [indicator for indicator in item.indicators if indicator.actual is not None]
    if len(item.indicators) == 1:
        return "".join(map(value_words, known))
    return "；".join(f"{indicator.name} {value_words(indicator)}" for indicator in known)


def current_words(item: Item) -> str:
    """Return 当前进展 of an annex with progress: the last report's note, then the latest values on a line of their own."""
    note = item.last_report.note if item.last_report else None
    values = values_words(item)
    return "\n".join(part for part in (note, values and f"现值：{values}") if part)


def demands_words(item: Item) -> str:
    """Return 目标值: what the indicators ask, each with its name and on a line of its own where there are several."""
    if len(item.indicators) == 1:
        return demand_words(item.indicators[0])
    return "\n".join(f"{indicator.name}：{demand_words(indicator)}" for indicator in item.indicators)


def due_words(item: Item) -> date | str | None:
    """Return 完成时限: the deadline in force, and where it was moved what the plan printed beside it."""
    if item.due is None or item.original_due in (None, item.due):
        return item.due
    return f"{item.due}（原定{item.original_due}）"


def light_words(item: Item, judgement: Judgement) -> str:
    """Return the light in words with its reason, an indicator by its name alone; nothing for an aim."""
    if judgement.light is None:
        return ""
    reason = judgement.light.reason
    if item.id in reason:
        for indicator in item.indicators:
            reason = reason.replace(f"{item.id}.{indicator.n} ", "")
    return reason


def updated_on(item: Item) -> date | None:
    """Return the date of the report in force."""
    return item.last_report.date if item.last_report else None


def last_words(report: LastReport | None) -> str:
    """Return what a report in force said, with its day and unit, for a period in which nothing new came; nothing without a note."""
    return f"{report.date.isoformat()} {report.unit or report.by}：{report.note}" if report and report.note else ""


def report_words(item: Item, said: Iterable[Statement]) -> str:
    """Return 本期进展: reports and declarations of completion, in the order given, each with day, unit and what it says."""
    return "\n".join(
        f"{each.date.isoformat()} {each.unit or each.by}：{'；'.join(_in_full(item, each))}"
        for each in said
        if each.kind in ("report", "complete")
    )


def period_words(item: Item, said: Sequence[Statement], updates: str) -> str:
    """Return 本期进展 of a report: the newest of what was said (newest first), and where the rest stands (updates: that sheet).

    The last word of a lead, which moves the light, is always among them.
    """
    shown = list(said[:MOST_SAID])
    if len(said) > MOST_SAID:
        leads = {role.name for role in item.leads}
        own = next((each for each in said if each.unit in leads), shown[-1])
        shown[-1:] = [own] if own not in shown else shown[-1:]
    more = f"（另有{len(said) - len(shown)}条，见“{updates}”）" if len(said) > len(shown) else ""
    return "\n".join(part for part in (report_words(item, shown), more) if part)


MOST_SAID = 5
"""Reports of a period that stand in the row of an item; a year has many, and a page should show more than two items."""
LEFT_OUT = "（另有[0-9]+条，见“本[期周]更新”）"
"""The line that says so, for the reader of a workbook that comes back."""


def _in_full(item: Item, statement: Statement) -> list[str]:
    """Return what a statement is, unless it is a report that says something, and what it says."""
    says = said_words(item, statement)
    if statement.kind == "report":
        return [says or STATEMENTS["report"]]
    indicator = next((each for each in item.indicators if each.n == statement.n), None)
    name = f"{indicator.name} " if indicator is not None and len(item.indicators) > 1 else ""
    return [name + STATEMENTS[statement.kind], *([says] if says else [])]


def said_words(item: Item, statement: Statement) -> str:
    """Return what one statement says, without problem and next step: state, figures with their indicator, note, decision."""
    indicator = next((each for each in item.indicators if each.n == statement.n), None)
    name = f"{indicator.name} " if indicator is not None and len(item.indicators) > 1 else ""
    measure = (indicator.measure or "") if indicator is not None else ""
    parts = [statement.note or ""]
    if statement.value is not None:
        parts.append(f"{name}现值 {plain(statement.value)}{measure}")
    if statement.percent is not None:
        parts.append(f"{name}完成率 {plain(statement.percent)}%")
    if statement.state is not None and statement.value is None and statement.percent is None:
        parts.append(name + STATES[statement.state])
    parts.append(_decision(statement))
    return "；".join(part for part in parts if part)


def _decision(statement: Statement) -> str:
    """Return what a decision sets, in a few words; nothing for what its name says."""
    data = statement.data
    match statement.kind:
        case "extend":
            return f"延期至 {data['to']}" + (f"（{data['reason']}）" if data.get("reason") else "")
        case "assign":
            return "、".join(str(name) for _, name in data["units"])
        case "forecast":
            return FORECASTS.get(data["forecast"], str(data["forecast"]))
        case "return" | "reopen":
            return str(data.get("reason") or "")
        case _:
            return ""
