"""The shipped data holds together, and says what the five published plans print (docs/contract.md)."""

import csv
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

Row = dict[str, str]

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
with_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="the published plans are not part of the repo")

ITEM = "responsibility,open_ended,leads,participants,lead_cell,participant_cell,due,note"
COLUMNS = {
    "plans": "code,title,region,status,issued_on,document_number,issuers,period_start,rider,annex_label,annex_title,"
    "annex_note,seed,note",
    "targets": f"plan,number,chapter,section,text,source,{ITEM}",
    "tasks": f"plan,number,chapter,section,title,text,source,{ITEM}",
    "policies": f"plan,number,text,source,{ITEM}",
    "aims": "plan,number,chapter,section,text,source,due,note",
    "indicators": "plan,target,n,name,comparator,value,bound,aspirational,measure,baseline_year,baseline_value,due,"
    "scope,direction,basis,same_as,sum_of,note",
    "units": "region,name,aliases,members,note",
    "index": "number,content,level1,weight1,level2,weight2,level3,weight3,sources,direction",
    "regions": "code,name,parent,level",
}
NUMBERS = {
    ("cn", "targets"): (1, 9),
    ("nx", "targets"): (1, 22),
    ("cq", "targets"): (1, 23),
    ("zj", "targets"): (1, 35),
    ("js", "targets"): (1, 28),
    ("cn", "tasks"): (4, 29),
    ("nx", "tasks"): (1, 21),
    ("cq", "tasks"): (3, 28),
    ("zj", "tasks"): (1, 47),
    ("js", "tasks"): (4, 30),
    ("zj", "policies"): (1, 9),
    **{(plan, "aims"): (1, 2) for plan in ("cn", "nx", "cq", "zj", "js")},
}
"""First and last number of every list: a narrative plan's tasks bear the number of their article."""

SHARES = ("%", "个百分点")
MAKING = ("创建", "打造", "新增", "建成", "建设", "完成", "修复", "改造", "治理", "淘汰", "培育", "新建", "新改建",
          "推动")  # fmt: skip
NARRATIVE = ("cn", "nx", "cq", "js")
PREFIX = {"cn": "", "nx": "自治区", "cq": "市", "js": "省"}
OWN_NAMES = {"人民银行银川中心支行", "宁夏银保监局", "宁夏证监局", "宁夏税务局", "人行重庆营管部", "重庆银保监局",
             "重庆证监局", "重庆海关", "人民银行南京分行", "江苏银保监局", "江苏证监局"}  # fmt: skip
NAMELESS = {"各相关部门", "地方", "市级有关部门", "各区县政府"}
NAMELESS_TASKS = {"cn-26", "cq-26", "cq-27", "js-26"}
MODES = (("按职责分工负责", "joint"), ("牵头负责", "lead"), ("负责", "sole"))


def read(name: str) -> list[Row]:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(text: str, mark: str = "、") -> list[str]:
    return [part for part in text.split(mark) if part]


def of_plan(name: str, plan: str) -> list[Row]:
    return [row for row in read(name) if row["plan"] == plan]


def indicators_of(target: Row) -> list[Row]:
    return [row for row in of_plan("indicators", target["plan"]) if row["target"] == target["number"]]


def id_of(indicator: Row) -> str:
    return f"{indicator['plan']}-{indicator['target']}.{indicator['n']}"


# --- the files by themselves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COLUMNS)
def test_every_file_has_its_columns_and_clean_cells(name: str) -> None:
    content = (ROOT / "data" / f"{name}.csv").read_bytes()
    assert content.decode("utf-8").splitlines()[0] == COLUMNS[name]
    assert b"\r" not in content
    rows = read(name)
    assert rows
    assert [cell for row in rows for cell in row.values() if cell != cell.strip() or "\n" in cell] == []


def test_the_five_plans() -> None:
    assert [(row["code"], row["region"], row["status"], row["issued_on"]) for row in read("plans")] == [
        ("cn", "国家", "issued", ""),
        ("nx", "宁夏回族自治区", "unstated", ""),
        ("cq", "重庆市", "draft", ""),
        ("zj", "浙江省", "draft", ""),
        ("js", "江苏省", "issued", "2023-01-09"),
    ]
    assert {row["period_start"] for row in read("plans")} == {"2021-01-01"}


