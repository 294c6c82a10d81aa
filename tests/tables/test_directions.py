"""A reduction is never taken for something to be reached, in whatever words it is asked for (docs/reading.md)."""

import json
from typing import Any

import pytest

from tests.conftest import Cli
from tests.tables.making import add_plan, workbook
from tracker.plans.reading.directions import presumed
from tracker.plans.reading.quantities import quantities
from tracker.plans.reading.target_values import read_target

TO = (
    "减至", "降低为", "压减到", "缩短至", "下降到", "削减至", "压缩至", "精简到", "收窄到", "回落至", "去化至", "调减至", "砍到", "清减至", "瘦身至",
    "腾退到", "降为", "减为", "由30件减至", "从30件逐步压降到",
)  # fmt: skip
WITHIN = ("控制在#以内", "控制到#", "稳控在#", "遏制在#", "约束在#", "不超过#", "降到#以下", "≤#", "不高于#")
UNKNOWN = ("优化为", "调整为", "攻坚至", "锚定在", "优化到", "压实到", "归并至", "理顺到")


def added(cli: Cli, text: str, *more: str) -> dict[str, Any]:
    """Add a target by its words and return its indicator."""
    id_ = json.loads(cli.ok("item", "add", "tt", "target", "--text", text, "--json", *more))["id"]
    item: dict[str, Any] = json.loads(cli.ok("show", id_, "--json"))
    assert len(item["indicators"]) == 1, item
    return {**item["indicators"][0], "item": id_}


def met_by(cli: Cli, indicator: dict[str, Any], value: str) -> bool:
    cli.ok("log", indicator["id"], "--value", value, "--yes")
    found: dict[str, Any] = json.loads(cli.ok("show", indicator["item"], "--json"))["indicators"][0]
    return bool(found["achievement"] == 100 or found["met"])


@pytest.mark.parametrize("words", [*(f"{each}5件" for each in TO), *(each.replace("#", "5件") for each in WITHIN)])
def test_a_number_to_come_down_to_is_not_reached_from_above(cli: Cli, words: str) -> None:
    add_plan(cli)
    indicator = added(cli, f"申请材料{words}")
    assert indicator["name"] == "申请材料"
    assert "达到" not in cli.ok("show", indicator["item"])
    assert not met_by(cli, indicator, "8")
    assert met_by(cli, indicator, "4")


@pytest.mark.parametrize("words", ["30微克/立方米", "为30微克/立方米", "=30微克/立方米"])
def test_a_name_says_which_way_where_no_verb_does(cli: Cli, words: str) -> None:
    add_plan(cli)
    indicator = added(cli, f"PM2.5平均浓度{words}")
    assert (met_by(cli, indicator, "35"), met_by(cli, indicator, "29")) == (False, True)


@pytest.mark.parametrize("verb", UNKNOWN)
def test_a_verb_that_nobody_knows_is_a_doubt(cli: Cli, verb: str) -> None:
    add_plan(cli)
    result = cli("item", "add", "tt", "target", "--text", f"负债率{verb}60%")
    assert "看不出是提高还是降低，只有正好是 60% 才算达标" in result.err
    id_ = json.loads(cli.ok("list", "--plan", "tt", "--json"))[0]["id"]
    for value, reached in (("65", False), ("55", False), ("60", True)):
        assert met_by(cli, {"id": f"{id_}.1", "item": id_}, value) == reached


