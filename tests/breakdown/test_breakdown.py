"""各市、县（市、区）落实 is one command: a row shared out, reported by region, the parent following."""

import json
from pathlib import Path

import pytest

from tests.conftest import Cli

CITIES = ("杭州市", "宁波市", "温州市", "嘉兴市", "湖州市", "绍兴市", "金华市", "衢州市", "舟山市", "台州市", "丽水市")


@pytest.fixture
def shares(tmp_path: Path) -> Path:
    path = tmp_path / "shares.csv"
    rows = "".join(f"{city},0.{n % 9 + 1}\n" for n, city in enumerate(CITIES))
    path.write_bytes(f"浙江省分解表\n地区,目标值\n{rows}".encode("gb18030"))
    return path


def actual(cli: Cli, name: str, n: int = 0) -> object:
    return json.loads(cli.ok("show", name, "--json"))["indicators"][n]["actual"]


def test_a_count_is_the_sum_of_its_parts_once_all_have_reported(cli: Cli, shares: Path) -> None:
    result = cli("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    assert result.out == "已把 zj-target-12 分解到 11 个地区：zj-target-12@杭州市 等\n"
    assert "合计" in result.err
    for city in CITIES[:-1]:
        cli.ok("log", "zj-target-12", "--region", city, "--value", "0.2")
    assert actual(cli, "zj-target-12") is None
    share = json.loads(cli.ok("show", "zj-target-12@温州市", "--json"))
    assert share["overdue"]  # a part of a sum has its own deadline
    assert "由11市的值得出（合计）：已报10市，合计2.0；未报：丽水市\n" in cli.ok("show", "zj-target-12")
    cli.ok("log", "zj-target-12", "--region", "丽水", "--value", "0.15")
    assert actual(cli, "zj-target-12") == 2.15
    said = cli("log", "zj-target-12", "--value", "3")
    assert said.code == 0
    assert said.err.startswith("注意：zj-target-12.1：本次 3，与台账现值 2.15（zj-target-12@杭州市.1、")
    assert said.err.splitlines()[0].endswith("合计）不一致；以本次填报为准")
    assert actual(cli, "zj-target-12") == 3


def test_a_share_has_its_own_unit_value_and_due(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    rows = "".join(f"{city},{city}生态环境局,0.3,2026年6月\n" for city in CITIES)
    path.write_text(f"设区市,责任单位,任务数,完成时间\n{rows}", encoding="utf-8")
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", path)
    share = json.loads(cli.ok("show", "zj-target-12@宁波市", "--json"))
    assert (share["lead_units"], share["due"], share["source"]) == (
        ["宁波市生态环境局"],
        "2026-06-30",
        "分解自 zj-target-12",
    )
    assert (share["indicators"][0]["value"], share["indicators"][0]["scope"]) == (0.3, "宁波市")
    assert cli.ok("list", "--unit", "宁波市生态环境局", "--fields", "id", "--csv") == "id\nzj-target-12@宁波市\n"


def test_a_share_states_its_own_target_in_the_terms_of_its_parent(cli: Cli, shares: Path) -> None:
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    share = json.loads(cli.ok("show", "zj-target-12@温州市", "--json"))
    assert share["text"] == "温州市：国四及以下老旧营运货车更新淘汰达到0.3万辆。"
    assert (share["parent"], share["indicators"][0]["basis"]) == ("zj-target-12", "total")
    assert "  上级事项：zj-target-12\n" in cli.ok("show", "zj-target-12@温州市")
    cli.ok("breakdown", "zj-task-6", "--to", "cities")
    assert json.loads(cli.ok("show", "zj-task-6@宁波市", "--json"))["text"].startswith("宁波市：优化治理技术路线")


def test_who_leads_the_whole_may_report_for_its_parts_and_nobody_else(cli: Cli, shares: Path) -> None:
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    said = cli.ok("log", "zj-target-12@杭州市", "--value", "0.5", "--unit", "zj:省交通运输厅")
    assert "省交通运输厅" in said
    assert actual(cli, "zj-target-12@杭州市") == 0.5
    for other in ("zj:省公安厅", "zj:省水利厅"):  # a participant of the whole has no say either
        refused = cli("log", "zj-target-12@杭州市", "--value", "0.6", "--unit", other)
        assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert cli("log", "zj-target-12", "--value", "2", "--unit", "杭州市人民政府").code == 1
    cli.now = cli.now.replace(month=12, day=28)
    cli.ok("log", "zj-target-12@杭州市", "--value", "0.55", "--unit", "zj:省交通运输厅")
    later = cli.now.replace(year=2027, month=1, day=5)
    cli.now = later
    told = {city: json.loads(cli.ok("show", f"zj-target-12@{city}", "--json")) for city in ("杭州市", "宁波市")}
    assert told["杭州市"]["unreported_units"] == []
    assert told["宁波市"]["unreported_units"] == ["宁波市人民政府"]
    assert cli("doctor").code == 0


def test_a_partial_sum_that_suffices_is_met_at_once(cli: Cli, shares: Path) -> None:
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    cli.ok("log", "zj-target-12@杭州市", "--value", "3.9")
    assert not json.loads(cli.ok("show", "zj-target-12", "--json"))["met"]
    cli.ok("log", "zj-target-12@宁波市", "--value", "0.1")
    found = json.loads(cli.ok("show", "zj-target-12", "--json"))
    assert (found["met"], found["indicators"][0]["actual"]) == (True, 4)
    assert "已报2市，合计4.0；未报：温州市、嘉兴市、湖州市、绍兴市、金华市、衢州市、舟山市、台州市等9市" in cli.ok(
        "show", "zj-target-12"
    )


def test_a_plan_counts_its_own_rows_and_a_region_its_shares(cli: Cli, shares: Path) -> None:
    def totals(*words: str) -> dict[str, int]:
        groups = json.loads(cli.ok("status", "--plan", "zj", "--json", *words))["groups"]
        return {row["key"]: row["total"] for row in groups}

    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    for more in ((), ("--known-at", "2099-01-01")):
        assert totals(*more) == {"zj": 91}
        assert sum(totals("--group", "chapter", *more).values()) == 91
        assert totals("--group", "region", *more) == {"浙江省": 91, **dict.fromkeys(CITIES, 1)}
        assert totals("--region", "杭州市", *more) == {"zj": 1}
        assert totals("--group", "unit", *more)["zj:杭州市人民政府"] == 1
    assert cli.ok("status", "--plan", "zj").startswith("91 项")


def test_a_row_added_below_another_is_seen_from_both_sides(cli: Cli) -> None:
    cli.ok("item", "add", "zj", "task", "--text", "专项整治", "--parent", "zj-task-6", "--lead", "省财政厅")
    above, below = (json.loads(cli.ok("show", name, "--json")) for name in ("zj-task-6", "zj-task-48"))
    assert (above["children"], below["parent"]) == (["zj-task-48"], "zj-task-6")
    assert "下级事项 1 项：\n" in cli.ok("show", "zj-task-6")
    assert "  上级事项：zj-task-6\n" in cli.ok("show", "zj-task-48")
    listed = cli.ok("list", "--plan", "zj", "--csv", "--fields", "id", "--limit", "0").splitlines()
    assert listed.index("zj-task-48") == listed.index("zj-task-6") + 1


def test_what_is_about_counts_within_the_tolerance_that_is_set(cli: Cli, tmp_path: Path) -> None:
    cli.ok("item", "add", "zj", "target", "--text", "达标地区", "--indicator", "绿化率 ~ 40 %")
    name = "zj-target-36"
    cli.ok("breakdown", name, "--to", "cities", "--rule", "met", "--values", _same(tmp_path))
    for city in CITIES:
        cli.ok("log", f"{name}@{city}", "--value", "37")
    assert actual(cli, name) == 0
    cli.ok("config", "set", "tolerance", "10")
    assert actual(cli, name) == 100


def _same(folder: Path) -> Path:
    path = folder / "same.csv"
    path.write_text("地区,目标值\n" + "".join(f"{city},40\n" for city in CITIES), encoding="utf-8")
    return path


def test_a_share_of_regions_counts_those_that_met_it(cli: Cli) -> None:
    cli.ok("breakdown", "zj-target-4.2", "--to", "cities", "--rule", "met")
    for place, city in enumerate(CITIES):
        state = "completed" if place < 7 else "in_progress"
        cli.ok("log", "zj-target-4", "--region", city, "--state", state)
    assert actual(cli, "zj-target-4", 1) == 63.6
    rows = json.loads(
        cli.ok("list", "--region", "杭州市", "--json", "--fields", "id,overdue", "--state", "in_progress")
    )
    late = json.loads(cli.ok("list", "--region", "丽水市", "--json", "--fields", "id,overdue"))
    assert (rows, late) == ([], [{"id": "zj-target-4@丽水市", "overdue": False}])  # the whole is late, not its parts
    assert cli("doctor").code == 0
    groups = json.loads(cli.ok("status", "--group", "region", "--region", "杭州市", "--json"))["groups"]
    assert [(group["key"], group["by_state"]["completed"]) for group in groups] == [("杭州市", 1)]


def test_a_weighted_mean_uses_the_weights_given(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text(
        "地区,目标值,权重\n" + "".join(f"{city},98,{n}\n" for n, city in enumerate(CITIES)), encoding="utf-8"
    )
    cli.ok("breakdown", "zj-target-20.2", "--to", "cities", "--values", path)
    for place, city in enumerate(CITIES):
        cli.ok("log", "zj-target-20.2", "--region", city, "--value", 90 + place)
    assert actual(cli, "zj-target-20", 1) == 97
    cli.ok("undo", "--yes")
    assert actual(cli, "zj-target-20", 1) is None


def test_undo_takes_the_shares_away_and_known_at_still_sees_them(cli: Cli, shares: Path) -> None:
    before = cli.ok("list", "--json")
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    during = cli.now.isoformat()
    cli.now = cli.now.replace(hour=13)
    cli.ok("undo", "--yes")
    assert cli.ok("list", "--json") == before
    assert "zj-target-12@杭州市" in cli.ok("list", "--known-at", during)
    assert cli("show", "zj-target-12@杭州市").code == 1
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    assert cli("show", "zj-target-12@杭州市").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("zj-target-12", "--to", "cities"), 1, "需要用 --values 给出"),
        (("zj-target-12", "--to", "towns"), 2, "应为 cities"),
        (("zj-target-12", "--to", "cities", "--rule", "max"), 2, "应为 sum"),
        (("js-target-2", "--to", "cities"), 1, "名录"),
        (("zj-aim-1", "--to", "cities"), 1, "总体目标"),
        (("zj-target-99", "--to", "cities"), 1, "没有事项"),
        (("zj-target-12", "--to", "cities", "--values", "nowhere.csv"), 1, "nowhere.csv"),
    ],
)
def test_what_cannot_be_broken_down_is_refused_and_changes_nothing(
    cli: Cli, words: tuple[str, ...], code: int, said: str
) -> None:
    before = cli.db.read_bytes()
    result = cli("breakdown", *words)
    assert (result.code, said in result.err, result.out) == (code, True, "")
    assert cli.db.read_bytes() == before