@pytest.mark.parametrize("name", ["targets", "tasks", "policies", "aims"])
def test_numbers_run_without_a_gap_in_the_order_of_the_plans(name: str) -> None:
    plans = [plan for plan in ("cn", "nx", "cq", "zj", "js") if (plan, name) in NUMBERS]
    expected = [
        (plan, str(number)) for plan in plans for number in range(NUMBERS[plan, name][0], NUMBERS[plan, name][1] + 1)
    ]
    assert [(row["plan"], row["number"]) for row in read(name)] == expected


def test_every_target_has_its_indicators_numbered_from_one() -> None:
    expected = [
        (target["plan"], target["number"], str(n))
        for target in read("targets")
        for n in range(1, max(1, len(indicators_of(target))) + 1)
    ]
    assert [(row["plan"], row["target"], row["n"]) for row in read("indicators")] == expected


@pytest.mark.parametrize("name", ["targets", "tasks", "policies"])
def test_words_of_items_come_from_the_contract(name: str) -> None:
    modes = {"lead", "joint", "sole", "tbd", "by_reference", "unstated"}
    assert {row["responsibility"] for row in read(name)} <= modes
    assert {row["open_ended"] for row in read(name)} <= {"", "1"}
    for row in read(name):
        without_lead = row["responsibility"] in {"tbd", "by_reference", "unstated"}
        nameless = name == "tasks" and f"{row['plan']}-{row['number']}" in NAMELESS_TASKS
        assert bool(row["leads"]) != (without_lead or nameless), row


@pytest.mark.parametrize("indicator", read("indicators"), ids=id_of)
def test_an_indicator_is_one_of_the_forms_the_contract_knows(indicator: Row) -> None:
    comparator, value = indicator["comparator"], indicator["value"]
    assert comparator in {">=", "<=", ">", "<", "=", "~", "increase_by", "decrease_by", "complete", "qualitative"}
    if comparator in {"complete", "qualitative"}:
        assert (value, indicator["measure"], indicator["baseline_value"]) == ("", "", "")
        assert indicator["direction"] in {"", "hold"}
    else:
        assert Decimal(value) >= 0
        is_ban = comparator == "<=" and Decimal(value) == 0
        assert bool(indicator["measure"]) != is_ban
        assert indicator["direction"] in {"up", "down", "hold"}
    assert (indicator["bound"] in {">=", "~", "="}) == comparator.endswith("_by")
    assert indicator["bound"] == "" or comparator.endswith("_by")
    if comparator.endswith("_by"):
        assert indicator["direction"] == {"increase_by": "up", "decrease_by": "down"}[comparator]
    assert indicator["aspirational"] in {"", "1"}
    assert indicator["baseline_year"] in {"", "2020"}
    assert indicator["due"] == "" or date.fromisoformat(indicator["due"]).strftime("%m-%d") == "12-31"


@pytest.mark.parametrize("target", read("targets"), ids=lambda row: f"{row['plan']}-{row['number']}")
def test_a_target_is_due_when_its_last_indicator_is(target: Row) -> None:
    assert target["due"] == max(row["due"] for row in indicators_of(target))


def test_due_dates_stand_only_where_the_document_gives_them() -> None:
    assert {row["due"] for row in of_plan("tasks", "zj")} == {"2025-12-31"}
    assert {row["due"] for plan in NARRATIVE for row in of_plan("tasks", plan)} == {""}
    assert {row["due"] for row in read("policies")} == {""}
    assert [row["due"] for row in read("aims")] == ["2025-12-31", "2030-12-31"] * 5
    undated = [f"{row['plan']}-{row['number']}" for row in read("targets") if not row["due"]]
    assert undated == ["nx-2", "nx-20", "nx-22", "cq-18", "js-10"]
    # The mixed row (docs/contract.md): the inventory of 2023 beside three commitments of 2025.
    mixed = [row["due"] for row in of_plan("indicators", "zj") if row["target"] == "31"]
    assert mixed == ["2023-12-31", "2025-12-31", "2025-12-31", "2025-12-31"]


def test_baseline_zero_is_for_what_the_plan_makes() -> None:
    texts = {(row["plan"], row["number"]): row["text"] for row in read("targets")}
    built_up = set()
    for row in read("indicators"):
        if row["basis"] == "total" and row["comparator"] != "<=":
            assert row["baseline_value"] == "0", row
            assert row["measure"] not in SHARES
            assert any(verb in texts[row["plan"], row["target"]] for verb in MAKING), row
        elif row["baseline_value"]:
            assert row["baseline_value"] == "0"
            built_up.add(id_of(row))
    # Shares that the plan itself builds up from nothing.
    assert built_up == {"zj-4.2", "zj-10.1"}


