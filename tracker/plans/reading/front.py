"""The front of a document (title, number, date, issuers, status, region), and where body and annexes begin."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.plans.reading.lexicon import PROVINCES
from tracker.plans.reading.model import Line
from tracker.plans.reading.signs import CHAPTER_RANKS, chinese_number, mark_at, shadow, tidy
from tracker.plans.reading.units import ends_like_unit, is_nameless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.plans.reading.model import Block

_TITLE_END = re.compile(
    "(?:实施方案|行动方案|工作方案|总体方案|方案|行动计划|工作计划|计划|规划|实施意见|意见|纲要|办法|措施|任务清单|工作要点|要点|工作安排|规则|细则|规定|分工|分工表|分解表|任务表|清单|台账|决定|通告|重点工作|重点任务)"
    "(?:（[^（）]{2,20}）)*$"
)
_NUMBER = re.compile(r"[一-龥]{1,10}(?:（[一-龥]{1,4}）)? ?[（〔\[](20\d\d)[）〕\]] ?(?:第)? ?\d{1,4} ?号")
_DAY = re.compile(r"(20\d\d) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")
_CHINESE_DAY = re.compile(
    "(二[〇○0零][一二三四五六七八九〇○0零]{2})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_NOTICE = re.compile("印发《([^《》]{4,80})》")
_DRAFT = re.compile("征求意见稿|送审稿|草案|讨论稿|公开征求意见|（稿）")
_ANNEX = re.compile(r"附(?:件|录|表) ?([0-9一二三四五六七八九十]{0,3})(?: ?[：:.．、])? ?(.{0,60})$")
_ANNEX_LIST = re.compile(r"附(?:件|录|表) ?： ?(?:1|一)?[.．、]?.{2,80}")
_REMARKS = re.compile("(?:起草说明|编制说明|起草情况说明|编制情况说明|政策解读|解读|说明)(?:（[^（）]{2,20}）)?$")
_DIGITS = "〇一二三四五六七八九"
_MAX_TITLE = 60
_MAX_FRONT = 120
_TAIL = 12
_SIGNED_REACH = 12


@dataclass(slots=True)
class Annex:
    """An annex: its label as printed (附件 1), its title, its blocks."""

    label: str
    title: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    """A document in its parts: what stands before the plan, the plan, its annexes; drafting notes are left out."""

    front: list[Line]
    body: list[Block]
    annexes: list[Annex]
    title: str = ""
    remarks: bool = False


def in_parts(blocks: Sequence[Block]) -> Parts:
    """Divide a document at its title, its annex headings and its drafting notes."""
    start, title = _title(blocks)
    parts = Parts([block for block in blocks[:start] if isinstance(block, Line)], [], [], title)
    annex: Annex | None = None
    skipping = begun = listed = False
    for block in blocks[start:]:
        if isinstance(block, Line):
            text = tidy(block.text)
            flat = shadow(text)
            begun = begun or _is_chapter(flat)
            if begun and _opens_remarks(flat):
                skipping, parts.remarks = True, True
            found = _ANNEX.match(flat)
            listed = listed or bool(_ANNEX_LIST.match(flat) and "：" in flat[:6])
            if begun and found and _opens_annex(flat, found):
                label = text[: found.start(2)].strip(" ：:.．、") if found.group(2) else text
                annex = Annex(_printed_label(block.text, label), text[found.start(2) :] if found.group(2) else "")
                parts.annexes.append(annex)
                skipping = bool(annex.title) and _opens_remarks(shadow(annex.title))
                continue
        if skipping:
            continue
        if annex is None:
            parts.body.append(block)
        else:
            annex.blocks.append(block)
    for found_annex in parts.annexes:
        _take_title(found_annex)
    return parts


def _printed_label(printed: str, label: str) -> str:
    """Return the label as printed, its inner space kept (附件 1)."""
    found = re.match(r"附(?:件|录|表)[ \u3000]?[0-9一二三四五六七八九十]{0,3}", printed.strip())
    return found.group().replace("\u3000", " ").strip() if found else label


def _is_chapter(flat: str) -> bool:
    mark = mark_at(flat)
    return bool(mark and mark.rank in CHAPTER_RANKS)


def _opens_annex(flat: str, found: re.Match[str]) -> bool:
    """Tell an annex's own heading from the list of annexes (附件：1.…) and from a sentence."""
    rest = found.group(2)
    if flat.endswith(("。", "；", "，")) or "。" in rest:
        return False
    if re.match("附(?:件|录|表) ?：", flat):
        return False
    return not rest or bool(found.group(1)) or flat.startswith("附表")


