"""Quantities in a clause: what is measured, how it is bounded, which way it should go (docs/files.md).

以上, 不低于 → `>=`; 以内, 控制在 → `<=`; 超过 → `>`; 左右 → `~`; 较2020年下降16%以上 → `decrease_by` with bound
`>=`. A number that only delimits (30万千瓦及以上机组), names (国三, “333”行动) or dates is none. A ban with a
number in it is `<= 0`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.ledger.values import shorten
from tracker.plans.reading.directions import (
    ARROW,
    CHANGE,
    COMPARED,
    FALLING_TO,
    HELD_IN,
    LESS,
    MORE,
    NOT,
    REDUCED_TO,
    change_beside,
    direction_to,
    presumed,
)
from tracker.plans.reading.lexicon import words_of
from tracker.plans.reading.model import Quantity
from tracker.plans.reading.punctuation import chinese_number, masked, shadow
from tracker.plans.reading.reading_rules import AFTER, LIMIT, MADE, is_committed, is_other_number, said_before

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTING = words_of(
    "个 家 项 座 处 场次 场 批次 期 门 款 例 份 册 起 桩 列 班 次 台套 台 套 辆 艘 条 所 支 名 批 组 对 株 棵 宗 "
    "件 部 种 类 张 片 座次 只 头 户次 户 人次 人 米 公里 千米 亩 公顷 块 间 口 眼 枚 车次 航次 盏 幢 栋 尾 羽 箱 袋 瓶 筒 "
    "根 架 家次 班次 篇 本 粒 桶 学位 车位 床位 机架 标准机架"
)
_SIZES = words_of(
    "辆次 千克标准煤 公斤标准煤 克标准煤 吨标准煤 标准煤 吨标煤 吨二氧化碳当量 毫米 厘米 微克每立方米 毫克每升 "
    "千瓦时 千瓦 兆瓦 吉瓦 立方米 平方公里 平方千米 平方米 微克/立方米 毫克/升 千克 公斤 蒸吨 "
    "标准立方米 立方 千卡 摄氏度 吨 克 升 元 度 倍 千伏安 兆伏安 层 个床位 张床位 泊位 标准箱 TEU 天 GW MW kW KW GWh "
    "MWh kWh 小时 分钟 秒 个工作日 工作日 ㎡ ㎥ m³ km² km2 hm² hm2 m3 km t kg 标箱 美元 分贝 dB ℃ 斤 PFLOPS EFLOPS Mbps Gbps"
)
_WORDS = "|".join(sorted({*COUNTING, *_SIZES}, key=len, reverse=True))
_PER = (
    "人·日|人·天|百平方公里|公顷|千米|次|台|辆|座|时|年|月|日|天|小时|万元|元|立方米|平方米|千瓦时"
    "|万人|人|户|公里|平方公里|标准立方米|吨|亩|h|a|d|km"
)
_NOUN_AFTER = "(?!(?<=人)[才员口民类]|(?<=项)目|(?<=部)[门委分]|(?<=类)[型别]|(?<=期)间|(?<=家)庭|(?<=天)然|(?<=个)(?:月|小时|自然日|季度))"
_NUMBER = re.compile(
    rf"(?<![A-Za-z\d.\-—+×第/])(\d{{1,3}}(?:，\d{{3}})+(?:\.\d+)?|\d{{1,12}}(?:\.\d{{1,6}})?) ?"
    rf"(?P<measure>%|‰|个?百分点|(?:万亿|千万|百万|十万|亿|万|千|百)?(?:{_WORDS}){_NOUN_AFTER}"
    rf"(?:(?:二氧化碳当量|二氧化碳|标准煤|标煤)?/(?:{_PER}))?(?:（[个家项座处条套台辆头只]）)?)"
)
_BARE = re.compile(
    rf"(?:(?:达到|提高到|提升到|提高至|提升至|{REDUCED_TO}|控制在|不低于|不超过|不高于|不得低于|不得高于|不得超过|≥|≤)"
    r"(?=\d)|在(?=\d{1,4}\.\d{1,4}以[下上内]))(\d{1,6}(?:\.\d{1,4})?)(?P<measure>)(?=$|以上|以下|以内|左右|[，。；、）])"
)
_SPELLED = re.compile(
    rf"(?<![第十百千万亿零数几])(?=[一二两三四五六七八九十])([一二两三四五六七八九]?[一二两三四五六七八九十百千零]{{0,6}}[十百千](?:零?[一二三四五六七八九])?)"
    rf"(?P<measure>[万亿]?(?:{_WORDS}){_NOUN_AFTER})|"
    "(?:至少|不少于|不低于)(?:有|建成|创建|打造|培育|建设|设立|建立)?([一二两三四五六七八九十]{1,3})(?P<few>个|家|座|处|项|条|所)"
)
_RANGE = re.compile(
    rf"(?<![A-Za-z\d.\-—+×第])(\d{{1,12}}(?:\.\d{{1,6}})?) ?(?:%|‰|[万亿](?=[至到—–\-－]))? ?"
    r"[—–\-－~～至到]{1,2} ?(\d{1,12}(?:\.\d{1,6})?) ?"
    rf"(?P<measure>(?<=(?:控制|保持)在\d\.\d[至到—]\d\.\d)(?=$|[，。；])|%|‰|个?百分点|(?:亿|万|千|百)?(?:{_WORDS}){_NOUN_AFTER}(?:/(?:{_PER}))?)"
)
_FRACTIONS = re.compile(
    "(?:下降|降低|减少|减半|压减|削减|达到|超过|高于|低于|少于|占|至|到|约|近)(?:了|约|近)?(?P<words>一半|半数|[一二三四五六七八九]成(?=$|[，。；、）以左多]))"
    "|(?:^|(?<=[，。；、]))(?P<share>一半|半数|[一二三四五六七八九]成)(?=(?:及?以上)?的)"
)
_PARTS = re.compile("(?P<words>[二三四五六七八九十]分之[一二三四五六七八九])")
_PERCENT = re.compile("百分之(?P<words>[一二三四五六七八九十百零点两]{1,7})")
_SPELLED_POINTS = re.compile("(?P<words>[一二三四五六七八九十两]{1,3})个百分点")
_NOUGHT = re.compile("(?:降|减|压|下降|减少|降低)(?:为|至|到)(?P<words>零)(?=$|[，。；、）])")
_TIMES = re.compile("(?P<words>翻(?P<n>[一两])番|(?:(?<=[长加高升])|(?<=[长加高升][约近了]))一倍)")
_BARE_BEFORE = re.compile(r"(?<![A-Za-z\d.\-—+第])(\d{1,6}(?:\.\d{1,6})?)(?=[、和及与]$)")
_ASIDE = re.compile(
    "（(?:\\d{1,3}[项条个]|(?:即|或|共|合计|约合|折合|相当于|剔除|扣除|注：|其中已)[^（）]{0,40}|[\\d.]+ ?(?:[A-Za-z]{1,4}|"
    "[万亿]?(?:千瓦时?|兆瓦|吨|立方米|平方米|平方公里|公里|公顷|亩)(?:/[日年天])?)(?=[），])[^（）]{0,16}"
    "|[^（）\\d≥≤＞＜]{2,12}[≥≤＞＜]\\d[^（）]{0,12}|(?:综合能耗|建筑面积|面积|规模|投资|装机)[^（）\\d]{0,4}\\d[^（）]{0,10}以[上下])）"
)
_SUFFIX = re.compile("(?:（含）)?(?:及?以上|及?以下|以内|之内|左右|上下|之间)")
_AFTER_THRESHOLD = re.compile("(?:$|[，。；、）和且并及水平的其或])")
_CUMULATIVE = words_of(
    "创建 打造 新增 建成 建设 完成 修复 改造 治理 淘汰 培育 新建 创成 新改建 建立 整治 关停 造林 种植 推动"
)
_BARE_VERB = re.compile(
    "[全我本][省市区县州]|选择|选取|抽取|组织|启动|用好|安排|支持|推动|引导|涉及|覆盖|布局|谋划|争取|力争|筛选|梳理|摸排|排查|开展|实施"
)
_DOING = re.compile("|".join(sorted(_CUMULATIVE, key=len, reverse=True)))
_MAKING_END = re.compile(f"{MADE}$")
_PREDICATE = re.compile(
    "(?:力争|争取|确保|均|分别|累计|总体|稳定|基本|每年|年均|要|应|将|可|再|各|共|也|约|近|了|的)*"
    "(?:达到|达|提高到|提高至|提升到|提升至|提升为|增长到|增长至|增加到|增加至|增至|扩大到|扩大至|上升到|上升至|"
    rf"{REDUCED_TO}|"
    f"{HELD_IN}|保持在|稳定在|维持在|(?:千万|绝|决|切|务必)?{NOT}?(?:{MORE}|{LESS})(?:或者?)?(?:等于)?|[≥≧⩾≮≤≦⩽≯＞＜><=≈]+|"
    "保持|为|是|至少|最少|至多|最多|顶多|约|近|至|到|下降|降低|减少|削减|压减|缩减|压缩|缩短|压降|收窄|下调|回落|缩小|增长|增加|提高|提升|上升|扩大|有|占|在|均|分别|力争|累计|争取|各)$"
)
_BASE = re.compile(
    r"(?:(?<!占)比|较|与|以|相比|相较) ?于?(20[0-4]\d) ?年(?:度|水平|底|末)?(?:相比|增加|为基准年?|为基数)?，?"
)
_COMPARED = re.compile("(?:同比|环比|(?:较|比)(?:上年|去年|上一年|前一年)(?:同期|底)?)")
_AREA = re.compile("[万亿千]?(?:平方公里|平方千米|平方米|公里|公顷|亩)")
_REACHED = re.compile("^[^，。；]{2,20}(?:达到|完成|建成|实现)")
_DURATIONS = frozenset(words_of("分钟 小时 天"))
_FROM = re.compile("(?:由|从)(?:20\\d\\d ?年的?|目前的?|现在的?|现有的?|现状的?|原来的?)?$")
_FROM_VALUE = re.compile(
    r"(?:由|从)(?:20\d\d ?年的?|目前的?|现在的?|现有的?)?\d[\d.]*(?:%|[万亿]?[一-龥]{0,3})"
    rf"(?=$|[，]?(?:进一步|逐步|再)?(?:{CHANGE}|[提增扩上下降减压缩升])|[到至]$)"
    rf"|(?<![A-Za-z\d.])\d[\d.]*(?:%|[万亿]?[一-龥]{{0,3}}?)(?:{ARROW}$|(?=(?:进一步|逐步|再)?{CHANGE}了?[到至为]$))"
)
_ARROW_FROM = re.compile(rf"(?<![A-Za-z\d.])(?P<base>\d+(?:\.\d+)?)[^\d，。；]{{0,4}}?(?P<arrow>{ARROW})$")
_STARTS = re.compile(rf"(?:{ARROW}|(?:进一步|逐步|再)?{CHANGE}了?[到至为])(?:约|近)?\d")
"""What follows the number that is, before the number that is to be: 25%→30%, 25%提高到30%."""
_TO = re.compile(rf"[，]?(?:进一步|逐步|再)?(?:{CHANGE}|[到至](?=约?\d))")
_AMOUNT = re.compile("(?:减排|减碳|降碳|节能|削减|减少|节约|替代)量$")
_DOWN = re.compile(
    "(?:[量数额耗]减|减量|下降|降低|减少|削减|压减|缩减|降幅|递减|减排|压缩|缩短|压降|收窄|下调|回落|缩小)[一-龥]{0,4}$"
)
_UP = re.compile("(?:增长|增加(?!值)|提高|提升|上升|增幅|递增|扩大)[一-龥]{0,4}$")
_UNKNOWN_SIGN = re.compile(r"[^\w\s（）()《》“”、，。；：:%‰…·/\-–—~～<>≥≤＞＜=]$")
"""A sign that says nothing known of the number after it: ≠, ↑."""
_BESIDE = re.compile(
    "(?:分别|均|约|近|不低于|不少于|超过|不超过|至少|力争|累计|幅度|达到|达|了|再|各|比例|率|、|和|也|要|应)+$"
)
_LEVEL = re.compile("(?:到|至|达到|达|为|在)(?:约|近|不低于|不少于|超过|不超过)?$")
_ADJACENT = re.compile(
    "(?:增长|增加|提高|提升|上升|递增|扩大)(?:了|约|近|不低于|不少于|超过|至少|幅度|达到|达|再|到)*$"
)
_IMPROVED = re.compile("提升(?:约|近|超过|不少于|至少)?$")
_OF_THINGS = frozenset({*COUNTING, "平方米", "平方公里"})
"""What is improved in number or area (改造提升120万亩) is made better, not more; 装机提升20万千瓦 is more."""
_HELD = re.compile(f"{HELD_IN}|保持在|稳定在|维持在|保持|年均|每年|逐年|不超过|不高于|不大于|不降低|不减少|不突破")
_WANTED = re.compile("力争|争取|努力")
_SCOPE = re.compile(
    "(?:全省|全市|全区|全国|全州|全县|全域|我省|我市|我区|设区市|缺水城市|县级以上城市|地级及以上城市|各?县（市、区）|各地级市|各设区市|"
    "大气污染防治重点区域|重点区域|城区常住人口\\d{1,4}万人?(?:及)?以上(?:的)?城市)(?=[一-龥A-Za-z])"
)
_ALL_OF = re.compile("(?:所有|全部)([^，。；]{2,14}?)(?=完成|建成|通过|实现|达到|建立|开展)")
_BAN = re.compile(
    f"(?:严禁|禁止|不得|杜绝)(?!(?:出现|发生)?(?:{MORE}|{LESS}))(?![一-龥]{{1,6}}(?:路段|区域|场所|标[志识牌]))|不再新增|不再新建|不新增|不再审批|严控新增"
)
_COMPLETE = re.compile(
    "全部|全面(?!推进|推行|推广|开展|加强|落实|提升|建设|深化|启动|实施)|所有|全覆盖|完成国家下达|完成省下达|完成(?:国家|省|上级)[一-龥]{0,6}(?:目标|任务)|100%|应[一-龥]尽[一-龥]"
)
_UNCHANGED = re.compile("不减少|不衰退|不降低|不下降|不增加")
_TAIL = re.compile(
    "(?:重点工程减排量|减排量|削减量|综合利用率|资源化利用率|综合利用|利用率|使用比例|使用量|排放总量|排放量|周转量|覆盖率|达标率|处理率|占比|比例|比重|总量|面积|强度|效率|率|(?<!需氧)量)$"
)
_LISTED = re.compile("[^，。；\\d]{0,20}[、和及与]")
_LIST = re.compile("[、和与]|(?<![普涉以])及(?![率时格以])")


@dataclass(frozen=True, slots=True)
class _Number:
    begin: int
    end: int
    value: str
    measure: str
    suffix: str
    stop: int
    high: str = ""
    way: str = ""
    doubt: str = ""


def quantities(clause: str, *, dated: bool = True) -> list[Quantity]:
    """Return the numbers a clause commits to, in order; none when its numbers only name, date or delimit.

    dated: False where no date and no goal governs the clause, so that its own words must say what is to become of a number.
    """
    text = _ASIDE.sub(lambda found: "〇" * len(found.group()), masked(shadow(clause)))
    if _BAN.search(text):
        return _ban(clause, text)
    numbers: list[_Number] = []
    for number in _numbers(text):
        listed = bool(numbers) and bool(_LISTED.fullmatch(text, numbers[-1].stop, number.begin))
        shown = number.measure + number.suffix
        told = dated or is_committed(text[: number.begin], shown, text[number.stop :], dated=False)
        if listed or (told and not _delimits(text, number)):
            numbers.append(number)
    numbers = [number for number in numbers if not _opens_subject(text, number, numbers)]
    if not numbers:
        return []
    found: list[Quantity] = []
    begin = 0
    for group in _groups(text, numbers):
        read = _read_group(clause, text, begin, group, found)
        found.extend(read)
        noun = _noun_after(clause, text, group[-1])
        begin = group[-1].stop + (len(noun) if noun and read[-1].name == noun else 0)
    return _with_all(clause, text, found)


def wordings(clause: str) -> list[Quantity]:
    """Return the one commitment of a clause without number: `complete` or `qualitative`."""
    text = masked(shadow(clause))
    whole = _ALL_OF.match(text)
    scope = clause[whole.start(1) : whole.end(1)] if whole else _scope(clause)[0]
    wanted = bool(_WANTED.search(text))
    direction = "hold" if _UNCHANGED.search(text) else ""
    comparator = "complete" if _COMPLETE.search(text) and not direction else "qualitative"
    return [Quantity(_whole_name(clause), comparator, aspirational=wanted, scope=scope, direction=direction)]


def _numbers(text: str) -> list[_Number]:
    found = [*_ranges(text), *_spelled_shares(text)]
    for pattern in (_NUMBER, _SPELLED, _BARE):
        for match in pattern.finditer(text):
            digits = next(filter(None, match.groups()))
            begin, end = match.start() + match.group().index(digits), match.end()
            if any(begin < other.stop and other.begin < end for other in found):
                continue
            value = digits.replace("，", "") if digits[0].isdigit() else _value(digits)
            if not value:
                continue
            suffix = _SUFFIX.match(text, end)
            stop = suffix.end() if suffix else end
            measure = match.group("measure") or match.groupdict().get("few") or ""
            found.append(
                _Number(
                    begin,
                    end,
                    value,
                    measure,
                    suffix.group().removeprefix("（含）") if suffix else "",
                    stop,
                )
            )
    return sorted([*found, *_bare_before(text, found)], key=lambda number: number.begin)


def _ranges(text: str) -> list[_Number]:
    """Return the intervals (10%—15%, 3至5家) as the lower number that knows its upper one."""
    found = []
    for match in _RANGE.finditer(text):
        low, high = match.group(1), match.group(2)
        if float(low) >= float(high) or (_FROM.search(text[: match.start(1)]) and re.search("[到至]", match.group())):
            continue
        suffix = _SUFFIX.match(text, match.end())
        stop = suffix.end() if suffix else match.end()
        measure = match.group("measure").replace("个百分点", "百分点")
        found.append(
            _Number(
                match.start(1),
                match.end(),
                low,
                measure,
                suffix.group().removeprefix("（含）") if suffix else "",
                stop,
                high=high,
            )
        )
    return found


def _spelled_shares(text: str) -> list[_Number]:
    """Return numbers in words: 减少一半 is 50 %, 三成 30 %, 百分之六十 60 %, 五个百分点, 增长一倍 1 倍, 翻两番 3 倍."""
    found = []
    for pattern, reading in _IN_WORDS:
        for match in pattern.finditer(text):
            words = next(filter(None, match.groups()))
            value, measure, way = reading(words)
            if not value:
                continue
            begin = match.start() if pattern is _PERCENT else match.start() + match.group().index(words)
            end = match.end()
            suffix = _SUFFIX.match(text, end)
            stop = suffix.end() if suffix else end
            after = suffix.group().removeprefix("（含）") if suffix else ""
            found.append(_Number(begin, end, value, measure, after, stop, way=way, doubt=f"原文作“{text[begin:end]}”"))
    return found


def _value(words: str) -> str:
    value = chinese_number({"百": "一百", "千": "一千"}.get(words, words))
    return "" if value is None else str(value)


def _part(words: str) -> str:
    """Return a part in words as percent: 三分之一 is 33.3, 四分之三 75."""
    whole, _, some = words.partition("分之")
    of, parts = chinese_number(whole), chinese_number(some)
    return f"{round(100 * parts / of, 1):g}" if of and parts and parts < of else ""


_IN_WORDS: tuple[tuple[re.Pattern[str], Callable[[str], tuple[str, str, str]]], ...] = (
    (_FRACTIONS, lambda words: (f"{_value(words[0])}0" if words.endswith("成") else "50", "%", "")),
    (_TIMES, lambda words: ("3" if words.startswith("翻两") else "1", "倍", "increase_by")),
    (_PARTS, lambda words: (_part(words), "%", "")),
    (_NOUGHT, lambda _words: ("0", "%", "")),
    (_PERCENT, lambda words: (_value(words), "%", "")),
    (_SPELLED_POINTS, lambda words: (_value(words), "个百分点", "")),
)


def _bare_before(text: str, found: list[_Number]) -> list[_Number]:
    """Return the numbers that share the measure of the next one (分别不高于53和32微克/立方米)."""
    more: list[_Number] = []
    for number in found:
        begin = number.begin
        while (match := _last(_BARE_BEFORE, text, begin)) and "分别" in text[max(begin - 30, 0) : begin]:
            more.append(
                _Number(match.start(1), match.end(1), match.group(1), number.measure, number.suffix, match.end(1))
            )
            begin = match.start(1)
    return [one for one in more if not any(one.begin < other.stop and other.begin < one.stop for other in found)]


def _last(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """Return the match that ends right before the separator in front of `end`."""
    start = max(end - 16, 0)
    return next(
        (match for match in pattern.finditer(text[:end]) if match.start() >= start and match.end() == end - 1), None
    )


def _opens_subject(text: str, number: _Number, numbers: list[_Number]) -> bool:
    """Tell a count that only says what is measured (9个考核断面优良比例达到55%) from a commitment."""
    before, after = text[: number.begin], text[number.stop :]
    if number.measure.lstrip("万亿千百十") not in COUNTING or not re.match("[一-龥]", after):
        return False
    if _MAKING_END.search(before) or _PREDICATE.search(before):
        return False
    share = next((other for other in numbers if other.begin > number.begin and other.measure in ("%", "‰")), None)
    return share is not None and not re.search(r"[，。；]|、(?!\d)", text[number.stop : share.begin])


def _delimits(text: str, number: _Number) -> bool:
    """Tell a threshold that only says which things are meant (3吨以下叉车, 1公里范围内) from a commitment."""
    before, after = text[: number.begin], text[number.stop :]
    if re.match("[一-龥]{0,4}(?:范围|半径)|口径|以外", after):
        return True
    if is_other_number(before, number.measure + number.suffix, after):
        return True
    if (_FROM.search(before) and _TO.match(after)) or _STARTS.match(after):
        return True
    if number.suffix and not before.strip("，、 ") and _AREA.fullmatch(number.measure) and _REACHED.search(after):
        return False
    if number.suffix and not _AFTER_THRESHOLD.match(after):
        made = _MAKING_END.search(before) or not before.strip("，、 ")
        return not (made and number.measure.lstrip("万亿千百十") in COUNTING) and number.measure not in ("%", "‰")
    if number.suffix and after.startswith("的") and number.measure not in ("%", "‰"):
        return not _MAKING_END.search(before)
    if number.measure in ("天", "次", "名", "张", "小时", "分钟"):
        name = number.measure in _DURATIONS and re.match("[一-龥]", after)  # 15分钟生活圈
        return bool(name) or not is_committed(before, number.measure, after, dated=False)
    return _hangs(before, after, number)


def _hangs(before: str, after: str, number: _Number) -> bool:
    """Tell a number inside a name or a remark (4大类型, 前10名) from one with a verb."""
    if before.endswith(("前", "第", "表", "图", "这", "上述", "以下", "下列")):
        return True
    if number.suffix or not re.match("[一-龥]", after):
        return False
    counted = number.measure in COUNTING and not is_committed(before, number.measure, after)
    return counted or number.measure == "层"


def _groups(text: str, numbers: list[_Number]) -> list[list[_Number]]:
    """Join numbers that stand side by side (15%、20%以上; 30%和13%左右): they share subject and ending."""
    groups: list[list[_Number]] = []
    for number in numbers:
        if groups and text[groups[-1][-1].stop : number.begin] in ("、", "和", "及", "与", "，", "或"):
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _read_group(clause: str, text: str, begin: int, group: list[_Number], earlier: list[Quantity]) -> list[Quantity]:
    """Read the numbers of one group; verb and name of those before it in the clause may carry over."""
    first, last = group[0], group[-1]
    before = text[begin : first.begin]
    base = _BASE.search(text[: first.begin])
    follows = bool(earlier) and not before.strip("、和及，与 ")
    carries = follows or (bool(earlier) and before.startswith(("、", "和", "及")) and not _PREDICATE.search(before))
    names = [noun] if follows and (noun := _noun_after(clause, text, first)) else _names(clause, text, begin, group)
    result: list[Quantity] = []
    for index, name in enumerate(names):
        number = group[min(index, len(group) - 1)]
        quantity = _judged(text[: first.begin], before, number, number.suffix or last.suffix)
        scope, short = _scope(name)
        if number.doubt:
            quantity = replace(quantity, doubt=number.doubt)
        result.append(
            replace(
                quantity,
                name=_full_name(short or name, earlier),
                scope=scope or _share_scope(clause, number) or _scope(clause)[0] if begin == 0 or scope else scope,
                baseline_year=base.group(1) if base and quantity.comparator.endswith("_by") else "",
                baseline_value=quantity.baseline_value
                or ("0" if _is_count(before, number) or (carries and earlier[-1].baseline_value) else ""),
                aspirational=bool(_WANTED.search(before)),
            )
        )
        if number.high:
            result[-1:] = _interval(result[-1], number)
    return result


def _interval(low: Quantity, number: _Number) -> list[Quantity]:
    """Return an interval as its two bounds, or for a change (下降10%—15%) as its lower bound; both are marked."""
    words = f"原文为区间{number.value}—{number.high}{number.measure}"
    if low.comparator.endswith("_by"):
        return [replace(low, bound=">=", doubt=f"{words}，按下限计")]
    if low.direction != "hold":
        return [replace(low, comparator=">=", doubt=f"{words}，按下限计")]
    return [
        replace(low, comparator=">=", doubt=f"{words}，上下限分列"),
        replace(low, comparator="<=", value=number.high, doubt=f"{words}，上下限分列"),
    ]


def _full_name(name: str, earlier: list[Quantity]) -> str:
    """Let a name that repeats only its last word (（缺水城市利用率不低于…）) take the whole from the one before."""
    name = name.lstrip("（")
    if earlier and _TAIL.fullmatch(name) and earlier[-1].name.endswith(name):
        return earlier[-1].name
    return name


def _judged(all_before: str, before: str, number: _Number, suffix: str) -> Quantity:
    """Return comparator, bound, direction of one number from the words around it."""
    near = _BASE.sub("", before)
    close = near[-14:]
    if number.way:
        bound = AFTER.get(suffix, "=")
        return Quantity("", number.way, number.value, bound, measure=number.measure, direction="up", at=number.begin)
    comparator = AFTER.get(suffix, "") or said_before(close) or _limit(near)[0]
    stripped = _BESIDE.sub("", close)
    quantity = Quantity("", comparator or "=", number.value, measure=number.measure, at=number.begin)
    if _is_turned(comparator, near):
        doubt = f"“{shorten(close, 12)}”看不出是不低于还是不超过，只有正好等于才算达标；请补上方向"
        return replace(quantity, comparator="=", doubt=doubt)
    held = bool(_HELD.search(near)) or (number.measure in ("%", "‰") and "增速" in near and "年" in near)
    relative = number.measure in ("%", "‰", "倍") or number.measure.endswith("百分点") or bool(_BASE.search(all_before))
    if not _LEVEL.search(close) or re.search("(?:降|升|增|减)[幅率]?(?:达到|达)$", close):
        for pattern, name, way in ((_DOWN, "decrease_by", "down"), (_UP, "increase_by", "up")):
            if (
                pattern.search(stripped)
                and not (way == "down" and _AMOUNT.search(stripped))
                and not (way == "up" and _IMPROVED.search(close) and number.measure.lstrip("万亿千百十") in _OF_THINGS)
                and (relative or name == "decrease_by" or _ADJACENT.search(close))
            ):
                bound = comparator if comparator in (">=", "~") else ">=" if comparator == ">" else "="
                return replace(quantity, comparator=name, bound=bound, direction="hold" if "年均" in near else way)
    if held or comparator == "<=":
        is_ceiling = not comparator and presumed(near) == "down"
        return replace(quantity, comparator="<=" if is_ceiling else quantity.comparator, direction="hold")
    if comparator in (">", ">=", "<"):
        return replace(quantity, direction="down" if comparator == "<" else "up")
    return _directed(quantity, _ARROW_FROM.search(all_before), close, near)


def _is_turned(comparator: str, near: str) -> bool:
    """Tell whether a word that nobody knows may turn round a comparison: 煤炭消费量甭超过, 利用率甭低于."""
    compared = COMPARED.search(near) if comparator else None
    if compared is None or compared["not"]:
        return False
    subject, way = near[: compared.start()], "down" if comparator in ("<", "<=") else "up"
    return {way, presumed(subject)} == {"up", "down"} and change_beside(subject) == "unknown"


def _directed(quantity: Quantity, base: re.Match[str] | None, close: str, near: str) -> Quantity:
    """Return a number without a bound with the direction that its verb, the number it comes from or its name gives it."""
    direction, verb = direction_to(close, near)
    changed = "" if quantity.comparator == "~" or _LEVEL.search(close) else change_beside(_BESIDE.sub("", close))
    if base is not None:
        way = "up" if Decimal(quantity.value) > Decimal(base["base"]) else "down"
        if {way, presumed(_FROM_VALUE.sub("", near))} != {"up", "down"}:
            return replace(quantity, direction=way, baseline_value=base["base"])
        verb = base["arrow"]
    elif quantity.comparator == "=" and (sign := _UNKNOWN_SIGN.search(close)):
        verb = verb or sign.group()
    if verb:
        return replace(quantity, doubt=f"“{verb}”看不出是提高还是降低，只有正好等于才算达标；请补上方向")
    if changed == "decrease_by":
        return replace(quantity, comparator=changed, bound="=", direction="down")
    if direction != "down" or quantity.comparator == "~" or FALLING_TO.search(close):
        return replace(quantity, direction=direction or "up")
    if changed:
        return replace(quantity, doubt="看不出是降到还是降低这么多，只有正好等于才算达标；请补上方向")
    return replace(quantity, direction=direction, doubt="越低越好的指标没有写明不超过，按不超过理解")


def _limit(before: str) -> tuple[str, str]:
    """Return comparator and name of a bound that stands before what it is measured by (不得低于用水总量的60%)."""
    found = LIMIT.search(before)
    if not found:
        return "", ""
    subject = before[: found.start()].strip("，。；、 ")
    of = found.group("of")
    name = f"{subject}占{of}的比例" if subject and found.group("share") else subject or of
    return said_before(found.group("ban")), name


def _is_count(before: str, number: _Number) -> bool:
    """Tell a count of what the plan makes or does (创建20个), which starts from 0, from a stock or a rate."""
    if re.search("新增|新建", before[-20:]) and not number.measure.endswith(("%", "‰", "百分点")):
        return True
    measure = number.measure.split("（")[0].lstrip("万亿千百十")
    if measure not in COUNTING and measure not in ("平方米", "平方公里"):
        return False
    words = _BASE.sub("", before)
    if _LEVEL.search(words[-10:]):
        return bool(re.search("(?:新建|新增|累计|改造|修复|治理)[^，]{0,14}(?:面积|数量|数|里程|规模)", words))
    return bool(_DOING.search(words))


def _names(clause: str, text: str, begin: int, group: list[_Number]) -> list[str]:
    """Return a name for each number of a group (or for each subject of one number with 均)."""
    subject = clause[begin : group[0].begin]
    limited = _limit(shadow(subject))[1]
    if limited:
        return [limited]
    bare = _trimmed(subject)
    noun = _noun_after(clause, text, group[-1])
    if noun and (_MAKING_END.search(shadow(subject)) or not bare or _BARE_VERB.fullmatch(bare) or bare.endswith("等")):
        return [noun] * len(group)
    share = _share_name(clause, group[0])
    if share and (not bare or _BARE_VERB.fullmatch(bare) or shadow(bare).startswith(("所有", "全部"))):
        return [share]
    parts = _subjects(bare)
    if len(group) > 1:
        return parts if len(parts) == len(group) else [bare] * len(group)
    each = re.search("(?<![年平])均|分别|都", shadow(subject)[-12:])
    if len(parts) > 1 and (each or all(_TAIL.search(part) for part in re.split(_LIST, bare))):
        return parts
    return [bare or noun or clause.strip("，。；")]


def _subjects(subject: str) -> list[str]:
    """Split 农药、化肥利用率 into its members, each with the shared tail."""
    parts = [part for part in re.split(_LIST, subject) if part]
    if len(parts) < 2 or any(len(part) > 30 for part in parts):  # noqa: PLR2004 - two members, none a sentence
        return [subject]
    tail = _TAIL.search(parts[-1])
    return [part if _TAIL.search(part) or not tail else part + tail.group() for part in parts]


def _trimmed(subject: str) -> str:
    """Return what is measured: the subject without base year, predicate and connecting words."""
    name = shadow(subject)
    if name.count("（") > name.count("）"):
        # ……推进造林（2021年完成营造林30万亩: the number is said in the bracket.
        name = re.sub("^20\\d\\d年(?:底前?|内)?", "", name.rpartition("（")[2])
    name = _COMPARED.sub("", _FROM_VALUE.sub("", _BASE.sub("", name))).strip("，。；、 ")
    name = re.sub("(?<=[量数积程模])达到(?=[一-龥]{2,20}的$)", "占", name)
    before = None
    while before != name:
        before = name
        name = _PREDICATE.sub("", name).strip("，。；、 ")
        name = re.sub(
            "^(?:年度)?(?:任务|目标)(?:为|是)|^(?:和|及|与|并|且|其中|分别|力争|争取|确保|努力|实现|使|同时|各)+",
            "",
            name,
        )
    name = re.sub("^(?:创建|打造|建成(?!区)|建设(?!用地|[和与及])|完成(?!率|量|值|情况)|培育)(?=[一-龥“])", "", name)
    if "占" in name and name.endswith("的"):
        return name + "比例"
    return name + "比例" if "占" in name and not re.search("比例|比重|占比|率$", name) else name


def _noun_after(clause: str, text: str, number: _Number) -> str:
    if number.measure in ("%", "‰") or number.measure.endswith("百分点") or text.startswith("（", number.stop):
        return ""
    found = re.compile("[^，。；、]{2,40}?(?=[和及与]\\d|[，。；、]|$)").match(text, number.stop)
    if not found:
        return ""
    return re.sub("(?:建设|等)$", "", clause[found.start() : found.end()]).lstrip("的")


def _share_name(clause: str, number: _Number) -> str:
    """Return the name of a share: 60%的县（市、区）通过评估 → 通过评估比例."""
    scope = _share_scope(clause, number)
    if not scope:
        return ""
    rest = clause[number.stop :].lstrip("的")[len(scope) :]
    if rest.startswith(("得到", "进行", "落实")):
        rest = scope + rest
    return (rest.strip("，。；") or scope) + "比例"


def _share_scope(clause: str, number: _Number) -> str:
    if number.measure not in ("%", "‰"):
        return ""
    found = re.compile(
        "的?(.{2,24}?)(?=建成|通过|完成|达到|实现|创建|开展|纳入|建立|接入|配备|采用|使用|成为|符合|满足|得到|进行|落实|实施)"
    ).match(shadow(clause), number.stop)
    return clause[found.start(1) : found.end(1)] if found and clause[number.stop : number.stop + 1] == "的" else ""


def _scope(name: str) -> tuple[str, str]:
    """Return the delimiting words that open a name, and the rest of it."""
    found = _SCOPE.match(shadow(name).lstrip("，、； "))
    if not found:
        return "", name
    skip = len(name) - len(name.lstrip("，、； "))
    return name[skip : skip + found.end()], name[skip + found.end() :]


def _whole_name(clause: str) -> str:
    _, name = _scope(clause.strip("，。；、 "))
    name = re.sub("^(?:力争|争取|确保|努力|并|且|同时)+", "", name)
    return name.strip("，。；、 ")


def _ban(clause: str, text: str) -> list[Quantity]:
    """Return a ban with a number in it as `<= 0`: what it delimits is its scope."""
    ban = _BAN.search(text)
    numbers = _numbers(text)
    if not ban or not numbers:
        return []
    rest = clause[ban.end() :]
    inner = re.match("在?(.{0,30}?(?:范围内|以内|半径内))", rest)
    scope = inner.group(1) if inner else ""
    name = rest[inner.end() :] if inner else rest
    doubt = "禁止性要求，数值0为推定"
    return [Quantity(name.strip("，。；"), "<=", "0", scope=scope, direction="hold", at=ban.start(), doubt=doubt)]


def _with_all(clause: str, text: str, found: list[Quantity]) -> list[Quantity]:
    """Put 所有设区市和60%的县通过评估 as two: one complete, one 60 %."""
    whole = re.match("(?:所有|全部)([^，。；]{2,12}?)和(?=\\d)", text)
    if not whole or not found:
        return found
    first = found[0]
    name = re.sub("比例$", "", first.name)
    rest = Quantity(name, "complete", scope=clause[whole.start(1) : whole.end(1)])
    return [rest, *found]