BASES = {
    "total": "nx-2.1 nx-16.1 cq-10.1 cq-11.1 cq-15.1 zj-6.1 zj-6.2 zj-6.3 zj-10.2 zj-12.1 zj-15.1 zj-17.1 zj-19.1 zj-23.2"
    " zj-27.1 zj-28.1 zj-28.2 zj-29.2 zj-29.3 zj-35.1 zj-35.2 zj-35.3 js-12.1 js-13.1",
    "annual": "cn-3.1 cq-17.1 zj-9.3 zj-21.1 js-7.1 js-7.2 js-22.1 js-22.2",
    "each": "nx-20.1 nx-20.2 nx-22.1 zj-4.1 zj-8.2 zj-18.1 zj-22.1",
    "assessed": "zj-1.1 zj-2.1 zj-13.1 js-1.1",
}
"""Read row by row from the plans (docs/contract.md); the rest are wordings (declared) and stocks and rates (level)."""


def test_every_indicator_says_how_a_value_answers_for_it() -> None:
    found: dict[str, list[str]] = {}
    for row in read("indicators"):
        found.setdefault(row["basis"], []).append(id_of(row))
    assert {basis: " ".join(found[basis]) for basis in BASES} == BASES
    assert set(found) == {*BASES, "level", "declared"}
    worded = {"complete", "qualitative"}
    by_id = {id_of(row): row for row in read("indicators")}
    assert [key for key in found["declared"] if by_id[key]["comparator"] not in worded] == []
    assert [key for key in found["level"] + found["annual"] + found["total"] if not by_id[key]["value"]] == []


def test_links_lead_to_earlier_indicators_of_the_same_plan() -> None:
    known = {id_of(row): row for row in read("indicators")}
    links: dict[str, list[str]] = {}
    for row in read("indicators"):
        for source in listed(row["same_as"]) + listed(row["sum_of"], "+"):
            links.setdefault(id_of(row), []).append(source)
            linked = known[f"{row['plan']}-{source}"]
            assert linked["measure"] == row["measure"]
            if row["same_as"]:
                assert (linked["name"], linked["scope"]) == (row["name"], row["scope"])
                assert linked["due"] < row["due"]
    assert links == {
        "cn-2.2": ["2.1"],
        "zj-6.3": ["10.2", "15.1", "23.2"],
        "zj-33.1": ["3.1"],
        "zj-34.1": ["5.1"],
        "zj-35.1": ["6.1"],
        "zj-35.2": ["6.2"],
        "zj-35.3": ["6.3"],
        "js-6.2": ["6.1"],
    }
    parts = sum(Decimal(known[f"zj-{source}"]["value"]) for source in links["zj-6.3"])
    assert parts == Decimal(known["zj-6.3"]["value"])


def test_every_unit_is_known_and_used() -> None:
    spellings: dict[tuple[str, str], str] = {}
    for unit in read("units"):
        for name in [unit["name"], *listed(unit["aliases"])]:
            assert (unit["region"], name) not in spellings, f"{name} stands for two units"
            spellings[unit["region"], name] = unit["name"]
    named = {(row["plan"], name) for kind in ("targets", "tasks", "policies") for row in read(kind)
             for name in listed(row["leads"]) + listed(row["participants"])}  # fmt: skip
    named |= {("zj", name) for row in read("index") for name in listed(row["sources"])}
    named |= {(unit["region"], name) for unit in read("units") for name in listed(unit["members"])}
    assert named - set(spellings) == set()
    used = {(region, spellings[region, name]) for region, name in named}
    assert {(unit["region"], unit["name"]) for unit in read("units")} - used == set()


def test_a_unit_stands_once_in_a_row() -> None:
    for row in read("targets") + read("tasks") + read("policies"):
        units = listed(row["leads"]) + listed(row["participants"])
        assert len(units) == len(set(units)), row


def test_composite_units_name_their_members() -> None:
    composite = {(row["region"], row["name"]): row["members"] for row in read("units") if "（" in row["name"]}
    assert composite == {("zj", "省发展改革委（省能源局）"): "省发展改革委、省能源局"}