def test_wrong_rows_are_all_named_at_once(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text("地区,目标值\n杭州市,abc\n宁波市,1\n温州市,NaN\n", encoding="utf-8")
    result = cli("breakdown", "zj-target-12", "--to", "cities", "--values", path)
    assert result.code == 1
    assert "第 2 行" in result.err
    assert "第 4 行" in result.err
    path.write_text("地区,目标值\n杭州市,1\n巴黎市,1\n", encoding="utf-8")
    assert "没有这些地区：巴黎市" in cli("breakdown", "zj-target-12", "--to", "cities", "--values", path).err
    path.write_text("地区,目标值\n杭州市,1\n", encoding="utf-8")
    assert "缺少 10 个地区" in cli("breakdown", "zj-target-12", "--to", "cities", "--values", path).err


def test_regions_of_other_provinces_by_import(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(
        "code,name,parent,level\n320000,江苏省,,province\n320100,南京市,320000,city\n320500,苏州市,320000,city\n",
        encoding="utf-8",
    )
    assert cli.ok("region", "import", path) == "已导入地区 3 个（其余 0 个已有）\n"
    assert cli.ok("breakdown", "js-target-1", "--to", "cities").startswith("已把 js-target-1 分解到 2 个地区")
    assert "苏州市人民政府" in cli.ok("show", "js-target-1@苏州市")


@pytest.mark.parametrize("measure", ["%", "个百分点"])
def test_shares_of_several_regions_are_not_added_up(cli: Cli, measure: str) -> None:
    cli.ok("item", "add", "zj", "target", "--text", "优良天数比率", "--indicator", f"升幅 >= 2 {measure}")
    said = cli("breakdown", "zj-target-36", "--to", "cities").err
    assert "由 11 个地区加权平均得出" in said


def test_show_says_how_the_regions_stand_with_their_share(cli: Cli) -> None:
    assert "个地区" not in cli.ok("show", "zj-task-6")
    cli.ok("breakdown", "zj-task-6", "--to", "cities")
    during = cli.now.isoformat()
    cli.ok("log", "zj-task-6", "--region", "宁波市", "--percent", "40")
    shown = cli.ok("show", "zj-task-6").splitlines()
    begin = shown.index("分解到 11 个地区：")
    assert [line.split() for line in shown[begin + 1 : begin + 4]] == [
        ["编号", "牵头单位", "完成时限", "进展", "状态", "亮灯"],
        ["zj-task-6@杭州市", "杭州市人民政府", "2025-12-31", "未启动", "红"],
        ["zj-task-6@宁波市", "宁波市人民政府", "2025-12-31", "40%", "进行中", "红"],
    ]
    cli.now = cli.now.replace(hour=13)
    cli.ok("undo", "--yes")
    cli.ok("undo", "--yes")
    assert "个地区" not in cli.ok("show", "zj-task-6")
    assert "分解到 11 个地区：" in cli.ok("show", "zj-task-6", "--known-at", during)


def test_show_gives_the_values_of_shares_that_have_a_number(cli: Cli, shares: Path) -> None:
    cli.ok("breakdown", "zj-target-12", "--to", "cities", "--values", shares)
    cli.ok("log", "zj-target-12", "--region", "宁波市", "--value", "0.15")
    line = next(line for line in cli.ok("show", "zj-target-12").splitlines() if line.startswith("zj-target-12@宁波市"))
    assert line.split() == ["zj-target-12@宁波市", "宁波市人民政府", "2025-12-31", "0.15万辆", "进行中", "红"]


def test_a_share_of_parts_is_that_of_the_year_whose_figures_they_gave(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    path.write_text("地区,目标值\n" + "".join(f"{city},90\n" for city in CITIES), encoding="utf-8")
    cli.ok("breakdown", "zj-target-24", "--to", "cities", "--values", path, "--rule", "met")
    for city in CITIES:
        cli.ok("log", "zj-target-24", "--region", city, "--value", "89" if city == "丽水市" else "95", "--year", "2025")
    (number,) = json.loads(cli.ok("show", "zj-target-24", "--json"))["indicators"]
    assert (number["actual"], number["met_on"], number["met_late"]) == (90.9, "2025-12-31", False)


def test_what_a_table_of_shares_says_beside_them_and_sums_that_miss_are_told(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    rows = "".join(f"{city},{'-0.1' if city == '丽水市' else '达到0.3'},说明\n" for city in CITIES)
    path.write_text(f"地市,目标值,备注\n{rows}合计,2.9,\n注：初步方案,,\n", encoding="utf-8")
    result = cli("breakdown", "zj-target-12", "--to", "cities", "--values", path, "--dry-run", "--json")
    assert "B12：目标值是负数（-0.1）" in result.err
    assert "各地区的目标值合计 2.9万辆，少于 zj-target-12.1 的 4万辆" in result.err
    for third, said in (
        (85, "各地区的目标值平均 85%，少于 zj-target-24.1 的 90%"),
        ("/", "温州市没有目标值，按 zj-target-24.1 的 90% 列入"),
    ):
        rows = "".join(f"{city},{third if city == '温州市' else 85}\n" for city in CITIES)
        path.write_text(f"地市,目标值\n{rows}", encoding="utf-8")
        assert (
            said
            in cli("breakdown", "zj-target-24", "--to", "cities", "--rule", "mean", "--values", path, "--dry-run").err
        )
    assert [each["cell"] for each in json.loads(result.out)["ignored"]] == ["C1", "B13", "A14"]