@pytest.mark.parametrize(
    ("text", "target", "measure", "missed", "reached"),
    [
        ("申请材料精简", "减至5", "件", "8", "5"), ("申请材料精简", "5", "件", "8", "5"), ("PM2.5平均浓度", "30", "微克/立方米", "35", "29"),
        ("审批时限", "3", "天", "5", "2"), ("申请材料减至5件", "5", "件", "8", "4"), ("申请材料", "压缩到5件以内", None, "8", "4"),
        ("企业开办时间", "1", "天", "3", "1"), ("化学需氧量削减量", "3", "万吨", "2", "4"), ("污水处理率", "98", "%", "90", "99"),
        ("单位GDP能耗降低", "13.5", "%", "12", "14"), ("将能耗砍至", "300", "万吨", "310", "290"), ("产能裁减至", "5", "万吨", "8", "4"),
        ("企业下探至", "45", "家", "60", "45"), ("审批天数摁到", "3", "天", "5", "3"), ("充电桩扩至", "45", "个", "40", "45"),
    ],
)  # fmt: skip
def test_target_values_of_a_list(
    cli: Cli, text: str, target: str, measure: str | None, missed: str, reached: str
) -> None:
    add_plan(cli)
    path = workbook(
        cli.folder / "t.xlsx", [["指标名称", "目标值", "计量单位", "责任单位"], [text, target, measure, "市水务局"]]
    )
    id_ = json.loads(cli.ok("item", "import", "tt", "target", path, "--yes", "--json"))["id"]
    indicator = {"id": f"{id_}.1", "item": id_}
    assert (met_by(cli, indicator, missed), met_by(cli, indicator, reached)) == (False, True)


MEASURED = [
    # name, measure in its column, target value -> indicator
    ("审批平均用时", "工作日", "≤10", "审批平均用时 <= 10工作日"), ("COD排放浓度", "mg/L", "≤30", "COD排放浓度 <= 30mg/L"),
    ("碳汇量", "万吨二氧化碳当量", "≥30", "碳汇量 >= 30万吨二氧化碳当量"), ("站点", "单位：个", "≥30", "站点 >= 30个"),
    ("绿电占比", "百分比", "≥30", "绿电占比 >= 30%"), ("造林", "（万亩）", "≥30", "造林 >= 30万亩"),
    ("老旧车淘汰量", "辆", "≥1.2万", "老旧车淘汰量 >= 1.2万辆"), ("装机规模", "万千瓦", "≥0.5亿", "装机规模 >= 0.5亿千瓦"),
    ("培训人数", "人", "≥3千", "培训人数 >= 3000人"), ("污水收集率（%）", None, "≥85", "污水收集率 >= 85%"),
    ("光伏装机（万千瓦）", None, "500", "光伏装机 >= 500万千瓦"), ("PM2.5平均浓度", "微克/立方米", "达到28", "PM2.5平均浓度 <= 28微克/立方米"),
    ("煤炭占比", "%", "达到40%", "煤炭占比 <= 40%"), ("黑臭水体数量", "个", "0", "黑臭水体数量 <= 0个"), ("缺项", "个", "0", "缺项 <= 0个"),
    ("漏损率", "%", "8", "漏损率 <= 8%"), ("投诉办结率", "%", "98", "投诉办结率 >= 98%"), ("非化石能源占比", "%", "20", "非化石能源占比 >= 20%"),
    ("库存", "吨", "降到100以下", "库存 <= 100吨"), ("丙", "吨", "保持在100以上", "丙 >= 100吨"), ("戊", "%", "九成以上", "戊 >= 90%"),
    ("PM2.5浓度", "微克/立方米", "确保30，力争28", "PM2.5浓度 <= 30微克/立方米"), ("站", "个", "3个（每年1个）", "站 = 3个"), ("排放量", "万吨", "推进至100", "排放量 = 100万吨"),
]  # fmt: skip


def test_target_values_keep_their_unit_and_their_direction(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "指标名称", "计量单位", "目标值"],
        *([n, *row[:3]] for n, row in enumerate(MEASURED, 1)),
    ]
    ids = json.loads(
        cli.ok("item", "import", "tt", "target", workbook(cli.folder / "t.xlsx", rows), "--yes", "--json")
    )["ids"]
    found = [each["indicators"][0] for each in json.loads(cli.ok("show", *ids, "--json"))]
    assert [f"{n['name']} {n['comparator']} {n['value']}{n['measure'] or ''}" for n in found] == [
        meant for *_, meant in MEASURED
    ]
    assert found[-1]["direction"] is None


