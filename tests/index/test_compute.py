"""`tracker index compute` and `index goalposts`: the worked example of the docs, as the commands print it."""

import json

import openpyxl

from tests.conftest import Cli
from tests.index.samples import HEADER, WORKED_EXAMPLE, load_province, province, write
from tracker.synergy.model import CITIES

WORKED = [
    {"city": "宁波市", "year": 2025, "score": 118, "rank": 1, "coverage": 1, "change_percent": 18},
    {"city": "杭州市", "year": 2025, "score": 73.8301, "rank": 2, "coverage": 1, "change_percent": 52.1156},
    {"city": "温州市", "year": 2025, "score": 28.5936, "rank": 3, "coverage": 0.94, "change_percent": None},
]


def test_the_worked_example(cli: Cli) -> None:
    cli.ok("index", "import", WORKED_EXAMPLE, "--yes")
    words = ("index", "compute", "--year", "2025", "--base-year", "2020")
    rows = json.loads(cli.ok(*words, "--json"))
    assert [{name: row[name] for name in WORKED[0]} for row in rows] == WORKED
    assert list(rows[2])[:6] == list(WORKED[2])
    assert {name: value for name, value in rows[2].items() if name not in WORKED[2]} == {
        "base_year": 2020, "missing": [1, 12], "methods_best": 3, "methods_worst": 3, "leave_one_out_best": 3,
        "leave_one_out_worst": 3, "label": "测算值", "method": "goalposts", "goalposts": None,
    }  # fmt: skip
    assert json.loads(cli.ok(*words, "--json", "--city", "温州", "--fields", "city,rank")) == [
        {"city": "温州市", "rank": 3}
    ]
    assert cli.ok(*words, "--csv").splitlines()[1:] == [
        "宁波市,2025,118,1,1,18,2020,,1,1,1,1,测算值,goalposts,", "杭州市,2025,73.8301,2,1,52.1156,2020,,2,2,2,2,测算值,goalposts,",
        "温州市,2025,28.5936,3,0.94,,2020,1、12,3,3,3,3,测算值,goalposts,",
    ]  # fmt: skip


def test_the_screen_says_what_a_reader_must_know(cli: Cli) -> None:
    cli.ok("index", "import", WORKED_EXAMPLE, "--yes")
    lines = cli.ok("index", "compute").splitlines()
    assert lines[0] == (
        "协同指数2025年测算值（方法：基准年标杆法（最差0分、最好100分，不封顶），加权算术平均；标杆按2020年数据现算，未固定），"
        "附件2为征求意见稿"
    )
    assert [line.split() for line in lines[1:5]] == [
        ["名次", "城市", "得分", "覆盖率", "较2020年", "各方法名次", "去一指标名次", "缺数据"],
        ["1", "宁波市", "118.0000", "100%", "+18%", "1", "1"],
        ["2", "杭州市", "73.8301", "100%", "+52.12%", "2", "2"],
        ["3", "温州市", "28.5936", "94%", "*", "3", "3", "2", "项"],
    ]
    assert lines[5:10] == [
        "温州市缺：1 PM2.5浓度、12 新能源车占注册登记车辆比例（未填报）",
        "温州市因数据不足而空缺的组：（7）交通运输结构优化",
        "* 温州市两年有数据的指标不同，按两年都有的指标也无法计算变化",
        "11市均值的变化未能得出：缺少嘉兴市、湖州市、绍兴市、金华市、衢州市、舟山市、台州市、丽水市的可比数据",
        "本表为测算值：附件2的官方归一方法未公布。方法：基准年标杆法（最差0分、最好100分，不封顶），加权算术平均。",
    ]
    assert "⑧赋分表：强脱钩100分" in lines[-1]


