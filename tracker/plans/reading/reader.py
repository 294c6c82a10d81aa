"""The reader: a published plan in, a draft out (one row per finding, with place, words, confidence and doubts).

Annex lists are the official record: where annex and body say the same, the annex row wins and the body's is left
out; where they differ, the row's note says so (docs/contract.md). Nothing is invented: no bracket, no task; no year, no
due date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.ledger.values import converted, plain, printed_measure
from tracker.plans.reading import narrative
from tracker.plans.reading.commitments import Measured, read_commitments, read_row
from tracker.plans.reading.dates import cell_day, last_day
from tracker.plans.reading.document_file import read_stream
from tracker.plans.reading.doubts import mark
from tracker.plans.reading.flattened_tables import with_tables
from tracker.plans.reading.model import (
    AIM,
    INDICATOR,
    PLAN,
    POLICY,
    TARGET,
    TASK,
    UNIT,
    Draft,
    Finding,
    Line,
    Passage,
    Quantity,
    Stream,
    Table,
    joined,
)
from tracker.plans.reading.outline import Node, outline
from tracker.plans.reading.punctuation import shadow, tidy
from tracker.plans.reading.reading_rules import basis_of, document_kind
from tracker.plans.reading.reflow import passages, without_furniture
from tracker.plans.reading.responsibilities import lead_rule, read_responsibility, rider_in
from tracker.plans.reading.similarity import Known, alike, pairs, within
from tracker.plans.reading.tables import AnnexRow, AnnexTable, annex_tables
from tracker.plans.reading.target_values import read_target
from tracker.plans.reading.title_page import (
    calendar_of,
    document_number,
    first_year,
    in_parts,
    issued_on,
    issuers_of,
    region_of,
    status_of,
)
from tracker.plans.reading.units import Naming, members_of
from tracker.plans.reading.unused_text import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tracker.plans.reading.commitments import Aim, Commitment
    from tracker.plans.reading.model import Block, Quantity
    from tracker.plans.reading.title_page import Parts

_SAME = 0.62
_SAME_TASK = 0.6
_NEARLY_ALL = 0.8
_WHOLLY = 0.9
_REAL_TITLE = 5
_DEFAULT_START = 2021
_BARE_NAME = 3
_ITS_VERBS = re.compile(
    "^(?:积极|大力|加快|全面|持续|推进|推动|建设|发展|实施|开展|加强|扩大|提升|完善|推广|做好|强化|促进)+|(?:建设|发展|工作|改造|项目|工程)$"
)
_OF_MAKING = re.compile(
    "新增|新建|建成|改造|完成|建设|创建|培育|推广|淘汰|治理|更新|安装|实施|减少|压减|修复|扩建|投放|打造|引进"
)
_EARLIEST = "2011"
_OF_ROW = ("plan", "chapter", "section", "source", "responsibility", "open_ended", "leads", "participants", "note")
_FIGURE = re.compile(
    r"(?:20\d\d年[底末]?)?(?:达到|为|不低于|不少于|不超过|[≥≤＞＜><])?\d[\d.]*(?:%|[^\d，。；年月日时、]{0,6}?)(?:以上|以下|以内|左右)?"
)
"""What a column of goals says without a verb: 2023年3座, ≥95%."""
_CLAUSES = re.compile("[，。；]")
_DATED_NOTE = re.compile(
    r"(?:计划|预计|确保|力争|争取|于|在)*(?:20\d\d年)?(?:\d{1,2}月|[上下]半年|[一二三四]季度)?[底末]?之?前?(?:完成|建成|竣工|完工|投用)?"
)
"""A remark that is nothing but a deadline: 2024年底前完成."""


def read_document(path: Path | str, code: str = "") -> Draft:
    """Return the draft of a published plan (txt, docx, html, pdf).

    `code` is the plan's code for the rows; empty leaves it to the reviewer. Raises Refused for what cannot be read.
    """
    return read_plan(read_stream(path), code)


def read_plan(stream: Stream, code: str = "", listed: Sequence[AnnexTable] = ()) -> Draft:
    """Return the draft of a plan from its stream. Pure.

    listed are its tables, where another reader has read them: the stream's lines are then no more than what stands above them.
    """
    draft = _Reader(stream, code, listed).draft()
    count(draft, stream)
    mark(draft, stream)
    return draft


@dataclass(slots=True)
class _Target:
    """A target to be, before numbers are given: its cells, its indicators, where it was found."""

    finding: Finding
    measured: list[Measured]


@dataclass(slots=True)
class _Found:
    tasks: list[Finding] = field(default_factory=list)
    targets: list[_Target] = field(default_factory=list)
    policies: list[Finding] = field(default_factory=list)
    aims: list[tuple[Node, Passage, Aim, str]] = field(default_factory=list)
    body_tasks: list[Finding] = field(default_factory=list)
    body_targets: list[_Target] = field(default_factory=list)


class _Reader:
    """Reads one stream; holds what the whole document says (its names, its rider, who listed first leads)."""

    def __init__(self, stream: Stream, code: str, listed: Sequence[AnnexTable] = ()) -> None:
        self.stream = stream
        self.code = code
        self.listed = listed
        blocks = with_tables(without_furniture(stream.blocks)) if not listed else list(stream.blocks)
        self.parts: Parts = in_parts(blocks)
        self.text = "\n".join(_text_of(block) for block in blocks)
        self.naming = Naming()
        self.naming.learn(self.text)
        self.region = region_of(self.parts, self.text, self.naming.usual)
        self.naming.place = re.sub("(?:省|市|自治区|自治州|自治县|新区|县|区|州|盟|旗)$", "", self.region)
        self.lead_rule = lead_rule(self.text.replace("\n", ""))
        self.calendar = calendar_of(self.parts)
        self.first_year = first_year(self.parts)
        self.rider = ""
        self.found = _Found()
        self.left_out = 0
        self.remarks: list[str] = []

    def draft(self) -> Draft:
        """Return everything found, numbered and cross-checked."""
        if self.listed:
            self._tables(self.listed, "")
        else:
            self._read_parts()
        draft = Draft(self.stream.name)
        draft.findings[TASK] = self._all_tasks()
        draft.genre = self._genre(draft.of(TASK))
        draft.findings[POLICY] = _renumbered(self.found.policies)
        self._number_targets(draft)
        self._aims(draft)
        draft.findings[UNIT] = self._units(draft)
        draft.findings[PLAN] = [self._plan(draft)]
        return draft

    def _read_parts(self) -> None:
        """Read the body and the annexes, each with its tables and its text."""
        self._narrative(self.parts.body, "")
        self._tables(annex_tables(self.parts.body), "")
        for annex in self.parts.annexes:
            label = "".join(annex.label.split())
            self._tables(annex_tables(annex.blocks, annex.title), label)
            self._narrative(annex.blocks, label)

    def _genre(self, tasks: list[Finding]) -> str:
        """Return what the document is when it is no plan; its numbers are then no targets."""
        listed = self.found.targets or self.found.policies
        named = sum(1 for task in tasks if task.cells.get("leads") or task.cells.get("note"))
        genre = document_kind(self.parts.title, self.text, tasks=named + len(listed))
        if genre:
            self.left_out = len(self.found.body_targets)
            self.found.body_targets, self.found.aims = [], []
            tasks.clear()
        return genre

    def _narrative(self, blocks: Sequence[Block], label: str) -> None:
        root = outline(passages(blocks, whole=self.stream.whole))
        said = narrative.read_narrative(root, self.naming, rule=self.lead_rule, calendar=self.calendar)
        for article in said.articles:
            self.rider = self.rider or article.duty.rider
            self.found.body_tasks.append(narrative.task_finding(article, self.code, label))
        for node, passage, commitment, holder in said.commitments:
            if commitment.due and commitment.due.year < self.first_year:
                continue
            self.found.body_targets.append(self._target(node, passage, commitment, holder, label))
        self.found.aims.extend((node, passage, aim, label) for node, passage, aim in said.aims)

    def _target(
        self, node: Node, passage: Passage, commitment: Commitment, holder: narrative.Article | None, label: str
    ) -> _Target:
        goal = narrative.is_goal(node)
        owner = holder.node if holder else node
        cells = {
            "plan": self.code,
            "chapter": narrative.chapter_cell(node),
            "section": narrative.section_cell(owner if holder else node),
            "text": commitment.text,
            "source": narrative.goal_locator(node, label) if goal and not holder else narrative.locator(owner, label),
            "responsibility": "unstated",
            "due": "",
        }
        measured = self._dated(commitment, holder)
        last = max((one.due for one in measured if one.due), default=None)
        cells["due"] = last.isoformat() if last else ""
        if holder:
            cells |= narrative.answer_cells(holder.duty)
            cells["note"] = holder.duty.note()
        confidence = 90 if not commitment.wording_only else 65
        finding = Finding(TARGET, cells, passage.place_at(commitment.offset), commitment.words, confidence)
        if commitment.wording_only:
            finding.doubt("text", "没有数字，凭期限词认定为目标", 0)
        if commitment.recurring:
            finding.doubt("due", "周期性期限，未定到某一天")
        for reason in commitment.doubts:
            finding.doubt("text", reason)
        for reason in dict.fromkeys(one.inferred for one in measured if one.inferred):
            finding.doubt("due", reason, 5)
        return _Target(finding, measured)

    def _dated(self, commitment: Commitment, holder: narrative.Article | None) -> list[Measured]:
        """Return indicators with the deadline of their article where they name none, or of the year the plan is for."""
        due, inferred = (
            (holder.due, holder.inferred) if holder and (holder.labelled or not holder.steps) else (None, "")
        )
        if not due and not commitment.wording_only and self.calendar.end:
            due, inferred = self.calendar.end, f"原文未写期限，{self.calendar.reason}底"
        return [one if one.due or not due else Measured(one.quantity, due, inferred) for one in commitment.measured]

    def _tables(self, tables: Sequence[AnnexTable], label: str) -> None:
        for table in tables:
            due = last_day(table.note, self.calendar) if "完成" in table.note or "时限" in table.note else None
            rows = _numbered(table.rows)
            self.remarks.extend(table.remarks)
            if table.kind != TARGET:
                for row in rows:
                    self._annex_item(table, row, label, due if table.kind == TASK else None)
                continue
            made = [target for row in rows for target in self._annex_targets(table, row, label, due)]
            if self.listed or not self._are_past(made):
                self.found.targets.extend(made)

    def _answer(self, row: AnnexRow) -> dict[str, str]:
        """Return the responsibility columns of an annex row."""
        lead_cell, part_cell = row.cells.get("lead", ""), row.cells.get("participant", "")
        lead = read_responsibility(lead_cell, self.naming, cell="lead", rule="" if part_cell else self.lead_rule)
        part = read_responsibility(part_cell, self.naming, cell="participant")
        self.rider = self.rider or lead.rider or part.rider
        participants = tuple(
            name for name in (*lead.participants, *part.participants, *part.leads) if name not in lead.leads
        )
        notes = [note for note in (lead.note(), part.note()) if note]
        if lead.mode == "tbd":
            notes.insert(0, "牵头单位" + "".join(re.findall("待[^、，。；]{0,16}", shadow(lead_cell))[:1]))
        if row.cells.get("guidance"):
            notes.append(f"指导单位：{row.cells['guidance']}")
        if row.cells.get("note"):
            notes.append(f"备注：{row.cells['note']}")
        return {
            "responsibility": lead.mode if lead_cell else "unstated",
            "open_ended": "1" if lead.open_ended or part.open_ended else "",
            "leads": joined(lead.leads),
            "participants": joined(participants),
            "lead_cell": lead_cell,
            "participant_cell": part_cell,
            "note": "；".join(dict.fromkeys(notes)),
        }

    def _annex_item(self, table: AnnexTable, row: AnnexRow, label: str, due: date | None) -> None:
        cells = self._answer(row)
        note = row.cells.get("note", "")
        from_note = "" if row.cells.get("due") or not _DATED_NOTE.fullmatch(shadow(note)) else note
        own, inferred = cell_day(row.cells.get("due", "") or from_note, self.calendar)
        day = own or due
        cells |= {
            "plan": self.code,
            "number": str(row.number),
            "chapter": row.chapter,
            "section": row.section,
            "title": row.title,
            "text": row.content,
            "source": _row_source(table, row, label),
            "due": day.isoformat() if day else "",
        }
        finding = Finding(table.kind, cells, str(row.place), _row_words(row), 94)
        for column, reason in row.doubts.items():
            finding.doubt(column, reason)
        if own and from_note:
            finding.doubt("due", "取自“备注”一列", 5)
        if table.led and not row.cells.get("lead"):
            finding.doubt("leads", "这一行没有读到牵头单位，请对照原表", 10)
        if row.cells.get("due") and own is None:
            cells["note"] = "；".join(filter(None, (cells["note"], f"完成时限：{row.cells['due']}")))
            if day or not narrative.OPEN_DUE.search(row.cells["due"]):
                finding.doubt("due", f"期限“{row.cells['due']}”没有年份，见备注")
        elif inferred:
            finding.doubt("due", inferred, 5)
        if row.cells.get("amount"):
            amount = f"目标值：{row.cells['amount']}{row.cells.get('measure', '')}"
            cells["note"] = "；".join(filter(None, (cells["note"], amount)))
        if row.values:
            of_years = (f"{year}年：{cell}" for year, cell in row.values)
            cells["note"] = "；".join(filter(None, (cells["note"], *of_years)))
        if table.kind == POLICY:
            self.found.policies.append(finding)
            return
        self.found.tasks.append(finding)
        self.found.body_targets.extend(self._within_row(finding, row, day, inferred))

    def _within_row(self, task: Finding, row: AnnexRow, due: date | None, inferred: str) -> Iterator[_Target]:
        """Yield the commitments with a number or a date of their own that stand inside a task row of an annex."""
        goals = [goal for goal in row.cells.get("amount", "").split("；") if goal]
        asked = [*(cell for _, cell in row.values), *goals]
        of_years = (f"{year}年，{cell.rstrip('。')}" for year, cell in row.values)
        worded = (goal.rstrip("。") for goal in goals if not _FIGURE.fullmatch(goal))
        said = [row.content.rstrip("。"), *of_years, *worded]
        words = Passage("。".join(said) + "。", (0,), (row.place,))
        if not due and self.calendar.end:
            due, inferred = self.calendar.end, f"原文未写期限，{self.calendar.reason}底"
        for commitment in read_commitments(words, goals=False, calendar=self.calendar)[0]:
            if commitment.wording_only and (not commitment.due or commitment.due == due):
                continue
            measured = [one if one.due else Measured(one.quantity, due, inferred) for one in commitment.measured]
            of_year = commitment.text.rstrip("。")
            if any(of_year in cell for cell in asked):
                subject = next(
                    (text for text in (row.content.rstrip("。"), row.title) if not _CLAUSES.search(text)), ""
                )
                commitment.text = f"{subject}：{commitment.text}" if subject else commitment.text
                measured = [replace(one, quantity=_named_after(subject, one.quantity)) for one in measured]
            yield _of_task(task, commitment.text, commitment.words, measured, commitment.due or due)
        for goal in filter(_FIGURE.fullmatch, goals):
            valued = read_target(row.content, goal, printed_measure(row.cells.get("measure")))
            measured = [one if one.due else Measured(one.quantity, due, inferred) for one in valued]
            last = max((one.due for one in measured if one.due), default=None)
            yield _of_task(task, f"{row.content.rstrip('。')}：{goal}。", _row_words(row), measured, last)

    def _are_past(self, targets: Sequence[_Target]) -> bool:
        """Tell a table of what was reached before the plan begins (“十三五”指标完成情况)."""
        dues = [one.due for target in targets for one in target.measured if one.due]
        return bool(dues) and max(dues).year < self.first_year

    def _annex_targets(self, table: AnnexTable, row: AnnexRow, label: str, due: date | None) -> list[_Target]:
        cells = self._answer(row)
        own, inferred = cell_day(row.cells.get("due", ""), self.calendar)
        own = own or due
        if not own and self.calendar.end:
            own, inferred = self.calendar.end, f"原文未写期限，{self.calendar.reason}底"
        cells |= {
            "plan": self.code,
            "chapter": row.chapter,
            "section": row.section,
            "source": _row_source(table, row, label),
        }
        made: list[_Target] = []
        if row.values:
            made = [self._valued(row, date(year, 12, 31), cell, cells) for year, cell in row.values]
        elif row.cells.get("amount"):
            made = [self._valued(row, own, row.cells["amount"], cells, inferred)]
        else:
            measured = [
                one if one.due else Measured(one.quantity, own, inferred)
                for one in read_row(row.content, self.calendar)
            ]
            last = max((one.due for one in measured if one.due), default=own)
            text = {"text": row.content, "due": last.isoformat() if last else ""}
            made = [_Target(Finding(TARGET, cells | text, str(row.place), _row_words(row), 94), measured)]
        for target in made:
            for column, reason in row.doubts.items():
                target.finding.doubt(column, reason)
        return made

    def _valued(self, row: AnnexRow, due: date | None, cell: str, cells: dict[str, str], inferred: str = "") -> _Target:
        """Return the target of one year column of an indicator table (指标 | 单位 | 2025年), or of its 目标值."""
        measured = [
            replace(one, due=one.due or due, inferred=one.inferred or inferred)
            for one in read_target(row.content, cell, printed_measure(row.cells.get("measure")))
        ]
        if row.base and re.fullmatch(r"\d+(?:\.\d+)?", row.base[1]):
            year, value = str(row.base[0]), row.base[1]
            measured = [
                one
                if one.quantity.comparator.endswith("_by")
                else replace(one, quantity=replace(one.quantity, baseline_year=year, baseline_value=value))
                for one in measured
            ]
        measure = next((one.quantity.measure for one in measured), "")
        if measure == "%" and re.fullmatch(r"0?\.\d+", cell):
            meant = f"填的是 {cell}，按 {cell}% 读取；如果是 {plain(converted(Decimal(cell), Decimal(100)))}%，请改正"
            measured = [replace(one, quantity=replace(one.quantity, doubt=meant)) for one in measured]
        sure = all(one.quantity.value for one in measured)
        text = {
            "text": f"{row.content}：{cell}{'' if measure in cell else measure}。",
            "due": str(max((one.due for one in measured if one.due), default=due) or ""),
        }
        finding = Finding(TARGET, cells | text, str(row.place), _row_words(row), 85 if sure else 60)
        finding.doubt("text", "由指标表的名称与数值拼成", 0)
        if not sure:
            finding.doubt("text", f"数值“{cell}”不是单个数字")
        return _Target(finding, measured)

    def _all_tasks(self) -> list[Finding]:
        """Return annex tasks, then those of the body that no annex row repeats, numbered once."""
        known = Known(f"{task.cells['title']}{task.cells['text']}" for task in self.found.tasks)
        kept = [task for task in self.found.body_tasks if not _is_listed(task, known)]
        return _renumbered([*self.found.tasks, *kept])

    def _number_targets(self, draft: Draft) -> None:
        listed, known = self.found.targets, Known(target.finding.cells["text"] for target in self.found.targets)
        targets = [*listed, *(target for target in self.found.body_targets if not _repeats(target, listed, known))]
        for number, target in enumerate(targets, 1):
            finding = target.finding
            finding.cells["number"] = str(number)
            draft.findings[TARGET].append(finding)
            for n, one in enumerate(target.measured, 1):
                draft.findings[INDICATOR].append(self._indicator(finding, n, one))
        _link(draft.findings[INDICATOR])
        _answer_by_link(draft)

    def _indicator(self, target: Finding, n: int, one: Measured) -> Finding:
        quantity = one.quantity
        level = quantity.comparator not in ("complete", "qualitative")
        cells = {
            "plan": self.code,
            "target": target.cells["number"],
            "n": str(n),
            "name": quantity.name,
            "comparator": quantity.comparator,
            "value": quantity.value,
            "bound": quantity.bound,
            "aspirational": "1" if quantity.aspirational else "",
            "measure": quantity.measure,
            "baseline_year": quantity.baseline_year,
            "baseline_value": quantity.baseline_value,
            "due": one.due.isoformat() if one.due else "",
            "scope": quantity.scope,
            "direction": quantity.direction,
            "basis": basis_of(quantity, target.cells["text"]),
        }
        finding = Finding(INDICATOR, cells, target.place, target.cells["text"], 90 if level else 75)
        if quantity.doubt:
            finding.doubt("value", quantity.doubt)
        if quantity.taken:
            finding.doubt("direction", quantity.taken, 5)
        if one.inferred:
            finding.doubt("due", one.inferred, 5)
        if level and not one.due:
            finding.doubt("due", "原文未写年份", 5)
        return finding

    def _aims(self, draft: Draft) -> None:
        for number, (node, passage, aim, label) in enumerate(self.found.aims, 1):
            cells = {
                "plan": self.code,
                "number": str(number),
                "chapter": narrative.chapter_cell(node),
                "section": narrative.section_cell(node),
                "text": aim.text,
                "source": narrative.goal_locator(node, label),
                "due": aim.due.isoformat(),
            }
            draft.findings[AIM].append(Finding(AIM, cells, passage.place_at(aim.offset), aim.text, 85))

    def _units(self, draft: Draft) -> list[Finding]:
        names: dict[str, Finding] = {}
        for kind in (TARGET, TASK, POLICY):
            for finding in draft.findings[kind]:
                for column in ("leads", "participants"):
                    for name in filter(None, finding.cells.get(column, "").split("、")):
                        if name not in names:
                            cells = {"region": self.code, "name": name, "members": joined(members_of(name))}
                            words = finding.cells.get("lead_cell", "") or finding.words[-200:]
                            names[name] = Finding(UNIT, cells, finding.place, words, 92)
        return list(names.values())

    def _start(self, draft: Draft) -> tuple[int, str]:
        """Return the first year of the plan's period, and what is doubtful about it."""
        if self.calendar.start:
            return self.calendar.start, ""
        inferred = any("推定" in found.doubts.get("due", "") for found in (*draft.of(TASK), *draft.of(INDICATOR)))
        if self.calendar.year and inferred:
            return self.calendar.year, f"按{self.calendar.source}填写，请核对"
        dues = [
            int(found.cells["due"][:4])
            for found in (*draft.of(TASK), *draft.of(INDICATOR))
            if found.cells.get("due", "") > _EARLIEST
        ]
        issued = self.calendar.year
        later = min((due for due in dues if due > issued), default=issued)
        if issued and _five_years_from(later) > _five_years_from(issued):
            return issued, f"按{self.calendar.source}填写，请核对"  # of the last year of a period, and for the next
        first = _five_years_from(min([*dues, issued or _DEFAULT_START]))
        return first, f"按五年规划的起点{first}年填写，请核对"

    def _is_told(self, region: str) -> bool:
        """Tell whether the title, the front or the signature names the region (国家 by who issues), not only the text."""
        lines = (*self.parts.front, *self.parts.tail, *self.parts.body[:3])
        head = self.parts.title + "".join(tidy(line.text) for line in lines if isinstance(line, Line))
        return bool(re.search("国务院|国家|中共中央|部", head)) if region == "国家" else region[:2] in head

    def _plan(self, draft: Draft) -> Finding:
        parts = self.parts
        annex = next(
            (annex for annex in parts.annexes if any(isinstance(block, Table) for block in annex.blocks)), None
        )
        start, said = self._start(draft)
        title = re.sub("（(?:征求意见稿|送审稿|草案|讨论稿)[^（）]{0,10}）$", "", shadow(parts.title))
        cells = {
            "code": self.code,
            "title": parts.title[: len(title)],
            "region": self.region,
            "status": status_of(parts),
            "issued_on": issued_on(parts),
            "document_number": document_number(parts),
            "issuers": joined(issuers_of(parts)),
            "period_start": f"{start}-01-01",
            "rider": self.rider or rider_in(self.text),
            "annex_label": annex.label if annex else "",
            "annex_title": annex.title if annex else "",
            "seed": self.stream.name,
        }
        finding = Finding(PLAN, cells, "", parts.title, 90)
        if not self.code:
            finding.doubt("code", "请填写方案代码（如 sd），或载入时加 --code", 0)
        if not cells["title"]:
            finding.doubt("title", "没有找到标题", 40)
        if said:
            finding.doubt("period_start", said, 5)
        if not self.region or not self._is_told(self.region):
            finding.doubt("region", "按正文推定，请核对" if self.region else "没有读到地区", 5)
        for remark in self.remarks:
            finding.doubt("", remark, 0)
        if draft.genre:
            left = f"，文中{self.left_out}处数字或期限未列为目标" if self.left_out else ""
            finding.doubt("", f"不像方案（{draft.genre}）{left}", 60)
        elif not any(draft.findings[kind] for kind in (TARGET, TASK, POLICY)):
            finding.doubt("", "没有读到责任括号、附表或带数字的目标", 40)
        return finding


