"""The front of a document (title, number, date, issuers, status, region), and where body and annexes begin."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.plans.reading.dates import FIVE_YEAR_PLANS, Calendar
from tracker.plans.reading.lexicon import CITIES, PROVINCE_SIGNS, PROVINCES
from tracker.plans.reading.model import Line
from tracker.plans.reading.punctuation import CHAPTER_RANKS, SECTION_RANK, chinese_number, mark_at, shadow, tidy
from tracker.plans.reading.units import ends_like_unit, is_nameless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.plans.reading.model import Block

_TITLE_END = re.compile(
    "(?:实施方案|行动方案|工作方案|总体方案|方案|行动计划|工作计划|计划|规划|实施意见|意见|纲要|办法|条例|措施|任务清单|工作要点|要点|工作安排|规则|细则|导则|规定|分工|分工表|分解表|任务表|(?:任务|责任|目标)分解|清单|台账|决定|通告|重点工作|重点任务)"
    "(?:（[^（）]{2,20}）)*$"
)
_NUMBER = re.compile(r"[一-龥]{1,10}(?:（[一-龥]{1,4}）)? ?[（〔\[](20\d\d)[）〕\]] ?(?:第)? ?\d{1,4} ?号")
_DAY = re.compile(r"(20\d\d) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")
_CHINESE_DAY = re.compile(
    "(二[〇○0零][一二三四五六七八九〇○0零]{2})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_NOTICE = re.compile(
    "印发《([^《》]{4,80})》(?=(?:[、和及]?《[^《》]*》)*等?[^，。；《》]{0,8}(?:通知|函|公告))|(?:现|现予以?)印发《([^《》]{4,80})》|将《([^《》]{4,80})》(?:予以)?印发|《([^《》]{4,80})》(?:已|业)?经[^。]{2,60}(?:通过|同意|批准)|"
    "印发(?:关于)?([^《》。，；：]{4,60}?(?:方案|计划|规划|意见|要点|措施|清单|分工|任务|台账|安排|办法|规定|细则|规则|导则|指南)(?:（[^（）]{2,20}）)?)的(?:通知|函)"
)
_HEADLINE = re.compile(
    r"(?:\d{1,2}月\d{1,2}日，)?(?:(?!关于)[^《》。，]){2,30}(?:发布|出台|印发|发表|公布)(?:了)?《([^《》]{6,80})》(?!.{0,3}的(?:通知|公告))"
)
"""What a web page writes over the text of a plan: 某省出台《…实施意见》."""
_DRAFT = re.compile("征求意见稿|送审稿|草案|讨论稿|公开征求意见|（稿）")
_ANNEX = re.compile(r"附(?:件|录|表) ?([0-9一二三四五六七八九十]{0,3})(?: ?[：:.．、])? ?(.{0,60})$")
_ANNEX_LIST = re.compile(r"附(?:件|录|表) ?： ?(?:1|一)?[.．、]?.{2,80}")
_REMARKS = re.compile("(?:起草说明|编制说明|起草情况说明|编制情况说明|政策解读|解读|说明)(?:（[^（）]{2,20}）)?$")
_PARK = re.compile("(?:园区|示范区|开发区|新区)$")
_FIVE_YEARS = re.compile("十[一二三四五六]五")
_DIGITS = "〇一二三四五六七八九"
_TITLE_SPAN = re.compile(r"(20[0-4]\d) ?年? ?[—\-–－~～至到]+ ?20[0-4]\d")
_TITLE_YEAR = re.compile(r"(20[0-4]\d) ?年(?!前|以前|之前|远景|愿景|比)")
_PLACE_FIRST = re.compile(
    "([一-龥]{2,6}?(?:自治区|自治州|自治县|自治旗|特别行政区|省|新区|市|盟|县|区|旗|州))(?!场|容|域|值|级|际)"
)
_INNER_PLACE = re.compile("[一-龥]{1,4}?(?:自治县|市|县|区|旗)(?![场容域值级际])")
_ZONE = re.compile("(?!国家|推进|关于|支持|加快)[一-龥]{2,4}(?:(?:经济技术|高新技术产业|经济)开发区|高新区|经开区)")
_SIGNED_PLACE = re.compile(
    "([一-龥]{2,8}?(?:自治区|自治州|自治县|新区|地区|省|市|盟|县|区|旗|州))(?:人民政府|人民代表|委员会|政府办|管委会|生态环境[厅局]|发展|行政公署)"
)
_OFFICE_OF = re.compile(
    "^([一-龥]{2,8}?(?:自治区|自治州|自治县|新区|省|市|盟|县|区|旗|州))"
    "[一-龥]{2,16}?(?:厅|局|委|委员会|办公室|指挥部|领导小组)(?: ?文件)?(?= |$|关于)",
    re.MULTILINE,
)
_OFFICE_WORDS = re.compile(
    "有关|相关|将|[厅局委办部署处目按据由把被及或等与的了]|方|人民|中共|企业|单位|机关|高新区$|经开区$"
)
_NATIONAL = re.compile("国务院|国家|生态环境部|财政部|商务部|科技部|水利部|工业和信息化部|市场监管总局")
_OFTEN = 3
_TO_ALL_PROVINCES = re.compile("各省、自治区、直辖市")
_NO_PLACE = re.compile(
    "贯彻|成立|组织|开展|^[每在]|[全各][省市县区州]$|^[日目]前|^(?:[全我各本该]|城[市区镇]|.?山区$|(?:直辖|地级|设区的?|县级)市$|自治[区州县]$|(?:主|老|新|旧|古|中心)城区|建成区|[制感排行能]区$|[及和市县区省])|(?:无废|型|森林|海绵|园林|卫生|智慧|文明|试点|示范|宜居)城市$|强[省市县区]$|关于|推[进动行]|加快|促进|实施|落实|深[入化度]|进一步|绿色|生态|新型城|园区|社区|小区|校区|景区|库区|牧区|灾区|"
    "重点|流域|示范|试验|先行|开发|保护|创新|优化|县域|区域|低碳|清洁|乡[村镇]|农村|都市圈|大都市|建设|治理|污染|行动|工作|特色|试点|功能|现代|产业|节能|降碳|联合|打[造好]"
)
_TITLE_REMARK = re.compile(
    "（(?![^（）]*(?:印发|发布|公开|通过|月))(?:20\\d\\d[—–-]20\\d\\d|[^（）]{0,20}(?:年|稿|草案|试行|暂行|版|修订)[^（）]{0,6})）"
)
_TITLE_VERB = "(?:贯彻|推动|推进|促进|支持|加快|深入|全面|进一步|落实|加强|做好|开展|建立|打造)"
_SHORTEST_TITLE = 4
_ABOUT_LINES, _ABOUT_LINE = 3, 36
_FULL_LINE = 25
_HEAD_LINES = 12
_HEAD_OF_NOTICE = 5
_BELOW_TITLE = 3
_MAX_TITLE = 60
_MAX_FRONT = 120
_TAIL = 12
_SIGNED_REACH = 12
_SIGNATURE = re.compile("附件?：|（此件|（?联系(?:人|电话|方式)|抄送|主送|印发$|公开方式|信息公开")


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
    tail: list[Line] = field(default_factory=list)


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
    _take_tail(parts)
    return parts


def _take_tail(parts: Parts) -> None:
    """Take the signature off the end of the body: date, names, list of annexes, who gets a copy."""
    for block in reversed(parts.body[-_SIGNED_REACH:]):
        if not isinstance(block, Line) or not (
            _day_of(block) or _SIGNATURE.match(shadow(tidy(block.text))) or _signs(block)
        ):
            break
        parts.tail.insert(0, block)
    if any(_day_of(line) or _SIGNATURE.match(shadow(tidy(line.text))) for line in parts.tail):
        del parts.body[len(parts.body) - len(parts.tail) :]


def _signs(line: Line) -> bool:
    """Tell a line that holds nothing but the names of who signed."""
    names = [tidy(name) for name in re.split(r"[ \t\u3000]+", line.text.strip()) if name]
    return bool(names) and all(ends_like_unit(name) and not mark_at(shadow(name)) for name in names)


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
    lines = _lines_of_front(blocks)
    promised = [_bare(name) for name in re.findall("《([^《》]{4,80})》", shadow("".join(lines)))]
    found = [each for index in range(len(lines)) if (each := _title_ending_at(lines, index, promised))]
    best = next((each for each in found if any(_is_called(each[1], name) for name in promised)), None)
    own = _notice_title(lines[:_HEAD_OF_NOTICE])
    own = "" if re.search("[印转]发", own) else own
    if re.search("关于(?:成立|调整|召开|举办|组织)", own):
        return 0, own
    head = "".join(lines[:_ABOUT_LINES])
    if not best and (headline := _HEADLINE.match(shadow(head))):
        return 0, head[headline.start(1) : headline.end(1)]
    if best or found:
        return best or found[0]
    if own:
        return 0, own
    notice = _NOTICE.search(shadow("".join(lines[:_HEAD_OF_NOTICE]))) or _NOTICE.search(shadow("".join(lines)))
    if notice:
        return 0, tidy(next(filter(None, notice.groups())))
    return 0, _notice_title(lines) or _named_in_preface(lines) or _run_in_title(lines)


def _lines_of_front(blocks: Sequence[Block]) -> list[str]:
    """Return the lines up to the first chapter, one for each block; a word broken over two is put together (…的通 / 知)."""
    lines: list[str] = []
    for block in blocks[:_MAX_FRONT]:
        if not isinstance(block, Line):
            if any(lines):
                break
            lines.append("")  # a head of a web page (索引号, 发文机构) that is a table
            continue
        text = tidy(block.text)
        mark = mark_at(shadow(text))
        if lines and mark and (mark.rank in CHAPTER_RANKS or mark.rank == SECTION_RANK):
            break
        if lines and re.fullmatch("通?知", text):
            lines[-1] += text
            text = ""
        lines.append(text)
    return lines


def _is_called(title: str, name: str) -> bool:
    """Tell whether a title is the one that a notice names, with its place before it or its remark after it."""
    bare = _bare(title)
    return bare.startswith(name) or (bare.endswith(name) and not re.search("[印转]发", bare))


def _bare(text: str) -> str:
    """Return a title without signs and the remark in brackets at its end, to compare it with its name elsewhere."""
    return re.sub(r"[\W_]", "", re.sub("（[^（）]*）$", "", shadow(text)))


def _title_ending_at(lines: list[str], index: int, promised: Sequence[str]) -> tuple[int, str] | None:
    """Return a title whose last line is the one at `index`, with the lines above and below that belong to it.

    promised are the names (bare) that the notice above it gives the documents it sends.
    """
    text = _unquoted(lines[index])
    flat = shadow(text)
    if len(text) > _MAX_TITLE or not _TITLE_END.search(flat) or not _may_be_title(text):
        return None
    if "，" in flat and not re.search("关于", flat) and _bare(text) not in promised:
        return None  # a line of running text
    if "通知" in flat or re.match("附|抄|《|第|为|根据|按照", flat) or (mark_at(flat) and not index):
        return None
    first = _opening_about(lines, index)
    while first and (
        _leads_title(lines, first, "".join(lines[first : index + 1]))
        or any(name.endswith(_bare("".join(lines[first - 1 : index + 1]))) for name in promised if lines[first - 1])
    ):
        first -= 1
    if first and "关于" not in lines[first] and _wraps(lines[first - 1]):
        return None
    title = "".join(lines[first:index]) + text
    flat = shadow(title)
    if len(title) < _SHORTEST_TITLE or mark_at(flat) or flat.count("《") != flat.count("》"):
        return None
    after = index + 1
    if after < len(lines) and (
        _TITLE_REMARK.fullmatch(shadow(lines[after])) or (lines[after] == "的通知" and "关于" in title)
    ):
        title, after = title + lines[after], after + 1
    return after, title


def _unquoted(text: str) -> str:
    """Return a line that is nothing but a title in 《》 without them, and without the sign of a footnote before it."""
    text = re.sub("^[1-9](?=[一-龥]{4})(?!.[年月日])", "", text)
    found = re.fullmatch("《([^《》]{4,60})》", text)
    return found.group(1) if found else text


def _opening_about(lines: list[str], index: int) -> int:
    """Return where a title that ends at `index` opens with 关于 a few lines above (国务院关于全面推行 / … / 指导意见)."""
    for first in range(index - 1, max(index - _ABOUT_LINES, 0) - 1, -1):
        flat = shadow(lines[first])
        ends = re.search("[。：；》〕号日]$|通知$", flat) or _TITLE_END.search(flat) or mark_at(flat)
        if len(flat) > _ABOUT_LINE or ends:
            break
        if re.search("关于(?!印发|公开|公布|报送|转发)", flat):
            return first
    return index


def _leads_title(lines: list[str], first: int, title: str) -> bool:
    """Tell whether the line above a title is its beginning (绿色低碳转型 / 行动方案)."""
    above, flat = lines[first - 1], shadow(lines[first - 1])
    if (
        first == 1
        and _FULL_LINE <= len(above) <= _MAX_TITLE
        and _place_in(flat)
        and not re.search("[，。：；》]", flat)
    ):
        return not _TITLE_END.search(flat)
    if re.match("“?十[一二三四五六]五", title) and _place_in(flat) and not re.search("[。；》]", flat):
        return True
    if (
        not re.search("[一-龥]", above)
        or len(above) > _MAX_TITLE / 2
        or len(above + title) > _MAX_TITLE + _TAIL
        or not _may_be_title(above)
    ):
        return False
    if re.search("[。；》、]$|通知$|文件$|[〕号]|日$|^附|^（|）$|^索|^发|^来源", flat) or _TITLE_END.search(flat):
        return False
    if (
        re.match(_TITLE_VERB, title)
        and not re.search("[，、]", flat)
        and re.search("[省市县区州旗]$|^" + _TITLE_VERB, flat)
    ):
        return True
    if mark_at(flat) or (ends_like_unit(flat) and "关于" not in flat and not (_is_cut(title) and _PARK.search(flat))):
        return False
    begins = bool(_place_in(shadow(title)) or title.startswith("关于")) and len(title) > _TAIL
    return not begins and (
        len(title) <= _TAIL or bool(re.search(r"关于|^.{2,8}[省市州县区]|20\d\d年", flat)) or _is_cut(title)
    )


def _is_cut(title: str) -> bool:
    """Tell words that cannot open a title: the rest of a broken one."""
    return bool(re.match("[若的和与及、建设污染防治增效转型]", title))


def _wraps(above: str) -> bool:
    """Tell a full line of running text, whose next line goes on with it, from what may stand over a title."""
    return len(above) >= _FULL_LINE and not re.search("[。：；！）》〕号日]$|通知$|文件$", shadow(above))


def _notice_title(lines: list[str]) -> str:
    """Return the title of a notice that is itself the plan: 关于做好2024年…工作的通知, over one line or several."""
    for index, text in enumerate(lines):
        if not re.search("的?(?:通知|通告|函|批复|通报|答复|决定|公告)》?$", shadow(text)) or len(text) > _MAX_TITLE:
            continue
        for first in range(index, max(index - 3, -1), -1):
            title = "".join(lines[first : index + 1])
            if re.search("关于|办公厅对|^《", title):
                return title.strip("《》")
    return ""


def _named_in_preface(lines: list[str]) -> str:
    """Return the title that a text without one gives itself in its preface (…，编制《某市生态环境保护规划》); not what is told about."""
    words = shadow("".join(lines))
    found = re.search("(?:编制|制定|制订)(?:了|形成)?《([^《》]{4,60}(?:规划|方案|计划|意见|要点))》", words)
    return found.group(1) if found and not re.search("近日|日前|解读|记者|以下简称", words) else ""


def _run_in_title(lines: list[str]) -> str:
    if not lines:
        return ""
    found = re.match(
        "(.{4,60}?(?:实施方案|行动方案|工作方案|行动计划|实施意见|方案|计划|规划|意见)(?:（[^（）]{2,20}）)?)(?=为|根据|按照|一、|第一|\\s)",
        shadow(lines[0]),
    )
    if found:
        return lines[0][: found.end(1)]
    first = next((index for index, text in enumerate(lines) if _may_be_title(text) and _is_wording(text)), None)
    if first is None:
        return ""
    after = first + 1
    while after < min(first + _ABOUT_LINES, len(lines)) and _is_open("".join(lines[first:after])):
        after += 1
    return "".join(lines[first:after])


def _is_wording(text: str) -> bool:
    """Tell words from a number on a line of its own (附件1, 繁政办〔2022〕3号, ICS 07.060) and from the names of who gets a letter."""
    flat = shadow(text)
    return (
        len(re.findall("[一-龥]", flat)) >= _SHORTEST_TITLE
        and not re.match("附件|各", flat)
        and not _NUMBER.fullmatch(flat)
    )


def _is_open(title: str) -> bool:
    """Tell a title that breaks off inside a quotation or a name (促进工业“碳达)."""
    flat = shadow(title)
    return flat.count("《") != flat.count("》") or title.count("“") != title.count("”")


def _may_be_title(text: str) -> bool:
    """Tell a short line that may be a title from the crumbs of a web page (首页>政务公开) and from labels."""
    return len(text) <= _MAX_TITLE and not re.search("[>＞|：。]|^首页|^当前位置|^索引", shadow(text))


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
    """Return the document number that stands on a line of its own in the front or right below the title."""
    below = [block for block in parts.body[:_BELOW_TITLE] if isinstance(block, Line)]
    for line in (*parts.front, *below):
        text = tidy(line.text)
        found = _NUMBER.search(shadow(text))
        if found and len(text) <= found.end() - found.start() + 6 and "《" not in text:
            return re.sub("^(?:文号|发文字号|发文文号)[：:]", "", text[found.start() : found.end()])
    return ""


def issued_on(parts: Parts) -> str:
    """Return the date of issue (ISO): a date on a line of its own in the front or at the end of the body."""
    last = [block for block in parts.body[-_SIGNED_REACH:] if isinstance(block, Line)]
    return next((day for line in (*parts.front, *last, *parts.tail) if (day := _day_of(line))), "")


def calendar_of(parts: Parts) -> Calendar:
    """Return the years the plan holds for, from its title, its number, its day of issue or the first 年度 in it."""
    title = _spelled_years(shadow(parts.title))
    span = _TITLE_SPAN.search(title)
    if span:
        return Calendar(start=int(span.group(1)))
    years = {int(found.group(1)) for found in _TITLE_YEAR.finditer(title)}
    if len(years) == 1:
        year = years.pop()
        return Calendar(year, "标题", whole=not re.search("[二两三四五]年(?:行动|攻坚|计划)", title), start=year)
    number = re.search(r"20\d\d", document_number(parts))
    issued = issued_on(parts)
    five = _FIVE_YEARS.search(title)
    start = FIVE_YEAR_PLANS[five.group()] - 4 if five else 0
    if issued:
        return Calendar(int(issued[:4]), "印发日期", start=start)
    if number:
        return Calendar(int(number.group()), "文号", start=start)
    head = "".join(tidy(block.text) for block in (*parts.front, *parts.body[:_HEAD_LINES]) if isinstance(block, Line))
    said = re.search(r"(20\d\d) ?年度", shadow(head))
    if said:
        return Calendar(int(said.group(1)), "正文“年度”", start=start)
    body = "".join(block.text for block in parts.body if isinstance(block, Line))
    months = set(re.findall(r"(20\d\d) ?年 ?\d{1,2} ?月", shadow(body)))
    return Calendar(int(months.pop()), "正文中的日期", start=start) if len(months) == 1 else Calendar(start=start)


def _spelled_years(title: str) -> str:
    """Return a title with 二〇二四年 as 2024年."""
    return re.sub(
        "二[〇○0零][一二三四五六七八九〇○0零]{2}(?=年)",
        lambda found: "".join(str(_DIGITS.find(sign)) if sign in _DIGITS else "0" for sign in found.group()),
        title,
    )


def first_year(parts: Parts) -> int:
    """Return the year before whose start nothing can be promised: of the title, the number or the issue (0: unknown)."""
    title = re.search(r"20[0-4]\d", _spelled_years(shadow(parts.title)))
    number = re.search(r"20\d\d", document_number(parts))
    years = [int(found.group()) for found in (title, number) if found]
    five = _FIVE_YEARS.search(parts.title)
    years += [FIVE_YEAR_PLANS[five.group()] - 4] if five else []
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


def region_of(parts: Parts, text: str, naming_usual: str) -> str:
    """Return the region a plan holds for: named in its title, by who signed or numbered it, else told from its text."""
    tail = [block for block in parts.body[-_SIGNED_REACH:] if isinstance(block, Line) and len(block.text) <= _MAX_TITLE]
    lines = (*parts.front[:_HEAD_LINES], *parts.body[:_BELOW_TITLE], *tail, *parts.tail)
    head = [tidy(line.text) for line in lines if isinstance(line, Line)]
    signed_by = re.sub("中共([一-龥]{2,8}?[省市县区州旗])委", r" \1人民政府 ", "\n".join(_without_addressees(head)))
    if any(map(_TO_ALL_PROVINCES.match, map(shadow, head))) or re.match("国务院|中共中央", parts.title):
        return "国家"
    for words in (parts.title, *issuers_of(parts)):
        if place := _place_in(shadow(words)):
            return place
    for signed in (_SIGNED_PLACE, _OFFICE_OF):
        if named := next(filter(None, map(_place_named, signed.findall(shadow(signed_by)))), ""):
            return named
    numbered = re.match(f"([{''.join(PROVINCE_SIGNS)}])(?:政|府|发)", document_number(parts))
    if numbered:
        return PROVINCES[PROVINCE_SIGNS[numbered.group(1)]]
    if bracketed := next(
        (city for city in re.findall("（([一-龥]{2,4})）", shadow(parts.title)) if city in CITIES), ""
    ):
        return f"{bracketed}市"
    usual = naming_usual or _speaks_of_itself(parts.title, text)
    if not usual:
        return "国家" if _NATIONAL.search(text) else ""
    counts: Counter[str]
    if usual in ("省", "自治区"):
        counts = Counter({full: text.count(short) for short, full in PROVINCES.items() if short in text})
    else:
        counts = Counter(filter(None, map(_place_named, _SIGNED_PLACE.findall(shadow(text)))))
    return counts.most_common(1)[0][0] if counts else ""


def _without_addressees(lines: Sequence[str]) -> list[str]:
    """Return the lines without those that say who gets the document (各区县人民政府，…管委会：), over one line or several."""
    kept: list[str] = []
    for line in lines:
        if not shadow(line).endswith("："):
            kept.append(line)
            continue
        while kept and (re.search("[，、][^。]*$", shadow(kept[-1])) or kept[-1].startswith("各")):
            kept.pop()
    return kept


def _speaks_of_itself(title: str, text: str) -> str:
    """Return what a document without a named place calls its own (省, 市 …): its title opens so, or it says 我省 again and again."""
    if opened := re.match("(自治区|省|市)(?:委|人民政府|政府|[一-龥]{2,12}[厅局委])", title):
        return opened.group(1)
    counts = Counter(re.findall("(?:我|全|本)([省市县])(?![场民区])", text))
    usual, times = counts.most_common(1)[0] if counts else ("", 0)
    return usual if times >= _OFTEN else ""


def _place_in(title: str) -> str:
    """Return the place that opens a title (浙江省…, 甲市…, 某某新区…), or an empty text."""
    title = re.sub(
        "^(?:关于)?(?:印发|转发|公布|召开|发布|下达|举办|进一步|加快|全面|深入|推进|推动|加强|做好|开展|规范|完善|促进|支持|实施|落实)*(?:中共)?[“《]?",
        "",
        title,
    )
    first = next((title[:size] for size in (4, 3, 2) if title[:size] in CITIES and title[size : size + 1] == "市"), "")
    if first and first not in PROVINCES:
        return f"{first}市"
    for short, full in PROVINCES.items():
        rest = title[len(short) :]
        if full in title or (title.startswith(short) and not (short in CITIES and rest.startswith("市"))):
            city = re.match(f"(?:{full}|{short}省?)([一-龥]{{2,6}}?市)(?!场)", title)
            if city and city.group(1) != full and not full.endswith("市"):
                return city.group(1)
            part = re.match(f"{full}(?!市)[一-龥]{{2,4}}?[区县](?!域)", title)
            return part.group() if part and _is_place(part.group()[len(full) :]) else full
    found = _PLACE_FIRST.match(title)
    if found and _is_place(found.group(1)):
        inner = _INNER_PLACE.match(title, found.end())
        return _inner(found.group(1), inner.group() if inner and _is_place(inner.group()) else "")
    if zone := _ZONE.match(title):
        return zone.group()
    return next((f"{title[:size]}市" for size in (4, 3, 2) if title[:size] in CITIES), "")


def _inner(place: str, within: str) -> str:
    """Return the place that a title is for: the city of a province, the district with its city."""
    return within if within and place.endswith(("省", "自治区")) else place + within


def _place_named(words: str) -> str:
    """Return the place in words that end like one (中共南京市委南京市), or an empty text."""
    for full in PROVINCES.values():
        if full in words:
            named = words[words.find(full) :]
            return named if _is_place(named) else full
    size = next((size for size in (4, 3, 2) if words[:-1][-size:] in CITIES and words.endswith("市")), 0)
    if size:
        return words[-size - 1 :]
    return words if _is_place(words) and not _OFFICE_WORDS.search(words) else ""


def _is_place(name: str) -> bool:
    """Tell the name of a place from words that only end like one (重点区, 先行示范区, 全市)."""
    return not _NO_PLACE.search(name)
