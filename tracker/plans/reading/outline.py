"""The tree of a plan: chapters, sections, numbered articles, with gaps, restarts, and also inside one single line.

Ranks follow official usage: 第一章, 第一节, 一、, 第一条, （一）, 1., （1）, ①. A mark in the middle of a paragraph
opens an article only where a sentence has ended before it and its number continues the count of its rank, so that a
document without line breaks is read like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from tracker.plans.reading.lexicon import words_of
from tracker.plans.reading.punctuation import CHAPTER_RANKS, SECTION_RANK, Mark, mark_at, shadow
from tracker.plans.reading.quantities import quantities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.plans.reading.model import Passage

_HEADING_MAX = 45
_LINE_HEADING_MAX = 60
_INLINE_HEADING_MAX = 30
_GAP = 3
_INLINE = re.compile(
    r"(?=第 ?[一二三四五六七八九十百\d]{1,5} ?[章节条]|[一二三四五六七八九十]{1,4}、"
    r"|（[一二三四五六七八九十百\d]{1,5}）|(?<!\d)\d{1,3}[.、](?:(?!\d)|(?=\d{1,2} ?月|20\d\d ?年)))"
)
_BEFORE_INLINE = "。；！？）：”"
_USUAL = "|".join(
    sorted(
        words_of(
            "总体要求 总体目标 主要目标 工作目标 目标要求 目标任务 目标指标 具体目标 主要指标 指导思想 基本原则 工作原则 重点任务 主要任务 "
            "工作任务 重点工作 主要措施 工作措施 重点举措 保障措施 组织保障 组织实施 工作要求 组织领导 实施步骤 进度安排 附则 总则"
        ),
        key=len,
        reverse=True,
    )
)
_RUN_IN = re.compile(f"(?:{_USUAL})(?=到20|力争到|以习近平|坚持|深入|贯彻|全面|为|[（一1第])")
_TOP = 0
_ITEM_RANK = 6
_STOP = re.compile("[。：；！]")
_IN_PARTS = re.compile(
    r"(\d{1,2}[.．]){1,2}(\d{1,2})[ 、.．]{0,2}(?=[一-龥“])(?![万亿千百个吨米公里亩平立元度倍兆吉克升家项座年月日%‰])"
)
_DIGIT_AFTER = re.compile(r"(\d{1,3})[.](?=\d{2,4}(?![万亿千百吨米公亩平立元度倍兆吉克升])[一-龥“])")


@dataclass(slots=True, eq=False)
class Node:
    """A part of the plan: its mark, its heading without number, its own paragraphs, and the parts below it."""

    mark: Mark | None
    heading: str
    printed: str
    body: list[Passage] = field(default_factory=list)
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    opening: Passage | None = None

    @property
    def rank(self) -> int:
        """Return the rank of the mark; 0 for the document."""
        return self.mark.rank if self.mark else _TOP

    def path(self) -> list[Node]:
        """Return the parts from the highest down to this one, the document left out."""
        chain: list[Node] = []
        node: Node | None = self
        while node is not None and node.mark:
            chain.append(node)
            node = node.parent
        return chain[::-1]

    def walk(self) -> Iterator[Node]:
        """Yield this part and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def outline(passages: Iterable[Passage]) -> Node:
    """Return the tree of some healed paragraphs."""
    root = Node(None, "", "")
    open_nodes = [root]
    last: dict[int, int] = {}
    ever: dict[int, int] = {}
    for passage in passages:
        for piece in _pieces(passage, last, ever):
            mark = mark_at(shadow(piece.text)) or _expected(shadow(piece.text), last)
            if mark is None or not _is_heading(piece.text, mark):
                open_nodes[-1].body.append(piece)
                continue
            last[mark.rank] = ever[mark.rank] = mark.value
            for rank in [rank for rank in last if rank > mark.rank]:
                del last[rank]
            while open_nodes[-1].rank >= mark.rank:
                open_nodes.pop()
            node = _node(piece, mark, open_nodes[-1])
            open_nodes.append(node)
    return root


def _expected(text: str, last: dict[int, int]) -> Mark | None:
    """Return the mark of an item whose heading begins with a digit (11.121梯队项目), where 11 is the number that is due.

    A number in two parts (3.1, 3.2) counts by its last.
    """
    parts = _IN_PARTS.match(text)
    if parts and (value := int(parts.group(2))) in (1, last.get(_ITEM_RANK, 0) + 1):
        return Mark(_ITEM_RANK, value, parts.group())
    found = _DIGIT_AFTER.match(text)
    if not found or int(found.group(1)) != last.get(_ITEM_RANK, 0) + 1:
        return None
    return Mark(_ITEM_RANK, int(found.group(1)), found.group())