def _of_task(task: Finding, text: str, words: str, measured: list[Measured], due: date | None) -> _Target:
    """Return a target that a task row of an annex states, with the row's place and units."""
    cells = {column: task.cells.get(column, "") for column in _OF_ROW}
    cells |= {"text": text, "due": due.isoformat() if due else ""}
    finding = Finding(TARGET, cells, task.place, words, 80)
    for reason in dict.fromkeys(one.inferred for one in measured if one.inferred):
        finding.doubt("due", reason, 5)
    return _Target(finding, measured)


def _named_after(content: str, quantity: Quantity) -> Quantity:
    """Return the quantity of a year's cell (新增20万千瓦) named after its item (推进分布式光伏建设): 新增分布式光伏."""
    if len(quantity.name) > _BARE_NAME or not content:
        return quantity
    subject = _ITS_VERBS.sub("", content.rstrip("。")) or content
    is_verb = bool(_OF_MAKING.fullmatch(quantity.name))
    return replace(quantity, name=f"{quantity.name}{subject}" if is_verb else f"{subject}{quantity.name}")


def _five_years_from(year: int) -> int:
    """Return the first year of the five-year plan that a year lies in (2023 → 2021)."""
    return (year - 1) // 5 * 5 + 1


def _text_of(block: Block) -> str:
    if isinstance(block, Line):
        return tidy(block.text)
    return "\n".join("|".join(tidy(cell) for cell in row) for row in block.rows)


