"""What a row of a table is: one that says something, or a sum, a note, a signature, a chapter that stands between them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tracker.sheets.reading.cells import folded
from tracker.sheets.reading.headings import REPORTS
from tracker.text import lazy_pattern

_SUMS = ("合计", "总计", "小计", "平均", "平均值", "共计")
_NOTES = (
    "注", "附", "另", "附注", "说明", "备注", "填表说明", "填报说明", "负责人", "单位负责人", "联系人", "联系电话", "填报人", "填表人",
    "制表人", "审核人", "填报单位", "填表单位", "填报日期", "填表日期", "续表", "续上表", "接上表", "转下页",
)  # fmt: skip
_LONGEST_HEADING = 40
_SIGNED = ("填报", "填表", "制表", "审核", "复核")


def _spaced(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, also where blanks were put between the signs: 合 计."""
    return "|".join(r"\s*".join(word) for word in words)


# Tasks begin with these words too (注重…, 审核3家…): what follows them tells a note from a task.
_ASIDE = lazy_pattern(rf"(?:{_spaced(_SUMS + _NOTES)})(?:$|[:\s(\d])|(?:{_spaced(_SIGNED)})(?:$|[:\s(])")
_FIRST_SIGNS = frozenset(word[0] for word in (*_SUMS, *_NOTES, *_SIGNED))
"""Most cells begin otherwise, and are not looked at any further."""
_NOTE = lazy_pattern(
    r"(?:附?注|附|说明|备注|另|其他说明|填[表报]说明)\s*\d?\s*[:.、]|注\d|[本此]表一式"
    r"|\((?:示例|样例|范例|例)\)|(?:示例|样例|样表|范例|例)(?:$|\s*[:：]|\s*\d)|(?:填写|填报|填表)(?:说明|要求)|必填项?$"
    r"|[一-龥]{0,6}(?:意见|批示)\s*:|(?:审[核批]|领导|[一-龥]?局长|处理|分管领导)(?:意见|批示)$"
)
"""What tells something of the table or of how it is filled in: 注：…, （示例）…, 填写要求, 局长意见：."""
_WHOLE = "全[省市县区州国](?:各地)?|[本当][页表月年期季周]度?|各[省市县区]{1,2}|[省市县区]级|以上|上述|年度"
_SUM = lazy_pattern(
    rf"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))?"
    rf"(?:.{{0,8}}?(?:{_spaced(('合计', '总计', '小计', '共计'))})|(?:{_WHOLE})*(?:累计|汇总|平均值?|均值|总数)|全[省市区国](?:各地)?|计"
    r"|共\s*\d+\s*[项个条件户家]|(?:sub-?|grand )?total)\s*(?:\(.*\))?:?",
    re.IGNORECASE,
)
_LONGEST_SUM = 20
_ENDING = lazy_pattern(
    r"\(?(?:以下(?:无正文|空白|无内容|无)|本[页表]完|完)\)?。?|[….。]{2,}|(?=.*页)(?:第\s*\d+\s*页)?[,，/、\s]*(?:共\s*\d+\s*页)?"
)
"""What a printed page ends with: （以下无正文）, 第1页 共2页."""
_CHAPTER = lazy_pattern(
    r"(?:第[一二三四五六七八九十百]+[章编部篇]|[一二三四五六七八九十]+(?=[、.．,，\s]|$))[、.．,，\s]*"
)
_SECTION = lazy_pattern(r"(?:第[一二三四五六七八九十百]+节|\([一二三四五六七八九十]+\))[、.．,，\s]*")


def is_sum(text: str | None) -> bool:
    """Say whether words are only those of a line of sums, or of the whole beside its parts (全省, 全省平均)."""
    return text is not None and 0 < len(text) <= _LONGEST_SUM and _SUM.fullmatch(folded(text)) is not None


def is_aside(text: str) -> bool:
    """Say whether words begin a sum, a note or a signature, or end a page."""
    if text.lstrip()[:1] in _FIRST_SIGNS and _ASIDE.match(folded(text)) is not None:
        return True
    return (
        is_sum(text) or is_note(text) or (0 < len(text) <= _LONGEST_SUM and _ENDING.fullmatch(folded(text)) is not None)
    )


_CLOSING = lazy_pattern(
    r"\(?(?:加?盖章|公章|签章|签字|签名|章)\)?:?.{0,12}|[_\s\d]*年[_\s\d]*月(?:[_\s\d]*日)?|20\d\d([-./])\d{1,2}\1\d{1,2}"
)


def is_closing(cells: Iterable[Any]) -> bool:
    """Say whether all that a row holds is what closes a paper: a seal, a signature, the day."""
    filled = [value for value in cells if value not in ("", None)]
    return bool(filled) and all(
        isinstance(value, date) or (isinstance(value, str) and (is_aside(value) or _CLOSING.fullmatch(folded(value))))
        for value in filled
    )


def is_note(text: str) -> bool:
    """Say whether words are a note that tells something of the table (注：…, 另：…), and no sum or signature."""
    return _NOTE.match(folded(text)) is not None


def is_header_again(cells: Sequence[Any]) -> bool:
    """Say whether a row is a header once more, as on every printed page."""
    filled = [value for value in cells if value != ""]
    if len(filled) < 2 or not all(isinstance(value, str) and len(value) <= _LONGEST_HEADING for value in filled):  # noqa: PLR2004 - one word is no header
        return False
    # The last cells of a row are its shortest words, and the same in many rows.
    return all(REPORTS.heading(value).column is not None for value in reversed(filled))


def chapter_level(text: str) -> int:
    """Return 1 for words that begin as a chapter does (一、…, 第一章 …), 2 for those of a section (（一）…), 0 for others."""
    plain = folded(text)
    if _CHAPTER.match(plain):
        return 1
    return 2 if _SECTION.match(plain) else 0