def _is_heading(text: str, mark: Mark) -> bool:
    """Tell a part's number from a number that merely stands first in a line (（2021—2025年） is none)."""
    return len(text) > len(mark.printed) and text[len(mark.printed)] not in "，。；、）"


def _node(piece: Passage, mark: Mark, parent: Node) -> Node:
    text = piece.text
    begin = len(mark.printed)
    stop = _heading_end(shadow(text), begin)
    heading = text[begin:stop].strip(" 。：:.")
    node = Node(mark, heading, tidy_mark(text[:begin]) + heading, parent=parent, opening=piece)
    rest = stop + 1 if stop < len(text) and shadow(text)[stop] in "。：." else stop
    if text[rest:].strip():
        node.body.append(piece.part(rest))
    parent.children.append(node)
    return node


def tidy_mark(printed: str) -> str:
    """Return a mark with full-width brackets and no spaces: (八) → （八）."""
    mark = shadow(printed).replace(" ", "")
    return mark if mark.startswith(("第", "（")) or mark.endswith("、") else printed.strip()


def _heading_end(text: str, begin: int) -> int:
    """Return where the heading after a mark ends: at its 。 or at the line's end; at `begin` when there is none."""
    run_in = _RUN_IN.match(text, begin)
    if run_in:
        return run_in.end()
    stop = next(
        (found for found in _STOP.finditer(text, begin) if not _inside_bracket(text, begin, found.start())), None
    )
    end = stop.start() if stop else len(text)
    heading = re.sub("（[^（）]*）", "", text[begin:end])
    if stop and stop.group() in "：；" and len(text) > end + 1 and "，" in heading:
        return begin
    limit = _HEADING_MAX if stop else _LINE_HEADING_MAX
    if len(heading) > limit or (
        "，" in heading and (len(heading) > _INLINE_HEADING_MAX or (stop and stop.group() == "；"))
    ):
        return begin
    if re.search(r"\d", heading) and ("，" in heading or quantities(heading)):
        return begin
    return end


def _pieces(passage: Passage, last: dict[int, int], ever: dict[int, int]) -> Iterator[Passage]:
    """Cut a paragraph before the marks inside it that continue the count."""
    text = shadow(passage.text)
    counts, running = dict(last), dict(ever)
    opening = mark_at(text)
    if opening:
        counts[opening.rank] = running[opening.rank] = opening.value
        for rank in [rank for rank in counts if rank > opening.rank]:
            del counts[rank]
    cuts = [0]
    for found in _INLINE.finditer(text):
        mark = mark_at(text, found.start())
        if not mark or found.start() <= cuts[-1]:
            continue
        if _opens_inline(text, (cuts[-1], found.start()), mark, counts, running):
            cuts.append(found.start())
            counts[mark.rank] = running[mark.rank] = mark.value
            for rank in [rank for rank in counts if rank > mark.rank]:
                del counts[rank]
    cuts.append(len(text))
    for begin, end in pairwise(cuts):
        yield passage.part(begin, end)


def _opens_inline(
    text: str, span: tuple[int, int], mark: Mark, counts: dict[int, int], running: dict[int, int]
) -> bool:
    """Tell whether a mark inside a paragraph opens a part: its number goes on, a sentence ended before."""
    begin, at = span
    before = counts.get(mark.rank)
    continues = (
        mark.value in (1, running.get(mark.rank, 0) + 1)
        if before is None
        else before < mark.value <= before + _GAP or mark.value == 1
    )
    if mark.value == 1 and before is not None and mark.rank in CHAPTER_RANKS:
        continues = False
    if not continues or _inside_bracket(text, begin, at):
        return False
    if text[at - 1] in _BEFORE_INLINE:
        return text[at - 1] != "：" or mark.value == 1
    if mark.rank in CHAPTER_RANKS and _RUN_IN.match(text, at + len(mark.printed)):
        return True
    held = text[begin:at]
    opening = mark_at(held)
    heading = held[len(opening.printed) :] if opening else held
    if opening and opening.rank in CHAPTER_RANKS and mark.rank == SECTION_RANK and mark.value == 1:
        return len(heading) <= _HEADING_MAX and not re.search("[。；：]", heading)
    return bool(opening) and len(heading) <= _INLINE_HEADING_MAX and not re.search("[，。；：、]", heading)


def _inside_bracket(text: str, begin: int, at: int) -> bool:
    depth = 0
    for letter in text[max(begin, at - 400) : at]:
        if letter in "（《":
            depth += 1
        elif letter in "）》":
            depth = max(depth - 1, 0)
    return depth > 0
