"""Annex tables in every format: aliases of headings, chapters merged across, cells broken over lines and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plans.reading.makers import pdf_file, text_file, word_file
from tests.plans.reading.samples import numbers, read
from tracker.plans.reading import read_document

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.plans.reading.model import Draft

FLATTENED = """某省协同方案
（征求意见稿）

一、总体要求

（二）主要目标

到 2025年，非化石能源占一次能源消费比重达到 24%。

到 2030年，非化石能源占一次能源消费比重达到 30%。

附件：1.某省目标清单、任务清单

附件 1

某省目标清单、任务清单、政策清单

一、目标清单

序号 指标目标 牵头单位 参与单位

1 非化石能源占一次能源消费比重达到 24%。

省发展改革委（省能源局），以下各项工

作均需各市、县（市、区）

落实，以下不再列出

省经信厅、省交通运输厅、省农

业农村厅

2 单位 GDP二氧化碳排放完成国家下达的控制目标。 待国家分工明确后确定

省发展改革委、省经信厅

— 10 —

序号 指标目标 牵头单位 参与单位

3
风光装机实现倍增，全省总装机达到 3400万千瓦以上，核电装机超过 10

00万千瓦。
省发展改革委、省能源局

4 打造 60个标杆项目。 省生态环境厅 省建设厅

5 编制融合清单（完成期限为 2023年）。 省生态环境厅、省科技厅按

职责分工负责

注：上表中未注明的，完成时限均为 2025年。

二、任务清单

序号 工作任务 牵头单位 参与单位

一、加强源头防控

（一）强化分区管控

1

统筹考虑要求，研究制定体系。完善促进产业发展，推动清洁高效利用，完善能源基础

省发展改革委（省能源局）
省经信厅、省交通运输

厅、省农业农村厅
 序号 工作任务 牵头单位 参与单位

设施建设，加快终端能源消费电气化。

（二）加强准入管理

2 推动实施保护行动方案。

具体参照《某省某行动方案

（2021—2025年）》职责分

工

具体参照《某省某行动

方案（2021—2025年）》

职责分工

注：上表中未注明的，完成时限均为 2025年。

三、政策清单

序号 具体内容 牵头单位

1 出台二氧化碳总量控制实施意见 待国家分工明确后确定