def test_a_table_of_targets_read_as_a_plan_is_not_met_from_above(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["测试市减污降碳协同增效实施方案目标清单"], ["序号", "指标名称", "计量单位", "2025年目标", "责任单位"],
        [1, "PM2.5平均浓度", "微克/立方米", 28, "市生态环境局"], [2, "审批时间", "天", "缩短至10", "市审批局"], [3, "用水总量", "亿立方米", 3, "市水务局"],
        [4, "重污染天数", "天", "压减到5", "市生态环境局"], [5, "污水收集率", "%", 95, "市水务局"], [6, "非化石能源占比", "%", 0.2, "市发改委"],
    ]  # fmt: skip
    path = workbook(cli.folder / "p.xlsx", rows)
    draft = json.loads(cli.ok("plan", "read", path, "--code", "tq", "-o", cli.folder / "d.xlsx", "--json"))
    read = [each["indicators"][0] for each in draft["items"]]
    assert [each["direction"] for each in read] == ["down", "down", "down", "down", "up", "up"]
    assert [(each["value"], each["measure"]) for each in read[:2]] == [(28, "微克/立方米"), (10, "天")]


DOWN = (
    "PM2.5平均浓度 单位GDP碳排放 公共供水管网漏损率 商品房空置率 出租车空驶率 酸雨频率 地下水超采量 黑臭水体数量 药耗 垃圾填埋占比 综合排名 投诉量 万元GDP用水量 "
    "煤炭消费占比 煤炭占能源消费比重 重污染天数 审批时限 化石能源占比 劣Ⅴ类断面 水土流失面积 建设用地规模 生活垃圾产生量 资产负债率 城镇登记失业率 单位工业增加值能耗 "
    "柴油货车占比 化肥使用量 不良贷款率 处理成本 停电时间 信访件数 入河排污口数量 跑动次数 细颗粒物（PM2.5）"
)
UP = (
    "投诉办结率 信访办结率 污水收集率 非化石能源占比 非化石能源占能源消费总量比重 PM2.5达标天数 空气质量优良天数比率 再生水利用率 化学需氧量削减量 老旧车淘汰量 "
    "黑臭水体消除率 水土流失治理面积 群众满意度 森林覆盖率 煤改气户数 超低排放改造比例 污染物达标排放率 可再生能源消费量 R&D经费投入强度 绿色建材使用量 整治黑臭水体 "
    "查处违法案件 光伏装机容量 电煤占煤炭消费比重 隐患整改率 溶解氧浓度 数字经济核心产业增加值占GDP比重 优良天数（PM2.5）"
)


def test_the_last_word_of_a_name_that_tells_says_which_way() -> None:
    assert [name for name in DOWN.split() if presumed(name) != "down"] == []
    assert [name for name in UP.split() if presumed(name) != "up"] == []
    assert [presumed(name) for name in ("人口密度", "电力负荷", "甲指标")] == ["", "", ""]


