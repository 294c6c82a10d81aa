"""Which way a number is to move, as the verb before it says: 减至5个 down, 提高到80% up, 控制在 held, 优化到 not known (docs/reading.md).

The one list of such verbs: whatever reads a number out of words asks here, so that a reduction is never taken for something to
be reached. Verbs are known by what they end in, so that 精简, 核减 or 调减 need not be listed to fall; a verb that ends in
nothing known has no direction, and a person says which it is.
"""

import re

FALLING = (
    "下降|降低|减少|削减|压减|缩减|压缩|缩短|缩小|减小|减轻|压降|压低|调低|调减|调降|下调|收窄|收敛|收缩|收紧|回落|下跌|跌落|"
    "精简|简化|精减|消减|清减|核减|裁减|递减|去化|弱化|淡化|放慢|减慢|减弱|管控|严控|走低|下滑|瘦身|合并|整合|腾退|[减降压缩削砍裁跌]"
)
RISING = (
    "达|提高|提升|增长|增加|增|扩大|上升|升级|升|上调|扩展|拓展|推广|扩建|扩容|延长|延伸|壮大|发展|覆盖|普及|充实|补充|集聚|汇聚|"
    "培育|恢复|回升|翻番|上涨"
)
_TO = "(?:了|率|幅)?(?:到|至|为|成)"
_BESIDE = "(?:约|近|不足|不多于|不超过|仅)?"
FALLING_TO = re.compile(rf"(?:{FALLING}|(?<!最)[低少短窄落敛简弱慢控]){_TO}{_BESIDE}$")
"""A number to be reached from above: 减至, 降低为, 压减到, 缩短至, 精简到."""
_RISING_TO = re.compile(rf"(?:{RISING}|[达高升增加多长强涨宽展广容建快进满翻超足及盖伸充聚育]){_TO}{_BESIDE}$")
_WEAK_TO = re.compile(rf"(?:达|[推迈]?进){_TO}{_BESIDE}$")
"""Verbs that only say that a number is come to."""
_OF_NAME = 10
"""How many of the last signs before a verb tell what is measured."""
_VERB_TO = re.compile(
    r"(?P<verb>[一-龥]{1,2}了?(?:到|至|在|于)|[守压锁摁管稳控卡盯]住|锁死|[推迈]向|[一-龥](?:化|整|变|改|转|定|并|归)(?:为|成))(?:约|近)?$"
)
HELD_IN = "(?:控制|管控|严控|压控|稳控|遏制|遏止|约束|抑制|限制|限定|锁定)(?:在|到|至|于)"
"""Verbs of a ceiling: what they hold is not to be above the number after them."""
REDUCED_TO = rf"(?:{FALLING})了?(?:到|至|为)"
"""A verb of reduction with what leads to its number, to be taken off the name of what is measured."""
CHANGE = rf"(?:{FALLING}|{RISING}|调整|优化|压实)"
"""What may stand between the number that is and the number that is to be: 由30件减至10件."""

_LESS_IS_BETTER = re.compile(
    "排放|能耗|消耗|浓度|强度|用量|用水|事故|死亡|投诉|超标|占用|缺口|重污染|劣[Ⅴ五V]类|时限|时长|时间|天数|环节|负债|失业|逾期|欠"
    "|[药物水电煤油气单损]耗|漏损|损失|空置|空驶|酸雨|超采|填埋|黑臭|流失|排名|位次|信访|违法|火灾|隐患|故障|破损|积压|债务|成本"
    "|PM ?(?:2\\.5|10)|颗粒物|噪声|异味|(?<!非)化石能源|(?:煤炭|煤电|燃煤|用煤)(?!.{0,6}(?:清洁|高效))",
    re.IGNORECASE,
)
_MORE_IS_BETTER = re.compile(
    "下降|降低|削减|减少|减排|压减|降幅|达标|合格|优良|改善|处置|治理|利用|回收|完成|覆盖|强度标准|普及|保障|供水|节水|安全|健康|办结|办理|满意|回应|化解|整改|消除"
    "|修复|替代|回用|再生|去除|消减|淘汰|退出|关停|改造|替换|清零|挽回|防治|控制率|机组"
)
_LESSENING = re.compile(rf"(?:{FALLING}|去除|淘汰|关停|退出)")
_LESSENED_AMOUNT = re.compile(
    "(?:减排|减碳|削减|减少|节约|节能|压减|替代|去除|淘汰)(?:量|率|比例|幅度|面积|产能)|降幅|下降率|降低率"
)


def direction_to(close: str) -> tuple[str, str]:
    """Return the direction that the words right before a number give it, and the verb where its direction is not known.

    Without a verb the name says it: a 浓度 of 30 is not reached from below.
    """
    if FALLING_TO.search(close):
        return "down", ""
    if rising := _RISING_TO.search(close):
        # 浓度达到28 and 排放量推进至100 are no rise: what is measured says which way it is to move.
        name = close[: rising.start()].removesuffix("推")[-_OF_NAME:]
        if _WEAK_TO.search(close) is None or presumed(name) == "up":
            return "up", ""
        return ("down", "") if "达" in rising[0] else ("", _WEAK_TO.findall(close)[-1])
    found = _VERB_TO.search(close)
    return ("", found["verb"]) if found is not None else (presumed(close), "")


def presumed(name: str) -> str:
    """Return the direction that a name suggests where only = stands before its number: 浓度 falls, 利用率 rises."""
    return "down" if _LESS_IS_BETTER.search(name) and not _MORE_IS_BETTER.search(name) else "up"


def is_reduction(name: str) -> bool:
    """Say whether a name tells of a reduction that leaves open whether its figure is what remains or what goes: 审批环节压减."""
    return _LESSENING.search(name) is not None and _LESSENED_AMOUNT.search(name) is None