2 出台支持气候投融资试点的意见 省生态环境厅、人行杭州中心支行
"""

HEAD = ["序号", "重点任务", "具体措施", "牵头单位", "责任单位", "完成时限"]
ROWS = [
    HEAD,
    ["一、优化能源结构", "", "", "", "", ""],
    ["1", "发展新能源", "建成光伏电站20座。", "市发展改革委", "市自然资源局、农业农村局，各区县政府", "2025年12月"],
    ["2", "严控煤炭", "消费总量控制在800万吨以内。", "市发展改革委、生态环境局", "市统计局等", "2024年底"],
    ["二、治理环境", "", "", "", "", ""],
    ["3", "治理大气", "完成30家企业深度治理。", "市生态环境局", "各区县政府", "持续推进"],
]


def cells(draft: Draft, kind: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(found.cells.get(column, "") for column in columns) for found in draft.of(kind)]


def test_a_table_flattened_to_text() -> None:
    draft = read(FLATTENED, "zz")
    assert cells(draft, "target", "number", "text", "leads", "participants", "responsibility", "due") == [
        (
            "1",
            "非化石能源占一次能源消费比重达到24%。",
            "省发展改革委（省能源局）",
            "省经信厅、省交通运输厅、省农业农村厅",
            "lead",
            "2025-12-31",
        ),
        ("2", "单位GDP二氧化碳排放完成国家下达的控制目标。", "", "省发展改革委、省经信厅", "tbd", "2025-12-31"),
        (
            "3",
            "风光装机实现倍增，全省总装机达到3400万千瓦以上，核电装机超过1000万千瓦。",
            "省发展改革委、省能源局",
            "",
            "lead",
            "2025-12-31",
        ),
        ("4", "打造60个标杆项目。", "省生态环境厅", "省建设厅", "lead", "2025-12-31"),
        ("5", "编制融合清单（完成期限为2023年）。", "省生态环境厅、省科技厅", "", "joint", "2023-12-31"),
        ("6", "非化石能源占一次能源消费比重达到30%。", "省发展改革委（省能源局）", "", "lead", "2030-12-31"),
    ]
    assert cells(draft, "task", "number", "chapter", "section", "text", "responsibility", "leads", "participants") == [
        (
            "1",
            "一、加强源头防控",
            "（一）强化分区管控",
            "统筹考虑要求，研究制定体系。完善促进产业发展，推动清洁高效利用，完善能源基础设施建设，加快终端能源消费电气化。",
            "lead",
            "省发展改革委（省能源局）",
            "省经信厅、省交通运输厅、省农业农村厅",
        ),
        ("2", "一、加强源头防控", "（二）加强准入管理", "推动实施保护行动方案。", "by_reference", "", ""),
    ]
    assert cells(draft, "policy", "text", "responsibility", "leads", "due") == [
        ("出台二氧化碳总量控制实施意见", "tbd", "", ""),
        ("出台支持气候投融资试点的意见", "lead", "省生态环境厅、人行杭州中心支行", ""),
    ]
    plan = draft.of("plan")[0].cells
    assert (plan["annex_label"], plan["annex_title"], plan["rider"]) == (
        "附件 1",
        "某省目标清单、任务清单、政策清单",
        "以下各项工作均需各市、县（市、区）落实，以下不再列出",
    )
    assert draft.of("target")[0].cells["source"] == "附件1 一、目标清单 第1项"
    assert draft.of("task")[1].cells["lead_cell"] == "具体参照《某省某行动方案（2021—2025年）》职责分工"
    assert draft.of("indicator")[-1].cells["same_as"] == "1.1"


def test_a_word_table_with_merged_chapters(tmp_path: Path) -> None:
    parts: list[str | list[list[str]]] = [
        "东川市减污降碳实施方案",
        "一、总体要求",
        "坚持统筹。",
        "附件",
        "东川市重点任务分工表",
        ROWS,
        "注：未注明的完成时限均为2025年。",
    ]
    draft = read_document(word_file(tmp_path / "甲.docx", parts, merged=[(0, 1), (0, 4)]), "dc")
    assert cells(draft, "task", "number", "chapter", "title", "leads", "participants", "due", "note") == [
        (
            "1",
            "一、优化能源结构",
            "发展新能源",
            "市发展改革委",
            "市自然资源局、市农业农村局",
            "2025-12-31",
            "原文另列：各区县政府",
        ),
        ("2", "一、优化能源结构", "严控煤炭", "市发展改革委、市生态环境局", "市统计局", "2024-12-31", ""),
        (
            "3",
            "二、治理环境",
            "治理大气",
            "市生态环境局",
            "",
            "2025-12-31",
            "原文另列：各区县政府；完成时限：持续推进",
        ),
    ]
    assert draft.of("task")[2].doubts == {"due": "期限“持续推进”没有年份，见备注"}
    assert numbers(draft) == [
        "光伏电站 = 20 座 2025-12-31",
        "消费总量 <= 800 万吨 2024-12-31",
        "企业深度治理 = 30 家 2025-12-31",
    ]


def test_a_web_page_in_gb18030_with_spans_and_an_indicator_table(tmp_path: Path) -> None:
    page = """<html><head><meta charset="gb2312"><script>var a=1</script></head><body><div><nav>首页</nav></div>
