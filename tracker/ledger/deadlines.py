"""Deadlines as the cells of tables state them: 2026年6月底前, 11月至次年3月, 国庆前完成; or words that name no day (docs/forms.md)."""

import re
import unicodedata
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from tracker.errors import Unclear
from tracker.ledger.dates import BETWEEN, FOLLOWING, parse_date
from tracker.ledger.values import shorten
from tracker.text import lazy_pattern


class Due(NamedTuple):
    """A deadline as a cell states it: a day, or words that name none (长期坚持, 每月5日前, 另行通知)."""

    day: date | None = None
    words: str | None = None


_ENDING = lazy_pattern(
    r"(?:以前|之前|前|内|止)?(?:全面|基本|全部)?(?:完成|完工|竣工|办结|建成|到位|见效|销号)?(?:以前|之前|前)?$"
)
_HOLIDAYS = (
    ("国庆节?|十一", "9月30日"),
    ("五一(?:劳动)?节?|劳动节", "4月30日"),
    ("七一", "6月30日"),
    ("八一", "7月31日"),
)
"""Days before which something is often due; what moves with the moon (春节, 中秋) names no day."""
_PART_OF_YEAR = r"(?:\d{1,2}月(?:\d{1,2}日|底)?|元月(?:\d{1,2}日|底)?|第?[一二三四]季度|[上下]半年)"
_INSIDE = lazy_pattern(
    rf"(?P<own>(?:[今本当明后次翌来]年|第二年)(?:{_PART_OF_YEAR}|年?[底末内])|(?<![\d一二两三四五六七八九十几多每子丑寅卯辰巳午未申酉戌亥])年[底末内])"
    rf"|(?P<part>{_PART_OF_YEAR})"
    r"|(?P<year>20\d\d年)(?:底|末|度?内|度)?(?=前|之前|以前|全面|基本|全部|完成|建成|竣工|投产|投用|取得|达到|实现|并|[^\w]|$)"
)
"""Days that stand within other words; a year alone where it is said to be an end (2026年汛期前 is none)."""
_BEGINNING = lazy_pattern(rf"(?:自|从)?(?:20\d\d年{_PART_OF_YEAR}?|{_PART_OF_YEAR})(?:起|开始|以来|之?后|以后)")
"""A day on which something begins: no deadline."""
_WEEKS = {week: f"{day}日" for names, day in (("1一", 7), ("2二", 14), ("3三", 21), ("4四", 28)) for week in names}
"""The last day of the first four weeks of a month."""
_LENGTH = lazy_pattern(
    r"(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})(?:(?:个月|年|天|周|个?星期|个?礼拜|个?工作日)(?:[以之]?内|左右)?|[日号][以之]?内)"
)
"""How long something may take, from a day that is not said."""
_AGO = lazy_pattern("(?:[一二两三四五六七八九十]{1,3}|\\d{1,3}|半)(?:天|周|星期|礼拜|个月|年)(?:以|之)?前")
"""半年前: so long ago, which nothing is due."""
_DAY_LIKE = lazy_pattern(r"(?=.*\d)[\d\s年月日号季度半上下第前底末旬周初至到—－–~～\-./,:：QqWw]+")
"""Digits with nothing but words of a calendar: meant as a day, even where no day can be made of them."""