def test_summaries_of_articles_are_one_readable_line() -> None:
    lengths = {f"{row['plan']}-{row['number']}": len(row["text"]) for p in NARRATIVE for row in of_plan("tasks", p)}
    assert {key: length for key, length in lengths.items() if not 40 <= length <= 90} == {}


def test_the_index_has_24_indicators_and_weights_that_sum_to_one_at_every_level() -> None:
    rows = read("index")
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 25)]
    assert {row["direction"] for row in rows} == {"up", "down"}
    first = {row["level1"]: Decimal(row["weight1"]) for row in rows}
    assert len(first) == 6
    assert sum(first.values()) == 1
    for name in first:
        second = {row["level2"]: Decimal(row["weight2"]) for row in rows if row["level1"] == name}
        assert sum(second.values()) == 1, name
        for below in second:
            third = [Decimal(row["weight3"]) for row in rows if row["level2"] == below]
            assert sum(third) == 1, below
    for upper, lower in (("level1", "content"), ("level2", "level1")):
        assert len({(row[upper], row[lower]) for row in rows}) == len({row[upper] for row in rows})


def test_the_regions_are_one_tree_of_codes() -> None:
    rows = read("regions")
    by_code = {row["code"]: row for row in rows}
    assert len(by_code) == len(rows)
    assert [row["name"] for row in rows if row["level"] == "province"] == ["浙江省"]
    assert len([row for row in rows if row["level"] == "city"]) == 11
    assert len([row for row in rows if row["level"] == "county"]) == 90
    above = {"city": "province", "county": "city"}
    for row in rows:
        assert re.fullmatch(r"33\d{4}", row["code"])
        padding = {"province": "0000", "city": "00", "county": ""}[row["level"]]
        assert row["code"].endswith(padding)
        if row["level"] == "province":
            assert row["parent"] == ""
            continue
        parent = by_code[row["parent"]]
        assert parent["level"] == above[row["level"]]
        stem = parent["code"].removesuffix("00") if row["level"] == "county" else parent["code"][:2]
        assert row["code"].startswith(stem)
    for one, next_ in pairwise(rows):
        assert one["code"] < next_["code"]
    hangzhou = [row["name"] for row in rows if row["parent"] == "330100"]
    assert {"临平区", "钱塘区"} < set(hangzhou)
    assert {"下城区", "江干区"} & set(hangzhou) == set()


# --- the files against the published text ----------------------------------------------------------------------------

HEADERS = ("序号指标目标牵头单位参与单位", "序号工作任务牵头单位参与单位", "序号具体内容牵头单位",
           "评价内容一级指标二级指标三级指标数据来源名称权重名称权重名称权重")  # fmt: skip
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔"
PAGE_BREAKS = {3: "完善能源基础", 6: "强化工业园区、企业集群大气污染综合整治。"}
"""zj tasks whose text a page break interrupts, with its last words before it: there the lead cells are printed."""


def seed_of(plan: str) -> str:
    """Return a published text without blanks, page numbers and repeated table heads; brackets and commas full-width."""
    file = next(row["seed"] for row in read("plans") if row["code"] == plan)
    text = re.sub(r"\s", "", (SEEDS / file).read_text(encoding="utf-8"))
    text = re.sub(r"—\d+—", "", text).translate(str.maketrans("(),", "（），"))
    for header in HEADERS:
        text = text.replace(header, "")
    return text


def between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def articles(plan: str) -> dict[int, str]:
    """Return the text of each article, heading and responsibility bracket included."""
    seed = seed_of(plan)
    found = {}
    for row in of_plan("tasks", plan):
        cell = row["lead_cell"].translate(str.maketrans("(),", "（），"))
        heading = f"（{chinese(int(row['number']))}）{row['title']}。"
        bracket = f"（{cell}）"
        assert seed.count(heading) == 1, heading
        text = heading + between(seed, heading, bracket) + bracket
        assert not re.search(r"按职责分工负责）|牵头负责）", text.removesuffix(bracket)), f"{heading} runs too far"
        found[int(row["number"])] = text
    return found


def without_years(text: str) -> str:
    """Take the years out: a target's text leaves the lead-in 到2025年， of its clause away."""
    return re.sub(r"到?20\d\d年(年?底)?，?", "", text)


