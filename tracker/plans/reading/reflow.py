"""Lines to paragraphs: page furniture away, broken sentences joined, stray spaces out; every letter keeps its place.

Text taken from PDFs breaks a sentence at each line, and page numbers and running heads interrupt it. A line is
joined to the next unless the next one opens a part (a mark such as 一、 or （一）), or the line ends a sentence or
is visibly short.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from tracker.plans.reading.model import Line, Passage
from tracker.plans.reading.punctuation import BULLETS, mark_at, plain, shadow, tidy, width
from tracker.plans.reading.responsibilities import opens_label
from tracker.plans.reading.units import ends_like_unit, is_nameless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.plans.reading.model import Block

_PAGE_NUMBER = re.compile(
    r"[—–―－·•\-‐‑−]{1,3} *\d{1,4} *[—–―－·•\-‐‑−]{1,3}|第 *\d{1,4} *页(?:[ ，/]*共 *\d{1,4} *页)?|\d{1,4} */ *\d{1,4}"
)
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|(?:\. ){4,}) *\d{1,4} *$")
"""A line of the table of contents: a heading, dots and the number of its page."""
_SENTENCE_END = "。！？；!?;：:"
_BRACKET_ENDS = "）)】〕]"
_OPEN_END = "，、（《—,(“"
_LONG = 45
_REPEATS = 3
_EDGE = 2
_INDENT = re.compile(r"[ \t]{2,}|\u3000")
_TIGHT = 0.9
_NARROWEST = 14
_HEADING_MARGIN = 1.5
_BRACKET_REACH = 600
_LABEL_REACH = 30
_ITEM_RANK = 6
_ANY_LABEL = re.compile("(?:牵头|责任|配合|参与|负责|主办|协办)(?:单位|部门|主体)：")
# Some gazettes end their sentences with a point: a document without a single 。 means it so behind a letter that is no numeral.
_POINT_AS_STOP = re.compile(r"(?<=[一-龥）》”%])(?<![一二三四五六七八九十])[.．](?=$|[一-龥“《（])")
_BODY_OF_STATE = "(?:[厅局委办署部]|中心|公司|集团|银行|政府|联合会)"
_BLANK_BETWEEN = re.compile(
    f"(?<=[厅局委办署部团司行府会]) +(?=[省市县区州国][一-龥]{{1,12}}?{_BODY_OF_STATE}(?:[ 、，；。）)]|$))"
)
_BLANK_LABEL = re.compile("((?:责任|牵头|配合|参与|主办|协办)(?:单位|部门)) +(?=[省市县区州])")
"""Blanks that part names, or a label from its names, before blanks are taken out."""
_SIGN_BEFORE_MARK = re.compile(
    r"^\s*(?:(?:#+|>|-|[\ue000-\uf8ff]) +|\*\*)+(?=（?[一二三四五六七八九十\d]{1,3}[）、.])|(?<=。)\*\*$"
)
"""What stands before the number of a part in a marked-up text or as the letter of a font of signs."""
_BULLET = re.compile(f"(?![—–-]{{1,2}}\\d|[—–·*>#-](?![ —#]))[{BULLETS}]+ *[一-龥“（《]")
_ANNEX = re.compile(r"附(?:件|表|录) *[0-9一二三四五六七八九十]{0,3} *[：:.．]?$")


def is_page_number(text: str) -> bool:
    """Tell whether a line is nothing but a page number such as — 10 — or 第3页 共12页."""
    return bool(_PAGE_NUMBER.fullmatch(shadow(text).strip()))


def without_furniture(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without empty lines, page numbers and the heads and feet that repeat from page to page."""
    heads = _running_heads(blocks)
    kept: list[Block] = []
    ends_in_points = not any("。" in plain(block.text) for block in blocks if isinstance(block, Line))
    for block in blocks:
        if not isinstance(block, Line):
            kept.append(replace(block, rows=tuple(tuple(map(plain, row)) for row in block.rows)))
            continue
        text = _SIGN_BEFORE_MARK.sub("", plain(block.text))
        if ends_in_points:
            text = _POINT_AS_STOP.sub("。", text)
        key = _head_key(text)
        if text.strip() and not is_page_number(text) and not _CONTENTS.search(text) and key not in heads:
            kept.append(Line(text, block.place, block.indented))
    return kept


def _head_key(text: str) -> str:
    return re.sub(r"\d+", "#", "".join(text.split()))


def _running_heads(blocks: Sequence[Block]) -> frozenset[str]:
    lines = [block for block in blocks if isinstance(block, Line) and block.text.strip()]
    pages: dict[int, list[Line]] = {}
    for line in lines:
        if line.place.page is not None:
            pages.setdefault(line.place.page, []).append(line)
    counts: Counter[str] = Counter()
    for page in pages.values():
        counts.update({_head_key(line.text) for line in (*page[:_EDGE], *page[-_EDGE:])})
    beside: Counter[str] = Counter()
    for index, line in enumerate(lines):
        if is_page_number(line.text):
            beside.update({_head_key(near.text) for near in lines[max(index - 1, 0) : index + 2] if near is not line})
    return frozenset(
        key
        for tally in (counts, beside)
        for key, times in tally.items()
        if times >= _REPEATS and not _carries_meaning(key)
    )