@pytest.mark.parametrize(
    ("name", "cell", "measure", "asked"),
    [
        ("PM2.5浓度", "达到28", "微克/立方米", "= 28 微克/立方米 down"), ("PM2.5浓度", "力争28", "", "= 28  down"), ("用水总量", "3", "亿立方米", "= 3 亿立方米 down"),
        ("审批时限", "优化到3", "天", "= 3 天 ?"), ("排放量", "推进至100", "万吨", "= 100 万吨 ?"), ("人口密度", "100", "", "= 100  ?"), ("丁", "0", "个", "= 0 个 down"),
        ("PM2.5浓度", "稳定在28", "", "<= 28  hold"), ("达标率", "保持在95%", "", ">= 95 % hold"), ("库存", "降到100以下", "吨", "<= 100 吨 down"),
        ("库存", "降至100左右", "吨", "~ 100 吨 down"), ("投资", "1.2亿", "万元", "= 1.2 亿元 up"), ("装机", "0.5亿", "万千瓦", "= 0.5 亿千瓦 up"),
        ("培训人数", "3千", "人", "= 3000 人 up"), ("绿地", "1.2万", "", "= 12000  up"), ("功率", "≥500千瓦", "万千瓦", ">= 500 千瓦 up"),
        ("合格率", "95-98", "%", ">= 95 % up"), ("漏损率", "8%~10%", "", "<= 10 % down"), ("达标率", "九成五以上", "", ">= 95 % up"),
        ("达标率", "不低于百分之九十", "", ">= 90 % up"), ("示范点", "一百二十", "个", "= 120 个 up"), ("示范点", "至少三个", "", ">= 3 个 up"),
        ("排放量", "减半", "吨", "decrease_by 50 % down"), ("产值", "翻一番", "", "increase_by 1 倍 up"), ("黑臭水体", "清零", "条", "<= 0 条 down"),
        ("示范园区数", "3个（每年1个）", "个", "= 3 个 up"), ("收集率（%）", "[85]", "", "= 85 % up"), ("装机（万千瓦）", "＞800", "", "> 800 万千瓦 up"),
        ("能耗", "下降16%以上", "", "decrease_by 16 % down"), ("漏损率", "较2020年下降16%", "%", "decrease_by 16 % down"), ("GDP增长", "5", "%", "increase_by 5 % up"),
        ("审批用时", "≤10", "工作日", "<= 10 工作日 hold"), ("碳汇", "8", "吨碳/年", "= 8 吨碳/年 up"), ("环节精简", "5", "个", "= 5 个 ?"),
        ("PM2.5浓度", "确保30，力争28", "微克/立方米", "= 30 微克/立方米 down"), ("合格率", "98以上，挑战目标99", "%", ">= 98 % up"),
        ("合格率", "底线98，奋斗目标99", "%", "= 98 % up"), ("合格率", "≥98且力争100", "%", ">= 98 % up"), ("合格率", "98%（力争99%）", "", "= 98 % up"),
        ("合格率", "力争99%，确保98%", "", "= 98 % up"), ("PM2.5浓度", "约束值30，预期值28", "微克/立方米", "= 30 微克/立方米 down"),
        ("碳汇量", "500±10", "万吨", ">= 490 万吨 hold; <= 510 万吨 hold"), ("产量", "500（±2%）", "吨", ">= 490 吨 hold; <= 510 吨 hold"),
        ("合格率", "95%±2%", "", ">= 93 % hold; <= 97 % hold"), ("投资", "12亿元，其中财政2亿元", "", "= 12 亿元 up"),
        ("甲烷利用量", "5", "万立方米", "= 5 万立方米 up"), ("零事故天数", "365", "天", "= 365 天 up"), ("煤电装机占比", "30", "%", "= 30 % ?"),
        ("电耗", "别超过40", "万千瓦时", "<= 40 万千瓦时 hold"), ("电耗", "千万别超40", "", "<= 40  hold"), ("甲", "勿超5", "天", "<= 5 天 hold"),
        ("甲", "不宜高于5", "天", "<= 5 天 hold"), ("甲", "不再突破5", "天", "<= 5 天 hold"), ("甲", "谨防大于5", "天", "<= 5 天 hold"),
        ("甲", "避免低于5", "天", ">= 5 天 up"), ("甲", "别少于5", "天", ">= 5 天 up"), ("甲", "甭超5", "天", "= 5 天 ?"), ("甲", "拒高于5", "天", "= 5 天 ?"),
        ("甲", "全市超过5", "天", "> 5 天 up"), ("甲", "低于5", "天", "< 5 天 hold"), ("甲", "不大于等于5", "天", "<= 5 天 hold"), ("甲", "大于或等于5", "天", ">= 5 天 up"),
        ("甲", "至多40", "吨", "<= 40 吨 hold"), ("甲", "顶多40", "吨", "<= 40 吨 hold"), ("甲", "上限：40", "吨", "<= 40 吨 hold"), ("甲", "天花板40", "吨", "<= 40 吨 hold"),
        ("甲", "红线为40", "吨", "<= 40 吨 hold"), ("耕地保有量", "红线40", "万亩", ">= 40 万亩 up"), ("PM2.5浓度", "底线40", "", "<= 40  hold"), ("甲", "下限40", "吨", ">= 40 吨 up"),
        ("甲", "警戒线40", "吨", "= 40 吨 ?"), ("甲", "≧40", "吨", ">= 40 吨 up"), ("甲", "≯40", "吨", "<= 40 吨 hold"), ("甲", "≠40", "吨", "= 40 吨 ?"), ("甲", "↓40", "吨", "= 40 吨 ?"),
        ("落后产能", "退出120", "万吨", "decrease_by 120 万吨 down"), ("地下水开采量", "压采500", "", "decrease_by 500  down"), ("煤炭消费量", "替代35", "", "decrease_by 35  down"),
        ("煤炭消费量", "去46", "", "decrease_by 46  down"), ("煤炭消费量", "砍掉46", "", "decrease_by 46  down"), ("煤炭消费量", "攻坚46", "", "= 46  ?"),
        ("黑臭水体", "整治30", "条", "= 30 条 up"), ("甲", "增加30", "吨", "increase_by 30 吨 up"), ("甲", "盘活30", "吨", "= 30 吨 ?"), ("老旧车淘汰", "500", "辆", "= 500 辆 up"),
        ("再生水利用率", "25%→30%", "", "= 30 % up"), ("甲", "25%提高到30%", "", "= 30 % up"), ("甲", "30->25", "吨", "= 25 吨 down"), ("甲", "从25%到30%", "", "= 30 % up"),
        ("漏损率", "8%→9%", "", "= 9 % ?"), ("甲", "30件减到不超过10件", "", "<= 10 件 hold"), ("甲", "1.2万→1.5万", "辆", "= 1.5 万辆 up"),
        ("甲", "≥40且≤60", "吨", ">= 40 吨 hold; <= 60 吨 hold"), ("甲", "30以上40以下", "吨", ">= 30 吨 hold; <= 40 吨 hold"), ("甲", "30≤x＜40", "吨", ">= 30 吨 hold; < 40 吨 hold"),
        ("煤炭消费量", "40%（不含）以上", "", ">= 40 % up"), ("甲", "40封顶", "吨", "<= 40 吨 hold"), ("煤炭消费量", "节约40", "吨", "decrease_by 40 吨 down"), ("甲", "减煤40", "吨", "decrease_by 40 吨 down"),
        ("煤炭消费量", "降幅不低于4%", "", "decrease_by 4 % down"), ("甲", "减少不超过40", "吨", "= 40 吨 ?"), ("煤炭消费量", "超额完成40", "吨", "= 40 吨 down"),
        ("煤炭消费量", "30,25", "吨", "= 30 吨 down"), ("煤炭消费量", "1,200", "吨", "= 1200 吨 down"), ("绿化面积", ".5", "万亩", "= 0.5 万亩 up"),
        ("预约办理率", "预约90", "%", "= 90 % ?"), ("企业", "签约50", "个", "= 50 个 up"), ("甲", "违约0", "起", "= 0 起 ?"), ("甲", "大约50", "吨", "~ 50 吨 ?"),
        ("节约用水量", "500", "万立方米", "= 500 万立方米 up"), ("甲", "2026年6月", "", "complete   ?"), ("甲", "12月底前", "", "complete   ?"),
        ("重污染天数", "基本消除", "天", "qualitative   ?"), ("乙率", "2025年达到90%，2030年95%以上", "", "= 90 % ?; >= 95 % up"),
    ],
)  # fmt: skip
def test_a_target_value_says_comparator_number_unit_and_direction(
    name: str, cell: str, measure: str, asked: str
) -> None:
    read = [each.quantity for each in read_target(name, cell, measure)]
    assert "; ".join(f"{q.comparator} {q.value} {q.measure} {q.direction or '?'}" for q in read) == asked
    assert all(q.doubt for q in read if q.value and not q.direction)
    assert all(q.taken or q.doubt for q in read if q.comparator == "=")


