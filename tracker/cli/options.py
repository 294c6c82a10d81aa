"""Options and arguments that many commands have, and how their values are read: counts, days, figures, lists of words, ids."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from tracker.cli.context import context
from tracker.errors import Refused, Unclear, notify
from tracker.ledger.values import converted, parse_number, parse_percent, plain, shorten

if TYPE_CHECKING:
    from tracker.actions.selection import Filter
    from tracker.ledger.ids import Ref
    from tracker.store.connection import Connection


Text = str | None
Db = Annotated[Text, typer.Option("--db", metavar="PATH|URL", help="台账位置（缺省 TRACKER_DB 或用户数据目录）")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有文件")]
OutputFile = Annotated[Text, typer.Option("-o", "--output", metavar="FILE", help="写入文件而不是屏幕")]
AsOf = Annotated[Text, typer.Option("--as-of", metavar="DATE", help="按这一天的情况（缺省今天）")]
KnownAt = Annotated[Text, typer.Option("--known-at", metavar="TIME", help="只看此刻之前录入的（缺省现在）")]
Everything = Annotated[bool, typer.Option("--all", help="不用默认的方案和单位")]

PlanFilter = Annotated[Text, typer.Option("--plan", metavar="CODE", help="只看这些方案，可用逗号隔开多个")]
UnitFilter = Annotated[Text, typer.Option("--unit", metavar="NAME", help="只看这个单位的（zj:省生态环境厅 限定地区）")]
RegionFilter = Annotated[
    Text, typer.Option("--region", metavar="NAME", help="只看这个地区的（分解到市县的事项，或省级本级）")
]
KindFilter = Annotated[
    Text, typer.Option("--kind", metavar="KIND", help="target 目标、task 任务、policy 政策、aim 总体目标")
]

Ids = Annotated[
    list[str], typer.Argument(metavar="ID…", help="事项或指标编号，可写多个（zj-task-6..8），- 为从标准输入读取")
]
OneId = Annotated[str, typer.Argument(metavar="ID", help="事项或指标编号")]
Day = Annotated[Text, typer.Option("--date", metavar="DATE", help="自哪天起算（缺省今天）")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由")]
Evidence = Annotated[
    list[str] | None, typer.Option("--evidence", metavar="PATH|URL", help="佐证材料：文件或网址，可写多次")
]
Measure = Annotated[
    Text, typer.Option("--measure", metavar="UNIT", help="所填数值的计量单位，与指标只差数量级时换算，如 千瓦")
]


def day_of(text: str | None, *, what: str = "--date 的日期") -> date:
    """Return the day of which something is said; today when none was given, and within a month or year that is running."""
    if text is None:
        return context.today
    from tracker.ledger.dates import parse_reported_date

    return parse_reported_date(text, context.today, what=what)


def deadline_of(text: str | None, *, what: str) -> date:
    """Return the day to which an option puts something off; a month or a year stands for its last day."""
    if text is None:
        return context.today
    from tracker.ledger.deadlines import parse_due

    return parse_due(text, context.today, what=what)


def figure_of(text: str | None, measure: str | None, what: str) -> tuple[Decimal | None, str | None]:
    """Return the number an option names and the measure it is given in, which may stand behind it: 4.2万辆.

    None for what was not given. Raises Unclear for no number, two measures, and a measure of nothing.
    """
    if text is None:
        if measure is not None:
            raise Unclear("--measure 是 --value 的计量单位；请一并写明 --value")
        return None, None
    from tracker.ledger.values import split_figure

    number, behind = split_figure(text)
    in_words = _is_in_words(text)
    is_plain = re.fullmatch(_DIGITS, number) is not None and _is_unit(behind)
    if in_words or (not is_plain and re.search(r"\d", text)):
        from tracker.sheets.reading.cells import figure_written, is_rough

        found, behind = figure_written(text, what)
        number, behind = text if found is None else plain(found), behind or None
        if in_words or is_rough(text):
            notify(f"注意：{what}“{shorten(text)}”按 {number}{behind or ''} 读取；请核对")
    if behind is not None and (re.match(_NO_MEASURE, behind) or (behind.isascii() and not _is_unit(behind))):
        raise Unclear(f"{what}“{shorten(text)}”不是数字，请填写如 61.5 的数字")
    if behind is not None and measure is not None and behind != measure:
        raise Unclear(f"{what}“{shorten(text)}”与 --measure {shorten(measure)} 的计量单位不一致；请只写一处")
    return parse_number(number, what=what), behind or measure


def _is_unit(behind: str | None) -> bool:
    from tracker.ledger.values import MAGNITUDES, is_measure

    return behind in (None, *MAGNITUDES) or is_measure(behind)


_DIGITS = r"\s*[-+−－]?[\d０-９.．,，]+(?:[eE][-+]?\d+)?\s*"
"""A figure of which nothing has to be understood."""
_IN_WORDS = (
    r"^\s*(?:大?约|大致)|(?:左右|上下)\s*$|[一二三四五六七八九]成|百分之|^\s*一半\s*$|^\s*[一二两三四五六七八九十百千]"
    r"|\d[千百](?![瓦米克卡伏焦赫分兆乏])"
)
"""What a figure has that is written as people say it (约60%, 七成八): it is read as a table's cell is."""


def _is_in_words(text: str) -> bool:
    return not text.isascii() and re.search(_IN_WORDS, text) is not None


_NO_MEASURE = "[以之][上下内]|[及多余。]"
"""What may stand behind a number and is no unit of measure: 80以上, 100多, 78。5."""


