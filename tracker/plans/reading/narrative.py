"""Articles of a narrative plan to findings: tasks from responsibility brackets, targets and aims from commitments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.plans.reading.commitments import Aim, Commitment, Measured, leads_in, read_commitments
from tracker.plans.reading.dates import NO_CALENDAR, Calendar, calendar_after, cell_day, deadlines
from tracker.plans.reading.lexicon import GOAL_HEADING, SCENE_HEADING
from tracker.plans.reading.model import TASK, Finding, Quantity, joined
from tracker.plans.reading.outline import Node, tidy_mark
from tracker.plans.reading.punctuation import BULLETS, CHAPTER_RANKS, masked, shadow, split_top
from tracker.plans.reading.responsibilities import (
    DUE,
    Responsibility,
    content_label,
    has_label,
    names_persons_only,
    opens_label,
    read_responsibility,
)
from tracker.plans.reading.responsibility_brackets import Duty, duties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tracker.plans.reading.model import Passage
    from tracker.plans.reading.units import Naming

_ITEM_RANK = 6
_SUMMARY = 90
_WORDS = 3000
_TITLE = 40
_SURE = 90
_UNUSUAL = 80
_OFTEN = 3
_POINT = re.compile("(?:^|(?<=[。；：]))(?:第?[一二三四五六七八九]是|第?[一二三四五六七八九]要)")
_DAY_SAID = re.compile(
    r"(?<!每年)(?:20\d\d ?年)?(?:\d{1,2} ?月(?:\d{1,2} ?日|[上中下]旬|底|末)?前|年底前|[一二三四]季度(?:末|底)?前)"
)
_BULLET = re.compile(f"[{BULLETS} ]+")
_ONLY_WHEN = re.compile(
    r"^(?:到|至|在|于)?(?=\d|[上下]半年|第?[一二三四]季度)(?:20\d\d ?年)?"
    r"(?:\d{1,2} ?(?:[—-]\d{1,2} ?)?月份?(?:[上中下]旬|\d{1,2}日)?|[上下]半年|第?[一二三四]季度)?(?:底|末)?(?:之?前)?[，,]"
)
"""A date that opens a clause and is no title."""
_ONLY_A_YEAR = re.compile("(20[0-4]\\d) ?年度?(?:工作|年度|重点|主要|具体)*(?:目标|任务|计划|安排|工作|指标)?")
_TABLE_NOTE = re.compile("(?:^|(?<=[表标值。]))(?:备?注)：")
"""Where a paragraph begins to explain the table above it: its numbers are definitions."""
_STEPS = re.compile("步骤|阶段|进度|时间安排|实施安排")
_OPENINGS = "（([【〔［"
OPEN_DUE = re.compile("长期|持续|常态|全年|每[年月季]|适时|近期|立即|即时|全程|按.{0,6}(?:要求|进度)")
_NO_NAME = re.compile(
    "(?:年度|具体|主要|重点)?(?:工作|任务|推进|落实)?(?:措施|举措|内容|计划|目标|安排|任务|要求|分工|责任|步骤|路径)(?:及(?:分工|时限|安排))?"
)
"""A heading that only says what stands below it: the part above is the task."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of a paragraph, by offset, that a responsibility holds for."""

    passage: Passage
    begin: int
    end: int

    @property
    def text(self) -> str:
        """Return the words."""
        return self.passage.text[self.begin : self.end]