def test_a_value_that_becomes_another_has_a_baseline() -> None:
    for cell, base in (("25%→30%", ("", "25")), ("由2020年的25%提高到30%", ("2020", "25")), ("2500→0.3亿", ("", ""))):
        found = read_target("再生水利用率", cell)[0].quantity
        assert (found.baseline_year, found.baseline_value) == base


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("电耗别超过40吨", "电耗 <= 40吨 hold"), ("超标天数勿超5天", "超标天数 <= 5天 hold"), ("电耗甭超40吨", "电耗甭 = 40吨 ?"), ("利用率甭低于40%", "利用率甭 = 40% ?"),
        ("杜绝超过5天", "杜绝超过5天 <= 5天 hold"), ("漏损率≦8%", "漏损率 <= 8% hold"), ("甲至多40吨", "甲 <= 40吨 hold"), ("甲≠40吨", "甲≠ = 40吨 ?"),
        ("落后产能退出120万吨", "落后产能退出 = 120万吨 up"), ("煤炭消费量减30万吨", "煤炭消费量减 decrease_by 30万吨 down"), ("煤炭消费量攻坚30万吨", "煤炭消费量攻坚 = 30万吨 ?"),
        ("老旧货车淘汰500辆", "老旧货车淘汰 = 500辆 up"), ("再生水利用率25%→30%", "再生水利用率 = 30% up"), ("漏损率10%->8%", "漏损率 = 8% down"), ("漏损率8%→9%", "漏损率 = 9% ?"),
        ("利用率25%提高到30%", "利用率 = 30% up"), ("煤炭消费量不少于30万吨", "煤炭消费量 >= 30万吨 up"),
    ],
)  # fmt: skip
def test_words_of_a_sentence_say_the_same_as_a_cell(words: str, asked: str) -> None:
    read = quantities(words)
    assert "; ".join(f"{q.name} {q.comparator} {q.value}{q.measure} {q.direction or '?'}" for q in read) == asked
    assert all(q.doubt for q in read if not q.direction)


