"""Narrative plans of several habits, as transcripts: what the reader makes of them."""

from __future__ import annotations

from tests.plans.reading.samples import CITY, DISTRICT, NO_BRACKETS, ONE_LINE, STATE, numbers, read, tasks


def test_a_city_with_labels_and_items_running_on() -> None:
    draft = read(CITY)
    assert tasks(draft) == [
        ("1", "严控高耗能项目", "joint", "市发展改革委、市生态环境局", ""),
        ("2", "淘汰落后产能", "lead", "市工信局", "市发展改革委、市应急局"),
        ("3", "建设绿色园区", "lead", "市工信局", "市商务局、市自然资源和规划局"),
        ("4", "发展新能源车", "joint", "市交通运输局、市城管局", ""),
        ("5", "推进公转铁", "lead", "市交通运输局", "市发展改革委、南州海事局"),
        ("6", "加强组织领导", "sole", "市生态环境局", ""),
        ("7", "强化考核", "joint", "", ""),
    ]
    assert numbers(draft) == [
        "单位地区生产总值能耗 decrease_by 14.5 % 2025-12-31",
        "PM2.5平均浓度 <= 32 微克/立方米 2025-12-31",
        "水泥企业错峰改造 = 12 家 2023-12-31",
        "淘汰35蒸吨/小时及以下燃煤锅炉 = 80 台 2024-12-31",
        "省级绿色园区 = 3 个 2025-12-31",
        "绿色工厂 >= 50 家 2025-12-31",
        "新能源公交车占比 = 95 % 2025-12-31",
        "新建公共充电桩 >= 2000 个 2025-12-31",
        "铁路货运量 increase_by 8 %",
    ]
    assert [(found.cells["chapter"], found.cells["section"], found.cells["text"]) for found in draft.of("aim")] == [
        ("一、工作目标", "", "协同格局初步形成。")
    ]


def test_the_front_of_a_notice() -> None:
    plan = read(CITY).of("plan")[0].cells
    assert (
        plan["title"],
        plan["document_number"],
        plan["issued_on"],
        plan["issuers"],
        plan["region"],
        plan["status"],
    ) == (
        "南州市减污降碳协同增效工作方案",
        "南政办发〔2023〕18号",
        "2023-05-06",
        "南州市人民政府办公室",
        "南州市",
        "issued",
    )
    assert plan["rider"] == "以上任务均需各县（市、区）落实，不再列出"


def test_where_things_stand_and_what_is_no_unit() -> None:
    draft = read(CITY)
    first, second, last = draft.of("task")[0], draft.of("task")[1], draft.of("task")[6]
    assert (first.cells["source"], first.cells["section"], first.place) == (
        "二、（一）1.",
        "（一）推动产业结构绿色升级",
        "第19行",
    )
    assert first.cells["note"] == "原文另列：各县（市、区）政府"
    assert second.cells["due"] == "2024-12-31"
    assert last.cells["note"] == "原文另列：各县（市、区）人民政府、市直有关部门"
    assert "落实准入条件" in first.words


def test_the_unit_listed_first_leads_where_the_document_says_so() -> None:
    told = CITY + "　　各项任务中，列第一位的单位为牵头单位。\n"
    assert tasks(read(told))[0][2:] == ("lead", "市发展改革委", "市生态环境局")
    assert tasks(read(CITY))[0][2:] == ("joint", "市发展改革委、市生态环境局", "")


def test_a_document_that_is_one_single_line() -> None:
    draft = read(ONE_LINE)
    assert tasks(draft) == [
        ("1", "大力发展新能源", "lead", "省能源局", "省发展改革委、省自然资源厅"),
        ("2", "严控煤炭消费", "joint", "省发展改革委、省能源局", ""),
        ("3", "推进能效提升", "joint", "省工业和信息化厅、省市场监管局（标准化办公室）", ""),
        ("4", "加强统筹协调", "sole", "省发展改革委", ""),
    ]
    assert [found.cells["source"] for found in draft.of("task")] == [
        "二、（一）1.",
        "二、（一）2.",
        "二、（二）3.",
        "三、（一）",
    ]
    assert numbers(draft) == [
        "非化石能源消费比重 ~ 20 % 2025-12-31",
        "非化石能源消费比重 ~ 25 % 2030-12-31",
        "风电、太阳能发电总装机容量 >= 8000 万千瓦 2030-12-31",
        "海上风电装机容量 = 1500 万千瓦 2025-12-31",
        "煤电机组节能改造规模 >= 2000 万千瓦 2025-12-31",
        "全面淘汰燃煤小锅炉 complete 2024-12-31",
    ]
    assert draft.of("indicator")[1].cells["same_as"] == "1.1"


def test_articles_with_a_gap_and_guidance() -> None:
    draft = read(STATE)
    assert tasks(draft) == [
        ("3", "加强源头管控", "lead", "发展改革委", "工业和信息化部、能源局"),
        ("5", "完善标准体系", "lead", "市场监管总局", "生态环境部、工业和信息化部"),
        ("6", "强化科技支撑", "joint", "科技部、生态环境部", ""),
        ("7", "强化金融支持", "joint", "人民银行、金融监管总局", ""),
    ]
    assert draft.of("task")[3].cells["note"] == "指导单位：财政部"
    assert numbers(draft) == ["示范基地 = 50 个 2026-12-31", "制修订标准 >= 100 项 2030-12-31"]
    assert draft.of("plan")[0].cells["region"] == "国家"


