"""The index beside the items: annex 2 with the cities' scores, the heat map of the weekly workbook, the page."""

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Cli
from tests.index.samples import HEADER, WORKED_EXAMPLE, load_province, write
from tracker.synergy.model import CITIES

FIRST_CITY = 9


def index_sheet(cli: Cli, *words: object) -> Worksheet:
    """The sheet 协同指数 of the exported annex."""
    path = cli.folder / "zj.xlsx"
    cli.ok("export", "annex", "--plan", "zj", "-o", path, "--force", *words)
    return openpyxl.load_workbook(path)["协同指数"]


def labelled(sheet: Worksheet) -> dict[object, list[object]]:
    """The rows of an annex sheet by their first cell, with the figures of the cities."""
    last = FIRST_CITY + len(CITIES)
    return {
        sheet.cell(row, 1).value: [sheet.cell(row, column).value for column in range(FIRST_CITY, last)]
        for row in range(1, sheet.max_row + 1)
        if sheet.cell(row, 1).value is not None
    }


def test_scores_stand_beside_annex_2(cli: Cli) -> None:
    bare = index_sheet(cli)
    cli.ok("index", "import", WORKED_EXAMPLE, "--yes")
    sheet = index_sheet(cli, "--scores", "2025", "--base-year", "2020")
    assert str(sheet.cell(4, FIRST_CITY).value).startswith("2025年得分（测算值；基准年标杆法")
    assert [sheet.cell(5, column).value for column in range(FIRST_CITY, FIRST_CITY + 11)] == list(CITIES)
    assert [cell.value for cell in bare[6]][:8] == [cell.value for cell in sheet[6]][:8]
    assert {str(area) for area in bare.merged_cells.ranges if area.min_row > 3} <= {
        str(area) for area in sheet.merged_cells.ranges
    }
    assert [sheet.cell(6, column).value for column in range(FIRST_CITY, FIRST_CITY + 4)] == [75, 120, "—", "—"]
    rows = labelled(sheet)
    assert rows["协同指数得分"][:4] == [73.8301, 118, 28.5936, "—"]
    assert rows["名次"][:4] == [2, 1, 3, "—"]
    assert rows["数据覆盖率（%）"][:4] == [100, 100, 94, 0]
    assert rows["较2020年变化（%）"][:4] == [52.1156, 18, "—", "—"]
    assert rows["二级指标得分　（1）大气环境"][2] == 34.375
    assert rows["二级指标得分　（7）交通运输结构优化"][2] == "—"
    assert sum(str(label).startswith("二级指标得分") for label in rows) == 16
    assert "温州市缺数据：PM2.5浓度、新能源车占注册登记车辆比例；因数据不足而空缺的组：（7）交通运输结构优化。" in rows
    assert (
        "本表为测算值：附件2的官方归一方法未公布。方法：基准年标杆法（最差0分、最好100分，不封顶），加权算术平均。"
        in rows
    )


def test_same_data_same_bytes(cli: Cli) -> None:
    load_province(cli)
    index_sheet(cli, "--scores", "2025")
    first = (cli.folder / "zj.xlsx").read_bytes()
    cli.now = cli.now.replace(hour=18)
    index_sheet(cli, "--scores", "2025")
    assert (cli.folder / "zj.xlsx").read_bytes() == first


def test_scores_that_cannot_be(cli: Cli) -> None:
    out = ("-o", cli.folder / "a.xlsx")
    assert cli("export", "annex", "--plan", "zj", "--scores", "2025", *out).code == 1
    load_province(cli)
    assert cli("export", "annex", "--plan", "zj", "--scores", "2024", *out).code == 1
    for words in (("--plan", "js"), ("--plan", "zj", "--unit", "省建设厅"), ("--plan", "zj", "--kind", "task")):
        result = cli("export", "annex", *words, "--scores", "2025", *out)
        assert (result.code, result.err[:11]) == (2, "错误：--scores")
    assert cli("export", "annex", "--plan", "zj", "--base-year", "2020", *out).code == 2
    assert not (cli.folder / "a.xlsx").exists()


def weekly(cli: Cli, *words: object) -> openpyxl.Workbook:
    """The weekly workbook."""
    path = cli.folder / "weekly.xlsx"
    cli.ok("export", "weekly", "-o", path, "--force", *words)
    return openpyxl.load_workbook(path)


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_the_weekly_workbook_has_a_heat_map_when_there_are_data(cli: Cli) -> None:
    assert "协同指数" not in weekly(cli).sheetnames
    load_province(cli)
    few = write(cli, "few.csv", f"{HEADER}\n杭州市,2026,1,30,实测\n")
    cli.ok("index", "import", few, "--yes")
    sheet = weekly(cli)["协同指数"]
    rows = {str(row[0].value).strip(): [cell.value for cell in row[2:]] for row in sheet.iter_rows()}
    assert str(sheet["A1"].value) == "减污降碳协同指数（2025年，测算值）"
    assert "征求意见稿" in str(sheet["A2"].value)
    assert rows["评价内容、指标"] == list(reversed(CITIES))
    assert rows["名次"] == list(range(1, 12))
    assert rows["协同指数"] == [110 - 10 * place for place in range(11)]
    assert rows["较2020年变化（%）"][-2:] == [100, "—"]
    assert rows["1 PM2.5浓度"] == rows["协同指数"]
    (heat,) = sheet.conditional_formatting
    assert str(heat.sqref) == "C7:M56"
    assert heat.rules[0].type == "colorScale"
    assert "协同指数" not in weekly(cli, "--known-at", "2026-11-20").sheetnames
    assert "协同指数" not in weekly(cli, "--unit", "省建设厅").sheetnames
    assert "协同指数" not in weekly(cli, "--plan", "js").sheetnames
    assert "协同指数" in weekly(cli, "--plan", "浙江").sheetnames


def test_the_page_shows_the_cities_by_rank_when_there_are_data(cli: Cli) -> None:
    path = cli.folder / "page.html"

    def page(*words: object) -> str:
        cli.ok("export", "page", "-o", path, "--force", *words)
        return path.read_text("utf-8")

    assert "synergy" not in page()
    cli.ok("index", "import", WORKED_EXAMPLE, "--yes")
    html = page()
    assert '<li><a href="#synergy">协同指数</a></li>' in html
    part = html[html.index('<div id="synergy">') : html.index('<section id="rules"')]
    assert part.index("宁波市") < part.index("杭州市") < part.index("温州市")
    assert '<td role="cell" data-label="协同指数" class="count heat-5"><strong>118.00</strong></td>' in part
    assert '<td role="cell" data-label="碳排放水平" class="count heat-1">25.00</td>' in part
    assert '<td role="cell" data-label="较2020年" class="count">+52.12%</td>' in part
    assert "标杆按2020年数据现算，未固定），附件2为征求意见稿" in part
    assert "温州市缺数据：PM2.5浓度、新能源车占注册登记车辆比例" in part
    assert "synergy" not in page("--plan", "js")
    assert "synergy" not in page("--known-at", "2026-11-20")