def test_a_direction_taken_from_the_name_is_told_in_the_draft(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["测试市目标清单"], ["序号", "指标", "单位", "2025年目标", "责任单位"], [1, "PM2.5浓度", "微克/立方米", 28, "市生态环境局"],
        [2, "人口密度", "人/平方公里", 3, "市发改委"], [3, "绿电占比", "%", 0.2, "市发改委"], [4, "收集率", "%", "≥90", "市水务局"],
    ]  # fmt: skip
    draft = json.loads(cli.ok("plan", "read", workbook(cli.folder / "p.xlsx", rows), "--code", "tq", "--json"))
    doubts = [each["indicators"][0]["doubts"] for each in draft["items"]]
    assert [sorted(each) for each in doubts] == [["direction"], ["value"], ["direction", "value"], []]
    assert "如果是 20%" in doubts[2]["value"]


def test_an_indicator_by_hand_goes_by_its_name_too(cli: Cli) -> None:
    add_plan(cli)
    for words, value, reached in (
        ("漏损率 = 8 %", "9", False),
        ("投诉办结率 = 98 %", "99", True),
        ("超采量 = 0 立方米", "5", False),
    ):
        id_ = json.loads(cli.ok("item", "add", "tt", "target", "--text", "甲", "--indicator", words, "--json"))["id"]
        assert met_by(cli, {"id": f"{id_}.1", "item": id_}, value) == reached
    assert (
        "看不出是提高还是降低" in cli("item", "add", "tt", "target", "--text", "甲", "--indicator", "人口密度 = 8").err
    )