@lru_cache(maxsize=1024)
def deadline_written(text: str, today: date) -> Due:
    """Return the deadline that a text of plain signs states, without a year in that of today.

    A month, quarter or year is due on its last day, of a range its end. Raises Unclear for digits that are meant as a day and are none.
    """
    bare, remark = re.subn(r"(?<=.)\([^()\d]+\)$", "", text)
    bare = re.sub(r"[()。，,；;.、]+$", "", bare)
    bare = re.sub(r"^(\d{1,2}[日号])(?:以前|之前|前)$", r"\1", bare)
    bare = bare.replace("全年", "年底" if re.match(r"20\d\d", bare) is None else "")
    bare = re.sub(r"年中(?:期)?$", "年6月" if re.match(r"20\d\d", bare) else "6月", bare)
    bare = re.sub(
        r"^年度?内$|(?<=\d{4})年度?内$|(?<=[今明后本当])年度?内$",
        "年底",
        re.sub(r"^(2[1-9]|3[0-5])(?=年)", r"20\1", bare),
    )
    bare = re.sub(r"岁[末尾]|年[终尾]", "年底", bare).replace("年年底", "年底")
    bare = re.sub(
        r"(?<=十[一二三四五六七八九]五)(?P<mark>[”\"]?)(?:规划)?期?(?:末期|收官(?:之年)?|期末)$", r"\g<mark>末", bare
    )
    bare = re.sub(r"^(?:力争|确保|争取|计划|预计|拟|于|在|截至|截止到?|到|至)", "", bare)
    bare = re.sub(r"^(20\d\d)年元旦(?:节)?(?:之?前|前夕)$", lambda match: f"{int(match[1]) - 1}年底", bare)
    bare = re.sub(r"^元旦(?:节)?(?:之?前|前夕)$", "年底", bare)
    bare, weeks = re.subn(rf"(?<=月)第?({'|'.join(_WEEKS)})周$", lambda match: _WEEKS[match[1]], bare)
    for holiday, eve in _HOLIDAYS:
        bare = re.sub(rf"^((?:20\d\d年)?)(?:{holiday})(?:之?前|前夕)$", rf"\g<1>{eve}", bare)
    if _LENGTH.fullmatch(bare) or _AGO.fullmatch(bare):
        return Due(None, text)
    if "每" not in (once := re.sub(r"(?<=[\d年月日底末度])[,，、;；]?每(?:年|半年|季度?|个?月|周)$", "", bare)):
        words = None if once == bare and not remark and not weeks else text
        ends = re.split(BETWEEN, once)
        last = ends[-1] if len(ends) > 1 and re.match(r"20\d\d", ends[-1]) else ""
        for each, said in ((once, words), (last, text)):
            for tried in filter(None, (each, _ENDING.sub("", each))):
                with suppress(Unclear):
                    return Due(parse_date(tried, today), said)
        if named := _named_inside(text, today):
            return Due(max(named), text)
    if _DAY_LIKE.fullmatch(bare) and not _BEGINNING.fullmatch(bare):
        raise Unclear(f"完成时限“{shorten(text)}”无法识别，请写成 2026-11-21、2026年11月 或 第三季度 的形式")
    return Due(None, text)


def parse_due(text: str, today: date, *, what: str = "日期") -> date:
    """Return the day on which something is due, as a cell or an option states it; raises Unclear where the words name none: 半年前."""
    with suppress(Unclear):
        if (day := deadline_written(unicodedata.normalize("NFKC", text).strip(), today).day) is not None:
            return day
    if (ago := _AGO.fullmatch(text.strip())) is not None:
        raise Unclear(f"{what}“{ago[0]}”是已经过去的时间，不是期限；请写成 2026-11-21 的形式")
    return parse_date(text, today, what=what)


def _named_inside(text: str, today: date) -> list[date]:
    """Return the days that stand within other words, but for those on which something begins; a year holds for what follows it."""
    text = _BEGINNING.sub("", text)
    found = []
    for match in _INSIDE.finditer(text):
        years = re.findall(r"20\d\d(?=年)", text[: match.end()])
        said = "年" if match["year"] else (match["part"] or match["own"]).replace("内", "底")
        if years and not match["year"] and (following := re.match(FOLLOWING, said)):
            said = f"{int(years[-1]) + 1}年{said[following.end() :]}"
        elif (years and match["own"] is None) or said.startswith("年"):
            said = f"{years[-1] if years else ''}{'' if said.startswith('年') else '年'}{said}"
        with suppress(Unclear):
            found.append(parse_date(said, today))
    return found


_OPEN_ENDED = lazy_pattern(
    "长期|常|每|定期|适时|随|持续|贯穿|按|依|视|即|待|另行|同步|永久|不限|全|内|后|起|[天周年月][以之]?前"
)


def is_open_ended(words: str) -> bool:
    """Say whether words that name no day set none: 长期坚持, 每月5日前, 印发后3个月内; not 半年内, which does not say from when."""
    return _OPEN_ENDED.search(words) is not None and not _LENGTH.fullmatch(words)
