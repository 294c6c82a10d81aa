"""Articles of a narrative plan to findings: tasks from responsibility brackets, targets and aims from commitments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tracker.plans.reading.brackets import Duty, duties
from tracker.plans.reading.commitments import Aim, Commitment, leads_in, read_commitments
from tracker.plans.reading.dates import last_day
from tracker.plans.reading.lexicon import GOAL_HEADINGS, SKIPPED_HEADINGS
from tracker.plans.reading.model import TASK, Finding, joined
from tracker.plans.reading.outline import Node, tidy_mark
from tracker.plans.reading.roles import Responsibility, has_label, read_responsibility
from tracker.plans.reading.signs import CHAPTER_RANKS, shadow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tracker.plans.reading.model import Passage
    from tracker.plans.reading.units import Naming

_ITEM_RANK = 6
_SUMMARY = 90
_WORDS = 3000
_TITLE = 40
_SURE = 90
_BULLETS = "—–-·•*●"


@dataclass(slots=True)
class Article:
    """A part of the plan that somebody answers for: its node, the brackets found in it, who answers."""

    node: Node
    found: list[Duty]
    duty: Responsibility

    @property
    def lead_cell(self) -> str:
        """Return the words of its brackets as printed."""
        return "；".join(duty.words.strip("（）() ") for duty in self.found)


@dataclass(slots=True)
class Narrative:
    """What an outline says: articles somebody answers for, commitments with the node they stand in, general aims."""

    articles: list[Article] = field(default_factory=list)
    commitments: list[tuple[Node, Passage, Commitment]] = field(default_factory=list)
    aims: list[tuple[Node, Passage, Aim]] = field(default_factory=list)


def read_narrative(root: Node, naming: Naming, *, first_leads: bool) -> Narrative:
    """Return the articles, commitments and aims of an outline, in document order."""
    found = {id(node): _duties(node) for node in root.walk()}
    _lift(root, found)
    result = Narrative()
    carried = _Carried()
    for node in root.walk():
        here = found[id(node)]
        if here and node.mark:
            result.articles.append(Article(node, here, _answer(here, naming, first_leads=first_leads)))
        elif here:
            result.articles.extend(_unnumbered(node, here, naming, first_leads=first_leads))
        _read_commitments(node, found, result, carried)
    return result


@dataclass(slots=True)
class _Carried:
    """The dates a lead-in lays on the list items after it, and where that list stands."""

    dues: list[date] = field(default_factory=list)
    holder: Node | None = None

    def reach(self, node: Node, text: str) -> list[date]:
        """Return the dates that hold for a paragraph: it is an item below the lead-in, or a bullet."""
        inside = self.holder is not None and self.holder in node.path()
        item = node is not self.holder or text.startswith(tuple(_BULLETS))
        return self.dues if inside and item else []


def _passages(node: Node) -> list[Passage]:
    """Return a part's paragraphs, the first with its heading (a bracket may stand right after the heading)."""
    if node.opening is None:
        return node.body
    rest = node.body
    if rest and rest[0].text and node.opening.text.endswith(rest[0].text):
        rest = rest[1:]
    return [node.opening, *rest]


def _duties(node: Node) -> list[Duty]:
    return [duty for passage in _passages(node) for duty in duties(passage)]


def _lift(root: Node, found: dict[int, list[Duty]]) -> None:
    """Give a bracket at the very end of a part with several items to the part, when only its last item has one."""
    for node in root.walk():
        items = [child for child in node.children if child.rank >= _ITEM_RANK]
        if len(items) < 2 or found[id(node)] or not node.mark:  # noqa: PLR2004 - one item is the whole
            continue
        holders = [item for item in items if any(found[id(part)] for part in item.walk())]
        if holders == items[-1:]:
            for part in items[-1].walk():
                found[id(node)] = [*found[id(node)], *found[id(part)]]
                found[id(part)] = []