def _opens_remarks(flat: str) -> bool:
    return (
        len(flat) <= _MAX_TITLE
        and bool(_REMARKS.search(flat))
        and not mark_at(flat)
        and not flat.startswith(("附件：", "注"))
    )


def _take_title(annex: Annex) -> None:
    """Let the first short lines of an annex be its title."""
    while annex.blocks and not annex.title:
        block = annex.blocks[0]
        if not isinstance(block, Line):
            return
        text = tidy(block.text)
        if mark_at(shadow(text)) or len(text) > _MAX_TITLE or text.endswith("。"):
            return
        annex.title = text
        annex.blocks.pop(0)


def _title(blocks: Sequence[Block]) -> tuple[int, str]:
    """Return the index of the first block after the title, and the title."""
    lines: list[tuple[int, str]] = []
    for index, block in enumerate(blocks[:_MAX_FRONT]):
        if not isinstance(block, Line):
            break
        text = tidy(block.text)
        if _is_chapter(shadow(text)) and lines:
            break
        lines.append((index, text))
    best: tuple[int, str] | None = None
    for at, (index, text) in enumerate(lines):
        flat = shadow(text)
        if (
            len(text) <= _MAX_TITLE
            and _TITLE_END.search(flat)
            and "通知" not in flat
            and not re.match("附|抄|《|第", flat)
        ):
            best = (index + 1, _with_lead(lines, at, text))
    if best:
        return best
    notice = _NOTICE.search("".join(text for _, text in lines))
    if notice:
        return 0, tidy(notice.group(1))
    if lines:
        found = re.match(
            "(.{4,60}?(?:实施方案|行动方案|工作方案|行动计划|实施意见|方案|计划|规划|意见)(?:（[^（）]{2,20}）)?)(?=为|根据|按照|一、|第一|\\s)",
            shadow(lines[0][1]),
        )
        if found:
            return 0, lines[0][1][: found.end(1)]
        return 0, next((text for _, text in lines if _may_be_title(text)), "")
    return 0, ""


def _may_be_title(text: str) -> bool:
    """Tell a short line that may be a title from the crumbs of a web page (首页>政务公开) and from labels."""
    return len(text) <= _MAX_TITLE and not re.search("[>＞|：。]|^首页|^当前位置|^索引", shadow(text))


def _with_lead(lines: list[tuple[int, str]], at: int, text: str) -> str:
    """Put the first line of a title that is broken over two lines before its second."""
    if at == 0 or (len(text) > _TAIL and re.match("[一-龥]{2,8}(?:省|市|自治区|州|县|区)", text)):
        return text
    before = lines[at - 1][1]
    flat = shadow(before)
    whole = bool(re.search("[。：；）》]$|通知$|[〕号]|\\d日$|^附", flat) or _TITLE_END.search(flat))
    whole = whole or (ends_like_unit(flat) and "关于" not in flat)
    fits = (
        len(before) <= _MAX_TITLE / 2
        and not whole
        and _may_be_title(before)
        and (len(text) <= _TAIL or re.search("关于|^.{2,8}[省市州县区]", flat))
    )
    return before + text if fits else text