def test_levels_and_contributions(cli: Cli) -> None:
    cli.ok("index", "import", WORKED_EXAMPLE, "--yes")
    rows = json.loads(cli.ok("index", "compute", "--levels", "--json", "--city", "杭州"))
    assert [row["level"] for row in rows].count("indicator") == 24
    assert (rows[0]["name"], rows[0]["score"]) == ("协同指数", 73.8301)
    assert round(sum(row["contribution"] or 0 for row in rows), 3) == 25.295
    used = [row["used_weight"] for row in rows]
    assert (round(sum(each or 0 for each in used), 3), used[0]) == (1, None)
    nine = next(row for row in rows if row["number"] == 9)
    assert (nine["weight"], nine["value"], nine["score"], nine["contribution"]) == (0.08, 40, 100, 4)
    one_city = cli.ok("index", "compute", "--levels", "--city", "温州").splitlines()
    assert one_city[0].startswith("温州市  协同指数2025年测算值")
    assert ["-", "1", "PM2.5浓度", "0.03", "0", "0.0000", "未填报"] in [line.split() for line in one_city]
    all_cities = cli.ok("index", "compute", "--levels")
    assert ["5.治理路径协同度", "120.00", "75.00", "25.00"] in [line.split() for line in all_cities.splitlines()]
    assert "各指标对较2020年变化的贡献（分）" in all_cities


def test_methods(cli: Cli) -> None:
    load_province(cli)
    for method in ("goalposts", "geometric", "minmax", "zscore"):
        rows = json.loads(cli.ok("index", "compute", "--year", "2025", "--method", method, "--json"))
        assert [row["rank"] for row in rows] == list(range(1, 12))
        assert rows[0]["city"] == "丽水市"
    refused = cli("index", "compute", "--year", "2025", "--method", "minmax", "--base-year", "2020")
    assert refused.code == 1
    assert refused.err.startswith("错误：minmax 只用当年数据，看不出各市共同的改善，不能与基准年2020比较")
    unknown = cli("index", "compute", "--method", "topsis")
    assert (unknown.code, unknown.err) == (
        2,
        "错误：没有这种方法：topsis。可用：goalposts、geometric、minmax、zscore。\n",
    )


def test_frozen_goalposts_do_not_move_with_the_data(cli: Cli) -> None:
    load_province(cli)
    posts = cli.folder / "posts.csv"
    cli.ok("index", "goalposts", "--year", "2020", "--version", "2020-a", "-o", posts)
    assert posts.read_text("utf-8-sig").splitlines()[1] == "2020-a,2020,1,PM2.5浓度,down,40,20,基准年各市最差值、最好值"
    worse = "".join(f"杭州市,2020,{number},0,实测\n" for number in (23, 24))
    cli.ok("index", "import", write(cli, "revised.csv", f"{HEADER}\n{worse}"), "--yes")

    def ningbo(*words: object) -> object:
        return json.loads(cli.ok("index", "compute", "--year", "2025", "--city", "宁波", "--json", *words))[0]["score"]

    assert ningbo("--goalposts", posts) == 20
    assert ningbo() != 20
    cli.environ["TRACKER_INDEX_GOALPOSTS"] = str(posts)
    assert ningbo() == 20
    assert "标杆版本2020-a，基准年2020" in cli.ok("index", "compute")


def province_with(changes: dict[tuple[str, int, int], int]) -> str:
    """The province of the samples with some values changed, by city, year and indicator."""
    lines = province().splitlines()
    for (city, year, number), value in changes.items():
        start = f"{city},{year},{number},"
        lines = [f"{start}{value},实测" if line.startswith(start) else line for line in lines]
    return "\n".join(lines) + "\n"


def test_an_indicator_on_which_all_cities_were_alike_has_no_score_and_a_remedy(cli: Cli) -> None:
    alike = {(city, 2020, number): 30 for city in CITIES for number in (21, 24)}
    cli.ok("index", "import", write(cli, "alike.csv", province_with(alike)), "--yes")
    words = ("index", "compute", "--year", "2025", "--city", "杭州")
    row = json.loads(cli.ok(*words, "--json"))[0]
    assert (row["score"], row["rank"], row["coverage"], row["missing"]) == (10, None, 0.88, [21, 24])
    said = cli.ok(*words)
    assert (
        "杭州市缺：21 重点行业建设项目碳评比例、24 协同政策创新与能力建设（标杆的最差值与最好值相同，无法归一）\n"
        in said
    )
    assert said.endswith(
        "可用 tracker index goalposts 导出标杆文件，写明这些指标的最差值、最好值，再用 --goalposts 指定\n"
    )
    posts = cli.folder / "posts.csv"
    cli.ok("index", "goalposts", "--year", "2020", "--version", "2020-手工", "-o", posts)
    posts.write_text(posts.read_text("utf-8-sig").replace("up,30,30,", "up,20,40,"), "utf-8")
    row = json.loads(cli.ok(*words, "--json", "--goalposts", posts))[0]
    assert (row["score"], row["rank"], row["coverage"], row["goalposts"]) == (10, 11, 1, "2020-手工")


