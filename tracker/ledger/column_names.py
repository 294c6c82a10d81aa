"""The names under which a column of items, or of their progress, is known in any table that comes in."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from tracker.text import lazy_pattern

ALIASES: Mapping[str, Sequence[str]] = {
    "id": ("编号", "事项编号", "任务编号", "指标编号", "目标编号", "项目编号", "政策编号", "编码", "id"),
    "number": ("序号", "任务序号", "序", "项号", "no", "no."),
    "name": (
        "事项", "工作任务", "指标目标", "具体内容", "重点任务", "主要任务", "任务", "目标任务", "任务内容", "工作内容", "工作事项",
        "重点工作", "指标", "政策", "政策措施", "目标", "内容", "主要指标", "具体任务", "具体措施", "主要措施", "工作措施", "措施",
        "重点举措", "工作举措", "举措", "工作目标", "主要目标", "具体目标", "目标内容", "重点事项", "具体工作", "工作要求", "任务要求",
        "任务清单", "任务分解", "改革事项", "改革举措", "创新举措", "目标指标", "政策文件", "文件名称",
        "主要工作任务", "重点工作任务", "建设内容", "任务措施", "name", "text",
    ),
    "title": (
        "标题", "名称", "事项名称", "项目名称", "任务名称", "指标名称", "政策名称", "工作名称", "工程名称", "项目", "工程", "title",
    ),
    "group": ("章节", "类别", "分类", "领域", "方面", "类型", "所属领域", "任务类别", "工作类别", "重点领域", "工作方向", "chapter"),
    "section": ("节", "小类", "section"),
    "lead": (
        "牵头单位", "牵头部门", "责任单位", "责任部门", "主责单位", "主责部门", "牵头责任单位", "牵头", "主办单位", "负责单位", "负责部门",
        "承担单位", "承办单位", "主办", "承办",
        "责任主体", "实施主体", "主管部门", "主管单位", "行业主管部门", "落实单位", "实施单位", "牵头负责单位",
        "责任分工", "分工", "牵头市直部门", "牵头省直部门", "第一责任单位", "主要责任单位", "牵头责任部门", "lead_units",
    ),
    "participants": (
        "参与单位", "参与部门", "配合单位", "配合部门", "参加单位", "参加部门", "协同单位", "协同部门", "协办单位", "协作单位",
        "协助单位", "协助部门", "参与", "配合", "协办", "协助",
        "参与配合单位", "配合责任单位", "participating_units",
    ),
    "due": (
        "完成时限", "完成时间", "完成期限", "完成日期", "完工时间", "完工日期", "竣工时间", "竣工日期", "时限", "期限", "时限要求",
        "截止时间", "截止日期", "截止日", "截止", "办结时限", "办理时限", "完成年限", "时间节点", "时间要求", "时间安排", "进度安排",
        "完成时间节点", "实施时间", "完工", "竣工", "due",
    ),
    "start": ("开工时间", "开工日期", "开始时间", "启动时间", "开工", "start"),
    "target": ("目标值", "指标值", "任务目标值", "计划值"),
    "measure": ("计量单位", "指标单位", "数量单位", "measure"),
    "last": ("上期值",),
    "state": ("状态", "进展状态", "完成状态", "工作状态", "办理状态", "当前状态", "state"),
    "percent": (
        "完成率", "完成进度", "完成比例", "完成百分比", "完成度", "进度", "当前进度", "工作进度", "percent",
    ),
    "value": (
        "现值", "当前值", "目前值", "现状值", "实际值", "完成值", "完成数", "最新值", "本期值", "实际完成值", "value", "actual",
    ),
    "standing": ("完成率/现值",),
    "note": (
        "本期进展", "当前进展", "进展情况", "工作进展", "工作进展情况", "进展", "最新进展", "完成情况", "落实情况", "推进情况",
        "办理情况", "工作开展情况", "开展情况", "本周进展", "本月进展", "本季度进展", "目前进展", "目前进展情况", "当前进展情况",
        "最新进展情况", "本期进展情况", "工作推进情况", "工作落实情况", "工作完成情况", "目前完成情况", "截至目前进展", "note",
    ),
    "problem": (
        "存在问题", "存在的问题", "主要问题", "问题", "困难问题", "存在困难", "存在问题及困难", "问题困难", "存在困难和问题",
        "存在问题和困难", "困难和问题", "存在的困难", "存在困难及问题", "困难", "problem",
    ),
    "next": (
        "下步安排", "下一步安排", "下步工作", "下一步工作", "下步计划", "下一步计划", "下步打算", "下一步打算", "下步工作安排",
        "下一步工作安排", "下步工作计划", "下一步工作计划", "下步措施", "下一步措施", "下一步工作打算", "下一步工作措施", "next",
    ),
    "evidence": ("佐证材料", "佐证", "证明材料", "支撑材料", "佐证资料", "附件", "evidence"),
    "same": ("无变化", "是否无变化", "same"),
    "date": (
        "更新时间", "填报日期", "填报时间", "填表日期", "填表时间", "更新日期", "报送日期", "报送时间", "统计时间",
        "截至日期", "日期", "date",
    ),
    "year": ("数据时点", "数据年度", "数据年份", "所属年份", "数据所属年份", "数据时间"),
    "unit": ("填报单位", "填表单位", "报送单位", "上报单位", "填报部门", "报送部门", "制表单位", "unit"),
    "by": ("填报人", "填表人", "报送人", "by"),
    "region": ("地区", "所属地区", "所在地区", "设区市", "地市", "市县", "县市区", "区县", "region"),
    "remark": ("备注", "说明", "备注说明", "remark"),
    "source": ("出处", "来源", "任务来源", "依据", "文件依据"),
    "kind": ("清单", "事项类别"),
    "stamp": ("stamp",),
    "last_report": ("last_report",),
    "planned": ("序时进度", "序时目标"),
    "light": ("亮灯", "预判"),
}  # fmt: skip
"""The names under which a column of items or of their progress is known; the first is our own."""

_NOW = "(?:目前|当前|截至目前|最新|本周|本月|本期|本季度?|本年度?|今年以来|累计|实际|总体|具体|主要|阶段性?|年度|工作|任务|项目|目标|指标)*"
_BODY = "(?:单位|部门|处室|科室|机构|主体|领导小组成员单位)(?:[及和]\\S+)?"
_OF_PLAN = "(?:计划|预计|要求|整改|问题|工作|任务|项目)*"
PATTERNS: Mapping[str, Callable[[str], object]] = {
    column: partial(re.fullmatch, pattern)
    for column, pattern in {
        "problem": "(?:滞后|未完成|未达标|存在问题)的?原因(?:分析)?"
        "|(?:目前|当前|主要|突出|工作中|推进中|推进过程中|实施过程中)?(?:存在|面临|遇到"
        "|需要?协调|需要?解决|需要?支持|需要?省级|需要?上级|提请协调|制约)\\S*?(?:问题|困难|事项|因素|短板|情况|难点|建议)"
        "|(?:工作|推进|实施|落实|建设|过程)*中?的?(?:困难|难点|堵点|短板|制约因素)(?:和|及|与)?(?:问题|困难)?",
        "next": "(?:下一?步|下一?阶段|下一?期|下一?月|下一?季度?|下一?周|后续)(?:主要|重点|推进|整改)*(?:工作|任务)?"
        "(?:安排|计划|打算|措施|考虑|重点|思路|举措|部署|内容|工作)|(?:拟采取|解决)的?(?:措施|办法|对策)",
        "note": "(?:主要|工作|具体|典型)*(?:做法|成效|举措)(?:及|和|与|、)?(?:做法|成效|效果|成绩)"
        f"|(?:近期|阶段)进展|{_NOW}(?:进展|进度|形象进度|完成|推进|落实|开展|实施|办理|建设|整改|执行|工作)(?:具体|详细|主要)?"
        "(?:情况|进展|成效|说明|情况说明|描述|简述)|形象进度|取得成效|工作成效|主要成效|(?:[本当][周月期季年]度?)完成",
        "percent": f"(?:实际|当前|总体)进度|完成%|{_NOW}(?:完成率|完成比例|完成进度|完成程度|完成百分比|完成占比|进度比例)",
        "value": f"(?:[本今]年(?:度|以来)?)?累计|{_NOW}(?:完成值|完成数|完成量|完成额|实际值|实绩|当前值|现值|达到值|实现值)"
        "|(?:目前|当前|累计|实际)完成数?|已完成[数量]",
        "lead": "部门|(?:牵头|责任)(?:市级|省级|市直|省直|县级)(?:单位|部门)|主体责任(?:单位|部门)|建设单位"
        f"|(?:市级|省级|县级|主要|第一|整改|落实)?(?:牵头|责任|主办|主责|承办|承担|负责|落实|实施|整改|组织|分工)(?:责任)?{_BODY}",
        "participants": "(?:[省市县区]级|[省市县区]直)?"
        f"(?:配合|参与|协办|协助|协同|参加|会办|联办|支持|相关|其他责任|其他)(?:责任)?{_BODY}",
        "due": "(?:建设|实施|推进)?起止(?:年限|时间|日期|年月)|(?:建设|实施|推进|目标)(?:期限|周期|时限|年限)"
        "|(?:完成|截止)月份|结束(?:时间|日期)|(?:时间|进度)要求|时间进度|(?:推进|工作)(?:时间|时限)|年限|时间节点要求"
        f"|{_OF_PLAN}(?:完成|整改|办结|完工|竣工|建成|投产|销号|解决|落实|办理)(?:时限|时间|期限|日期|年限|节点|时间节点)(?:要求)?",
        "target": "(?:全年|本年度?|当年|年度?|期末|规划|整改|国家|[省市县区]级?|上级|[近中远]期|最终|终期|十[四五]五"
        "|下达|考核|约束性|预期性?|控制|到期|分解|计划|阶段性?|总体?)*"
        "(?:目标(?:值|要求|任务|任务数|数)?|指标(?:值|数)|任务[数量]|(?:年度|全年|本年|下达)(?:计划|任务|指标)"
        "|(?:计划|规划|考核|下达|控制|分解|预期|限)[数值量])",
        "name": "(?:子|分|细化|支撑|专项|[一二三]级)(?:任务|项目|事项|指标|目标|工作)(?:名称|内容)?|(?:任务|工作)细[项化]"
        "|(?:督查|督办|交办|推进)事项|考核指标|(?:重大|重点)工程|工作(?:要点|重点|安排)|实施内容|民生实事|(?:年度|重点|主要|具体|工作|任务|目标|项目|问题|整改|改革|创新|试点|分解)*(?:任务|事项|工作|措施|举措|内容)"
        "(?:内容|名称|描述|及要求|和要求|清单|分解)?",
    }.items()
}
"""Words of headings in all their order, for those that no name covers; a column that goes by a name comes before one of these."""

_AND = "[,，、/或及和与]"
"""What stands between two things that one column holds: 牵头单位及责任人. The first is what it is for."""
_PARENTHESES = lazy_pattern(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_COMMON = lazy_pattern(
    "^(?:项目|工作|任务|主要|具体|重点|总体|行业|计划|预计|拟|目前|当前|最新|本期|事项|指标|政策|截至目前|市级|省级|建议|各|是否)"
)
"""Words before a name that change nothing: 项目推进情况, 计划完成时间."""


def heading(text: Any) -> str:
    """Return the name of a column without what differs from sheet to sheet: blanks, widths, what stands in brackets."""
    if not isinstance(text, str):
        return ""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).strip()).lower()
    bare = _PARENTHESES.sub("", plain)
    # A bracket that was never closed, or a remark behind the first bracket.
    return (bare.partition("(")[0] or bare).strip(":：*、。%") or plain


def column_named(label: str, names: Mapping[str, str]) -> str | None:
    """Return the column that a label is a name of, also behind words that change nothing (主要内容 is 内容).

    names: the name of a column → the column.
    """
    while label not in names:
        shorter = _COMMON.sub("", label)
        if shorter == label or len(shorter) < 2:  # noqa: PLR2004 - one sign is no name
            return None
        label = shorter
    return names[label]


def column_resembled(label: str, patterns: Mapping[str, Callable[[str], object]] = PATTERNS) -> str | None:
    """Return the column of which a label has the words, where it is no name of one."""
    return next((column for column, is_like in patterns.items() if is_like(label)), None)


def first_of(label: str) -> str:
    """Return the first of what a label joins, the one that its column is for (牵头单位及责任人); else the label."""
    return re.split(_AND, label)[0] or label