@dataclass(slots=True)
class Article:
    """What somebody answers for: a part of the plan, or a paragraph or sentence of it (`words`), and who answers."""

    node: Node
    found: list[Duty]
    duty: Responsibility
    words: list[Stretch] = field(default_factory=list)
    whole: bool = True
    due: date | None = None
    inferred: str = ""
    steps: list[tuple[date, str]] = field(default_factory=list)
    labelled: bool = False
    doubt: str = ""
    lead_doubt: str = ""
    answered: frozenset[int] = frozenset()

    @property
    def lead_cell(self) -> str:
        """Return the words of its brackets as printed."""
        return "；".join(_unwrapped(duty.words) for duty in self.found)

    def words_before_bracket(self) -> list[Stretch]:
        """Return the words in the paragraph of its bracket."""
        return [one for one in self.words if one.passage is self.found[0].passage] or self.words

    @property
    def own_words(self) -> list[Stretch]:
        """Return its words without its brackets: those of its part and what below has no answer of its own, or its own stretch."""
        if not self.whole:
            return self.words
        parts = [part for part in self.node.walk() if not self.answered.intersection(map(id, _below(part, self.node)))]
        spans = [Stretch(passage, 0, len(passage.text)) for part in parts for passage in _passages(part)]
        headless = {id(part.opening): part for part in parts if _is_headless(part)}
        kept = [
            piece
            for one in spans
            for piece in (_after_heading(headless[id(one.passage)], [one]) if id(one.passage) in headless else [one])
        ]
        return [piece for one in kept for piece in _outside(one, self.found)]


def _unwrapped(words: str) -> str:
    """Return the words of a bracket without the signs at its edges; a bracket within keeps both of its own."""
    kept = words.strip("（( ")
    return kept if re.search("[（(][^（）()]*[）)]$", kept) else kept.strip("）) ")


def _below(part: Node, top: Node) -> list[Node]:
    """Return a part and those above it, up to `top`, which is left out."""
    path = part.path()
    return path[path.index(top) + 1 :] if top in path else []


@dataclass(slots=True)
class Narrative:
    """What an outline says: articles, commitments with node and article they stand in, general aims."""

    articles: list[Article] = field(default_factory=list)
    commitments: list[tuple[Node, Passage, Commitment, Article | None]] = field(default_factory=list)
    aims: list[tuple[Node, Passage, Aim]] = field(default_factory=list)


@dataclass(slots=True)
class _Answers:
    """The articles found so far, by part: those that hold for the whole of it, and the stretches of paragraphs that one holds."""

    whole: dict[int, Article] = field(default_factory=dict)
    stretches: dict[tuple[int, int], list[tuple[Stretch, Article]]] = field(default_factory=dict)

    def add(self, node: Node, articles: list[Article]) -> None:
        """Take the articles of a part."""
        for article in articles:
            if article.whole:
                self.whole.setdefault(id(node), article)
            for one in article.words:
                self.stretches.setdefault((id(node), id(one.passage)), []).append((one, article))

    def of(self, node: Node, passage: Passage, offset: int) -> Article | None:
        """Return the article to which a place in a paragraph of a part belongs, the nearest part's first; else one for a whole part."""
        path = node.path()
        for part in (*reversed(path), node):
            for one, article in self.stretches.get((id(part), id(passage)), ()):
                if one.begin <= offset < max(one.end, one.begin + 1):
                    return article
        return next((self.whole[id(part)] for part in reversed(path) if id(part) in self.whole), None)


def read_narrative(root: Node, naming: Naming, *, rule: str, calendar: Calendar = NO_CALENDAR) -> Narrative:
    """Return the articles, commitments and aims of an outline, in document order."""
    found = _all_duties(root)
    _lift(root, found)
    result = Narrative()
    carried = _Carried()
    answers = _Answers()
    spans = _by_passage(duty for own in found.values() for duty in own)
    answered = frozenset(node for node, own in found.items() if own)
    divided = any(len(_groups(node, found[id(node)])) > 1 for node in root.walk() if node.mark)
    for node in root.walk():
        groups = _groups(node, found[id(node)])
        here = [
            Article(
                node,
                group.duties,
                _answer(group.duties, naming, rule=rule),
                group.words,
                whole=False,
                answered=answered,
            )
            for group in groups
        ]
        if len(here) == 1 and node.mark and not (divided and _is_paragraph(node, here[0])):
            here[0].whole = True
        for article in here:
            if not article.whole:
                article.words = _after_heading(node, article.words if len(here) > 1 else article.words_before_bracket())
        for article in here:
            _date(article, calendar)
            _lead_from_above(article, answers)
        result.articles.extend(here)
        answers.add(node, here)
        _read_commitments(node, spans, result, carried, answers, calendar)
    return result