def test_one_city_alone_has_data_but_no_score(cli: Cli) -> None:
    cli.ok("index", "import", write(cli, "one.csv", province(cities=("杭州市",))), "--yes")
    lines = cli.ok("index", "compute", "--year", "2025").splitlines()
    assert [line.split() for line in lines[2:4]] == [
        ["—", "杭州市", "0%", "24", "项"],
        ["杭州市缺：当年全部指标（标杆的最差值与最好值相同，无法归一）"],
    ]
    path = cli.folder / "annex.xlsx"
    cli.ok("export", "annex", "--plan", "zj", "--scores", "2025", "-o", path)
    texts = [str(cell.value) for row in openpyxl.load_workbook(path)["协同指数"] for cell in row if cell.value]
    assert "杭州市：当年有数据的指标都无法归一，没有得分。" in texts
    assert any(text.startswith("宁波市、温州市、") and text.endswith("丽水市：当年没有数据。") for text in texts)


def test_a_score_far_below_the_worst_leaves_no_geometric_mean_and_says_so(cli: Cli) -> None:
    cli.ok("index", "import", write(cli, "bad.csv", province_with({("宁波市", 2025, 9): -10})), "--yes")
    words = ("index", "compute", "--year", "2025", "--method", "geometric", "--city", "宁波")
    assert json.loads(cli.ok(*words, "--json"))[0]["score"] is None
    said = cli.ok(*words)
    assert "宁波市没有几何平均得分：非化石能源占一次能源消费比重比标杆的最差值还差，得分不是正数\n" in said
    assert "因数据不足而空缺的组" not in said


def test_files_of_goalposts_that_are_none(cli: Cli) -> None:
    load_province(cli)
    assert cli("index", "compute", "--goalposts", cli.folder / "none.csv").err.startswith("错误：没有标杆文件")
    bad = write(cli, "bad.csv", "version,base_year,indicator,name,direction,worst,best,note\n1,2020,1,,down,20,40,\n")
    result = cli("index", "compute", "--goalposts", bad)
    assert (result.code, result.err) == (
        1,
        "错误：bad.csv：标杆文件第2行：“PM2.5浓度”越小越好，最差值与最好值写反了。\n",
    )


def test_what_is_not_there(cli: Cli) -> None:
    empty = cli("index", "compute")
    assert (empty.code, empty.err[:17]) == (1, "错误：台账中还没有指数数据；请先用")
    load_province(cli)
    assert (
        cli("index", "compute", "--year", "2024").err
        == "错误：2024年没有指数数据，请先用 tracker index import 导入。\n"
    )
    assert cli("index", "compute", "--base-year", "2019").code == 1
    assert cli("index", "compute", "--as-of", "2019-06-30").err == (
        "错误：2019年及以前没有指数数据；请用 --year 写明年份\n"
    )


def test_the_latest_year_that_can_be_ranked_is_the_default(cli: Cli) -> None:
    load_province(cli)
    cli.ok("index", "import", write(cli, "few.csv", f"{HEADER}\n杭州市,2026,1,30,实测\n"), "--yes")
    assert json.loads(cli.ok("index", "compute", "--json"))[0]["year"] == 2025
    assert json.loads(cli.ok("index", "compute", "--json", "--as-of", "2024-12-31"))[0]["year"] == 2020
    before = json.loads(cli.ok("index", "list", "--json", "--known-at", "2026-11-20"))
    assert before == []