def _numbered(rows: list[AnnexRow]) -> list[AnnexRow]:
    """Return the rows with a number each: the printed ones, or running ones where they are missing or restart."""
    numbers = [row.number for row in rows]
    if None in numbers or len(set(numbers)) < len(numbers):
        for index, row in enumerate(rows, 1):
            row.number = index
    return rows


def _is_listed(task: Finding, known: Known) -> bool:
    """Tell whether an annex row is the task of an article."""
    words, title = pairs(task.words), pairs(task.cells["title"])
    for annex in (known.words[index] for index in known.near(words + title)):
        if alike(annex, words) >= _SAME_TASK or within(annex, words) >= _NEARLY_ALL:
            return True
        if title.total() >= _REAL_TITLE and within(title, annex) >= _WHOLLY:
            return True
    return False


def _renumbered(findings: list[Finding]) -> list[Finding]:
    """Keep the printed numbers where each stands for one row; else number the rows as they follow."""
    numbers = [finding.cells["number"] for finding in findings]
    if not all(numbers) or len(set(numbers)) < len(numbers):
        for number, finding in enumerate(findings, 1):
            finding.cells["number"] = str(number)
    return findings


def _row_source(table: AnnexTable, row: AnnexRow, label: str) -> str:
    return " ".join(part for part in (label, table.title, f"第{row.number}项") if part)


