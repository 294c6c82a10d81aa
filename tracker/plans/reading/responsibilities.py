"""Who does what: the words of a responsibility bracket, line or table cell, to leads, participants and guidance.

Labels (牵头单位：…；配合单位：…) and verbs (…牵头，…配合; …按职责分工负责) are understood, and remarks that hold
for the whole plan (以下均需…落实，不再列出) are kept apart. Modes as in docs/contract.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.plans.reading.model import joined
from tracker.plans.reading.punctuation import shadow, split_top
from tracker.plans.reading.units import Names, Naming, places_in, read_names, without_persons
from tracker.text import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAD, PART, DUTY, GUIDE, PLAIN, SKIP, DUE = "lead", "participant", "duty", "guidance", "plain", "skip", "due"
CONTENT = "content"

_BODY = "(?:责任)?(?:单位|部门|处室|科室|股室|处|科|主体|机关|机构|地区|方)(?:（[^（）]{1,12}）)?"
_PERSONS = "(?:第[一二]|责任|牵头|分管|主管|主要|包联|包保|挂钩|[省市县区])?级?(?:领导|责任人|负责人|负责同志)"
_LABELS: tuple[tuple[str, str], ...] = (
    (LEAD, f"(?:牵头|主要牵头|总牵头|第一责任|主要责任|主责|主办|承办)(?:负责|落实|实施)?(?:{_BODY})?"),
    (
        PART,
        f"(?:第[二三]责任|技术支[撑持]|参与配合|配合参与|配合|协助|协办|协作|参与|参加|协同|支持|会同|联办|其他责任|相关)(?:落实|实施)?(?:{_BODY})?",
    ),
    (GUIDE, f"(?:业务|省级|国家)?(?:指导|督导|监督|督办|验收|考核|审核){_BODY}"),
    (
        SKIP,
        f"{_PERSONS}|联系人|联络员|备注|资金来源|资金安排|资金渠道|投资估算|总投资|(?:适用|实施)(?:范围|区域)|(?:实施|建设)(?:地点|内容)|说明",
    ),
    (
        DUE,
        "(?:计划)?(?:完成|办结|实施|整改|推进|起止|截止)?(?:时限|时间|期限|年限|(?<=[成结施改止])(?:日期|节点|月份))(?:要求|节点|安排|进度)?|时间节点|进度(?:安排|要求)",
    ),
    (DUTY, f"(?:整改)?(?:负责|责任|落实|实施|承担|完成|执行|推进|分工|主管|组织){_BODY}|责任分工|职责分工|责任"),
)
_LABEL = re.compile("|".join(f"(?P<{role}>(?:{words}))" for role, words in _LABELS))
_LABELLED = re.compile(f"(?:{_LABEL.pattern}) ?：")
_CONTENT_LABEL = re.compile(
    "(?:主要|具体|重点|工作|年度|建设|目标|任务|改革|整改|民生)?"
    "(?:内容|任务|措施|举措|目标|要求|计划|安排|做法|路径|实事)(?:要求|任务|内容)? ?："
)
_ANSWERS = "|".join(f"(?:{words})" for role, words in _LABELS if role != SKIP)
LABEL_LINE = re.compile(
    f"(?:^|(?<=[。；！])|(?<=，)(?=[一-龥]{{2,6}}(?:单位|部门|处室|科室|股室|时限|时间|期限) ?：))(?=(?:{_ANSWERS}|{_PERSONS}) ?：)"
)
"""Where a line or a sentence opens with a label of responsibility, of the person in charge, or of the deadline."""
_LABEL_IS = re.compile("((?:牵头|责任|主办|配合|参与|参加|协办|负责)(?:单位|部门))为(?=[一-龥])")
_LEAD_VERB = (
    "(?:(?:共同|联合|具体|统一|分别|总|负责|统筹)?(?:牵头|主办)|统筹(?=$|协调|推进|负责|抓总))"
    "(?:负责|组织实施|落实|推进|实施|组织|抓总|推动|做好|落实推进|督导|督促|指导|总抓|抓落实|协调)?"
)
_PART_VERB = (
    "(?:协同|积极|共同|予以|按职责|按照职责|按职责分工|按照职责分工|分别)?"
    "(?:配合|参与|协助|参加|支持|协作|协办){1,2}(?:落实|实施|推进|做好|推动)?"
)
_GUIDE_VERB = "(?:负责)?(?:加强|给予|业务)*(?:指导|督导|督促)"
_DUTY_VERB = (
    "(?:(?:按|按照|根据|依|依据|依照|结合)?(?:各自|部门|自身)?职[责能](?:分工)?(?:分别|共同|各自|抓好|做好|组织)?"
    "(?:负责|落实|推进|实施|抓好落实|组织实施|开展|推动|指导推动|指导推进)?|(?:按(?:照)?)?分工(?:负责|落实)|分别负责|共同负责|具体负责|分级负责|负责(?:落实|实施|推进)?|"
    "(?:组织|分别|共同|抓好|具体)?(?:落实|实施|推进)|(?:负责)?(?:汇总|督办|把关|抓总|办理|承办)(?:上报)?)"
)
_VERB_END = re.compile(
    f"(?:(?P<lead>{_LEAD_VERB})|(?P<participant>{_PART_VERB})|(?P<guidance>{_GUIDE_VERB})|(?P<duty>{_DUTY_VERB}))[。；，]?$"
)
_REMARK_LAST = re.compile("（[^（）]*）?$")
_VERB_INSIDE = re.compile(
    f"(?:(?P<lead>{_LEAD_VERB})|(?P<participant>(?:共同)?(?:配合|参与|协助))|(?P<duty>按(?:照)?职责分工负责))(?=[省市区县州各由自])"
)
_RIDER = re.compile(
    "逗号(?:之|以)?前[^，。；）]{2,20}(?:[，；]逗号(?:之|以)?后[^，。；）]{2,20})?(?:[，；](?:以下|下)同)?|"
    "(?:两[省市]+|各[省市]+)?(?:位列|排列|排名|列|排)[^，。；]{0,8}(?:第一|首)[^。；）]{4,30}，(?:以下|下)同|"
    "(?:以下|上述|以上|本方案|各项|未明确|未注明)[^。；）]{0,60}?(?:均[需由须]|均要|都[需由须要]|下同|不再列出|不再一一列出|不再重复)[^。；]{0,80}"
    "|(?:以下|上述)?各[条项款][^，。；）]{0,6}涉及[^，。；）]{0,24}|(?:，|^)?(?:下同|以下同|不再列出)$"
)
_TBD = re.compile(
    "待[^、，。；]{0,16}(?:明确|确定|定)(?:后(?:确定|明确|落实|补充))?"
    "|^(?:待(?:定|明确|落实|补充|商)|[未暂]定|[尚暂]?未(?:明确|确定)|待补)$"
)
_REFERENCE = re.compile(
    "(?:具体)?(?:参照|按照|依照|执行|详见|见|根据)《[^《》]{2,80}》[^、，。；]{0,12}(?:分工|执行|落实|实施|确定|职责|负责)?"
)
_WHEN = (
    "(?:到|在|于|至|自|从|力争|确保|计划)*(?:"
    "(?=[0-9年一二三四第上下半每本当全月季底])"
    "[0-9年月日第一二三四季度上下半底末初中旬前之以内后每本当全起至到—\\-–~～、 ]*(?<=[年月日季度旬底末初前内后起])"
    "(?:长期|持续|常态化)?|长期|持续|常态化?|立即|及时|即时|全程|近期|分阶段)"
    "(?:(?!牵头|配合|负责|参与|协助|指导)[^，。；、：（）厅局委办院署]){0,14}"
)
_ONLY_WHEN = re.compile(_WHEN)
_WHEN_LAST = re.compile(f"[，。；、 ]{_WHEN}(?:[，；]{_WHEN})*[。；]?$")
_BOOKS = re.compile("《[^《》]{0,80}》")
_JOINED_BY = re.compile("(?<=[厅局委部办院会司]) ?(?:会同|商) ?(?=[一-龥])")
_CALLED_LEAD = re.compile(
    "(?:列|排|位列|排列|排名)(?:在|于)?(?:第一|首)(?:位|个|名)?(?:的|者)*(?:部门|单位|责任单位|机构)?"
    "(?:为|是|作为|即为)(?:该项|本项|此项|总)?(?:工作|任务)?(?:的)?牵头|第一(?:个)?(?:责任)?(?:单位|部门)为牵头"
)


_COMMA_LEADS = re.compile("逗号(?:之|以)?前[^，。；]{0,10}为[^，。；]{0,4}(?:牵头|主责|责任)")
FIRST, BEFORE_COMMA = "first", "before the comma"
"""Rules of a document that name the lead of a list without labels."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for a row.

    `mode` as in docs/contract.md (lead, joint, sole, tbd, by_reference, unstated); names are full; `nameless`, `guidance`
    and `remarks` go to the note; `rider` holds for the whole plan; `due` is the text after 完成时限：.
    """

    mode: str = "unstated"
    leads: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    open_ended: bool = False
    rider: str = ""
    due: str = ""
    remarks: tuple[str, ...] = ()

    def note(self) -> str:
        """Return what the columns cannot hold, in Chinese."""
        parts = []
        if self.nameless:
            parts.append("原文另列：" + joined(self.nameless))
        if self.guidance:
            parts.append("指导单位：" + joined(self.guidance))
        if self.remarks:
            parts.append("原文附注：" + joined(self.remarks))
        return "；".join(parts)


def lead_rule(text: str) -> str:
    """Return whom the document calls the lead: FIRST (列第一位者为牵头单位), BEFORE_COMMA (逗号前为牵头单位), or an empty text."""
    flat = shadow(text)
    if _COMMA_LEADS.search(flat):
        return BEFORE_COMMA
    return FIRST if _CALLED_LEAD.search(flat) else ""


def rider_in(text: str) -> str:
    """Return a sentence of the running text that holds for the whole plan (以上任务均需各县落实，不再列出)."""
    found = re.search(
        "(?:^|[。\n])((?:以上|以下|上述)[^。\n]{2,60}?均[需由须][^。\n]{2,60}?(?:落实|负责)[^。\n]{0,30}(?:不再[一]{0,2}列出|不再重复|下同))",
        shadow(text),
    )
    return text[found.start(1) : found.end(1)] if found else ""


def opens_label(text: str) -> str:
    """Return the role of the label that opens a line (责任单位：, 完成时限：, 主要内容：), or an empty text."""
    flat = with_colons(shadow(text)).lstrip("（ ")
    found = _LABELLED.match(flat)
    if found:
        return found.lastgroup or ""
    return CONTENT if _CONTENT_LABEL.match(flat) else ""


def content_label(text: str) -> int:
    """Return how long the label is that only says what a paragraph is (主要内容：…); 0 without one."""
    found = _CONTENT_LABEL.match(shadow(text))
    return found.end() if found else 0


def has_label(text: str) -> bool:
    """Tell whether a text opens with a label such as 责任单位：."""
    return bool(_LABELLED.match(with_colons(shadow(text)).lstrip("（ ")))


def names_persons_only(text: str) -> bool:
    """Tell words that say nothing but who is in charge in person (分管领导：张三)."""
    labels = labels_in(text)
    return bool(labels) and all(role == SKIP for *_, role in labels)


def with_colons(text: str) -> str:
    """Return a shadow in which 牵头单位为甲 reads 牵头单位：甲, letter for letter."""
    return _LABEL_IS.sub(lambda found: found.group(1) + "：", text)


def labels_in(text: str) -> list[tuple[int, int, str]]:
    """Return (begin, end, role) of every label with its colon."""
    return [
        (found.start(), found.end(), found.lastgroup or "") for found in _LABELLED.finditer(with_colons(shadow(text)))
    ]


def without_when(text: str) -> str:
    """Return the words of a bracket without the deadline that closes it (…负责，12月底前完成)."""
    found = _WHEN_LAST.search(text)
    return text[: found.start()] if found else text


def without_verb(text: str) -> str:
    """Return a clause of a bracket without the word of responsibility that closes it (州水利局汇总)."""
    found = _VERB_END.search(text)
    return text[: found.start()] if found else text


def has_role_verb(text: str) -> bool:
    """Tell whether a text ends in a word of responsibility (负责, 牵头, 配合, …)."""
    return bool(_VERB_END.search(shadow(text).strip().rstrip("。；，")))


def read_responsibility(text: str, naming: Naming, *, cell: str = "", rule: str = "") -> Responsibility:
    """Return who answers, from the words of a bracket or line, or (`cell` = "lead" or "participant") a table cell.

    rule is what the document says of lists without labels, as lead_rule returns it.
    """
    text, persons = without_persons(text) if cell else (text, ())
    text, rider = _without_rider(text)
    kept, deferred, reference = _without_deferral(text)
    parts = _parts(_BOOKS.sub("", kept), naming)
    share = _shared(parts, cell=cell, rule=rule)
    waits = deferred and not share.leads and (deferred == "tbd" or not share.participants)
    named = [part for part in parts if part.role not in (SKIP, DUE)]
    return Responsibility(
        mode=deferred if waits else share.mode,
        leads=share.leads,
        participants=share.participants,
        guidance=tuple(name for part in named if part.role == GUIDE for name in part.names.units),
        nameless=tuple(name for part in named for name in part.names.nameless),
        open_ended=any(part.names.open_ended for part in named if part.role != GUIDE),
        rider=rider,
        due="，".join(part.words for part in parts if part.role == DUE).strip("，。；、 "),
        remarks=tuple(remark for part in named for remark in (*part.names.remarks, part.remark) if remark)
        + ((reference,) if reference else ())
        + persons
        + tuple(words for part in parts if part.role == SKIP and (words := part.words.strip(" 　，。；、()（）"))),
    )


def _without_rider(text: str) -> tuple[str, str]:
    """Return the words without the remark that holds for the whole plan, and that remark."""
    found = _RIDER.search(shadow(text))
    if not found:
        return text, ""
    rest = text[: found.start()] + text[found.end() :]
    return rest.rstrip("，。； （("), text[found.start() : found.end()].strip("，。； ")


def _without_deferral(text: str) -> tuple[str, str, str]:
    """Return the words without what says that somebody else decides, its mode (tbd, by_reference, or none), and the reference."""
    flat = shadow(text)
    reference, tbd = _REFERENCE.search(flat), _TBD.search(flat)
    kept = text
    for found in sorted((match for match in (reference, tbd) if match), key=lambda match: -match.start()):
        kept = kept[: found.start()] + kept[found.end() :]
    mode = "tbd" if tbd else "by_reference" if reference else ""
    return kept, mode, text[reference.start() : reference.end()] if reference else ""


@dataclass(slots=True)
class _Part:
    """A stretch of the bracket under one role: its words, the verb or label that gave the role, its names."""

    role: str
    words: str
    verb: str = ""
    names: Names = field(default_factory=Names)
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Share:
    mode: str
    leads: tuple[str, ...]
    participants: tuple[str, ...]


def _parts(text: str, naming: Naming) -> list[_Part]:
    labels = labels_in(text)
    parts: list[_Part] = []
    if labels and text[: labels[0][0]].strip("，。；、 （("):
        parts.extend(_by_verbs(text[: labels[0][0]], PLAIN))
    for index, (begin, end, role) in enumerate(labels):
        stop = labels[index + 1][0] if index + 1 < len(labels) else len(text)
        words = text[end:stop]
        if role in (SKIP, DUE):
            parts.append(_Part(role, words if role == DUE else text[begin:stop]))
        else:
            parts.extend(_by_verbs(words, role, labelled=True))
    if not labels:
        parts = _by_verbs(text, PLAIN)
    return _named(parts, naming)


def _named(parts: list[_Part], naming: Naming) -> list[_Part]:
    """Read the names of every part; an elided prefix carries over from part to part."""
    prefix = ""
    places = places_in("；".join(part.words for part in parts))
    for part in parts:
        if part.role not in (SKIP, DUE):
            part.names = read_names(part.words, naming, prefix, places)
            prefix = part.names.prefix
    return parts


def _by_verbs(text: str, default: str, *, labelled: bool = False) -> list[_Part]:
    """Cut a text into parts by its verbs; parts without one share the role of their neighbour."""
    text = re.sub("(牵头(?:负责)?|(?<=[厅局委部办院会])(?:配合|参与))、", lambda found: found.group(1) + "，", text)
    text = _JOINED_BY.sub("，会同", _VERB_INSIDE.sub(lambda found: found.group() + "，", text))
    parts: list[_Part] = []
    pending: list[_Part] = []
    for begin, end in split_top(shadow(text), "，；。"):
        words = text[begin:end].strip(" 由（(")
        if not words:
            continue
        part = _part(words)
        if part.role == DUE:
            parts.append(part)
            continue
        if part.role == PLAIN:
            pending.append(part)
            parts.append(part)
            continue
        if part.role == PART and pending and not labelled:
            _settle(pending, DUTY, "")
        elif not labelled or part.role == DUTY:
            _settle(pending, default if labelled else part.role, part.verb)
        pending = []
        if labelled and part.role == DUTY:
            part.role = default
        parts.append(part)
    before = next((part for part in reversed(parts) if part.role not in (PLAIN, DUE)), None)
    for part in pending:
        if before is None or labelled:
            part.role = default
        else:
            part.role = PART if before.role == LEAD else before.role
            part.verb = before.verb
    return parts


def _settle(pending: list[_Part], role: str, verb: str) -> None:
    for part in pending:
        part.role, part.verb = role, verb


def _part(words: str) -> _Part:
    text = shadow(words)
    if _ONLY_WHEN.fullmatch(text):
        return _Part(DUE, words)
    if text.startswith("会同"):
        found = _VERB_END.search(text)
        return _Part(PART, words[2 : found.start() if found else None], "会同")
    found = _VERB_END.search(_REMARK_LAST.sub("", text))
    if found:
        remark = words[found.end() :].strip("（）()〈〉〔〕[]【】 ")
        return _Part(found.lastgroup or DUTY, words[: found.start()], found.group(), remark=remark)
    inside = re.match(r"([^，。；]{2,40}?[厅局委部办院会司室]) ?(负责|牵头)(?!人|单位|部门)", text)
    if inside:
        role = LEAD if inside.group(2) == "牵头" else DUTY
        return _Part(role, words[: inside.end(1)], inside.group(2), remark=words[inside.end(1) :])
    return _Part(PLAIN, words)


def _units(parts: list[_Part], *roles: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts if part.role in roles for name in part.names.units))


def _besides(names: Iterable[str], taken: Iterable[str]) -> tuple[str, ...]:
    """Return names, each once, without some that stand elsewhere."""
    return tuple(dict.fromkeys(name for name in names if name not in taken))


def _shared(parts: list[_Part], *, cell: str, rule: str) -> _Share:
    """Distribute the names over leads and participants, and name the mode."""
    leads, others, helpers = _units(parts, LEAD), _units(parts, DUTY, PLAIN), _units(parts, PART)
    marked = tuple(name for part in parts if part.role in (DUTY, PLAIN) for name in part.names.leading)
    helping = tuple(name for part in parts if part.role in (DUTY, PLAIN) for name in part.names.helping)
    if (marked or (helping and cell != "participant")) and not leads:
        first = marked or _besides(others, helping)
        return _Share("lead" if first else "unstated", first, _besides((*others, *helpers), first))
    if cell == "participant":
        return _Share("unstated", leads, _besides((*helpers, *others), leads))
    if any(part.role == LEAD for part in parts):
        first, rest = (leads, (*others, *helpers)) if leads else (others, helpers)
        return _Share("lead", first, _besides(rest, first))
    if rule and not helpers and (first := _ruled(parts, others, rule)):
        return _Share("lead", first, _besides(others, first))
    answering = [part for part in parts if part.role in (DUTY, PLAIN)]
    if not any(part.names.units or part.names.nameless for part in answering):
        return _Share("unstated", (), helpers)
    return _Share(_mode(answering, others, alone=cell != "lead" and not helpers), others, _besides(helpers, others))


def _ruled(parts: list[_Part], names: tuple[str, ...], rule: str) -> tuple[str, ...]:
    """Return the leads among names without labels: the first (of each place), or those before the first comma; else none."""
    if rule == FIRST:
        firsts = (next((name for name in names if name.startswith(place)), "") for place in places_in("、".join(names)))
        return tuple(filter(None, firsts)) or (names[:1] if len(names) > 1 else ())
    first = next((part.names.units for part in parts if part.role in (DUTY, PLAIN) and part.names.units), ())
    return first if len([part for part in parts if part.role in (DUTY, PLAIN)]) > 1 else ()


def _mode(answering: list[_Part], names: tuple[str, ...], *, alone: bool) -> str:
    """Return how those who answer do so: jointly, as leads of others, or by themselves."""
    if re.search("职责|分工|分别|共同|各自", "".join(part.verb for part in answering)):
        return "joint"
    return ("joint" if len(names) > 1 else "sole") if alone else "lead"


OFFICE = "(.{2,}[厅局委办])([一-龥]{2,8}(?<!办事)[处科股室])"
"""A name with an office of the unit behind it: 市水务局规划处."""
_ROLE_AHEAD = lazy_pattern(r"[【\[〔（(]((?:牵头|主办|责任|配合|参与|协办|协助)(?:单位|部门)?)[】\]〕）)][：:]?")
_BRACKETED = lazy_pattern(r"([【\[〔（(])([^【】\[\]〔〕（）()]+)[】\]〕）)]")


def bare_name(text: str) -> str | None:
    """Return the one name in a cell of units, without seal, label, person and office; None where it holds none or several."""
    read = read_responsibility(undressed(text), Naming(), cell="lead")
    names = [*read.leads, *read.participants]
    if len(names) != 1:
        return None
    name = names[0].replace("：", ":").rpartition(":")[2]
    office = re.fullmatch(OFFICE, name)
    return office[1] if office else name


def undressed(text: str) -> str:
    """Write a cell of units without brackets around it, and roles that stand in brackets before names (【牵头】甲【配合】乙) as labels."""
    text = text.strip()
    if _ROLE_AHEAD.match(text):
        text = _ROLE_AHEAD.sub(r"；\1：", text).lstrip("；")
    whole = _BRACKETED.fullmatch(text)
    return whole[2] if whole else text
