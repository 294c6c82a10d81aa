"""Finding the words of responsibility in an article: brackets of any width, lines with a label, a closing sentence.

An article may have one bracket or several; they may be nested, mixed in width, or lack their end. What is not a
list of units with a role is left alone, so that a document without brackets yields no task.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.plans.reading.punctuation import brackets, shadow, split_top
from tracker.plans.reading.responsibilities import (
    CONTENT,
    LABEL_LINE,
    SKIP,
    has_label,
    has_role_verb,
    labels_in,
    opens_label,
    with_colons,
    without_verb,
    without_when,
)
from tracker.plans.reading.units import ends_like_unit, is_nameless, looks_like_list, prefix_of, without_etc

if TYPE_CHECKING:
    from tracker.plans.reading.model import Passage

_LONGEST = 1500
_LAST = 700
_SHORT_LIST = 2
_ENOUGH = 0.6
_WEAK = 60
_OFFICE = re.compile("(?!详见|见)[一-龥]{1,8}(?:[处科股站所室队]|中心)")
_NO_BRACKET = re.compile("以下简称|下称|简称|含|包括|不含|例如|如|详见|见附|即|指|原|征求意见稿|试行|此件")
_UNIT_FIRST = re.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.] ?)?(?P<units>[一-龥、，（）]{3,60}?)："
    "(?=(?P<said>(?:主要)?(?:牵头)?(?:负责|承担|组织|做好|落实))|(?!答|关于|您|我|你|根据|现将)[^：]{8,}[。；]$)"
)
_FIRM = re.compile(
    "^(?:自治区|兵团|国家|省|市|州|县|区|镇|乡|团)|(?:厅|局|委|部|办|署|院|会|办公室|管委会|中心|集团|公司|银行|海关|政府)(?:（[^（）]*）)?$"
)
_BODIES = re.compile("部门|地方|政府|单位|地区|管委会|各[市县区州乡镇街]")
_ROLE_INSIDE = re.compile("按.{0,4}职责|负责。|牵头[，；、]|配合[，；]|分工负责|[厅局委部办](?:负责|牵头)|会同")
_GIVEN = re.compile(
    "[，。]由(?P<lead>[^，。；！？]{2,300}?)(?P<verb>负责(?!解释|说明|修订)|牵头|研究提出|组织落实|抓好落实)[^，。；！？]{0,12}"
    "(?:，(?P<help>[^，。；！？]{2,300}?)(?:配合|参与|协助|协同)[^，。；！？]{0,4})?(?:，[^，。；！？]{2,20}(?<=完成|到位|建成|见效|实施|落实))?。?$"
)
_ROLE_WORDS = (
    "按(?:照)?(?:各自)?职责(?:分工)?(?:负责|落实|配合|参与)|分工负责|分别负责|牵头负责|牵头|配合|参与|负责|落实"
)
_CLOSING = re.compile(
    f"(?:^|。)(?:(?:以上|上述|本[项条])[一-龥]{{0,4}}由|由)?([^。！？]{{4,600}}(?:{_ROLE_WORDS}))。?$"
)


@dataclass(frozen=True, slots=True)
class Duty:
    """The words of one responsibility: offsets in the passage with signs, the words inside, and how sure it is one."""

    passage: Passage
    begin: int
    end: int
    words: str
    confidence: int
    doubt: str = ""


def duties(passage: Passage) -> list[Duty]:
    """Return the responsibilities stated in one paragraph, in order."""
    text = shadow(passage.text)
    found: list[Duty] = []
    if text[:1] != "（" and opens_label(passage.text) not in ("", CONTENT) and (lines := _labelled(passage, text)):
        return lines
    for begin, end in brackets(text, _LONGEST):
        duty = _bracket(passage, text, begin, end)
        if duty:
            found.append(duty)
    if not found:
        found = (
            _unit_first(passage, text)
            or _labelled(passage, text)
            or _closing(passage, text)
            or _assigned(passage, text)
        )
    return found


def _bracket(passage: Passage, text: str, begin: int, end: int) -> Duty | None:
    stop = end if end > 0 else next((at for at in (text.find("。", begin),) if at > 0), len(text))
    words = passage.text[begin + 1 : end - 1 if end > 0 else stop]
    inner = shadow(words)
    if not inner.strip() or _NO_BRACKET.match(inner):
        return None
    rank = _rank(inner) or (_WEAK if text[begin - 1 : begin] in ("。", "；") and _are_offices(inner) else 0)
    ends_sentence = stop >= len(text) or text[stop] in "。；！（" or text[max(begin - 1, 0)] in "。；！）"
    ends_sentence = ends_sentence or (text[stop] in "，、" and has_role_verb(without_when(inner)))
    if not rank or (not ends_sentence and not has_label(inner)):
        return None
    doubt = "" if end > 0 else "括号没有收尾，读到段末为止"
    return Duty(passage, begin, stop, words, rank if end > 0 else min(rank, 60), doubt)


def _rank(inner: str) -> int:
    """Return how surely the words in a bracket state a responsibility (0: they do not)."""
    labels = labels_in(inner)
    if labels:
        return 0 if all(role == SKIP for *_, role in labels) else 97
    inner = without_when(inner)
    clauses = re.split("[，；。]", inner)
    pieces = [
        piece
        for clause in clauses
        for piece in re.split("、|按|负责|牵头|配合|参与|会同|[及和](?=各)", without_verb(clause))
        if piece
    ]
    good = sum(1 for piece in pieces if ends_like_unit(piece.rstrip("等")) or is_nameless(piece))
    if not good:
        return 97 if re.match("待.{0,20}(?:明确|确定)", inner) else 0
    named = any(
        ends_like_unit(piece) and _FIRM.search(piece) and not is_nameless(piece)
        for piece in (each.rstrip("等") for each in pieces)
    )
    wholly = has_role_verb(inner) and all(ends_like_unit(piece.rstrip("等")) for piece in pieces)
    if not named and not wholly and not _BODIES.search(inner):
        return 0
    if has_role_verb(inner) or _ROLE_INSIDE.search(inner):
        return 96
    if named and looks_like_list(inner, _ENOUGH) and (good >= _SHORT_LIST or len(pieces) == 1):
        return 85 if good >= _SHORT_LIST else 70
    return 0


def _are_offices(inner: str) -> bool:
    """Tell a bracket that names offices of a department by nothing but their names (法规处、评估处，4月底前)."""
    names = [name for name in re.split("[、，；]", without_when(inner)) if name]
    offices = [name for name in names if _OFFICE.fullmatch(name)]
    return bool(offices) and all(name in offices or ends_like_unit(name) or is_nameless(name) for name in names)


def _labelled(passage: Passage, text: str) -> list[Duty]:
    starts = [found.start() for found in LABEL_LINE.finditer(with_colons(text))]
    if not starts:
        return []
    begin = starts[0]
    end = _label_end(text, starts[-1])
    return [Duty(passage, begin, end, passage.text[begin:end].rstrip("。"), 92)]


def _unit_first(passage: Passage, text: str) -> list[Duty]:
    """Return the units that open a line and have their work after a colon (县住建局：负责工地扬尘治理。)."""
    found = _UNIT_FIRST.match(text)
    if not found:
        return []
    names = [name for name in re.split("[、，]|[和及]", found.group("units")) if name]
    if not all(is_nameless(name) or (ends_like_unit(name) and _FIRM.search(name)) for name in names):
        return []
    if not found.group("said") and not all(map(prefix_of, names)):
        return []
    begin, end = found.span("units")
    return [Duty(passage, begin, end + 1, passage.text[begin:end], 80, "单位在前、任务在后，按负责单位读")]


def _label_end(text: str, last: int) -> int:
    """Return where the words of the last label end: at its sentence's end, or the paragraph's."""
    stop = next((end for _, end in split_top(text[last:], "。") if end), len(text) - last)
    return min(last + stop + 1, len(text))


def _assigned(passage: Passage, text: str) -> list[Duty]:
    """Return the units a last clause gives the work to (…，由国土部门甲会同乙等部门负责落实。)."""
    found = _GIVEN.search(text[-_LAST:])
    if not found:
        return []
    said = re.sub("等(?=有关|相关|部门|单位|、|$)", "、", f"{found['lead']}、{found['help'] or ''}")
    if not all(ends_like_unit(name) or is_nameless(name) for name in re.split("[、，]|会同|[和及]", said) if name):
        return []
    offset = max(len(text) - _LAST, 0)
    plain = found["help"] is None and not found.group().rstrip("。").endswith(("完成", "到位"))
    stop = found.end("verb" if found["verb"] in ("负责", "牵头") else "lead") if plain else found.end()
    words = passage.text[offset + found.start("lead") : offset + stop].rstrip("。")
    return [Duty(passage, offset + found.start("lead") - 1, len(text), words, 70, "责任表述不在括号内")]


def _closing(passage: Passage, text: str) -> list[Duty]:
    """Return a last sentence that is nothing but units and a word of responsibility."""
    found = _CLOSING.search(without_when(text[-_LAST:].rstrip("。")))
    if not found:
        return []
    words = found.group(1)
    names = [name for name in re.split(f"[、，；]|会同|{_ROLE_WORDS}", without_etc(words)) if name]
    good = sum(1 for name in names if ends_like_unit(name.rstrip("等")) or is_nameless(name))
    if not good or good < len(names):
        return []
    begin = max(len(text) - _LAST, 0) + found.start(1)
    words = passage.text[begin:].rstrip("。")
    return [Duty(passage, begin, len(text), words, 75, "责任表述不在括号内")]