def _carries_meaning(key: str) -> bool:
    """Tell whether a repeated line is a table's heading, a label or a list of units rather than a running head."""
    return (
        bool(opens_label(key))
        or "序号" in key
        or "。" in key
        or "、" in key
        or key.endswith(("厅", "局", "委", "负责"))
    )


def passages(blocks: Iterable[Block], *, whole: bool) -> list[Passage]:
    """Return the healed paragraphs of a run of lines; tables in it are passed over.

    `whole` says that each line is a paragraph already (Word, HTML): then only what is visibly open is joined.
    """
    lines = [block for block in blocks if isinstance(block, Line)]
    measure = _measure(lines)
    result: list[Passage] = []
    current: list[Line] = []
    opened = 0
    for line in lines:
        if current and not _joins(current, line, measure, opened=opened > 0, whole=whole):
            result.append(_joined(current))
            current, opened = [], 0
        current.append(line)
        opened = _open_brackets(opened, line.text) if len(current) * measure < _BRACKET_REACH else 0
    if current:
        result.append(_joined(current))
    return [passage for passage in result if passage.text]


def _open_brackets(depth: int, text: str) -> int:
    for letter in shadow(text):
        if letter == "（":
            depth += 1
        elif letter == "）":
            depth = max(depth - 1, 0)
        elif letter == "。" and depth == 1:
            depth = 1
    return depth


def _measure(lines: Sequence[Line]) -> float:
    """Return the width at which lines that break a sentence usually end (0: too few do, lines are paragraphs)."""
    broken = sorted(width(here.text.strip()) for here, after in pairwise(lines) if _is_broken(here, after))
    usual = broken[int(len(broken) * 0.6)] if broken else 0.0
    return usual if usual >= _NARROWEST else 0.0


def _is_broken(here: Line, after: Line) -> bool:
    """Tell a line that ends inside a sentence from one that ends it and from a heading."""
    text = shadow(here.text.strip())
    if text[-1:] in _SENTENCE_END + _BRACKET_ENDS or mark_at(shadow(after.text.strip())):
        return False
    return not mark_at(text) or bool(re.search("[，。；]", text))


def _joins(current: Sequence[Line], after: Line, measure: float, *, opened: bool, whole: bool) -> bool:
    """Tell whether a line goes on with the paragraph read so far."""
    before = current[-1].text.rstrip()
    here = shadow(after.text.strip())
    mark = mark_at(here)
    if (
        _ANNEX.match(here)
        or _BULLET.match(here)
        or (mark and not (opened and mark.rank >= _ITEM_RANK))
        or (opens_label(here) and not opened)
    ):
        return False
    if opened or before.endswith(tuple(_OPEN_END)):
        return True
    if whole or after.indented or _INDENT.match(after.text):
        return False
    if _answered(current, here):
        return False
    return _breaks_off(current, before, measure)


def _answered(current: Sequence[Line], here: str) -> bool:
    """Tell a line after a list of units under a label (责任单位：市商务局) that says something else."""
    near = current[-_LABEL_REACH:]
    if not any("：" in line.text or ":" in line.text for line in near):
        return False
    text = shadow("".join(line.text.strip() for line in near))
    label = list(_ANY_LABEL.finditer(text))
    if not label:
        return False
    words = text[label[-1].end() :]
    if words.count("）") > words.count("（") or "。" in words:
        return False
    last = re.split("[、，；]", words)[-1]
    first = re.split("[、，；。]", here, maxsplit=1)[0]
    ended = ends_like_unit(last) or is_nameless(last)
    return ended and not (ends_like_unit(first) or is_nameless(first)) and bool(re.search("[，。]", here))


def _breaks_off(current: Sequence[Line], before: str, measure: float) -> bool:
    """Tell whether a line ends in the middle of something: by its last sign, and by its width among the others."""
    text = before.strip()
    wide = max(width(text), len(text)) if measure and len(text) <= measure + 1 else width(text)
    ended = before.endswith((*_SENTENCE_END, *_BRACKET_ENDS))
    if not ended and "。" in before:
        return True  # a sentence ended inside the line and another began: no heading
    first = shadow(current[0].text.strip())
    if len(current) == 1 and mark_at(first) and not re.search("[，。；：]", first):
        return not ended and wide > min(measure - _HEADING_MARGIN if measure else _LONG, _LONG)
    if ended:
        return bool(measure) and measure < _LONG and abs(wide - measure) <= _HEADING_MARGIN
    return wide > _LONG or bool(measure and wide >= measure * _TIGHT)


def _joined(lines: Sequence[Line]) -> Passage:
    text, starts, places = "", [], []
    for line in lines:
        piece = tidy(_BLANK_BETWEEN.sub("、", _BLANK_LABEL.sub(r"\1：", line.text)))
        if not piece:
            continue
        if text and text[-1].isascii() and text[-1].isalpha() and piece[0].isascii() and piece[0].isalpha():
            text += " "
        starts.append(len(text))
        places.append(line.place)
        text += piece
    return Passage(text, tuple(starts), tuple(places))
