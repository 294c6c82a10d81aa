"""Names of units: a printed list to single names, elided prefixes restored, nameless bodies kept apart (docs/contract.md).

`省生态环境厅、发展改革委` names 省发展改革委; 自治区, 市, 县, 区 likewise. A name with a place or a standing of its
own (人民银行南京分行, 江苏银保监局, 重庆海关, 国家能源局) stays as printed; bodies without a name (各有关部门,
各区县政府, 地方) are no units.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from tracker.plans.reading.lexicon import (
    CITIES,
    ORGAN_ENDINGS,
    OWN_ENDINGS,
    OWN_STARTS,
    PARTY_BODIES,
    PREFIXES,
    PROVINCES,
)
from tracker.plans.reading.punctuation import brackets, shadow, split_top

_NAME_MAX = 40
_NOT_A_PREFIX = re.compile("市场|市容|市政(?!府|务|协)|市区|市郊|区域|县域|省际|州际")
_ETC = re.compile(
    r"等(?:\d{1,2}|[一二三四五六七八九十]{1,3}|多|数)?个?(?:$|(?:和|及|与|以及)?(?=[各有相省市级直区县部门单位共按负配参牵分协会落地职成）的])"
    "|(?=(?:国务院|中央|国家|自治区|州|盟|旗|政府)[^、，；。]{0,8}(?:部门|单位|机构)))"
)
_GENERIC_BODY = re.compile(
    "(?:有关|相关|各|各有关|各相关|责任|成员|主管|职能|行业|其他|其它|所属|直属|市直|省直|区直|县直|市级|省级|县级|区级|中央|牵头|配合|属地)"
    "[一-龥、]{0,6}(?:部门|单位|地区|地方|企业|机构|方面|委办局|厅局|院校|高校|科研院所)$"
)
_GENERIC_START = re.compile(
    "各|有关|有[一-龥]{2,4}的|相关|其他|其它|地方(?!金融|财政|税务|海事|史志|志办)|属地|当地|沿线|沿江|沿海|基层|所在|所有|全体|试点|重点区域|下级|上述|涉及|具体|本市各|全省各|全市各|[一-龥]{1,4}各(?=[县市区乡镇街村州旗])"
)
_GENERIC_PLACE = re.compile(
    "(?:设区的?|地级|县级|省辖|区属|国家级|省级|市级)*(?:市|县|区|州|盟|旗|镇|乡|街道|园区|开发区|功能区|管委会|高新区|新区|直管县|自治县|[（）、和及级])+"
    "(?:党委|人民|地方)*(?:政府|管委会|管理机构|办事处|党工委)?(?:（[^（）]{1,14}）)*(?:等|按.*|落实.*)?$"
)
_BODY_ALONE = re.compile("(?:党委|党工委|党组|人民政府|政府|管委会|办事处|[和及（）])+$")
_GENERIC_END = re.compile("(?:部门|地区|地方|县区|区县|市县|各地|企业|单位|方面|机构|政府部门|主管部门)$")
_AND = re.compile("以及|会同|联合|协同|和|及|与|并|暨|或")
_ANOTHER = re.compile("^(?:并|另|还有|以及|会同|联合|协同)由?(?=[省市县区州国][一-龥]{2})")
_NOBODY_YET = re.compile(
    "(?:详?见|如|同)(?:备注|附件|附表|下表|[上下左右前后文表])[一-龥\\d]{0,4}|未知|不[详明]|暂缺|空白?|略|不(?:涉及|适用)|没有|[有无是否对错xyvXYV]|TBD|tbd|"
    "全[省市县区国域州镇乡]|社会(?:资本|力量)|[一-龥]{0,4}(?:业主|运营商|承包商|供应商|开发商|第三方|(?:建设|施工|实施|运营|投资|承建|出资)方)|"
    "[\\d.,，%]+[项个家件]?"
)
"""What stands in a column of units and is none: 见备注, 全市, 项目业主, 0."""
_OFFICIAL = re.compile(
    "[一-龥]{0,10}副?(?:省长|市长|州长|盟长|县长|区长|旗长|镇长|乡长|秘书长|书记|主席|局长|厅长)[一-龥]{0,3}"
)
"""A person by the post: 张三副市长, 市政府分管副市长."""
_INNER_UNIT_MIN = 2
_NOISE = " 。.；;：:，,、由在"
_PLACES = ("市", "县", "区")
_ENDS = "）】〕〉)]"
_PLACE = re.compile(
    "([一-龥]{2,4}?)((?:(?:经济技术|经济|高新技术产业|高新技术|工业|农业|综合)?(?:开发区|保税区|园区)|高新区|经开区|新区|[市县区])"
    "(?:管委会|人民政府|政府))"
)
_NAMED_PLACE = re.compile(
    "(?:[一-龥]{2,6}?(?:新区|自治县|自治州|区|县|市|旗|州|盟|镇|乡)|(?![各本全])[一-龥][县镇乡])(?:人民政府|政府|管委会?|管理委员会|党工委|行政公署|行署)|"
    "[一-龥]{0,4}?(?:高新区|经开区|新区|开发区|自贸区|保税区|度假区|风景区|合作区)[一-龥]{0,12}"
)
_OF_COUNTY = re.compile(
    "(?:(?![各本全])[一-龥]{1,4}(?:县|旗)|(?![一-龥]{0,3}[园发山老林景护社灾矿库辖地特郊灌汛]区)[一-龥]{1,3}区)[一-龥]{2,8}[局委办]"
)
"""A body of a county or district by its whole name: 乙区住建局. What is called a 区 without being one (园区, 库区) takes a prefix."""
_LEADS = re.compile("(?:总|主要?|第一)?(?:牵头|主办|主责)(?:单位|部门|负责)?|第一责任(?:单位|部门)?|[主牵]")
_HELPS = re.compile("(?:配合|参与|参加|协办|协助|协同|协作|会办|联办)(?:单位|部门)?|第[二三]责任(?:单位|部门)?|[协配]")
_STARS = ("★", "*", "▲", "☆")
_WIDE_BRACKETS = str.maketrans("()", "（）")
_POINT_BETWEEN = re.compile("(?<=[厅局委办院会])[·.．](?=[一-龥]{2})")
_NOBODY = ("部门", "单位")
_NO_NAMES = ("省级", "市级", "县级", "区级", "公司", "协会", "学会", "商会", "集团", "医院", "学校")
_OFFICE = re.compile("(?<!办事)(?<!管理)(?<!代表)(?:处|科|股|站|(?<=[查究息督务织策划调监])室)$")
_UNLIKE_A_NAME = re.compile(
    r"的|开展|做好|落实|推进|完成|牵头|配合|并|(?<!第)\d|市市(?!场|容|政)|县县(?!域)|省省|区区(?!域)|县区|区县|各|[：，。；]|[〈〔\[<]"
)
_REMARK_SIGNS = "〈〔<["
_DOING = re.compile("[施实执推运进举发]行$")
_INSTITUTE = re.compile("(?:中心|站|院|所|队)$")
_BARE_PLACE = re.compile("[一-龥]{2,4}")
_PHONE = r"(?:\+?86-?)?(?:1\d{10}|0\d{2,3}-?\d{7,8}|\d{3,4}-\d{7,8}|\d{7,8})"
_WHOLE_BRACKET = re.compile(r"\s*[(（]([^()（）]+)[)）]\s*")
_PERSON_OF = re.compile(r"\s*([一-龥]{2,4})\s*[(（]([^()（）]+)[)）]\s*")
_ORDINAL = re.compile(r"(?:(?:^|(?<=[\s、，,；;]))[(（]?\d{1,2}[)）.、．]|[①-⑳])\s*(?=[一-龥])")
_SIGNS = re.compile(
    r"[*＊※★☆#]|(?:^|(?<=[、，,；;\s]))[“\"](?=[^“”\"]+[”\"](?:$|[、，,；;\s]))|(?<=[一-龥）)])[”\"](?=$|[、，,；;\s])"
)
"""Marks and quotation marks round a whole name, which are no part of it."""
_ASIDE = re.compile(r"[(（](?:单位)?(?:盖章|公章|签章|印章)[)）]|(?:^|(?<=[；;，,、\s]))[省市县区]级[:：]")
"""A remark on where to put the seal, or of which level the bodies are that follow."""
_SPACED = re.compile(r"(?<![一-龥])[一-龥](?:[ 　]+[一-龥])+(?![一-龥])|(?<=[一-龥])[ 　]+(?=[一-龥](?:[ 　]|$))")
"""Blanks between single letters: 省 水 利 厅."""
_OFFICE_OF = re.compile(r"(?<=[厅局委办院会部])\s*[-－—–·]+\s*([一-龥]{2,10}(?:处|科|股|室))(?=$|[、，,；;\s])")
"""The office within a body, behind a stroke: 市财政局-预算科."""
_LAST_SIGN = "厅局委办院部会司处府站所队"
_PERSON_WITH_PHONE = re.compile(
    rf"(?:[\s,，、:：(（]+(?:联系人|负责人|责任人)?[:：]?\s*[一-龥]{{2,4}}|(?<=[{_LAST_SIGN}])(?:联系人|负责人|责任人)?[:：]?[一-龥]{{2,3}})"
    rf"[\s,，:：(（]*{_PHONE}[)）]?|{_PHONE}"
)
_SURNAME = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹"
    "孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温庞樊兰殷施洪翟安颜倪牛季俞章鲁葛毕]"
)
_RANK = "副?(?:局长|厅长|主任|处长|科长|院长|书记|市长|县长|区长|省长|部长|秘书长|主席)"
_PERSON = re.compile(
    r"(?<=[厅局委办院部会司处府])\s+([一-龥]{2,3})(?=\s|$|[,，、;；（(])"
    rf"|(?<=[厅局委办院会府])\s*[:：/]\s*{_SURNAME}[一-龥]{{1,2}}(?=\s|$|[,，、;；（(])"
)
"""A person behind a body, after a blank, a colon or a stroke: 市住建局：王五."""
_RANKED = re.compile(
    rf"(?:^|(?<=[厅局委办院会府])|(?<=[、，,；;\s:：])){_SURNAME}[一-龥]{{0,2}}\s*{_RANK}(?=$|[、，,；;\s（(])"
)
"""A person by rank: 赵六局长."""
_OFFICER = re.compile(
    r"(?<=[厅局委办院会])(?:分管|主要|常务)?副?(?:局长|厅长|主任|处长|科长|院长|书记|负责人|负责同志)[:：]?[一-龥]{0,3}(?=$|[、，,；;\s])"
)
_SEPARATORS = str.maketrans(dict.fromkeys("．&\\＼+＋", "、"))
_PLACE_ALONE = re.compile(r"(?<![一-龥])(省|市|县|区|自治区)[ \t　]+(?=[一-龥])")
_ENDINGS = tuple(sorted(ORGAN_ENDINGS, key=len, reverse=True))


_PLACE_NAMES = (*PROVINCES, *CITIES)
_BARE_HALL = re.compile("[（(：:](?!省|自治区)[一-龥]{2,10}(?<!办公)厅[、，；）)]")
"""A list that opens with a department without its 省 (牵头单位：住房城乡建设厅): some provinces print so and elide nothing."""
_BRANCH = re.compile(
    f"(?:{'|'.join((*PROVINCES, *CITIES))})(?:监管局|管理局|分局|分行|支行|办事处|火车站|车务段|(?:分|有限)?公司)$|^民航|^长三角"
)
_CITY_NAMES = "|".join(sorted(CITIES, key=len, reverse=True))
_FULL_PLACE = re.compile(
    f"(?:(?<=^)|(?<=[、，；：（]))({'|'.join(PROVINCES.values())}|(?:{_CITY_NAMES})市)(?=[一-龥]{{2}})"
)
_DEPARTMENT = re.compile("(?:局|委|办)$")
_ALL_LEVELS = ("省", "市", "州", "县", "区", "旗", "镇", "乡")


@dataclass(frozen=True, slots=True)
class Names:
    """What a printed list names: units in order, nameless bodies, whether 等 leaves it open.

    `leading` and `helping` are those marked so one by one: 市发改委（牵头）、市财政局（协）. `prefix` is the one in force after the
    last name.
    """

    units: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    open_ended: bool = False
    remarks: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    helping: tuple[str, ...] = ()
    prefix: str = ""


@dataclass(slots=True)
class Naming:
    """How this document names its units: the full names seen so far and its usual prefix."""

    seen: Counter[str] = field(default_factory=Counter)
    prefixes: Counter[str] = field(default_factory=Counter)
    usual: str = ""
    by_office: bool = False
    bare_halls: bool = False
    place: str = ""

    def learn(self, text: str) -> None:
        """Take note of the names that a text prints with their prefix."""
        for found in re.finditer(
            "(?:自治区|兵团|国家|省|市|州|县|区)[一-龥]{2,14}?(?:厅|局|委|办|院|署)(?![一-龥]{0,3}[厅局])", text
        ):
            if not text.endswith(_PLACE_NAMES, 0, found.start()):
                self.seen[found.group()] += 1
        printed = (
            times for name, times in self.seen.items() if name.startswith(("省", "自治区")) and name.endswith("厅")
        )
        self.bare_halls = len(_BARE_HALL.findall(text)) > sum(printed)
        for prefix in PREFIXES:
            self.prefixes[prefix] += len(
                re.findall(f"[（：、，|]{prefix}(?!场|政|容)[一-龥]{{2,10}}(?:厅|局|委)", text)
            )
        ends = Counter(re.findall("(?<!办事)(处|科|股|厅|局|委|部)(?=[、，；）。\n]|$)", shadow(text)))
        offices = ends["处"] + ends["科"] + ends["股"]
        self.by_office = offices > ends.total() - offices
        if self.prefixes:
            best, times = self.prefixes.most_common(1)[0]
            self.usual = best if times >= _INNER_UNIT_MIN else ""


def prefix_of(name: str) -> str:
    """Return the prefix a printed name carries (省, 市, 自治区, a full place such as 成都市), or an empty text."""
    if _NOT_A_PREFIX.match(name):
        return ""
    for prefix in PREFIXES:
        rest = name[len(prefix) :]
        if name.startswith(prefix) and len(rest) > 1 and rest[0] not in "（、级直委":
            return prefix
        if name.startswith(prefix + "委") and len(rest) > 1:
            return prefix
    return ""


def stands_alone(name: str) -> bool:
    """Tell whether a name has a place or standing of its own and never takes an elided prefix."""
    core = _core(name)
    if (
        re.fullmatch("[一-龥]{2,6}(?:区|县|市|州|镇|乡|街道)", core)
        or _NAMED_PLACE.fullmatch(core)
        or _OF_COUNTY.fullmatch(core)
    ):
        return True
    if _OFFICE.search(core) or core.startswith(("厅", "局")):
        return True
    if core.startswith(tuple(OWN_STARTS)) or core.endswith(tuple(OWN_ENDINGS)):
        return True
    if core.startswith(tuple(PROVINCES)) or _BRANCH.search(core):
        return True
    return any(core[:size] in CITIES for size in (2, 3, 4, 5))


def starts_a_unit(text: str) -> bool:
    """Tell whether a line begins with a unit of its own: a name with its prefix or place, or a body without name."""
    first = re.split("[、，；]", shadow(text), maxsplit=1)[0]
    return is_nameless(first) or (ends_like_unit(first) and bool(prefix_of(first) or stands_alone(first)))


def _core(name: str) -> str:
    found = brackets(shadow(name))
    return name[: found[0][0]] if found else name


def is_nameless(name: str) -> bool:
    """Tell whether a piece of a list is a body without a name (各有关部门, 地方, 各区县政府)."""
    text = shadow(name).strip()
    if text in _NO_NAMES or _GENERIC_START.match(text) or _GENERIC_PLACE.fullmatch(text) or _BODY_ALONE.fullmatch(text):
        return True
    return bool(_GENERIC_BODY.search(text) or _GENERIC_END.search(_core(text)))


def names_nobody(piece: str) -> bool:
    """Tell whether a piece of a cell of units is a placeholder (见备注, 全市, 0) or a person by the post (张三副市长)."""
    is_official = _OFFICIAL.fullmatch(piece) is not None and not re.search("[厅局办院][一-龥]{2}", piece)
    return bool(_NOBODY_YET.fullmatch(piece)) or (is_official and not ends_like_unit(piece))


def ends_like_unit(name: str) -> bool:
    """Tell whether a name ends as organisations do (厅, 局, 委, 办公室, 集团, …)."""
    core = _core(name).strip(' ”"')
    named = (core.endswith(_ENDINGS) and not _DOING.search(core)) or bool(_OFFICE.search(core))
    return 1 < len(core) <= _NAME_MAX and named and not re.search("[，。；：！？%]", shadow(core))


def resembles_a_unit(name: str) -> bool:
    """Tell whether a name in the column of units looks like one, by its ending, its length and what is not in it."""
    return ends_like_unit(name) and len(_core(name)) <= _NAME_MAX // 2 and not _UNLIKE_A_NAME.search(shadow(name))


def without_etc(text: str) -> str:
    """Return a list without its 等 and 等…部门, where it ends or goes on with a role (甲、乙等单位配合 → 甲、乙、单位配合)."""
    return _ETC.sub("、", text)


def looks_like_list(text: str, share: float = 1.0) -> bool:
    """Tell whether a text is nothing but a list of units (or nameless bodies)."""
    pieces = [piece for piece in _split(_ETC.sub("", text)) if piece]
    good = sum(1 for piece in pieces if ends_like_unit(piece) or is_nameless(piece))
    return bool(pieces) and good >= share * len(pieces)


def _split(text: str) -> list[str]:
    """Split a list at its separators and at 和, 及, 与 that stand between two whole names."""
    pieces: list[str] = []
    for begin, end in split_top(shadow(text), "、，；/ |\n\t"):
        piece = text[begin:end].strip(_NOISE)
        while piece:
            cut = _and_between(piece)
            if cut is None:
                pieces.append(piece)
                break
            pieces.append(piece[: cut[0]].strip(_NOISE))
            piece = piece[cut[1] :].strip(_NOISE)
    return [piece for piece in pieces if piece]


def _and_between(piece: str) -> tuple[int, int] | None:
    opened = brackets(shadow(piece))
    for found in _AND.finditer(piece):
        if any(begin < found.start() < (end if end > 0 else len(piece)) for begin, end in opened):
            continue
        left, right = piece[: found.start()], piece[found.end() :]
        if (ends_like_unit(left) or is_nameless(left)) and (ends_like_unit(_ETC.sub("", right)) or is_nameless(right)):
            return found.start(), found.end()
    return None


def places_in(text: str) -> tuple[str, ...]:
    """Return the places that a list of units of several places names in full (重庆市…；四川省…), none where there are not two."""
    found = tuple(dict.fromkeys(_FULL_PLACE.findall(text)))
    return found if len(found) > 1 else ()


def _place_of(name: str, places: tuple[str, ...]) -> str:
    """Return the full place that a name prints and that the names after it share (福州市商务局、建设局), or an empty text."""
    found = _FULL_PLACE.match(name)
    return found.group(1) if found and (found.group(1) in places or _DEPARTMENT.search(name)) else ""


def read_names(text: str, naming: Naming, prefix: str = "", places: tuple[str, ...] = ()) -> Names:
    """Return the units that a printed list names, prefixes restored.

    `prefix` is one already in force (from an earlier part of the same bracket or row). A prefix holds for the names after
    it, never for those before. In a list of several `places` each holds for the names after it, also for those with a
    prefix: 重庆市能源局、市水利局；四川省能源局、水利厅.
    """
    open_ended = bool(_ETC.search(text))
    text = _POINT_BETWEEN.sub("、", text)
    pieces = _with_tails([cut for piece in _split(_ETC.sub("、", text)) for cut in [piece.strip(_NOISE)] if cut])
    units: list[str] = []
    nameless: list[str] = []
    remarks: list[str] = []
    leading: list[str] = []
    helping: list[str] = []
    for piece in (_ANOTHER.sub("", each) for each in pieces):
        if piece in ("无", "暂无") or not re.search(r"\w", piece):
            continue
        if is_nameless(piece) or names_nobody(piece):
            nameless.extend([piece] if piece not in _NOBODY else [])
            continue
        name, remark = _without_remark(piece if "（" in shadow(piece) else piece.strip(_ENDS))
        marked = bool(_LEADS.fullmatch(shadow(remark))) or name.endswith(_STARS)
        name = name.rstrip("".join(_STARS)).translate(_WIDE_BRACKETS)
        helps = bool(_HELPS.fullmatch(shadow(remark)))
        remarks.extend([remark] if remark and not marked and not helps else [])
        if not name:
            continue
        place, own = _place_of(name, places), prefix_of(name)
        if place or (own and not (prefix in places and prefix.endswith(own))):
            full, prefix = name, place or own
        else:
            full = _restored(name.removeprefix(own), prefix, naming)
        units.append(full)
        leading.extend([full] if marked else [])
        helping.extend([full] if helps else [])
    return Names(
        tuple(dict.fromkeys(units)),
        tuple(nameless),
        open_ended,
        tuple(remarks),
        tuple(leading),
        tuple(helping),
        prefix,
    )


def without_persons(cell: str) -> tuple[str, tuple[str, ...]]:
    """Return a cell of units without persons, telephone numbers and ordinals, and the persons; blanks inside a name are none."""
    persons: list[str] = []
    if (inner := _WHOLE_BRACKET.fullmatch(cell)) is not None:
        cell = inner[1]
    elif (
        (named := _PERSON_OF.fullmatch(cell)) is not None and ends_like_unit(named[2]) and not ends_like_unit(named[1])
    ):
        persons, cell = [named[1]], named[2]
    cell = _SPACED.sub(lambda match: re.sub("[ 　]+", "", match[0]), _ASIDE.sub("", cell))
    plain = _OFFICE_OF.sub(r"（\1）", _SIGNS.sub("", _ORDINAL.sub("、", cell)))
    plain = _PLACE_ALONE.sub(r"\1", plain.translate(_SEPARATORS))
    for pattern in (_PERSON_WITH_PHONE, _RANKED, _PERSON, _OFFICER):
        for match in list(pattern.finditer(plain)):
            person = match[0].strip(" ,，、/:：()（）\n")
            if pattern is _PERSON and ends_like_unit(person):
                continue
            persons.append(person)
            plain = plain.replace(match[0], " ", 1)
    return plain, tuple(persons)


def _with_tails(pieces: list[str]) -> list[str]:
    """Give 临汾、侯马、洪洞经济开发区管委会 their common ending: places that only the last name completes.

    Levels likewise: 市、区财政局 are 市财政局 and 区财政局; without an office (市、县政府) they stay nameless.
    """
    result: list[str] = []
    tail = ""
    for piece in reversed(pieces):
        if piece in _ALL_LEVELS and result and result[-1][:1] in _ALL_LEVELS and not is_nameless(result[-1]):
            result.append(piece + result[-1][1:])
            continue
        place = _PLACE.fullmatch(piece)
        if place:
            tail = place.group(2)
        elif tail and _BARE_PLACE.fullmatch(piece) and not ends_like_unit(piece) and not is_nameless(piece):
            named = tail[0] in _PLACES and piece.endswith(_PLACES)
            piece += tail[1:] if named else tail  # noqa: PLW2901 - the completed name
        else:
            tail = ""
        result.append(piece)
    return result[::-1]


def _without_remark(piece: str) -> tuple[str, str]:
    """Return a name and the remark in brackets after it; a second name in brackets stays a part of the name."""
    found = brackets(shadow(piece))
    if not found:
        return piece, ""
    begin, end = found[0]
    inner = piece[begin + 1 : end - 1] if end > 0 else piece[begin + 1 :]
    called = (
        piece[begin] not in _REMARK_SIGNS
        and len(inner) > _INNER_UNIT_MIN
        and not re.match("含|包括|各|不含|原|下同|负责", inner)
    )
    if end > 0 and called and all(ends_like_unit(part) and not _OFFICE.search(part) for part in _split(inner)):
        return piece, ""
    return (piece[:begin] + (piece[end:] if end > 0 else "")).strip(_NOISE), inner


def _restored(name: str, prefix: str, naming: Naming) -> str:
    if (
        stands_alone(name)
        or (naming.place and name.startswith(naming.place))
        or (naming.by_office and _INSTITUTE.search(_core(name)))
        or (naming.bare_halls and _core(name).endswith("厅"))
    ):
        return name
    national = f"国家{name}"
    if not prefix:
        if naming.usual and naming.seen[naming.usual + name] > 0:
            return naming.usual + name
        return national if naming.seen[national] and not naming.seen[name] and not naming.usual else name
    if name.startswith(tuple(PARTY_BODIES)):
        return f"{prefix}委{name}"
    return prefix + name


def members_of(name: str) -> tuple[str, ...]:
    """Return the members of a double name: 省发展改革委（省能源局） → both, any other name → none."""
    found = brackets(shadow(name))
    if not found or found[0][1] < 0:
        return ()
    begin, end = found[0]
    return (name[:begin], *_split(name[begin + 1 : end - 1]))
