"""Setting the parameters of judgement: statements in the ledger, for all of it, a plan or an indicator (docs/rules.md, 判断参数)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.actions.name_lookup import item_of, plan_code
from tracker.errors import Refused, Unclear
from tracker.ledger.dates import parse_date
from tracker.ledger.ids import parse_id
from tracker.ledger.parameters import Parameters
from tracker.ledger.values import FULL_WIDTH, parse_number, plain, shorten
from tracker.store.changeset import Changeset
from tracker.store.filters import PointInTime
from tracker.store.stated_parameters import EVENT, Stated, parameters_from, stated_parameters

MEANINGS = {
    "red_lag": "低于序时超过多少个百分点亮红灯",
    "yellow_lag": "低于序时达到多少个百分点亮黄灯",
    "due_days": "多少天内到期亮蓝灯",
    "time_left": "从未填报且剩余时间不超过百分之几亮黄灯",
    "tolerance": "“左右”允许比目标值差百分之几",
    "jump_factor": "数值变动超过几倍视为存疑",
    "report_every": "填报周期",
    "report_closes": "每期截止日",
    "report_grace": "截止后宽限几天",
    "report_from": "从哪天起应当填报（缺省从方案首次使用起）",
    "figures_by": "年度数据等到次年几月几日",
}
"""What each parameter is about, in the order in which they are shown."""
_EVERY = {"周": "week", "每周": "week", "月": "month", "每月": "month", "季": "quarter", "季度": "quarter", "每季": "quarter",
          "年": "year", "每年": "year"}  # fmt: skip
_WEEKDAYS = "一二三四五六日"


def set_parameters(
    changeset: Changeset, given: Sequence[tuple[str, str | None]], plan: str | None = None, indicator: str | None = None
) -> list[dict[str, Any]]:
    """State parameters (value None: as before any was set) and return what each was and is.

    Raises Unclear for a value that cannot be read, Refused for parameters that do not go together, adding nothing.
    """
    code = None if plan is None else plan_code(changeset.connection, plan)
    name = None if indicator is None else _indicator(changeset, indicator)
    stated = stated_parameters(changeset.connection)
    before = parameters_from(stated)
    read = [(key, None if value is None else read_parameter(key, value, changeset.today)) for key, value in given]
    if name is not None and any(key != "figures_by" for key, _ in read):
        raise Refused("只有 figures_by 可以按指标设定；其他判断参数按台账或方案（--plan）设定")
    change = (changeset.change or 0) - 1
    news = [Stated(key, value, code, name, changeset.today, change) for key, value in read]
    after = parameters_from([*stated, *news])
    for own in (after, *after.apart.plans.values()):
        _check(own)
    _check_closing(before if code is None else before.of(code), after if code is None else after.of(code), given)
    for each in news:
        data = {"figure": each.figure, "value": each.value, "plan": each.plan, "indicator": each.indicator}
        changeset.event(
            EVENT, changeset.today, data=data, before={each.figure: shown_parameter(before, each.figure, code, name)}
        )
    return [
        {
            "key": key, "before": shown_parameter(before, key, code, name), "after": shown_parameter(after, key, code, name),
            "plan": code, "indicator": name,
        }
        for key, _ in read
    ]  # fmt: skip


def _indicator(changeset: Changeset, text: str) -> str:
    ref = parse_id(text)
    item = item_of(changeset.connection, ref, PointInTime(changeset.today))
    if ref.n is None and len(item.indicators) != 1:
        raise Refused(f"请写明是哪一个指标，如 {item.id}.1")
    return f"{item.id}.{ref.n or item.indicators[0].n}"


def _check(parameters: Parameters) -> None:
    if parameters.yellow_lag > parameters.red_lag:
        raise Refused(f"yellow_lag（{plain(parameters.yellow_lag)}）不能大于 red_lag（{plain(parameters.red_lag)}）")
    for calendar in parameters.calendars:
        if calendar.every == "week" and calendar.closes > 7:  # noqa: PLR2004 - days of a week
            raise Refused(
                f"按周填报须有截止的星期几（1–7），现为 {calendar.closes}；请一并设定，"
                "如 tracker config set report_every week report_closes 5"
            )


def _check_closing(before: Parameters, after: Parameters, given: Sequence[tuple[str, str | None]]) -> None:
    """Refuse a closing day that is taken over from another kind of calendar: the fifth of a month is no Friday."""
    told, every = dict(given), after.calendars[-1].every
    if every != "week" and "report_closes" in told and _is_weekday(told["report_closes"] or ""):
        raise Refused(f"“{told['report_closes']}”只用于按周填报，现为按{_CALLED[every]}填报；请写几号，31 为月底")
    if (every == "week") != (before.calendars[-1].every == "week") and "report_closes" not in told:
        raise Refused(
            f"由按{_CALLED[before.calendars[-1].every]}改为按{_CALLED[every]}填报，须一并设定截止日"
            f"{'是星期几' if every == 'week' else '是几号'}，如 tracker config set report_every {every}"
            f" report_closes {5 if every == 'week' else 25}"
        )


def _is_weekday(text: str) -> bool:
    return re.match("周|星期", text.strip()) is not None


_CALLED = {"week": "周", "month": "月", "quarter": "季", "year": "年"}


def read_parameter(key: str, text: str, today: date) -> str:
    """Return a parameter as it is kept; raises Unclear for one that cannot be read, Refused for an unknown key."""
    if key not in _READERS:
        raise Refused(f"没有“{shorten(key)}”这一项判断参数；可用的有：{'、'.join(MEANINGS)}")
    return _READERS[key](key, text.strip().translate(FULL_WIDTH), today)


def _number(low: int, high: int, *, whole: bool) -> Callable[[str, str, date], str]:
    def read(key: str, text: str, _today: date) -> str:
        number = parse_number(text, what=key)
        if not low <= number <= high or (whole and number != number.to_integral_value()):
            raise Unclear(f"{key} 应为 {low} 到 {high} 之间的{'整数' if whole else '数'}，不是“{shorten(text)}”")
        return str(int(number)) if whole else plain(number)

    return read


def _every(key: str, text: str, _today: date) -> str:
    word = _EVERY.get(text, text.lower())
    if word not in ("week", "month", "quarter", "year"):
        raise Unclear(f"{key} 应为 week（周）、month（月）、quarter（季）或 year（年），不是“{shorten(text)}”")
    return word


def _closes(key: str, text: str, _today: date) -> str:
    if match := re.fullmatch(rf"(?:周|星期)([{_WEEKDAYS}天])", text):
        return str(_WEEKDAYS.index(match[1].replace("天", "日")) + 1)
    if text in ("月底", "月末", "last"):
        return "31"
    if not text.strip():
        raise Unclear(f"{key} 没有写截止日；请写几号（31 为月底），按周填报写星期几")
    return _number(1, 31, whole=True)(key, text.rstrip("日号"), date.min)


def _from(key: str, text: str, today: date) -> str:
    return parse_date(text, today, what=key).isoformat()


def _month_day(key: str, text: str, _today: date) -> str:
    match = re.fullmatch(r"(\d{1,2})[-/月](\d{1,2})日?", text)
    try:
        day = date(2001, int(match[1]), int(match[2])) if match else None  # no leap year: it must come every year
    except ValueError:
        day = None
    if day is None:
        raise Unclear(f"{key} 应为次年的月和日，如 06-30，不是“{shorten(text)}”")
    return f"{day.month:02d}-{day.day:02d}"


_BOUNDS = {
    **dict.fromkeys(("red_lag", "yellow_lag", "time_left", "tolerance"), (0, 100, False)),
    "due_days": (0, 3660, True), "report_grace": (0, 366, True), "jump_factor": (1, 1000000, False),
}  # fmt: skip
"""The least and the largest of each number, and whether it is a whole one."""
VALUES = {
    **{key: f"{low}–{high}" for key, (low, high, _) in _BOUNDS.items()},
    "report_every": "week 周、month 月、quarter 季、year 年", "report_closes": "几号（31 为月底）；按周为星期几（1–7）",
    "report_from": "日期", "figures_by": "月-日，如 06-30",
}  # fmt: skip
"""Which values each parameter takes, in words."""
_READERS: Mapping[str, Callable[[str, str, date], str]] = {
    **{key: _number(low, high, whole=whole) for key, (low, high, whole) in _BOUNDS.items()},
    "report_every": _every, "report_closes": _closes, "report_from": _from, "figures_by": _month_day,
}  # fmt: skip


def shown_parameter(parameters: Parameters, key: str, plan: str | None = None, indicator: str | None = None) -> Any:
    """Return a parameter in force as it is shown: of a plan or an indicator where one is named."""
    own = parameters if plan is None else parameters.of(plan)
    if key == "figures_by":
        month, day = own.apart.indicators.get(indicator or "", own.figures_by)
        return f"{month:02d}-{day:02d}"
    if key == "report_every":
        return own.calendars[-1].every
    if key == "report_closes":
        return own.calendars[-1].closes
    value = getattr(own, key)
    return value if isinstance(value, (int, Decimal)) or value is None else value.isoformat()