@dataclass(slots=True)
class _Group:
    """Brackets or label lines that stand together, and the words before them."""

    words: list[Stretch]
    duties: list[Duty]


def _groups(node: Node, found: list[Duty]) -> list[_Group]:
    """Return the responsibilities of a part, each with the words it closes: a sentence, a paragraph, several.

    Labels and brackets with nothing between them are one; a bracket or a label line that stands alone belongs to the
    paragraphs since the last one.
    """
    groups: list[_Group] = []
    waiting: list[Stretch] = []
    persons: list[Duty] = []
    passages = _passages(node)
    here = {id(passage) for passage in passages}
    lower = [duty for duty in found if id(duty.passage) not in here]
    own = _by_passage(found)
    for passage in passages:
        begin = 0
        for duty in sorted(own.get(id(passage), ()), key=lambda one: one.begin):
            if _opens_line(duty):
                groups.append(_Group([Stretch(passage, duty.end, len(passage.text))], [duty]))
                begin, waiting = len(passage.text), []
                continue
            begin = _point_begins(passage.text, begin, duty.begin, of_several=len(found) > 1)
            waiting.extend(_said(Stretch(passage, begin, duty.begin)))
            begin = duty.end
            if groups and not waiting:
                groups[-1].duties.append(duty)
            elif names_persons_only(duty.words):
                persons.append(duty)
            else:
                groups.append(_Group(waiting, [*persons, duty]))
                waiting, persons = [], []
        waiting.extend(_said(Stretch(passage, begin, len(passage.text))))
    if lower:
        groups.append(_Group(waiting, lower))
        waiting = []
    return _with_own_words(groups, waiting, numbered=bool(node.mark))


def _lead_from_above(article: Article, answers: _Answers) -> None:
    """Let an item that names only helpers take the leads of the part above (一、水源（甲牵头） … 1.（乙配合）)."""
    duty = article.duty
    if duty.leads or not duty.participants or duty.mode != "unstated":
        return
    path = article.node.path() if not article.whole else article.node.path()[:-1]
    above = next((answers.whole[id(part)] for part in reversed(path) if id(part) in answers.whole), None)
    if above and above.duty.leads:
        others = tuple(name for name in duty.participants if name not in above.duty.leads)
        article.duty = replace(duty, mode=above.duty.mode, leads=above.duty.leads, participants=others)
        article.lead_doubt = "牵头单位取自上一级标题的括号"


def _point_begins(text: str, begin: int, end: int, *, of_several: bool) -> int:
    """Return where the point begins that a bracket closes (…。一是甲。（…）二是乙。（…）), when there are several."""
    points = list(_POINT.finditer(text, begin, end)) if of_several else []
    return points[-1].start() if points and text[begin : points[-1].start()].strip("。；， ") else begin


def _by_passage(found: Iterable[Duty]) -> dict[int, list[Duty]]:
    """Return responsibilities by the identity of the paragraph that they stand in."""
    result: dict[int, list[Duty]] = {}
    for duty in found:
        result.setdefault(id(duty.passage), []).append(duty)
    return result


def _said(words: Stretch) -> list[Stretch]:
    """Return some words, unless they are only signs."""
    return [words] if words.text.strip("。；，、 —－-·") else []


def _with_own_words(groups: list[_Group], after: list[Stretch], *, numbered: bool) -> list[_Group]:
    """Give a part's only responsibility the words after it too; a bracket of several only those of its own paragraph."""
    if len(groups) == 1 and numbered:
        groups[0].words.extend(after)
        return groups
    for group in groups:
        group.words = group.words if all(map(_is_line, group.duties)) else group.words[-1:]
    return groups


def _after_heading(node: Node, words: list[Stretch]) -> list[Stretch]:
    """Return the words of a sentence or paragraph without the heading of the part it stands in."""
    opening = node.opening
    if opening is None:
        return words
    own = node.body[0].text if node.body else ""
    begin = len(opening.text) - len(own) if own and opening.text.endswith(own) else len(opening.text)
    if not node.heading and node.mark:
        begin = len(node.mark.printed)
    kept = [Stretch(one.passage, max(one.begin, begin), one.end) if one.passage is opening else one for one in words]
    kept = [one for one in kept if one.begin < one.end and one.text.strip("。 ")]
    return kept if kept or _is_headless(node) else words


