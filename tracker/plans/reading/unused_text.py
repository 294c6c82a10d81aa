"""What of a document stands in no row of its draft.

A piece of text counts as used where some letters in a row (`_RUN`) are also in a row's words; so nothing depends on how a row was
put together from them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.plans.reading.model import AIM, PLAN, POLICY, TARGET, TASK, Line, Unused
from tracker.plans.reading.punctuation import mark_at, shadow
from tracker.plans.reading.reflow import passages, without_furniture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.plans.reading.model import Draft, Finding, Stream

_RUN = 6
_SAID = ("title", "text", "lead_cell", "participant_cell", "note", "rider", "issuers", "document_number", "annex_title")
_MOSTLY = 0.5
_SHORT = 9
_HEADING = 45
_LONG = 3000
_LETTERS_A_ROW = 2500


def shortcoming(draft: Draft) -> str:
    """Say in one line why a draft is likely no plan, or not read as one: no row, or few for its length. Else empty."""
    if draft.genre:
        return f"不像方案（{draft.genre}），文中的数字没有列为目标；如确是方案，请核对标题和正文"
    rows = sum(len(draft.of(kind)) for kind in (TARGET, TASK, POLICY))
    if not rows:
        return "没有读到责任单位、任务清单或带数字的目标，草稿是空的；请核对文件是不是方案"
    if draft.letters > _LONG and draft.letters > rows * _LETTERS_A_ROW:
        return f"全文 {draft.letters} 字只读出 {rows} 行，可能不是方案，或写法没有认出；请逐段核对“概况”表列出的文字"
    return ""


def coverage(draft: Draft, where: str) -> str:
    """Say how much of a document its draft uses: what stands in no row, and where that is listed; the rest are headings and cut clauses."""
    listed = sum(len(_flat(piece.text)) for piece in draft.unused)
    rest = draft.letters - draft.used - listed
    also = f"，另有 {rest} 字是标题或条文中没有摘录的部分" if rest > 0 else ""
    told = f"；没有用的逐处列在{where}" if draft.unused else ""
    return f"全文 {draft.letters} 字，{listed} 字（{len(draft.unused)} 处）没有用在任何一行{also}{told}"


def count(draft: Draft, stream: Stream) -> None:
    """Count the letters of a document and those that some row used, and name the pieces of text that none did."""
    said = {text for kind in (PLAN, TARGET, TASK, POLICY, AIM) for each in draft.of(kind) for text in _said(each)}
    used = {run for text in said for run in runs(text)}
    for place, text in _pieces(stream):
        flat = _flat(text)
        covered = _covered(flat, used)
        draft.letters += len(flat)
        draft.used += covered
        if covered < len(flat) * _MOSTLY and not _is_heading(text):
            draft.unused.append(Unused(place, text))


def _is_heading(text: str) -> bool:
    """Tell what needs no row: the heading of a part, a remark such as （征求意见稿）."""
    flat = shadow(text.strip())
    return len(flat) < _SHORT or (
        len(flat) < _HEADING and mark_at(flat) is not None and not re.search("[。；，]", flat)
    )


def _said(finding: Finding) -> Iterator[str]:
    yield finding.words
    yield from (finding.cells.get(column, "") for column in _SAID)


def _pieces(stream: Stream) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs and the rows of tables with their places."""
    lines: list[Line] = []
    for block in without_furniture(stream.blocks):
        if isinstance(block, Line):
            lines.append(block)
            continue
        yield from _paragraphs(lines, stream)
        lines = []
        for place, row in zip(block.places, block.rows, strict=True):
            yield str(place), " ".join(cell for cell in dict.fromkeys(row) if cell)
    yield from _paragraphs(lines, stream)


def _paragraphs(lines: list[Line], stream: Stream) -> Iterator[tuple[str, str]]:
    for passage in passages(lines, whole=stream.whole):
        yield passage.place_at(), passage.text


def _flat(text: str) -> str:
    return "".join(shadow(text).split())


def runs(text: str) -> Iterator[str]:
    """Yield every run of letters of a text by which it is known again in the words of a row."""
    flat = _flat(text)
    return (flat[index : index + _RUN] for index in range(len(flat) - _RUN + 1))


def _covered(flat: str, used: set[str]) -> int:
    """Return how many letters of a text stand in a run that was used."""
    covered = reached = 0
    for index in range(len(flat) - _RUN + 1):
        if flat[index : index + _RUN] in used:
            covered += index + _RUN - max(index, reached)
            reached = index + _RUN
    return covered