def annex_row(row: Row) -> str:
    number, text, cells = row["number"], row["text"], row["lead_cell"] + row["participant_cell"]
    if "section" in row and int(number) in PAGE_BREAKS and row["section"]:
        head, last_words, tail = text.partition(PAGE_BREAKS[int(number)])
        return number + head + last_words + cells + tail
    return number + text + cells


@with_seeds
def test_the_target_list_of_zj_is_the_annex_word_for_word() -> None:
    printed = between(seed_of("zj"), "一、目标清单", "注：上表")
    assert "".join(annex_row(row) for row in of_plan("targets", "zj")[:32]) == printed


@with_seeds
def test_the_task_list_of_zj_is_the_annex_word_for_word() -> None:
    printed = between(seed_of("zj"), "二、任务清单", "注：上表")
    expected, headings = "", ("", "")
    for row in of_plan("tasks", "zj"):
        expected += row["chapter"] if row["chapter"] != headings[0] else ""
        expected += row["section"] if row["section"] != headings[1] else ""
        headings = (row["chapter"], row["section"])
        expected += annex_row(row)
    assert expected == printed


@with_seeds
def test_the_policy_list_of_zj_is_the_annex_word_for_word() -> None:
    printed = between(seed_of("zj"), "三、政策清单1", "附件2")
    assert "".join(annex_row(row) for row in read("policies")) == "1" + printed


@with_seeds
def test_the_index_is_annex_2_with_every_weight_and_source() -> None:
    printed = seed_of("zj").partition("附件2浙江省减污降碳协同指数")[2]
    expected, headings = "", ("", "", "")
    for row in read("index"):
        expected += row["content"] if row["content"] != headings[0] else ""
        expected += row["level1"] + row["weight1"] if row["level1"] != headings[1] else ""
        expected += row["level2"] + row["weight2"] if row["level2"] != headings[2] else ""
        headings = (row["content"], row["level1"], row["level2"])
        expected += CIRCLED[int(row["number"]) - 1] + row["level3"] + row["weight3"] + row["sources"]
    assert expected == printed


@with_seeds
def test_units_of_zj_are_those_of_its_cells() -> None:
    for row in of_plan("targets", "zj")[:32] + of_plan("tasks", "zj") + of_plan("policies", "zj"):
        for cell, units in (("lead_cell", "leads"), ("participant_cell", "participants")):
            printed = row[cell].partition("，")[0].removesuffix("等省级相关部门").removesuffix("按职责分工负责")
            printed = printed.replace("（负责区域碳排放核算）", "")
            is_named = not printed.startswith(("待国家分工明确后确定", "具体参照"))
            assert row[units] == (printed if is_named else ""), row
        joint = row["lead_cell"].endswith("按职责分工负责")
        assert (row["responsibility"] == "joint") == joint
        assert (row["open_ended"] == "1") == ("等省级相关部门" in row["participant_cell"])


@with_seeds
@pytest.mark.parametrize("plan", NARRATIVE)
def test_every_article_with_a_bracket_is_a_task_under_its_chapter(plan: str) -> None:
    seed, chapter, before = seed_of(plan), "", ""
    # 部负责 is the one plain 负责 of the plans (cn 20); elsewhere the word stands inside sentences.
    brackets = re.findall(r"(?:按职责分工|牵头|部)负责(?:。以下[^）]*)?）", seed)
    assert len(brackets) == len(of_plan("tasks", plan))
    for row, article in zip(of_plan("tasks", plan), articles(plan).values(), strict=True):
        title = row["chapter"] if row["chapter"] != chapter else ""
        assert before[-1:] + title + article in seed, row["number"]
        chapter, before = row["chapter"], article
        assert row["source"] == f"{chapter.partition('、')[0]}、（{chinese(int(row['number']))}）"


@with_seeds
@pytest.mark.parametrize("plan", NARRATIVE)
def test_units_of_an_article_are_those_of_its_bracket(plan: str) -> None:
    for row in of_plan("tasks", plan):
        printed = row["lead_cell"].partition("。")[0]
        ending, mode = next(pair for pair in MODES if printed.endswith(pair[0]))
        printed = printed.removesuffix(ending)
        assert row["responsibility"] == mode
        assert (row["open_ended"] == "1") == printed.endswith("等")
        names = listed(printed.removesuffix("等"))
        own = [name for name in names if name not in NAMELESS]
        full = [name if name in OWN_NAMES or name.startswith(PREFIX[plan]) else PREFIX[plan] + name for name in own]
        assert row["leads"] == "、".join(full)
        assert all(name in row["note"] for name in names if name in NAMELESS)