def _opens_line(duty: Duty) -> bool:
    """Tell units that stand before their work (县住建局：负责…)."""
    return duty.passage.text[duty.end - 1] in "：:" and len(duty.passage.text) > duty.end


def _is_headless(node: Node) -> bool:
    """Tell a part without a heading of its own, or with one that only says what stands below it."""
    return node.mark is not None and (not node.heading or bool(_NO_NAME.fullmatch(shadow(node.heading))))


def _is_line(duty: Duty) -> bool:
    """Tell a label line (责任单位：…) from a bracket, which belongs to its own paragraph."""
    return duty.passage.text[duty.begin] not in _OPENINGS and bool(opens_label(duty.words))


def _is_paragraph(node: Node, article: Article) -> bool:
    """Tell a bracket of one paragraph of several under a chapter from one that closes the whole chapter."""
    return node.rank in CHAPTER_RANKS and len(node.body) > 1 and not all(map(_is_line, article.found))


def _outside(words: Stretch, spans: list[Duty]) -> Iterator[Stretch]:
    """Yield the parts of some words that stand outside responsibility brackets."""
    begin = words.begin
    for start, end in sorted((one.begin, one.end) for one in spans if one.passage is words.passage):
        if words.begin <= start and words.text and words.passage.text[begin:start].strip("。 "):
            yield Stretch(words.passage, begin, start)
        begin = max(begin, end)
    if words.passage.text[begin : words.end].strip("。 "):
        yield Stretch(words.passage, begin, words.end)


def _steps_in(words: str, calendar: Calendar) -> list[tuple[date, str]]:
    """Return the days that a 完成时限 names, each with its words."""
    found = [(one.begin, one.due) for one in deadlines(masked(shadow(words)), calendar) if one.due]
    ends = [*(begin for begin, _ in found[1:]), len(words)]
    return [(due, words[begin:end].strip("，；、。 ")) for (begin, due), end in zip(found, ends, strict=False)]


def _date(article: Article, calendar: Calendar) -> None:
    """Set the deadline of an article: its 完成时限, else the day by which its own words say it is to be done."""
    if article.duty.due:
        article.due, article.inferred = cell_day(article.duty.due, calendar)
        article.labelled = article.due is not None
        article.steps = _steps_in(article.duty.due, calendar)
        if article.due or OPEN_DUE.search(article.duty.due):
            return
    sentences, dated = 0, 0
    governed = True
    for words in article.own_words:
        heading = article.node.opening is words.passage and article.whole
        for begin, end in split_top(shadow(words.text), "。！？"):
            sentence = words.text[begin:end]
            if not sentence.strip():
                continue
            found = [one for one in deadlines(masked(shadow(sentence)), calendar) if one.action and one.due]
            calendar = calendar_after(calendar, found)
            if heading and not found and sentences == 0 and begin == 0:
                continue
            sentences += 1
            dated += bool(found)
            governed = governed and bool(found)
            for one in found:
                article.inferred = article.inferred or one.inferred
                stop = min((other.begin for other in found if other.begin > one.begin), default=len(sentence))
                article.steps.append((one.due or date.min, sentence[one.begin : stop].strip("，；、。 ")))
    if not article.steps or dated * 3 < sentences:
        article.steps, article.inferred = [], ""
        return
    article.due = max(day for day, _ in article.steps)
    if not governed and dated < sentences:
        article.doubt = "完成时限取自正文中的一句，请核对是否为本条的时限"


@dataclass(slots=True)
class _Carried:
    """The dates a lead-in lays on the list items after it, and where that list stands."""

    dues: list[date] = field(default_factory=list)
    holder: Node | None = None

    def reach(self, node: Node, text: str) -> list[date]:
        """Return the dates that hold for a paragraph: it is an item below the lead-in, a bullet, or one of the same goals."""
        inside = self.holder is not None and self.holder in node.path()
        item = node is not self.holder or is_goal(node) or bool(_BULLET.match(text))
        return self.dues if inside and item else []