def test_lines_with_labels_and_other_brackets() -> None:
    draft = read(DISTRICT)
    assert tasks(draft) == [
        ("1", "优化产业布局", "lead", "区发展改革局", "区生态环境分局、区自然资源局"),
        ("2", "推进清洁能源", "joint", "区发展改革局、供电公司", ""),
        ("3", "实施绿色建筑行动", "lead", "区住房建设局", "区城管局"),
        ("5", "加强宣传引导", "joint", "区委宣传部、区教育局、团区委", ""),
    ]
    assert draft.of("task")[0].cells["due"] == "2023-12-31"
    assert draft.of("plan")[0].cells["period_start"] == "2023-01-01"


def test_no_brackets_no_tasks() -> None:
    draft = read(NO_BRACKETS)
    assert tasks(draft) == []
    assert draft.of("unit") == []
    assert draft.of("plan")[0].doubts[""] == "没有读到责任括号、附表或带数字的目标"


def test_articles_that_restart_are_numbered_once_and_keep_their_place() -> None:
    text = "某省方案\n" + "\n".join(
        f"{chapter}、领域\n（一）甲事{chapter}。抓好。（省甲厅负责）\n（二）乙事{chapter}。抓好。（省乙厅负责）"
        for chapter in "一二"
    )
    found = read(text).of("task")
    assert [task.cells["number"] for task in found] == ["1", "2", "3", "4"]
    assert [task.cells["source"] for task in found] == ["一、（一）", "一、（二）", "二、（一）", "二、（二）"]


def test_several_brackets_in_an_article_are_a_task_each() -> None:
    text = "某省方案\n一、任务\n（一）做好两事。先做甲。（省甲厅负责）再做乙。（省乙厅牵头，省丙厅配合）"
    draft = read(text)
    assert tasks(draft) == [("1", "先做甲", "sole", "省甲厅", ""), ("2", "再做乙", "lead", "省乙厅", "省丙厅")]
    assert [task.cells["section"] for task in draft.of("task")] == ["（一）做好两事", "（一）做好两事"]
    assert [task.cells["lead_cell"] for task in draft.of("task")] == ["省甲厅负责", "省乙厅牵头，省丙厅配合"]


def test_a_bracket_that_never_closes_is_read_and_marked() -> None:
    task = read("某省方案\n一、任务\n（一）做好工作。抓好。（省甲厅、乙厅按职责分工负责").of("task")[0]
    assert task.cells["leads"] == "省甲厅、省乙厅"
    assert task.doubts["leads"] == "括号没有收尾，读到段末为止"
    assert task.confidence < 80


def test_drafting_notes_after_the_plan_are_left_out() -> None:
    notes = "\n某省方案起草说明\n一、背景\n2022年，形成10项成果。（省甲厅负责）\n"
    plan = "某省方案\n（征求意见稿）\n一、任务\n（一）做好工作。抓好。（省甲厅负责）"
    draft = read(plan + notes)
    assert len(draft.of("task")) == 1
    assert draft.of("target") == []
    assert draft.of("plan")[0].cells["status"] == "draft"


def test_two_spellings_of_a_name_are_marked() -> None:
    draft = read("某市方案\n一、任务\n（一）甲。抓好。（市住房城乡建设委负责）\n（二）乙。抓好。（市住房城乡建委负责）")
    assert [unit.doubts for unit in draft.of("unit")] == [
        {"name": "与“市住房城乡建委”相近，可能是同一单位"},
        {"name": "与“市住房城乡建设委”相近，可能是同一单位"},
    ]


def test_items_under_a_lead_in_take_its_year() -> None:
    text = "某省方案\n一、总体要求\n（一）主要目标\n到2025年，取得明显成效：\n"
    text += "1. 单位GDP能耗比2020年下降13.5%\n2. 森林覆盖率达到24.1%\n——优良天数比率达到88%。"
    draft = read(text)
    assert numbers(draft) == [
        "单位GDP能耗 decrease_by 13.5 % 2025-12-31",
        "森林覆盖率 = 24.1 % 2025-12-31",
        "优良天数比率 = 88 % 2025-12-31",
    ]
    assert {found.cells["source"] for found in draft.of("target")} == {"一、（一）主要目标"}


def test_an_item_whose_heading_begins_with_a_digit_and_a_number_broken_over_lines() -> None:
    text = (
        "某市方案\n一、任务\n1.甲项目。抓好。（牵头单位：市甲局）\n2.121人才项目。抓好。（牵头单位：市乙局，配合单位：各区、县级市）\n"
        "3.丙项目。装机规模达到\n4.5万千瓦。（牵头单位：市丙局）"
    )
    draft = read(text)
    assert [task[3] for task in tasks(draft)] == ["市甲局", "市乙局", "市丙局"]
    assert draft.of("task")[1].cells["note"] == "原文另列：各区、县级市"
    assert numbers(draft) == ["装机规模 = 4.5 万千瓦"]


def test_two_things_counted_in_one_breath() -> None:
    draft = read("某市方案\n一、任务\n（一）甲。重点引进30名管理人才和50名专业人才，培养300名骨干。（市甲局负责）")
    assert numbers(draft) == ["管理人才 = 30 名", "专业人才 = 50 名", "骨干 = 300 名"]