def _answer(found: list[Duty], naming: Naming, *, first_leads: bool) -> Responsibility:
    """Read one bracket, or several of one article together; lines with a label (牵头单位：…, 配合单位：…) are one."""
    if all(has_label(duty.words) for duty in found):
        words = "；".join(duty.words for duty in found)
        return read_responsibility(words, naming, first_leads=first_leads)
    read = [read_responsibility(duty.words, naming, first_leads=first_leads) for duty in found]
    if len(read) == 1:
        return read[0]
    leads = tuple(dict.fromkeys(name for one in read for name in one.leads))
    participants = tuple(dict.fromkeys(name for one in read for name in one.participants if name not in leads))
    modes = {one.mode for one in read if one.leads or one.mode != "unstated"}
    return replace(
        read[0],
        mode=modes.pop() if len(modes) == 1 else "lead" if "lead" in modes else "joint",
        leads=leads,
        participants=participants,
        guidance=tuple(dict.fromkeys(name for one in read for name in one.guidance)),
        nameless=tuple(dict.fromkeys(name for one in read for name in one.nameless)),
        open_ended=any(one.open_ended for one in read),
        rider=next((one.rider for one in read if one.rider), ""),
        due=next((one.due for one in read if one.due), ""),
        remarks=tuple(remark for one in read for remark in one.remarks),
        doubts=tuple(doubt for one in read for doubt in one.doubts),
    )


def _unnumbered(root: Node, found: list[Duty], naming: Naming, *, first_leads: bool) -> Iterator[Article]:
    """Yield an article for each unnumbered paragraph with a bracket; a bare bracket belongs to the one before."""
    before: Passage | None = None
    for passage in root.body:
        here = [duty for duty in found if duty.passage is passage]
        if here:
            alone = here[0].begin == 0 and before is not None
            text = before if alone and before is not None else passage
            heading = re.split("[。：；]", text.text, maxsplit=1)[0]
            node = Node(None, heading[:_TITLE], heading, body=[text], opening=text)
            yield Article(node, here, _answer(here, naming, first_leads=first_leads))
        before = passage


def is_goal(node: Node) -> bool:
    """Tell whether a part states the plan's goals."""
    return any(word in part.heading for part in node.path() for word in GOAL_HEADINGS) and not any(
        part.rank >= _ITEM_RANK and len(part.heading) > _TITLE for part in node.path()
    )


def sets_the_scene(node: Node) -> bool:
    """Tell whether a part only describes (形势, 指导思想, 原则, …)."""
    return any(word in part.heading for part in node.path() for word in SKIPPED_HEADINGS)


def _read_commitments(node: Node, found: dict[int, list[Duty]], result: Narrative, carried: _Carried) -> None:
    if sets_the_scene(node):
        return
    preamble = not node.mark and bool(node.children)
    spans = [duty for part in (node, *node.path()) for duty in found[id(part)]]
    for passage in node.body:
        for piece in _without(passage, node, spans):
            held = carried.reach(node, piece.text)
            commitments, aims = read_commitments(piece, goals=is_goal(node), carried=held)
            if preamble:
                commitments, aims = [one for one in commitments if one.due and not one.wording_only], []
            if lead := leads_in(piece):
                carried.dues, carried.holder = lead, node
            result.commitments.extend((node, piece, commitment) for commitment in commitments)
            result.aims.extend((node, piece, aim) for aim in aims)


def _without(passage: Passage, node: Node, spans: list[Duty]) -> Iterator[Passage]:
    """Yield what a paragraph says outside its responsibility brackets."""
    owners = [(0, passage)]
    if node.opening is not None and passage is not node.opening and node.opening.text.endswith(passage.text):
        owners.append((len(node.opening.text) - len(passage.text), node.opening))
    here = sorted(
        (max(duty.begin - offset, 0), max(duty.end - offset, 0))
        for duty in spans
        for offset, owner in owners
        if duty.passage is owner and duty.end > offset
    )
    begin = 0
    for start, end in here:
        if passage.text[begin:start].strip("。 "):
            yield passage.part(begin, start)
        begin = max(begin, end)
    if passage.text[begin:].strip("。 "):
        yield passage.part(begin)


def locator(node: Node, label: str = "") -> str:
    """Return where a part stands: 三、（四）, in an annex with its label before it."""
    path = node.path()
    marks = path[0].printed if len(path) == 1 else "".join(tidy_mark(part.mark.printed) for part in path if part.mark)
    return f"{label} {marks}".strip() if label else marks


