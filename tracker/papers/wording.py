"""How items stand, in the words of Word papers: deadlines, indicators, clauses, numbers. Pure."""

import re
from datetime import date

from tracker.ledger.judgement import Judged
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item
from tracker.ledger.summary import chinese_day
from tracker.ledger.terms import STATES
from tracker.ledger.values import plain

BLANK = "＿＿＿＿＿＿"
"""What stands where something is not known: room to write it by hand, never a guess."""
SHOWN = 3
"""Indicators of an item that are all named; of more, only those that call for something."""
_DIGITS = "零一二三四五六七八九"


def number_blank(day: date) -> str:
    """Return the number of a paper (文号) that is still to be given."""
    return f"＿＿〔{day.year}〕＿＿号"


def reply_words(day: date | None) -> str:
    """Write until when to answer."""
    return chinese_day(day) if day else "＿＿月＿＿日"


def chinese_number(number: int) -> str:
    """Write a number below 10000 as headings count: 一, 十二, 二十, 一百零三."""
    words, pending = "", False
    for unit, place in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // place % 10
        if digit:
            words += ("零" if pending and words else "") + _DIGITS[digit] + unit
            pending = False
        elif words:
            pending = True
    return words.removeprefix("一") if words.startswith("一十") else words or _DIGITS[0]


def whole_row(widest: str, *others: str) -> int:
    """Say whether a row of a table stays on one page (1) or may go over to the next (0): only one that may not find room on any."""
    return int(len(widest) <= LONG and all(len(text) <= LONG // 2 for text in others))


LONG = 450
"""Characters of the widest cell that take two thirds of a page laid across."""


def close_set(text: str) -> str:
    """Return a text as papers write it: without a screen's blanks between Chinese and figures, and its points as commas."""
    text = text.replace(" · ", "，")
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[\x21-\x7e])|(?<=[\x21-\x7e]) (?=[^\x00-\x7f])", "", text)


def quoted(text: str) -> str:
    """Return a name in quotation marks; those within it become single ones (GB/T 15834)."""
    return f"“{text.translate(str.maketrans('“”', '‘’'))}”"


def told_days(text: str) -> str:
    """Return a sentence with its days as letters write them: 2025年12月31日 for 2025-12-31."""
    day = r"(?<![\d-])(\d{4})-(\d\d)-(\d\d)(?![\d-])"
    return re.sub(day, lambda found: f"{found[1]}年{int(found[2])}月{int(found[3])}日", text)


def reason_words(item: Item, reason: str) -> str:
    """Return the reason of a light without its colour, and without ids: an indicator is named by its name."""
    words = reason.partition("：")[2] or reason
    for indicator in item.indicators:
        named = f"（{item.id}.{indicator.n} {indicator.name}）"
        if named in words:
            words = f"{indicator.name}{words.replace(named, '')}"
    return close_set(words)


def clause(text: str, longest: int = 42) -> str:
    """Return the first clauses of a text as its name in a sentence, whole ones only; the full words stand in the annex."""
    first = re.split("[。；\n]", text.strip())[0]
    while len(first) > longest and "，" in first:
        first = first.rpartition("，")[0]
    return first


def deadline(each: Judged, day: date) -> tuple[date | None, date | None]:
    """Return the deadline that is meant and what the plan printed: the earliest missed, else the next to come, else the item's."""
    item, judged = each
    parts = list(zip(item.indicators, judged.indicators, strict=True))
    for chosen in (
        [indicator for indicator, one in parts if one.overdue],
        [indicator for indicator, one in parts if not one.met and indicator.due is not None and indicator.due >= day],
    ):
        dated = [indicator for indicator in chosen if indicator.due is not None]
        if dated:
            first = min(dated, key=lambda indicator: indicator.due or day)
            return first.due, first.original_due
    return item.due, item.original_due


def due_words(due: date | None, original: date | None) -> str:
    """Write a deadline; where it was moved, with the one that the plan printed."""
    if due is None:
        return "未定"
    return f"{due}" + (f"\n原定{original}" if original is not None and original != due else "")


def indicator_lines(each: Judged, day: date) -> str:
    """Return the indicators that are meant, a line each: what is asked, and what was reported."""
    parts = list(zip(each.item.indicators, each.judgement.indicators, strict=True))
    urgent = [indicator for indicator, one in parts if one.overdue or one.due_soon or not one.met]
    shown = urgent if len(parts) > SHOWN else [indicator for indicator, _ in parts]
    more = f"\n另有{len(parts) - len(shown)}个指标已达标" if len(shown) < len(parts) else ""
    return "\n".join(_indicator_words(indicator, each.item, day) for indicator in shown) + more


def _indicator_words(indicator: Indicator, item: Item, day: date) -> str:
    if not indicator.takes_value:
        return f"{indicator.name}：{STATES[indicator.state]}"
    told = "尚无数据" if indicator.actual is None else f"现值{plain(indicator.actual)}{indicator.measure or ''}"
    own = (
        f"，{indicator.due}到期"
        if indicator.due is not None and indicator.due != item.due and indicator.due >= day
        else ""
    )
    return f"{indicator.name}：{demand_words(indicator)}{own}；{told}"
