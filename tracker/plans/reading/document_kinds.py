"""What a document is when it is no plan: a law, news, questions and answers, a speech, a report, a rule on support.

Such texts are full of numbers that nobody promised. A document that assigns work to units is a plan whatever it is called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.plans.reading.reading_rules import Habit, first, habit

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLES: tuple[Habit, ...] = (
    habit(
        "法规或管理制度",
        "(?:条例|办法|规定|细则|规则|准则|章程|法)(?:（[^（）]{1,12}）)?$",
        "海州市扬尘污染防治条例",
        "取水许可管理办法（试行）",
        unlike=("海州市降碳行动方案",),
    ),
    habit("政策解读或问答", "解读|答记者问|问答|一问一答|图解", "《海州市碳达峰实施方案》政策解读"),
    habit("讲话", "(?:上|时)的(?:讲话|发言|致辞)|讲话(?:稿|提纲)?$|致辞$|主持词$", "在全市大会上的讲话"),
    habit(
        "工作总结或报告",
        "(?:工作)?总结(?:报告)?$|(?:工作|情况|年度|评估|自查|审计|调研|监测|检测|研究|可行性)(?:情况)?的?报告(?:书|表)?$|公报$|述职|完成情况$|年鉴|白皮书|蓝皮书",
        "海州市2022年法治政府建设工作总结",
        "2023年国民经济和社会发展统计公报",
        unlike=("落实政府工作报告重点任务责任分工",),
    ),
    habit(
        "会议或事务通知",
        "关于(?:召开|举办|组织参加|调整|成立|公布|公示|表彰|申报|征集|开展[^，。]{0,12}(?:培训|考试|申报|评选))|会议(?:通知|纪要)|招标|采购公告|公示$|名单$|批复$|复函$|招聘",
        "关于召开全市碳达峰工作推进会的通知",
        unlike=("关于做好2024年秸秆综合利用工作的通知",),
    ),
    habit(
        "新闻", "突破|圆满|顺利召开|成功举办|我市.{2,20}(?:获|居|达)|纪实|侧记|亮点|喜获", "我市绿色工厂数量突破百家"
    ),
)
"""What the title says."""

TEXTS: tuple[Habit, ...] = (
    habit(
        "新闻",
        "本报讯|新华社|日报讯|（记者|记者 ?从|通讯员|据介绍|据悉|消息称|新闻发布会",
        "青禾日报讯（记者 木石）",
        "据介绍，全市建成",
    ),
    habit("讲话", "同志们[：！，]|各位(?:代表|来宾|同志|领导)[：，！]", "同志们：今天召开大会"),
    habit("政策解读或问答", "(?:^|[。\n、])(?:问|答)：", "一、问：为什么"),
    habit(
        "法规或管理制度",
        "本(?:条例|办法|规定|细则|法)(?:自|由).{0,24}(?:施行|实施|解释)|(?:代表大会常务委员会)[^。]{0,20}通过",
        "本条例自2022年11月1日起施行",
        unlike=("本方案自印发之日起施行",),
    ),
)
"""What its own words say."""

_PLAN_TITLE = re.compile(
    "方案|计划|规划|意见|要点|措施|清单|分工|任务|安排|行动|纲要|路线图|责任书|台账|分解|目标|决定|举措|攻坚|整治|(?:做好|开展|推进|加强|加快|进一步|落实).{2,40}通知|若干"
)
_GOALS = re.compile(
    "(?:^|[\n、）])(?:主要|工作|总体|行动|具体|发展|年度)?(?:目标|指标|任务)(?:任务)?(?:。|：|$|\n)", re.MULTILINE
)
_HAN = re.compile("[一-龥]")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_FEW_HAN = 0.2
_HEAD = 400


def genre_of(title: str, text: str, *, tasks: int) -> str:
    """Return what a document is in Chinese (像新闻), when it is no plan; empty for a plan.

    `tasks` is how many rows it gives to units by name.
    """
    letters = sum(1 for letter in text if letter.isalpha())
    han = len(_HAN.findall(text))
    if letters and (han < letters * _FEW_HAN or len(_KANA.findall(text)) > han / 4):
        return "没有中文" if han < letters * _FEW_HAN else "不是中文"
    if tasks:
        return ""
    head = text[:_HEAD]
    names = [title, *_lines(head)[:3]]
    found = next((each for name in names if (each := first(TITLES, name))), None)
    if found and (found.means != "新闻" or not _PLAN_TITLE.search(title)):
        return f"像{found.means}"
    said = first(TEXTS, head) or first(TEXTS[2:], text)
    if said and not (said.means == "新闻" and _PLAN_TITLE.search(title) and _GOALS.search(text)):
        return f"像{said.means}"
    if not _PLAN_TITLE.search(title) and not _GOALS.search(text):
        return "没有方案的标题、目标或任务"
    return ""


def _lines(text: str) -> Sequence[str]:
    return [line for line in text.split("\n") if line]
