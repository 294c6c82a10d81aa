"""Invented plans in the habits of real ones: prefecture, province in one line, state, district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.plans.reading.model import Line, Place, Stream
from tracker.plans.reading.reader import read_plan

if TYPE_CHECKING:
    from tracker.plans.reading.model import Draft

CITY = """南州市人民政府办公室
关于印发南州市减污降碳协同
增效工作方案的通知
南政办发〔2023〕18号

各县（市、区）人民政府，市政府各部门、各直属机构：
　　《南州市减污降碳协同增效工作方案》已经市政府同意，现印发给你们，请认真组织实施。
　　　　　　　　　　　　　　　　南州市人民政府办公室
　　　　　　　　　　　　　　　　二〇二三年五月六日
（此件公开发布）

南州市减污降碳协同增效工作方案

　　为落实省里要求，制定本方案。
　　一、工作目标
　　到2025年，全市单位地区生产总值能耗较2020年下降14.5%左右，PM2.5平均浓度控制在32微克/立方米以内，协同格局初步形成。
　　二、重点任务
　　（一）推动产业结构绿色升级
　　1.严控高耗能项目。落实准入条件，2023年底前完成12家水泥企业错峰改造。（责任单位：市发展改革委、市生态环境局，各县（市、区）政府）
　　2.淘汰落后产能。淘汰35蒸吨/小时及以下燃煤锅炉80台。（牵头单位：市工信局；配合单位：市发展改革委、应急局；完成时限：2024年12月底前）
　　3.建设绿色园区。力争到2025年底前创建省级绿色园区3个、绿色工厂50家以上。(市工信局牵头，市商务局、市自然资源和规划局等配合)
　　（二）优化交通运输结构
　　4.发展新能源车。2025年，新能源公交车占比达到95%，新建公共充电桩不少于2000个。
　　责任单位：市交通运输局、市城管局
　　5.推进公转铁。铁路货运量年均增长8%以上。（由市交通运输局牵头，会同市发展改革委、南州海事局落实）
　　三、保障措施
　　（一）加强组织领导。成立专班，统筹推进。（市生态环境局负责）
　　（二）强化考核。抓好落实。（各县（市、区）人民政府，市直有关部门按职责分工负责）
　　（三）做好宣传。多渠道宣传。
　　以上任务均需各县（市、区）落实，不再列出。
"""

ONE_LINE = (
    "江海省碳达峰实施方案为深入贯彻党中央决策部署，制定本方案。一、总体要求（一）指导思想。坚持系统观念，2020年以来成效明显。"
    "（二）主要目标。到2025年，非化石能源消费比重达到20%左右。到2030年，非化石能源消费比重达到25%左右，风电、太阳能发电总装机容量"
    "达到8000万千瓦以上。二、重点任务（一）能源绿色低碳转型行动。1.大力发展新能源。到2025年，海上风电装机容量达到1500万千瓦。"
    "(省能源局牵头，省发展改革委、自然资源厅等按职责分工负责)2.严控煤炭消费。“十四五”期间煤电机组节能改造规模不低于2000万千瓦。"
    "(省发展改革委、能源局按职责分工负责)（二）节能降碳行动。3.推进能效提升。2024年底前，全面淘汰燃煤小锅炉。"
    "(省工业和信息化厅、市场监管局(标准化办公室)按职责分工负责)三、组织保障（一）加强统筹协调。各市要落实责任。（省发展改革委负责，各市人民政府配合）"
)

STATE = """国家协同治理工作方案
第一章 总则
第一条 为做好协同治理工作，制定本方案。
第二章 主要任务
第三条 加强源头管控。推动重点行业转型，2026年底前建成50个示范基地。（发展改革委牵头，工业和信息化部、能源局参与）
第五条 完善标准体系。十五五期间制修订标准100项以上。（牵头单位：市场监管总局 参加单位：生态环境部、工业和信息化部）
第六条 强化科技支撑。加强攻关。（科技部、生态环境部分别负责）
第七条 强化金融支持。用好工具。（人民银行、金融监管总局按职责分工负责，财政部指导）
"""

DISTRICT = """北海新区减污降碳协同增效三年行动计划（2023-2025年）
一、总体要求
坚持以人为本。
二、主要任务
1、优化产业布局。严把准入关口，2023年底前出台准入清单。
牵头单位：区发展改革局
配合单位：区生态环境分局、自然资源局，各镇（街道）
完成时限：2023年12月
2、推进清洁能源。新增分布式光伏10万千瓦，
- 3 -
优先保障公共机构用能。〔区发展改革局、供电公司负责〕
3、实施绿色建筑行动。新建建筑执行绿色建筑标准。【牵头单位：区住房建设局；参加单位：区城管局】
5、加强宣传引导。多形式宣传。
(1)开展活动。每年开展不少于10场次活动。
(2)树立典型。选树典型。(责任单位:区委宣传部,区教育局,团区委)
"""

NO_BRACKETS = """北山省减污降碳方案
一、加强源头防控
（一）强化分区管控。完善“三线一单”（生态保护红线、环境质量底线、资源利用上线和生态环境准入清单）管控体系。
（二）严格准入。守住底线，支持银川市、吴忠市（含园区）先行先试，省发展改革委、省生态环境厅要加强指导。
"""


def read(text: str, code: str = "x", *, whole: bool = False) -> Draft:
    """Read a text as if it were a file."""
    lines = tuple(Line(line, Place(number)) for number, line in enumerate(text.split("\n"), 1))
    return read_plan(Stream(lines, "样例.txt", whole=whole), code)


def tasks(draft: Draft) -> list[tuple[str, str, str, str, str]]:
    """Return number, title, mode, leads, participants of every task."""
    return [
        tuple(found.cells.get(column, "") for column in ("number", "title", "responsibility", "leads", "participants"))  # type: ignore[misc]
        for found in draft.of("task")
    ]


def numbers(draft: Draft) -> list[str]:
    """Return every indicator in one line: name, comparator, value, measure, due."""
    return [
        " ".join(
            found.cells[column] for column in ("name", "comparator", "value", "measure", "due") if found.cells[column]
        )
        for found in draft.of("indicator")
    ]