def _passages(node: Node) -> list[Passage]:
    """Return a part's paragraphs, the first with its heading (a bracket may stand right after the heading)."""
    if node.opening is None:
        return node.body
    rest = node.body
    if rest and rest[0].text and node.opening.text.endswith(rest[0].text):
        rest = rest[1:]
    return [node.opening, *rest]


def _all_duties(root: Node) -> dict[int, list[Duty]]:
    """Return the responsibilities of every part; what is unusual (a bracket with one bare name) is usual where it is often so."""
    found = {id(node): _duties(node) for node in root.walk()}
    bare = [duty for own in found.values() for duty in own if duty.confidence <= _UNUSUAL and not duty.doubt]
    if len(bare) < _OFTEN:
        return found
    return {
        key: [replace(duty, confidence=_SURE) if duty in bare else duty for duty in own] for key, own in found.items()
    }


def _duties(node: Node) -> list[Duty]:
    found = [duty for passage in _passages(node) for duty in duties(passage)]
    if all(names_persons_only(duty.words) or (not node.mark and opens_label(duty.words) == DUE) for duty in found):
        return []
    return found


def _lift(root: Node, found: dict[int, list[Duty]]) -> None:
    """Give a bracket at the very end of a part with several items to the part, when only its last item has one.

    A part that is only named for what it holds (（二）具体工作措施) gives its own to the part above.
    """
    for node in root.walk():
        items = [child for child in node.children if child.rank >= _ITEM_RANK]
        if len(items) < 2 or found[id(node)] or not node.mark:  # noqa: PLR2004 - one item is the whole
            continue
        holders = [item for item in items if any(found[id(part)] for part in item.walk())]
        if holders == items[-1:]:
            for part in items[-1].walk():
                found[id(node)] = [*found[id(node)], *found[id(part)]]
                found[id(part)] = []
    for node in root.walk():
        holders = [child for child in node.children if any(found[id(part)] for part in child.walk())]
        if node.mark and not found[id(node)] and len(holders) == 1 and _NO_NAME.fullmatch(shadow(holders[0].heading)):
            found[id(node)], found[id(holders[0])] = found[id(holders[0])], []


def _answer(found: list[Duty], naming: Naming, *, rule: str) -> Responsibility:
    """Read one bracket, or several of one article together; lines with a label (牵头单位：…, 配合单位：…) are one."""
    if all(has_label(duty.words) for duty in found):
        words = "；".join(duty.words for duty in found)
        return read_responsibility(words, naming, rule=rule)
    read = [read_responsibility(duty.words, naming, rule=rule) for duty in found]
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
    )


def is_goal(node: Node) -> bool:
    """Tell whether a part states the plan's goals."""
    return any(GOAL_HEADING.search(part.heading) for part in node.path()) and not any(
        part.rank >= _ITEM_RANK and len(part.heading) > _TITLE for part in node.path()
    )


def sets_the_scene(node: Node) -> bool:
    """Tell whether a part only describes (形势, 指导思想, 原则, …); goals within such a part do not (一、指导思想和目标（三）目标)."""
    for part in reversed(node.path()):
        if GOAL_HEADING.search(part.heading):
            return False
        if SCENE_HEADING.search(part.heading):
            return True
    return False