def goal_locator(node: Node, label: str = "") -> str:
    """Return where a goal stands: 一、（二）主要目标."""
    path = [part for part in node.path() if part.rank < _ITEM_RANK] or node.path()
    return locator(path[-1], label) if len(path) == 1 else f"{locator(path[-1], label)}{path[-1].heading}"


def chapter_cell(node: Node) -> str:
    """Return the chapter as printed, with its number."""
    path = [part for part in node.path() if part.rank in CHAPTER_RANKS] or node.path()
    return path[0].printed if path else ""


def section_cell(node: Node) -> str:
    """Return the article or section of a part as printed with its number; empty for a chapter."""
    path = node.path()
    return path[-1].printed if len(path) > 1 else ""


def task_finding(article: Article, code: str, label: str) -> Finding:
    """Return the row of one article, in the columns of tasks.csv."""
    node, duty = article.node, article.duty
    words = _words(node)
    title = _bare_title(node, article.found)
    due = last_day(duty.due) if duty.due else None
    path = node.path()
    section = path[-2].printed if len(path) > 2 else ""  # noqa: PLR2004 - chapter, section, item
    cells = {
        "plan": code,
        "number": str(node.mark.value) if node.mark else "",
        "chapter": chapter_cell(node),
        "section": section,
        "title": title,
        "text": _summary(words, title),
        "source": locator(node, label),
        **answer_cells(duty),
        "lead_cell": article.lead_cell,
        "due": due.isoformat() if due else "",
        "note": _note(duty),
    }
    place = (node.opening or article.found[0].passage).place_at()
    finding = Finding(TASK, cells, place, words[:_WORDS], min((one.confidence for one in article.found), default=_SURE))
    mark_doubts(finding, article)
    return finding


def answer_cells(duty: Responsibility) -> dict[str, str]:
    """Return the columns that say who answers."""
    return {
        "responsibility": duty.mode,
        "open_ended": "1" if duty.open_ended else "",
        "leads": joined(duty.leads),
        "participants": joined(duty.participants),
    }


def mark_doubts(finding: Finding, article: Article) -> None:
    """Mark what a reviewer should look at in a task."""
    for one in article.found:
        if one.doubt:
            finding.doubt("leads", one.doubt)
    for reason in article.duty.doubts:
        finding.doubt("leads", reason)
    if len(article.found) > 1 and not all(has_label(one.words) for one in article.found):
        finding.doubt("leads", f"本条有{len(article.found)}处责任表述，已合并，请核对牵头与参与", 10)
    if not article.node.mark:
        finding.doubt("number", "原文没有编号")
    if not finding.cells["title"]:
        finding.doubt("title", "原文没有小标题", 5)


def _note(duty: Responsibility) -> str:
    parts = [duty.note()]
    if duty.due and not last_day(duty.due):
        parts.append(f"完成时限：{duty.due}")
    return "；".join(part for part in parts if part)


def _words(node: Node) -> str:
    return "".join(passage.text for part in node.walk() for passage in _passages(part))


def _bare_title(node: Node, found: list[Duty]) -> str:
    title = node.heading
    for duty in found:
        title = title.replace(duty.passage.text[duty.begin : duty.end], "")
    if title:
        return title.strip(" 。：:（(")
    text = node.body[0].text if node.body else ""
    first = re.split("[，。；]", shadow(text), maxsplit=1)[0]
    return text[: len(first)] if len(first) <= _TITLE else ""


def _summary(words: str, title: str) -> str:
    """Return the first sentence after the heading, as a start for the reviewer's own summary."""
    begin = words.find(title) + len(title) if title and title in words else 0
    text = words[begin:].lstrip("。：:. ")
    text = re.split("[（(](?=[^（(]{0,400}(?:负责|单位[：:]|牵头|配合))", text, maxsplit=1)[0]
    sentence = text.split("。", 1)[0]
    if len(sentence) > _SUMMARY:
        sentence = sentence[:_SUMMARY].rsplit("，", 1)[0]
    return sentence + "。" if sentence else title