@with_seeds
@pytest.mark.parametrize("plan", NARRATIVE)
def test_a_target_inside_an_article_has_its_words_and_its_units(plan: str) -> None:
    tasks = {f"（{chinese(int(row['number']))}）{row['title']}": row for row in of_plan("tasks", plan)}
    texts, place = articles(plan), 0
    for target in of_plan("targets", plan):
        task = tasks.get(target["section"])
        if task is None:
            assert target["responsibility"] == "unstated"
            assert without_years(target["text"]).removesuffix("。") in without_years(seed_of(plan))
            continue
        assert without_years(target["text"]).removesuffix("。") in without_years(texts[int(task["number"])]), target
        for column in ("chapter", "source", "responsibility", "open_ended", "leads", "participants"):
            assert target[column] == task[column], target
        assert place <= int(task["number"]), "targets follow the document"
        place = int(task["number"])


@with_seeds
def test_the_2030_numbers_of_zj_stand_in_its_aims() -> None:
    aims = between(seed_of("zj"), "（二）主要目标", "二、加强源头防控").partition("到2030年")[2]
    for target in of_plan("targets", "zj")[32:]:
        assert target["text"].removesuffix("。") in aims


@with_seeds
@pytest.mark.parametrize("plan", ["cn", "nx", "cq", "zj", "js"])
def test_aims_riders_and_titles_stand_in_the_document(plan: str) -> None:
    seed = seed_of(plan)
    row = next(row for row in read("plans") if row["code"] == plan)
    for words in (row["title"], row["rider"], row["annex_label"], row["annex_title"], *listed(row["issuers"])):
        assert words in seed
    for aim in of_plan("aims", plan):
        assert aim["text"].removesuffix("。") in seed


@with_seeds
def test_the_national_plan_is_identified_by_what_another_plan_prints_of_it() -> None:
    row = next(row for row in read("plans") if row["code"] == "cn")
    assert (row["document_number"], row["issuers"], row["issued_on"]) == ("", "", ""), "its own text prints none"
    said = between(row["note"], "2022年6月由", "出台")
    for words in ("环综合〔2022〕42号", f"2022年6月{said}", f"{said}制定出台了《{row['title']}》"):
        assert words in seed_of("cq")
    assert "环综合〔2022〕42号" in row["note"]


@with_seeds
@pytest.mark.parametrize("plan", ["cn", "nx", "cq", "zj", "js"])
def test_an_aim_stands_under_the_chapter_and_section_that_print_it(plan: str) -> None:
    seed = seed_of(plan)
    for aim in of_plan("aims", plan):
        assert aim["chapter"]
        before = seed.partition(aim["text"].removesuffix("。"))[0].rpartition(aim["section"] or aim["chapter"])
        assert before[1], aim
        assert not re.search(r"（[一二三四五六]）|[二三四五六]、", before[2]), "another part begins"
        assert aim["chapter"] in before[0] + before[1]
        assert aim["source"] == (f"{aim['chapter'][0]}、{aim['section']}" if aim["section"] else aim["chapter"])


def test_every_number_of_an_indicator_stands_in_its_target() -> None:
    # The targets' texts are held against the documents above, so the numbers stand there too.
    texts = {(row["plan"], row["number"]): row["text"] for row in read("targets")}
    for row in read("indicators"):
        text = texts[row["plan"], row["target"]]
        if id_of(row) == "nx-22.1":
            assert "至少有一个" in text
        elif row["comparator"] == "<=" and row["value"] == "0":
            assert text.startswith("严禁")
        else:
            assert f"{row['value']}{row['measure']}" in text, row
        assert row["baseline_year"] in text
        assert row["scope"] in text
        assert not row["aspirational"] or "力争" in text


def test_no_number_of_a_target_is_left_without_an_indicator() -> None:
    other = r"20\d\d年|65蒸吨|1公里|100万以上城市"  # a year or a threshold, not a commitment
    worded = {"nx-2": {"0"}, "nx-22": {"1"}}  # 严禁, 至少有一个
    for target in read("targets"):
        printed = set(re.findall(r"\d+(?:\.\d+)?", re.sub(other, "", target["text"])))
        values = {row["value"] for row in indicators_of(target)} - {""}
        assert values == printed | worded.get(f"{target['plan']}-{target['number']}", set()), target