def _read_commitments(
    node: Node,
    spans: dict[int, list[Duty]],
    result: Narrative,
    carried: _Carried,
    answers: _Answers,
    calendar: Calendar,
) -> None:
    if sets_the_scene(node):
        return
    preamble = not node.mark and bool(node.children)
    if step := _step(node, calendar):
        result.commitments.append((node, node.opening or node.body[0], step, None))
    for passage in node.body:
        for whole, owner, start in _without(passage, node, spans):
            note = _TABLE_NOTE.search(shadow(whole.text))
            piece = whole.part(content_label(whole.text), note.start() if note else None)
            offset = start + content_label(whole.text)
            held = [step.due] if step and step.due else carried.reach(node, piece.text) or _year_above(node)
            article = answers.of(node, owner, offset)
            commitments, aims = read_commitments(piece, goals=is_goal(node), carried=held, calendar=calendar)
            if preamble:
                commitments, aims = [one for one in commitments if one.due and not one.wording_only], []
            if lead := leads_in(piece, calendar, goals=is_goal(node)):
                carried.dues, carried.holder = lead, node
            days = {*(day for day, _ in article.steps), article.due} if article else set()
            days |= {step.due} if step else set()
            commitments = [one for one in commitments if not (one.qualitative and one.due in days)]
            result.commitments.extend((node, piece, commitment, article) for commitment in commitments)
            result.aims.extend((node, piece, aim) for aim in aims)


def _year_above(node: Node) -> list[date]:
    """Return the end of the year that a part above is named for (二、2025年目标)."""
    found = [_ONLY_A_YEAR.fullmatch(shadow(part.heading)) for part in node.path()]
    return [date(int(year.group(1)), 12, 31) for year in found if year][-1:]


def _step(node: Node, calendar: Calendar) -> Commitment | None:
    """Return a step of the plan's timetable, dated in its heading (（二）整治阶段（2023年5月至10月）), as a commitment in words."""
    heading = shadow(node.heading)
    found = re.search("（([^（）]{3,40})）$", heading)
    above = "".join(part.heading for part in node.path())
    if not found or not _STEPS.search(above):
        return None
    due, inferred = cell_day(found.group(1), calendar)
    if not due:
        return None
    name = node.heading[: found.start()]
    words = "".join(passage.text for passage in node.body)
    said = shadow(words).split("。", 1)[0]
    text = f"{name}：{words[: len(said)]}。" if words else f"{name}。"
    made = Commitment(text, 0, f"{node.heading}。{words}"[:_WORDS], wording_only=True)
    made.measured = [Measured(Quantity(name, "qualitative"), due, inferred)]
    made.doubts.append("工作步骤的时限")
    return made


def _without(passage: Passage, node: Node, spans: dict[int, list[Duty]]) -> Iterator[tuple[Passage, Passage, int]]:
    """Yield what a paragraph says outside its responsibility brackets, with the paragraph it was cut from and where."""
    owner, shift = passage, 0
    if node.opening is not None and passage is not node.opening and node.opening.text.endswith(passage.text):
        owner, shift = node.opening, len(node.opening.text) - len(passage.text)
    here = sorted(
        (max(duty.begin - shift, 0), max(duty.end - shift, 0)) for duty in spans.get(id(owner), ()) if duty.end > shift
    )
    begin = 0
    for start, end in here:
        if passage.text[begin:start].strip("。 "):
            yield passage.part(begin, start), owner, begin + shift
        begin = max(begin, end)
    if passage.text[begin:].strip("。 "):
        yield passage.part(begin), owner, begin + shift


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
    words = "".join(one.text[content_label(one.text) :] for one in article.own_words)
    title = _bare_title(node, article.found) if article.whole else _first_clause(words)
    path = node.path()
    section = path[-2].printed if len(path) > 2 else ""  # noqa: PLR2004 - chapter, section, item
    if not article.whole and len(path) > 1:
        section = path[-1].printed
    cells = {
        "plan": code,
        "number": str(node.mark.value) if node.mark and article.whole else "",
        "chapter": chapter_cell(node),
        "section": section,
        "title": title,
        "text": _summary(words, title, heading=article.whole and bool(node.heading)),
        "source": locator(node, label),
        **answer_cells(duty),
        "lead_cell": article.lead_cell,
        "due": article.due.isoformat() if article.due else "",
        "note": _note(article),
    }
    first = article.words[0] if article.words and not article.whole else None
    place = first.passage.place_at(first.begin) if first else (node.opening or article.found[0].passage).place_at()
    printed = words + "".join(f"（{one.words.strip('（）() ')}）" for one in article.found)
    finding = Finding(
        TASK, cells, place, printed[:_WORDS], min((one.confidence for one in article.found), default=_SURE)
    )
    mark_doubts(finding, article)
    return finding