def _row_words(row: AnnexRow) -> str:
    return " | ".join(
        part for part in (row.title, row.content, *row.cells.values(), *(cell for _, cell in row.values)) if part
    )


def _repeats(target: _Target, listed: Sequence[_Target], known: Known) -> bool:
    """Tell whether an annex row already says what a body target says; where they differ, note it on the annex row."""
    text = target.finding.cells["text"]
    words = pairs(text)
    numbers = {one.quantity.value for one in target.measured if one.quantity.value}
    dues = {one.due for one in target.measured}
    for index in known.near(words):
        other_words, other = known.words[index], listed[index]
        if within(words, other_words) < _SAME and alike(words, other_words) < _SAME:
            continue
        values = {one.quantity.value for one in other.measured if one.quantity.value}
        theirs = {one.due for one in other.measured}
        later = dues - theirs - {None}
        if later and numbers != values:
            continue
        if later and not numbers and any(due > max(filter(None, theirs), default=date.min) for due in later if due):
            continue
        if numbers - values or (not numbers and text.rstrip("。") not in other.finding.cells["text"]):
            place = target.finding.cells["source"]
            note = f"正文{place}作“{text.rstrip('。')}”"
            cells = other.finding.cells
            if note not in cells.get("note", ""):
                cells["note"] = "；".join(part for part in (cells.get("note", ""), note) if part)
            if numbers - values:
                other.finding.doubt("text", "与正文数字不一致")
        return True
    return False


