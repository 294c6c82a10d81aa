"""Reminders (催办单): what one unit has to do now, as a letter of one page with an annex of every row. Pure: rows in, words out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, NamedTuple

from tracker.ledger.summary import chinese_day, plan_words, plans_words
from tracker.ledger.terms import DEMO_LABEL
from tracker.ledger.unit_names import Unit
from tracker.papers.wording import BLANK, number_blank, reply_words, whole_row

GROUPS = {
    "overdue": "已逾期",
    "returned": "被退回",
    "behind": "进度滞后",
    "unreported": "未按期填报",
    "due_soon": "临近到期",
}
"""Why a unit is reminded, gravest first: an item stands under the first of these that holds."""
REASONS = {"overdue": "逾期", "returned": "退回", "behind": "滞后", "unreported": "未填报", "due_soon": "临近到期"}
"""The same, as the record on an item has them."""
AGAIN = 7
"""Days after which reminding once more is a second or third reminder, and not the first one sent again."""
ORDINALS = ("", "", "第二次", "第三次", "第四次", "第五次")
FIELDS = {
    "demo": "演示台账的标记，其他台账为空", "title": "标题", "number": "编号（文号）", "unit": "被催办的单位", "opening": "起因和各类项数",
    "requests": "要求，逐段", "count": "项数", "issuer": "落款单位", "date": "成文日期", "contact": "联系人和电话", "reply_by": "反馈期限",
    "round": "第几次催办",
    "groups": {
        "name": "类别", "count": "项数",
        "rows": {
            "place": "序号", "label": "清单和序号", "text": "事项全文", "indicators": "指标、目标值和现值", "due": "完成时限（原定）",
            "reason": "催办原因", "said": "本单位最近填报", "whole": "此行是否不跨页（1 或 0）",
        },
    },
}  # fmt: skip
"""The fields of its template (docs/papers.md)."""


class Line(NamedTuple):
    """One item of a reminder, in words. reasons are codes of GROUPS, all that hold; round counts this reminder (1: the first)."""

    id: str
    label: str
    text: str
    indicators: str
    due: str
    reasons: tuple[str, ...]
    words: str
    said: str
    urgency: tuple[Any, ...]
    round: int = 1
    reminded: date | None = None


class Head(NamedTuple):
    """What all reminders of one run have in common; what is not known is None."""

    day: date
    issuer: str | None
    contact: str | None
    reply_by: date | None
    is_demo: bool
    due_days: int


@dataclass(slots=True)
class Reminder:
    """What one unit is reminded of. plans are (title, status)."""

    unit: Unit
    head: Head
    number: str | None = None
    plans: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def count(self, reason: str) -> int:
        """Return how many items are in it for a reason."""
        return sum(reason in line.reasons for line in self.lines)

    @property
    def round(self) -> int:
        """Which reminder it is of the item that was reminded of most often."""
        return max((line.round for line in self.lines), default=1)

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """The items under the gravest of their reasons, the most urgent first."""
        ordered = sorted(self.lines, key=lambda line: line.urgency)
        parts = [(name, [line for line in ordered if line.reasons[0] == code]) for code, name in GROUPS.items()]
        return [(name, lines) for name, lines in parts if lines]


def title_of(letter: Reminder) -> str:
    """Return the title: which plans it is about, and which reminder it is."""
    about = plans_words(letter.plans)
    return f"关于{about}有关事项的催办单" + (f"（{_ordinal(letter.round)}）" if letter.round > 1 else "")


def opening(letter: Reminder) -> str:
    """Return the paragraph that says what it is about: by which plans, how many items, for which reasons."""
    parts = [f"{name}{len(lines)}项" for name, lines in letter.groups]
    plans = "、".join(plan_words(*plan) for plan in letter.plans)
    whole = (
        f"有{len(letter.lines)}项需要办理，其中{'，'.join(parts)}"
        if len(parts) > 1
        else f"有{len(letter.lines)}项{letter.groups[0][0]}"
    )
    return f"按照{plans}的任务分工，截至{chinese_day(letter.head.day)}，你单位牵头的事项中{whole}（见附件）。"


def requests(letter: Reminder) -> list[str]:
    """Return what is asked, a paragraph each: only what the reasons in it call for, so short that the letter stays on one page."""
    codes = {line.reasons[0] for line in letter.lines}
    parts = []
    if codes & {"overdue", "behind", "due_soon", "returned"}:
        parts += ["已完成的，请申报办结并附佐证材料", "未完成的，请说明原因、措施和完成时限，确需延期的按程序办理"]
    if any("unreported" in line.reasons for line in letter.lines):
        parts.append("未按期填报的，请补报进展、存在问题和下步安排")
    asked = [
        f"请对照附件逐项核实，于{reply_words(letter.head.reply_by)}前反馈，与实际不符的一并说明。",
        f"{'；'.join(parts)}。",
    ]
    again = [line for line in letter.lines if line.round > 1]
    often = sum(line.round > 2 for line in letter.lines)  # noqa: PLR2004 - the third reminder
    if again:
        last = max(line.reminded for line in again if line.reminded is not None)
        before = f"上述事项中{len(again)}项此前已经催办（最近一次为{chinese_day(last)}）"
        asked.append(
            f"{before}，其中{often}项两次以上，请你单位负责同志亲自督促落实；仍未反馈的，将按程序提请通报。"
            if often
            else f"{before}，请抓紧办理。"
        )
    return asked


def _ordinal(number: int) -> str:
    return f"{ORDINALS[number] if number < len(ORDINALS) else f'第{number}次'}催办"


def fields_of(letter: Reminder) -> dict[str, Any]:
    """Return the values of a template's fields."""
    head = letter.head
    place = 0
    groups = []
    for name, lines in letter.groups:
        rows = []
        for line in lines:
            place += 1
            rows.append({
                "place": place, "label": line.label, "text": line.text, "indicators": line.indicators, "due": line.due,
                "reason": _reason(line), "said": line.said, "whole": whole_row(line.text, line.indicators, line.said),
            })  # fmt: skip
        groups.append({"name": name, "count": len(lines), "rows": rows})
    return {
        "demo": DEMO_LABEL if head.is_demo else "", "title": title_of(letter),
        "number": letter.number or number_blank(head.day),
        "unit": letter.unit.name, "opening": opening(letter), "requests": requests(letter), "count": len(letter.lines),
        "issuer": head.issuer or BLANK, "date": chinese_day(head.day), "contact": head.contact or BLANK,
        "reply_by": reply_words(head.reply_by), "round": letter.round, "groups": groups,
    }  # fmt: skip