def _first_clause(words: str) -> str:
    text = re.sub(r"^[（(]?[一二三四五六七八九\d]{1,3}[)）、.]?是", "", words.strip(" 。；;，、—-·•"))
    text = _ONLY_WHEN.sub("", _BULLET.sub("", text, count=1) if _BULLET.match(text) else text)
    clause = re.split("[，。；：]", shadow(text), maxsplit=1)[0]
    return text[: min(len(clause), _TITLE)]


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
    for column, reason, cost in (*_doubts_of_leads(article), *_doubts_of_due(article, finding.cells["due"])):
        finding.doubt(column, reason, cost)
    if not article.node.mark:
        finding.doubt("number", "原文没有编号", 5)
    if not finding.cells["title"]:
        finding.doubt("title", "原文没有小标题", 5)


def _doubts_of_leads(article: Article) -> Iterator[tuple[str, str, int]]:
    said = [one.doubt for one in article.found if one.doubt]
    if not said and min((one.confidence for one in article.found), default=_SURE) <= _UNUSUAL:
        said = ["责任单位的写法不常见，请核对"]
    for reason in said:
        yield "leads", reason, 15
    if len(article.found) > 1 and not all(has_label(one.words) for one in article.found):
        yield "leads", f"本条有{len(article.found)}处责任表述，已合并，请核对牵头与参与", 10
    duty = article.duty
    if not duty.leads and duty.mode not in ("tbd", "by_reference"):
        yield "leads", "只有没有名称的单位" if duty.nameless else "没有读到牵头单位", 10
    if article.lead_doubt:
        yield "leads", article.lead_doubt, 10


def _doubts_of_due(article: Article, due: str) -> Iterator[tuple[str, str, int]]:
    said = "" if due or article.duty.due else _day_in(article)
    if said:
        yield "due", f"正文写有“{said}”，没有取作本条的完成时限，请核对", 5
    if article.inferred and due:
        yield "due", article.inferred, 5
    if article.duty.due and not article.due and not OPEN_DUE.search(article.duty.due):
        yield "due", f"期限“{article.duty.due}”没有年份，见备注", 15
    if article.doubt:
        yield "due", article.doubt, 5


def _day_in(article: Article) -> str:
    """Return the first words of an article that name a day by which something is to be done, or an empty text."""
    found = (_DAY_SAID.search(shadow(one.text)) for one in article.own_words)
    return next((each.group() for each in found if each), "")


def _note(article: Article) -> str:
    duty = article.duty
    parts = [duty.note()]
    if duty.due and not article.due:
        parts.append(f"完成时限：{duty.due}")
    earlier = [f"{day.isoformat()} {words}" for day, words in article.steps if day != article.due]
    if earlier:
        parts.append("节点：" + "；".join(earlier))
    return "；".join(part for part in parts if part)


def _bare_title(node: Node, found: list[Duty]) -> str:
    title = node.heading
    for duty in found:
        title = title.replace(duty.passage.text[duty.begin : duty.end], "")
    if title and not _ONLY_WHEN.fullmatch(title + "，"):
        return title.strip(" 。：:（(")
    text = _ONLY_WHEN.sub("", node.body[0].text) if node.body else ""
    first = re.split("[，。；]", shadow(text), maxsplit=1)[0]
    return text[: len(first)] if len(first) <= _TITLE else ""


def _summary(words: str, title: str, *, heading: bool = True) -> str:
    """Return the first sentence after the heading, as a start for the reviewer's own summary."""
    begin = words.find(title) + len(title) if heading and title and title in words else 0
    text = words[begin:].lstrip("。：:.；;，,、 ")
    text = _BULLET.sub("", text[content_label(text) :], count=1) if _BULLET.match(text) else text[content_label(text) :]
    sentence, _, after = text.partition("。")
    sentence = after.partition("。")[0] if sentence == title and len(after) > len(title) else sentence
    if len(sentence) > _SUMMARY:
        sentence = sentence[:_SUMMARY].rsplit("，", 1)[0]
    return sentence.rstrip("，；、") + "。" if sentence else title