def _link(indicators: list[Finding]) -> None:
    """Link a later value of the same measure to the earlier indicator (same_as)."""
    seen: dict[tuple[str, str, str], Finding] = {}
    for finding in indicators:
        cells = finding.cells
        if not cells["value"]:
            continue
        key = (re.sub("^累计", "", cells["name"]), cells["scope"], cells["measure"])
        first = seen.setdefault(key, finding)
        if (
            first is not finding
            and cells["due"] > first.cells["due"] > ""
            and first.cells["comparator"] == cells["comparator"]
        ):
            cells["same_as"] = f"{first.cells['target']}.{first.cells['n']}"


def _answer_by_link(draft: Draft) -> None:
    """Let a goal without units take the leads of the listed row of the same measure and say so in its note."""
    targets = {found.cells["number"]: found for found in draft.of(TARGET)}
    for indicator in draft.of(INDICATOR):
        target = targets[indicator.cells["target"]]
        first = targets.get(indicator.cells.get("same_as", "").split(".")[0])
        if first is None or not first.cells.get("lead_cell") or target.cells["responsibility"] != "unstated":
            continue
        target.cells |= {"responsibility": first.cells["responsibility"], "leads": first.cells["leads"]}
        note = f"主要目标未列单位，牵头单位同目标清单第{first.cells['number']}项"
        target.cells["note"] = "；".join(part for part in (target.cells.get("note", ""), note) if part)
        target.doubt("leads", "原文未列单位，取自附表的同一指标", 5)