def status_of(parts: Parts) -> str:
    """Return draft, issued or unstated, from what the document says of itself."""
    head = "".join(tidy(line.text) for line in parts.front[:40]) + parts.title
    first = "".join(tidy(block.text) for block in parts.body[:3] if isinstance(block, Line))[:60]
    if _DRAFT.search(shadow(head)) or re.match("（?(?:征求意见稿|送审稿|草案|讨论稿)", shadow(first)):
        return "draft"
    if document_number(parts) or re.search("印发给你们|现予印发|现印发", head) or issued_on(parts):
        return "issued"
    return "unstated"


def document_number(parts: Parts) -> str:
    """Return the document number that stands on a line of its own in the front, or an empty text."""
    for line in parts.front:
        text = tidy(line.text)
        found = _NUMBER.search(shadow(text))
        if found and len(text) <= found.end() - found.start() + 6 and "《" not in text:
            return re.sub("^(?:文号|发文字号|发文文号)[：:]", "", text[found.start() : found.end()])
    return ""


def issued_on(parts: Parts) -> str:
    """Return the date of issue (ISO): a date on a line of its own in the front or at the end of the body."""
    tail = [block for block in parts.body[-_SIGNED_REACH:] if isinstance(block, Line)]
    return next((day for line in (*parts.front, *tail) if (day := _day_of(line))), "")


def first_year(parts: Parts) -> int:
    """Return the year before whose start nothing can be promised: of the title, the number or the issue (0: unknown)."""
    title = re.search("20[0-4]\\d", shadow(parts.title))
    number = re.search("20\\d\\d", document_number(parts))
    years = [int(found.group()) for found in (title, number) if found]
    issued = issued_on(parts)
    return min([*years, *([int(issued[:4])] if issued else [])], default=0)


def _day_of(line: Line) -> str:
    """Return the date (ISO) that a line consists of, in digits or spelled (二〇二三年五月六日), or an empty text."""
    flat = shadow(tidy(line.text)).strip("（）")
    found = _DAY.fullmatch(flat) or re.fullmatch(rf"(?:发布|印发|成文|发文)(?:日期|时间)?：{_DAY.pattern}", flat)
    if found:
        return f"{found.group(1)}-{int(found.group(2)):02d}-{int(found.group(3)):02d}"
    spelled = _CHINESE_DAY.fullmatch(flat)
    if not spelled:
        return ""
    year = "".join(str(_DIGITS.find(sign)) if sign in _DIGITS else "0" for sign in spelled.group(1))
    return f"{year}-{chinese_number(spelled.group(2)) or 1:02d}-{chinese_number(spelled.group(3)) or 1:02d}"


def issuers_of(parts: Parts) -> list[str]:
    """Return the bodies that signed: names on the lines right before the date, or those before 关于印发."""
    lines = parts.front
    for index, line in enumerate(lines):
        if not _day_of(line):
            continue
        names: list[str] = []
        for above in reversed(lines[max(index - _SIGNED_REACH, 0) : index]):
            found = [tidy(name) for name in re.split(r"[ \t\u3000]+", above.text.strip()) if name]
            if not found or not all(ends_like_unit(name) and not is_nameless(name) for name in found):
                break
            names[:0] = found
        if names:
            return names
    for line in lines[:6]:
        found_names = [tidy(name) for name in re.split(r"[ \t\u3000]+", line.text.strip()) if name]
        heads = [name for name in found_names if ends_like_unit(name)]
        if heads and "关于" in line.text:
            return heads
    return []


def region_of(title: str, text: str, naming_usual: str) -> str:
    """Return the region a plan holds for: named in its title, else the province its text speaks of, else 国家."""
    for short, full in PROVINCES.items():
        if title.startswith(short) or full in title:
            city = re.match(f"{short}省?([一-龥]{{2,6}}?市)", title)
            return city.group(1) if city and city.group(1) != full and not full.endswith("市") else full
    city = re.match("([一-龥]{2,8}?(?:省|自治区|自治州|市|盟|地区|新区|县|区))", title)
    if city:
        return city.group(1)
    if not naming_usual:
        return "国家"
    counts: Counter[str] = Counter({full: text.count(short) for short, full in PROVINCES.items() if short in text})
    return counts.most_common(1)[0][0] if counts else ""