def share_of(text: str) -> Decimal:
    """Return a share in percent, written in any way that a table's cell may have it; raises Unclear for none."""
    if not _is_in_words(text):
        if re.fullmatch(r"0?\.\d+", text.strip()):
            meant = plain(converted(parse_percent(text), Decimal(100)))
            notify(f"注意：完成率填的是 {text.strip()}，按 {text.strip()}% 读取；如果是 {meant}%，请改填 {meant}")
        return parse_percent(text)
    from tracker.sheets.reading.cells import read_percent

    found = read_percent(text)
    if found is None:
        raise Unclear(f"完成率“{shorten(text)}”不是数字，请填写如 61.5 的数字")
    notify(f"注意：完成率“{shorten(text)}”按 {plain(found)}% 读取；请核对")
    return found


class FilterOptions:
    """Which items a command is about: those of some plans, of a unit, of some kinds, of a region."""

    GROUP: ClassVar = {"plan": PlanFilter, "unit": UnitFilter, "kind": KindFilter, "region": RegionFilter}

    def __init__(self, plan: Text = None, unit: Text = None, kind: Text = None, region: Text = None) -> None:
        self.plan, self.unit, self.kind, self.region = plan, unit, kind, region

    def wanted(self, **more: Any) -> "Filter":
        """Return them as the ledger is asked for them; more: what narrows them further."""
        from tracker.actions.selection import Filter

        return Filter(plans=words(self.plan), unit=self.unit, kinds=words(self.kind), region=self.region, **more)


def parse_count(text: str, option: str) -> int:
    """Return a whole number of rows, days or items; raises Unclear otherwise."""
    cleaned = text.strip()
    if not cleaned.isascii() or not cleaned.isdigit() or len(cleaned) > 9:  # noqa: PLR2004 - no count is that long
        raise Unclear(f"{option} 的值“{shorten(text)}”应为 0 或正整数")
    return int(cleaned)


def check_fields(names: Sequence[str], available: Sequence[str], option: str) -> None:
    """Refuse a field that does not exist, naming those that do."""
    for name in names:
        if name not in available:
            raise Unclear(f"{option} 中没有“{shorten(name)}”这个字段；可用字段：{'、'.join(available)}")


def known_at(text: str | None) -> str | None:
    """Return the moment of --known-at; raises Unclear for what is none."""
    if text is None:
        return None
    from tracker.ledger.dates import parse_instant

    return parse_instant(text, context.today, what="--known-at 的时刻")


def words(text: str | None) -> tuple[str, ...] | None:
    """Split an option that takes several values: a,b or a、b.

    Raises Unclear for an empty one: an unset variable of a script must not pass for a question about nothing, or about all.
    """
    if text is None:
        return None
    parts = tuple(part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip())
    if not parts:
        raise Unclear(f"有一个选项的值是空的（“{shorten(text)}”）；请写上值，不限定时去掉该选项")
    return parts


STDIN = "-"
"""What stands for ids, or lines, that are read from stdin."""


def named(connection: "Connection", texts: Sequence[str]) -> "list[Ref]":
    """Return what a person named by one or several ids, lists and ranges; - for ids on stdin, task-6 for one of the own plan."""
    from tracker.actions.name_lookup import refs

    return refs(connection, _with_stdin(texts), context.settings["plan"])


def named_one(connection: "Connection", text: str) -> "Ref":
    """Return the one item or indicator that a person named."""
    from tracker.actions.name_lookup import ref_of

    return ref_of(connection, text, context.settings["plan"])


def stdin_bytes() -> bytes:
    """Return all of stdin as bytes, as a table comes in; raises Unclear where a person would have to type it."""
    if context.stdin.isatty():
        raise Unclear("没有从标准输入读到表格；请写文件名，或用管道送入（如 cat 表.csv | tracker import -）")
    buffer = getattr(context.stdin, "buffer", None)
    return buffer.read() if buffer is not None else context.stdin.read().encode()


def stdin_lines() -> list[tuple[int, str]]:
    """Return the lines of stdin that say something, with their numbers: no blank ones, no remarks (# …).

    Raises Unclear where there are none, Refused where they are no text.
    """
    lines = [(number, line.strip()) for number, line in enumerate(StringIO(_stdin_text(), newline=None), start=1)]
    found = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not found:
        raise Unclear("标准输入是空的；“-” 表示从标准输入读取，每行一个编号")
    return found


def _stdin_text() -> str:
    """Return stdin as text: what a person types as the terminal has it, a file in any encoding in which tables come in."""
    buffer = None if context.stdin.isatty() else getattr(context.stdin, "buffer", None)
    if buffer is None:
        return context.stdin.read().removeprefix("\ufeff")
    from tracker.sheets.reading.delimited import decoded

    try:
        return decoded(buffer.read())[1].removeprefix("\ufeff")
    except Refused:
        raise Refused("标准输入不是 UTF-8、UTF-16 或 GB18030 编码的文字；请另存为 UTF-8 后重试") from None


def _with_stdin(texts: Sequence[str]) -> list[str]:
    if STDIN not in texts:
        return list(texts)
    lines = [line for _, line in stdin_lines()]
    # The heading of `list --fields id --csv`.
    given = lines[1:] if lines[0].lower() in ("id", "编号") else lines
    place = list(texts).index(STDIN)
    return [*texts[:place], *given, *(text for text in texts[place + 1 :] if text != STDIN)]