def _reason(line: Line) -> str:
    if line.round == 1 or line.reminded is None:
        return line.words
    return f"{line.words}；{_ordinal(line.round)}（上次{line.reminded}）"


def letter_text(letter: Reminder) -> str:
    """Return the same as plain text, every item in full; lines end as Windows ends them."""
    values = fields_of(letter)
    lines = [
        *([values["demo"]] if values["demo"] else []),
        values["title"],
        f"编号：{values['number']}",
        "",
        f"{values['unit']}：",
    ]
    lines += [f"　　{paragraph}" for paragraph in (values["opening"], *values["requests"])]
    lines += [
        "",
        values["issuer"],
        values["date"],
        f"（联系人：{values['contact']}）",
        "",
        f"附件：催办事项清单（{values['count']}项）",
    ]
    for group in values["groups"]:
        lines += ["", f"{group['name']}（{group['count']}项）"]
        lines += [part for row in group["rows"] for part in _row_text(row)]
    return "\r\n".join("\n".join(lines).splitlines()) + "\r\n"


def _row_text(row: dict[str, Any]) -> Sequence[str]:
    parts = [
        ("指标", row["indicators"]),
        ("完成时限", row["due"]),
        ("催办原因", row["reason"]),
        ("本单位最近填报", row["said"]),
    ]
    told = [f"   {name}：{_indented(words)}" for name, words in parts if words]
    return [f"{row['place']}. {row['label']}  {_indented(row['text'])}", *told]


def _indented(text: str) -> str:
    return text.replace("\n", "\n      ")


TYPES = {
    ".docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def mail(subject: str, to: str | None, text: str, attachments: Mapping[str, bytes]) -> bytes:
    """Return a mail as a draft that mail programs open for sending; without an address its line To is left out.

    The same content gives the same bytes: no date, no number of its own, boundaries made from what it holds.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    if to:
        message["To"] = to
    message["X-Unsent"] = "1"
    message.set_content(text, cte="base64")
    digest = hashlib.sha256(text.encode())
    for name, content in attachments.items():
        suffix = "." + name.rpartition(".")[2]
        message.add_attachment(content, maintype="application", subtype=TYPES[suffix], filename=name)
        digest.update(content)
    message.set_boundary(f"tracker-{digest.hexdigest()[:32]}")
    return message.as_bytes()