<h1>西川省减污降碳协同增效实施方案</h1><p>一、主要目标</p><p>到2025年，非化石能源消费比重提高到<b>39</b>%左右。</p>
<p>二、重点任务</p><p>（一）推进协同。<span>加强</span>管理（省生态环境厅、<br>发展改革委按职责分工负责）</p>
<p>表1 主要指标</p><table><tr><th>序号</th><th>指标</th><th>单位</th><th>2020年</th><th>2025年</th><th>属性</th></tr>
<tr><td>1</td><td>单位地区生产总值二氧化碳排放下降</td><td>%</td><td>—</td><td>[19.5]</td><td>约束性</td></tr>
<tr><td>2</td><td>森林蓄积量</td><td>亿立方米</td><td>19.1</td><td>≥20</td><td>约束性</td></tr></table>
<table><tr><th>序号</th><th>政策名称</th><th>责任部门</th></tr><tr><td>1</td><td>出台绿色电价政策</td><td rowspan="2">省发展改革委</td></tr>
<tr><td>2</td><td>制定碳普惠管理办法</td></tr></table></body></html>"""
    draft = read_document(text_file(tmp_path / "甲.html", page, "gb18030"), "xc")
    assert cells(draft, "task", "leads") == [("省生态环境厅、省发展改革委",)]
    assert cells(draft, "policy", "text", "leads") == [
        ("出台绿色电价政策", "省发展改革委"),
        ("制定碳普惠管理办法", "省发展改革委"),
    ]
    assert numbers(draft) == [
        "单位地区生产总值二氧化碳排放下降 decrease_by 19.5 % 2025-12-31",
        "森林蓄积量 >= 20 亿立方米 2025-12-31",
        "非化石能源消费比重 ~ 39 % 2025-12-31",
    ]
    assert draft.of("indicator")[1].cells["baseline_value"] == "19.1"


def test_a_pdf_whose_cells_and_brackets_run_over_pages(tmp_path: Path) -> None:
    head = ["序号", "工作任务", "牵头单位", "参与单位"]
    first = [
        head,
        ["一、加强源头防控", "", "", ""],
        ["1", "完善管控体系，推动成果应用，建立健全管理制度，强化监督", "省生态环境厅", "省发展改革委、省自然资源厅"],
    ]
    rest = [
        head,
        ["", "检查，形成闭环。", "", "、省水利厅"],
        ["2", "创建绿色工厂100家。", "省工业和信息化厅", "省商务厅"],
    ]
    path = pdf_file(
        tmp_path / "甲.pdf",
        [
            [
                "中海省减污降碳行动方案",
                "　　一、总体要求",
                "　　坚持系统观念，统筹推进减污降碳协同增效工作，建立健全制",
                "度体系，到2025年，全省单位生产总值能耗比2020年下降14%以上",
                "。",
                "　　二、重点任务",
                "　　（一）加强源头防控。严格准入管理，推动产业转型升级，完善",
                "制度标准。（省生态环境厅牵头，省发展改革委、工业和信息化厅",
                "- 1 -",
            ],
            [
                "、自然资源厅配合）",
                "　　（二）推进协同治理。统筹治理。（省生态环境厅负责）",
                "附件1",
                "任务清单",
                first,
                "- 2 -",
            ],
            [rest, "- 3 -"],
        ],
        widths=[4, 14, 9, 9],
    )
    draft = read_document(path, "zh")
    assert cells(draft, "task", "text", "leads", "participants")[:2] == [
        (
            "完善管控体系，推动成果应用，建立健全管理制度，强化监督检查，形成闭环。",
            "省生态环境厅",
            "省发展改革委、省自然资源厅、省水利厅",
        ),
        ("创建绿色工厂100家。", "省工业和信息化厅", "省商务厅"),
    ]
    assert cells(draft, "task", "title", "leads", "participants")[2:] == [
        ("加强源头防控", "省生态环境厅", "省发展改革委、省工业和信息化厅、省自然资源厅"),
        ("推进协同治理", "省生态环境厅", ""),
    ]
    assert draft.of("task")[0].place == "第2页第3行"
    assert numbers(draft)[0] == "单位生产总值能耗 decrease_by 14 % 2025-12-31"


def test_a_table_drawn_with_bars() -> None:
    text = "某市方案\n一、任务\n| 序号 | 任务 | 责任单位 |\n|---|---|---|\n| 1 | 做好甲事 | 市甲局、乙局 |\n| 2 | 做好乙事 | 市丙局 |\n"
    assert cells(read(text), "task", "text", "leads") == [("做好甲事", "市甲局、市乙局"), ("做好乙事", "市丙局")]


def test_a_table_with_one_cell_a_line() -> None:
    text = "某市方案\n一、任务\n抓好。\n附件\n任务分工表\n"
    text += "序号\n工作任务\n牵头单位\n配合单位\n1\n做好甲事。\n市甲局\n市乙局、市丙局\n2\n做好乙事。\n市丙局\n"
    assert cells(read(text), "task", "text", "leads", "participants") == [
        ("做好甲事。", "市甲局", "市乙局、市丙局"),
        ("做好乙事。", "市丙局", ""),
    ]


def test_an_article_that_an_annex_row_repeats_is_one_task() -> None:
    text = (
        "某市方案\n一、任务\n（一）推进绿色工厂建设。做好有关工作。（市甲局负责）\n（二）其他工作不在表里。抓好。（市乙局负责）\n附件1\n任务分工表\n"
        "| 序号 | 重点任务 | 具体措施 | 牵头单位 |\n| 1 | 推进绿色工厂建设 | 做好有关工作。 | 市甲局 |\n"
    )
    assert cells(read(text), "task", "title", "leads") == [
        ("推进绿色工厂建设", "市甲局"),
        ("其他工作不在表里", "市乙局"),
    ]


def test_rows_that_count_the_others_and_cells_that_say_nobody(tmp_path: Path) -> None:
    rows = [
        ["序号", "工作任务", "牵头单位", "配合单位"],
        ["1", "完善管理体系。", "市甲局", "——"],
        ["合计", "共1项", "共1项", ""],
    ]
    draft = read_document(word_file(tmp_path / "表.docx", ["某市任务清单", rows]))
    assert cells(draft, "task", "text", "leads", "participants") == [("完善管理体系。", "市甲局", "")]


def test_a_heading_over_groups_names_and_parts_names_the_innermost(tmp_path: Path) -> None:
    rows = [
        ["序号", "指标", "", "", "2020年现状值", "2025年目标值", "牵头部门"],
        ["1", "海洋健康", "海岸线修复长度2（千米）", "", "/", "≥70", "省海洋局"],
        ["2", "", "其中", "红树林修复面积（公顷）", "20.5", "878.43（新增150）", "省林业局"],
    ]
    draft = read_document(
        pdf_file(tmp_path / "表.pdf", [["某省海洋规划", "表1 主要指标", rows]], [40, 80, 140, 140, 90, 90, 80]), "x"
    )
    assert numbers(draft) == ["海岸线修复长度 >= 70 千米 2025-12-31", "红树林修复面积 = 878.43 公顷 2025-12-31"]


@pytest.mark.anywhere
def test_a_column_is_known_by_its_words_or_by_what_stands_in_it() -> None:
    usual = {"content": "工作任务", "lead": "牵头单位", "participant": "配合单位", "due": "完成时限"}
    others = {
        "content": "整改措施 反馈问题 存在问题 实施内容 民生实事 工作重点 年度任务 任务及措施 攻坚要点",
        "lead": "责任处室 牵头科室 分工部门 组织单位 单位 谁来干",
        "participant": "配合处室 参加处室 其他责任单位 支持单位 联办单位 相关单位",
        "due": "时间 整改时限 进度要求 完成节点 工作进度 推进时间 年限 起止时间 完成月份 何时完成",
    }
    for role, words in others.items():
        for word in words.split():
            head = usual | {role: word}
            table = [
                ["序号", *head.values()],
                ["1", "新建管网120公里", "市水务局", "市财政局、市住建局", "6月底前"],
                ["2", "举办招聘会30场", "市人社局", "市教育局", "9月底前"],
            ]
            draft = read("海州市2024年重点任务分解表\n" + "\n".join(map("\t".join, table)))
            assert cells(draft, "task", "text", "leads", "participants", "due") == [
                ("新建管网120公里", "市水务局", "市财政局、市住建局", "2024-06-30"),
                ("举办招聘会30场", "市人社局", "市教育局", "2024-09-30"),
            ], word
    assert draft.of("plan")[0].doubts[""].endswith("“何时完成”一列，按所填内容读作完成时限，请核对")


@pytest.mark.anywhere
def test_a_column_that_no_row_takes_is_named_and_a_row_without_lead_is_doubted() -> None:
    draft = read(
        "海州市2024年重点任务分解表\n序号\t工作任务\t牵头领导\t牵头单位\t投资\n"
        "1\t新建管网120公里\t张三\t市水务局\t300\n2\t举办招聘会30场\t李四\t\t20\n"
    )
    assert draft.of("plan")[0].doubts[""] == (
        "《海州市2024年重点任务分解表》的“牵头领导”一列（2 格）没有读取；"
        "《海州市2024年重点任务分解表》的“投资”一列（2 格）没有读取"
    )
    assert cells(draft, "task", "leads", "participants") == [("市水务局", ""), ("", "")]
    assert [found.doubts for found in draft.of("task")] == [{}, {"leads": "这一行没有读到牵头单位，请对照原表"}]


@pytest.mark.anywhere
def test_columns_of_goals_are_indicators_of_their_rows_and_a_remark_may_be_a_deadline() -> None:
    draft = read(
        "沙洲市防涝重点任务清单（2022—2025年）\n编号\t任务名称\t年度目标\t总目标\t牵头部门\t备注\n"
        "1\t雨水管网\t2022年建设20公里，2023年建设30公里\t到2025年新建改造雨水管网120公里\t市住建局\t\n"
        "2\t泵站\t2023年3座\t新建改造泵站9座\t市水务局\t2024年底前完成\n3\t调蓄\t—\t蓄水15万立方米\t市水务局\t逐年推进\n"
    )
    assert numbers(draft) == [
        "建设雨水管网 = 20 公里 2022-12-31",
        "建设雨水管网 = 30 公里 2023-12-31",
        "新建改造雨水管网 = 120 公里 2025-12-31",
        "新建改造泵站 = 9 座 2024-12-31",
        "泵站 = 3 座 2023-12-31",
        "调蓄蓄水 = 15 万立方米",
    ]
    assert [found.cells["due"] for found in draft.of("task")] == ["", "2024-12-31", ""]


@pytest.mark.anywhere
@pytest.mark.parametrize("numbered", [True, False])
def test_a_tab_first_is_an_empty_cell_of_what_was_merged(numbered: bool) -> None:
    rows = [
        ["类别", "序号", "重点任务", "负责单位", "时间进度"],
        ["源头减量", "1", "建设绿色工厂5家", "市经信局、市商务局", "11月底"],
        ["", "2", "完成清洁生产审核18家", "市生态环境局（市核安全局）", "12月底"],
        ["资源利用", "3", "建设处置中心1座", "市城管局", "9月底"],
    ]
    if not numbered:
        rows = [["主要任务", *row[2:]] if row[1] == "序号" else [row[0], *row[2:]] for row in rows]
    draft = read("溪州市2024年工作清单\n" + "\n".join(map("\t".join, rows)))
    where = "chapter" if numbered else "title"
    assert cells(draft, "task", where, "text", "leads", "due") == [
        ("源头减量", "建设绿色工厂5家", "市经信局、市商务局", "2024-11-30"),
        ("源头减量", "完成清洁生产审核18家", "市生态环境局（市核安全局）", "2024-12-31"),
        ("资源利用", "建设处置中心1座", "市城管局", "2024-09-30"),
    ]


def test_a_row_over_more_than_two_pages_is_one_and_those_after_it_are_read(tmp_path: Path) -> None:
    head = ["序号", "工作任务", "具体举措", "牵头单位", "配合单位"]
    pages: list[list[str | list[list[str]]]] = [
        ["某市任务清单", [head, ["1", "建设管网", "新建管网", "市水务局", "市财政局"], ["2", "推广绿色建", "完善机制，", "市水务局、", "市财政局、"]]],
        [[["", "筑", "强化保障，", "市住建局", "市统计局、"]]],
        [[["", "", "逐项落实，", "", "市教育局"]]],
        [[["", "", "务求实效。", "", ""], ["3", "治理水体", "治理水体", "市住建局", "市教育局"]]],
    ]  # fmt: skip
    draft = read_document(pdf_file(tmp_path / "甲.pdf", pages, widths=[4, 8, 12, 9, 9]), "zh")
    assert cells(draft, "task", "title", "text", "leads", "participants") == [
        ("建设管网", "新建管网", "市水务局", "市财政局"),
        (
            "推广绿色建筑",
            "完善机制，强化保障，逐项落实，务求实效。",
            "市水务局、市住建局",
            "市财政局、市统计局、市教育局",
        ),
        ("治理水体", "治理水体", "市住建局", "市教育局"),
    ]


def test_what_a_page_hides_is_left_out_and_told(tmp_path: Path) -> None:
    page = "<html><body><h1>某市方案</h1><p>（一）推进。做好。（责任单位：市甲局）</p>{}</body></html>"
    for hidden in (
        '<p style="display: none">（二）乙。做乙。（责任单位：市乙局）</p>',
        "<p hidden>（二）乙。做乙。（责任单位：市乙局）</p>",
    ):
        draft = read_document(text_file(tmp_path / "甲.html", page.format(hidden)))
        assert cells(draft, "task", "leads") == [("市甲局",)]
        assert "有设为隐藏的文字，未读" in draft.of("plan")[0].doubts[""]
