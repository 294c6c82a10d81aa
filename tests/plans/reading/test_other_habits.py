"""Habits of other makers, met in published plans and told here in invented ones: what the reader makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plans.reading.makers import text_file, word_file
from tests.plans.reading.samples import numbers, read, tasks
from tests.plans.reading.test_workbook import wrong
from tracker.plans.reading import read_document
from tracker.plans.reading.dates import last_day
from tracker.plans.reading.model import Line, Passage, Place
from tracker.plans.reading.quantities import quantities
from tracker.plans.reading.reflow import without_furniture
from tracker.plans.reading.responsibilities import read_responsibility
from tracker.plans.reading.responsibility_brackets import duties
from tracker.plans.reading.units import Naming
from tracker.sheets.plan_draft import read_draft, write_draft

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "leads", "participants", "due"),
    [
        ("县水务局、县住建局按职责分工负责，12月底前完成", "县水务局、县住建局", "", "12月底前完成"),
        ("市财政局、市科技局分别负责，长期坚持", "市财政局、市科技局", "", "长期坚持"),
        ("市水利局牵头，2026年6月底前完成", "市水利局", "", "2026年6月底前完成"),
        ("市水利局、市林业局牵头督导，市公安局参与", "市水利局、市林业局", "市公安局", ""),
        ("牵头单位为省商务厅，参与单位为省邮政管理局、省供销社", "省商务厅", "省邮政管理局、省供销社", ""),
        ("负责部门：住建部；适用范围：所有试验区", "住建部", "", ""),
        ("市水利局牵头，各县、区人民政府(管委会)负责落实", "市水利局", "", ""),
        ("市水利局及各县（市）党委、政府", "市水利局", "", ""),
        ("福州市商务局、建设局，福清市人民政府", "福州市商务局、福州市建设局、福清市人民政府", "", ""),
        ("商务部、财政部等和各有关省级人民政府负责", "商务部、财政部", "", ""),
        ("市水利局牵头，东岭、西岭、南岭经济开发区管委会配合", "市水利局",
         "东岭经济开发区管委会、西岭经济开发区管委会、南岭经济开发区管委会", ""),
        ("市城管局、城投集团负责，2028年6月底前投运", "市城管局、城投集团", "", "2028年6月底前投运"),
        ("市城管局负责，2028年5月启动，2029年10月底前验收", "市城管局", "", "2028年5月启动，2029年10月底前验收"),
        ("责任单位：市水利局；技术支撑：市水科院；第二责任单位：市消防支队；完成日期：2028.9.30", "市水利局",
         "市水科院、市消防支队", "2028.9.30"),
        ("牵头单位：市水利局；配合单位：无", "市水利局", "", ""),
        ("市水利局；配合单位：—", "市水利局", "", ""),
        ("市“无废办”", "市“无废办”", "", ""),
        ("州水利局汇总", "州水利局", "", ""),
        ("县水利局、县林业局按职责分工负责〈包括园区〉", "县水利局、县林业局", "", ""),
        ("市水利局主办，市林业局协办", "市水利局", "市林业局", ""),
        ("责任单位：市水利局(市河长办)、市林业局★", "市林业局", "市水利局（市河长办）", ""),
        ("市水利局·市林业局", "市水利局、市林业局", "", ""),
        ("法规处、评估处，4月底前", "法规处、评估处", "", "4月底前"),
        ("参加处室：省江河中心、厅执法监督局", "", "省江河中心、厅执法监督局", ""),
    ],
)  # fmt: skip
def test_words_of_responsibility(words: str, leads: str, participants: str, due: str) -> None:
    duty = read_responsibility(words, Naming())
    assert ("、".join(duty.leads), "、".join(duty.participants), duty.due) == (leads, participants, due)
    assert len(duties(Passage(f"抓好落实。（{words}）", (0,), (Place(1),)))) == 1


def test_persons_and_who_checks_go_to_the_note() -> None:
    draft = read(
        "青山市2028年任务分解\n1.印发方案。\n分管领导：张三\n责任人：王五\n责任单位：市教育局；监督单位：市纪委；验收单位：市政府办\n"
        "2.做好宣传。\n责任人：王五\n3.抓好绿化，由市林业局牵头，市水利局配合，于4月底前完成。\n"
    )
    assert tasks(draft) == [
        ("1", "印发方案", "sole", "市教育局", ""),
        ("3", "抓好绿化", "lead", "市林业局", "市水利局"),
    ]
    assert [found.cells["note"] for found in draft.of("task")] == [
        "指导单位：市纪委、市政府办；原文附注：分管领导：张三、责任人：王五",
        "",
    ]
    assert [(found.cells["text"], found.cells["due"]) for found in draft.of("task")] == [
        ("印发方案", ""),
        ("抓好绿化。", "2028-04-30"),
    ]


def test_labels_after_a_comma_items_with_a_sign_and_blanks_between_names() -> None:
    draft = read(
        "青山市2028年清单\n一、老旧小区改造28个，责任单位：市住建局，完成时限：2028年12月。\n二、加强护林\n"
        "◆松材线虫病面积下降15%以上。　牵头科室：森防站　配合科室：资源科\n◆抓好管护。　牵头科室：资源科　完成时限：11月\n"
        "三、3月底前，完成审核。（责任单位 市水利局 市林业局）\n### 四、节水。抓好节水。（市水利局）\n"
    )
    assert [(*task[1:2], *task[3:]) for task in tasks(draft)] == [
        ("老旧小区改造28个", "市住建局", ""),
        ("松材线虫病面积下降15%以上", "森防站", "资源科"),
        ("抓好管护", "资源科", ""),
        ("完成审核", "市水利局、市林业局", ""),
        ("节水", "市水利局", ""),
    ]
    assert [found.cells["due"] for found in draft.of("task")] == ["2028-12-31", "", "2028-11-30", "2028-03-31", ""]


def test_columns_under_other_words_and_an_empty_first_cell() -> None:
    rows = [
        "类别\t整改措施\t责任处室\t配合处室\t整改时限",
        "水\t改造管网\t水处\t财务处\t6月底前",
        "\t清理河道\t河湖处\t\t9月底前",
    ]
    draft = read("青山市2028年重点任务表\n" + "\n".join(rows))
    assert [(task[3], task[4]) for task in tasks(draft)] == [("水处", "财务处"), ("河湖处", "")]
    assert [(found.cells["text"], found.cells["chapter"], found.cells["due"]) for found in draft.of("task")] == [
        ("改造管网", "水", "2028-06-30"),
        ("清理河道", "水", "2028-09-30"),
    ]


def test_a_way_to_name_units_that_is_usual_in_a_plan_is_no_doubt() -> None:
    one = "（{0}）抓{0}。抓好。（县水利局）\n"
    few, often = (read("青山县方案\n一、任务\n" + "".join(map(one.format, signs))) for signs in ("一二", "一二三"))
    assert [["leads" in found.doubts for found in draft.of("task")] for draft in (few, often)] == [
        [True, True],
        [False, False, False],
    ]


def test_the_rule_that_the_first_leads_is_kept_whole() -> None:
    draft = read("一、任务\n（一）达峰行动。推进达峰。（市水利局、市林业局。排在第一位的为牵头单位，下同）")
    assert tasks(draft) == [("1", "达峰行动", "lead", "市水利局", "市林业局")]
    assert draft.of("plan")[0].cells["rider"] == "排在第一位的为牵头单位，下同"


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("危险废物填埋量较2020年减少一半", ["decrease_by 50%"]),
        ("绿电交易量翻一番", ["increase_by 1倍"]),
        ("回用率达到三成以上", [">= 30%"]),
        ("秸秆综合利用率保持在90%—95%", [">= 90%", "<= 95%"]),
        ("单位能耗较2020年下降10%-15%", ["decrease_by 10%"]),
        ("粉尘和飘尘浓度分别不高于53和32微克/立方米", ["<= 53微克/立方米", "<= 32微克/立方米"]),
        ("年均浓度控制在29微克每立方米以下", ["<= 29微克每立方米"]),
        ("供电排放控制在550克二氧化碳/千瓦时以内", ["<= 550克二氧化碳/千瓦时"]),
        ("9个考核断面优良比例达到55%", ["= 55%"]),
        ("重点工程减排量分别不少于320吨、450吨", [">= 320吨", ">= 450吨"]),
        ("处理能力由1.5万吨/日提高到3万吨/日", ["= 3万吨/日"]),
        ("优良天数比率不低于92.5%（即污染天数不能超过27天）", [">= 92.5%"]),
        ("污染天数不能超过27天", ["<= 27天"]),
        ("选拔100名后备骨干、200名青年骨干", ["= 100名", "= 200名"]),
        ("每季度抽检加油站不少于20座次", [">= 20座次"]),
        ("节能率不低于15%的公共建筑60万平方米以上", [">= 60万平方米"]),
        ("建筑面积与用地面积的比值控制在0.6至0.8", [">= 0.6", "<= 0.8"]),
        ("现有和新建大型机房平均电能利用效率降到1.3以下", ["<= 1.3"]),
        ("完成林分改造提升20万亩", ["= 20万亩"]),
        ("质量精准提升不少于5万亩", [">= 5万亩"]),
        ("装机提升20万千瓦", ["increase_by 20万千瓦"]),
        ("开展3×200MW机组供热改造", []),
        ("30万千瓦及以上电厂15公里供热半径范围内的锅炉全部关停", []),
    ],
)
def test_quantities(clause: str, expected: list[str]) -> None:
    assert [f"{one.comparator} {one.value}{one.measure}" for one in quantities(clause)] == expected


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025年第三季度", "2025-09-30"),
        ("2024年上半年", "2024-06-30"),
        ("2024年1月1日至12月31日", "2024-12-31"),
        ("“十二五”期间", "2015-12-31"),
        ("持续推进", "None"),
    ],
)
def test_deadlines(cell: str, day: str) -> None:
    assert str(last_day(cell)) == day


def test_dates_after_a_label_a_place_and_at_the_end_of_a_sentence() -> None:
    draft = read(
        "青山市工作方案\n一、工作目标\n具体指标：到2025年，降尘量下降12%。其中，东岭县降尘量下降18%。"
        "青山市2026年排放强度下降15%以上。\n二、重点工作\n"
        "1.管网改造。新建管网12公里，改造管网8.5公里，2026年10月底前完工。（市水利局负责）\n"
        "2.设施改造。改造设施30座。\n责任单位：市林业局\n完成时限：2025年11月\n"
    )
    assert numbers(draft) == [
        "降尘量 decrease_by 12 % 2025-12-31",
        "东岭县降尘量 decrease_by 18 % 2025-12-31",
        "青山市排放强度 decrease_by 15 % 2026-12-31",
        "新建管网 = 12 公里 2026-10-31",
        "改造管网 = 8.5 公里 2026-10-31",
        "改造设施 = 30 座 2025-11-30",
    ]


def test_what_is_past_or_granted_promises_nothing() -> None:
    draft = read(
        "青山市2022年工作方案\n一、主要目标\n“十三五”期间，能耗累计下降18.6%。到2025年，能耗下降14%。\n"
        "二、政策\n1.加大支持。对新建项目给予500万元补助，可按50%返还。目前已建成充电桩300个。（市财政局负责）\n"
    )
    assert numbers(draft) == ["能耗 decrease_by 14 % 2025-12-31"]


def test_a_document_run_into_one_line() -> None:
    draft = read(
        "青山市水环境实施方案一、总体目标到2025年，断面优良比例达到85%以上。二、重点任务（一）加强水源保护。完成保护区整治。"
        "（市水利局牵头，市林业局配合）（二）推进治理。污泥处置率达到95%。（市住建局负责）"
    )
    assert tasks(draft) == [
        ("1", "加强水源保护", "lead", "市水利局", "市林业局"),
        ("2", "推进治理", "sole", "市住建局", ""),
    ]
    assert numbers(draft) == ["断面优良比例 >= 85 % 2025-12-31", "污泥处置率 = 95 %"]


def test_a_notice_that_states_its_goals_before_the_first_chapter() -> None:
    draft = read(
        "关于做好2024年清洁取暖工作的通知\n各县区人民政府：\n按照规划要求，2024年，建成区取暖率达到85%；2026年取暖率达到90%。"
        "现通知如下：\n（一）制定方案。细化任务。\n（二）强化管理。严格执行。"
    )
    assert numbers(draft) == ["建成区取暖率 = 85 % 2024-12-31", "取暖率 = 90 % 2026-12-31"]


def test_a_label_after_the_heading_and_the_text_on_the_next_line() -> None:
    draft = read(
        "青山市实施方案\n二、重点工程\n（一）绿色升级工程。责任单位：市工信局、市水利局、市生态环境局、市自然资源局，各县（市、区）政府\n"
        "推动节能改造，到2025年，达标产能比例超过30%。\n（二）园区提升工程。责任单位：市水利局、市商务局\n到2025年，改造率达到100%。"
    )
    assert tasks(draft) == [
        ("1", "绿色升级工程", "joint", "市工信局、市水利局、市生态环境局、市自然资源局", ""),
        ("2", "园区提升工程", "joint", "市水利局、市商务局", ""),
    ]
    assert numbers(draft) == ["达标产能比例 > 30 % 2025-12-31", "改造率 = 100 % 2025-12-31"]


def test_a_last_clause_that_gives_the_work_to_somebody() -> None:
    draft = read(
        "分工意见\n一、工作分工\n（一）关于守住红线的问题，由国土资源部会同农业部、水利部等部门负责落实。\n"
        "（二）关于产能的问题，由国家发展改革委会同财政部研究提出落实意见。\n（三）本意见由财政部负责解释。"
    )
    assert [task[2:] for task in tasks(draft)] == [
        ("lead", "国土资源部", "农业部、水利部"),
        ("lead", "国家发展改革委", "财政部"),
    ]
    assert draft.of("task")[0].doubts["leads"] == "责任表述不在括号内"


def test_an_area_that_opens_a_clause_is_promised() -> None:
    draft = read("青山区方案\n一、工作目标\n青山区到2025年底，50平方公里以上建设用地面积达到建设要求。")
    assert [(one.cells["comparator"], one.cells["value"], one.cells["due"]) for one in draft.of("indicator")] == [
        (">=", "50", "2025-12-31")
    ]


def test_a_regulation_has_no_tasks() -> None:
    draft = read(
        "青山市扬尘管理办法\n第一章 总则\n第一条 为了防治扬尘，制定本办法。\n第二章 职责\n第三条 市生态环境部门实施统一监督管理。"
        "水利等部门按照各自职责，做好相关工作。\n第五条 本办法自2024年5月1日起施行。"
    )
    assert (tasks(draft), numbers(draft)) == ([], [])


def test_a_heading_over_two_rows_and_units_on_lines_of_their_own(tmp_path: Path) -> None:
    page = """<html><head><meta charset="utf-8"></head><body><p>首页 &gt; 公开</p><p>青山市工作要点任务分工表</p><table>
    <tr><th rowspan=2>序号</th><th rowspan=2>主要任务</th><th colspan=2>责任分工</th><th rowspan=2>时间节点</th></tr>
    <tr><th>牵头部门</th><th>配合部门</th></tr>
    <tr><td>1</td><td>严格项目准入。</td><td>市水利局<br>青山海事局</td><td>市林业局、商务局</td><td>全年</td></tr>
    </table></body></html>"""
    draft = read_document(text_file(tmp_path / "a.html", page), "qs")
    assert tasks(draft) == [("1", "", "lead", "市水利局、青山海事局", "市林业局、市商务局")]
    found = draft.of("task")[0]
    assert (found.cells["due"], found.cells["note"]) == ("", "完成时限：全年")
    assert draft.of("plan")[0].cells["title"] == "青山市工作要点任务分工表"


def test_an_indicator_table_with_words_beside_the_numbers(tmp_path: Path) -> None:
    rows = [
        ["序号", "指标", "单位", "2020年", "2025年", "属性"],
        ["1", "单位产值能耗降低", "%", "—", "[19]", "约束性"],
        ["2", "非化石能源消费比重", "%", "15.6", "20左右", "预期性"],
    ]
    draft = read_document(word_file(tmp_path / "a.docx", ["青山市规划", "一、发展目标", "表1 主要指标", rows]), "qs")
    assert numbers(draft) == ["单位产值能耗降低 decrease_by 19 % 2025-12-31", "非化石能源消费比重 ~ 20 % 2025-12-31"]


def test_a_draft_without_code_takes_it_at_loading(tmp_path: Path) -> None:
    target = tmp_path / "draft.xlsx"
    write_draft(read("青山市方案\n一、任务\n（一）抓落实。抓好。（市水利局负责）", ""), target)
    assert wrong(target) == ["方案 A2：方案代码不能空着"]
    rows, file = read_draft(target, "qs")
    assert file.problems == []
    assert {row["plan"] for row in rows["tasks"]} == {"qs"}


def test_a_label_that_repeats_from_page_to_page_is_no_running_head() -> None:
    pages = [
        Line(text, Place(at, page))
        for page in range(1, 5)
        for at, text in enumerate(("办公室文件", "正文", "完成时限：12月底前"), 1)
    ]
    kept = [block.text for block in without_furniture(pages) if isinstance(block, Line)]
    assert (kept.count("完成时限：12月底前"), kept.count("办公室文件")) == (4, 0)


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("人均绿地面积达 14. 5 平方米", "人均绿地面积 = 14.5 平方米 2025-12-31"),
        ("森林覆盖率达到 45 . 5 ％", "森林覆盖率 = 45.5 % 2025-12-31"),
        ("垃圾处理能力达到 ２００ 吨 ／ 天以上", "垃圾处理能力 >= 200 吨/天 2025-12-31"),
    ],
)
def test_blanks_and_full_width_signs_within_a_number_do_not_part_it(printed: str, wanted: str) -> None:
    assert numbers(read(f"青山市绿化方案\n一、目标\n到 2025 年，{printed}。", "qs")) == [wanted]


def test_money_paid_over_is_no_target_and_a_last_clause_that_only_finishes_dates_the_ones_before() -> None:
    draft = read(
        "青山市2025年供水方案\n一、任务\n（一）落实补偿。水质达标的，上游补偿下游1亿元；每下降1个百分点扣减200万元。（市财政局负责）\n"
        "（二）建水厂。建设水厂4座，9月底前建成通水。（市水利局负责）\n"
        "（三）修规程。抓好修订。\n责任单位：市水利局\n完成时限：6月底前修订，11月1日起施行",
        "qs",
    )
    assert numbers(draft) == ["水厂 = 4 座 2025-09-30"]
    assert [row["due"] for row in draft.rows()["tasks"]] == ["", "2025-09-30", "2025-06-30"]


def test_a_plan_of_the_last_year_of_a_period_for_the_next_begins_with_its_own() -> None:
    draft = read("青山市节水方案\n青政发〔2020〕18号\n一、目标\n到2022年，用水总量控制在5亿立方米以内。", "qs")
    assert draft.rows()["plans"][0]["period_start"] == "2020-01-01"


def test_a_table_that_sets_articles_beside_their_part_only_lays_out_the_page(tmp_path: Path) -> None:
    articles = (
        "（一）建管网。6月底前新建管网12公里。（牵头单位：市水利局）\n（二）抓节水。推广器具。（牵头单位：市商务局）"
    )
    rows = [["工作目标", "到2024年底，全市用水总量控制在12亿立方米以内。"], ["重点任务", articles]]
    draft = read_document(word_file(tmp_path / "a.docx", ["青山市2024年节水工作要点", rows]), "qs")
    assert [(row["title"], row["leads"]) for row in draft.rows()["tasks"]] == [
        ("建管网", "市水利局"),
        ("抓节水", "市商务局"),
    ]
    assert numbers(draft) == ["用水总量 <= 12 亿立方米 2024-12-31", "新建管网 = 12 公里 2024-06-30"]
