"""`tracker index log`: zj-target-5.1 takes its actual from the index."""

import json

from tests.conftest import Cli
from tests.index.samples import load_province, province, write

NOTE = "11市协同指数均值2025年较2020年变化20%（测算值；方法：基准年标杆法（最差0分、最好100分，不封顶），加权算术平均；标杆按2020年数据现算，未固定）"


def test_the_change_of_the_mean_is_reported(cli: Cli) -> None:
    load_province(cli)
    said = cli("index", "log", "--year", "2025", "--base-year", "2020")
    assert (said.code, said.out) == (0, f"已填报 zj-target-5.1（2025-12-31）：{NOTE}\n")
    shown = json.loads(cli.ok("show", "zj-target-5", "--json"))
    assert shown["indicators"][0]["actual"] == 20
    assert shown["indicators"][0]["actual_date"] == "2025-12-31"
    assert shown["indicators"][0]["met"] is True
    assert shown["last_report"]["unit"] == "省生态环境厅"
    assert shown["last_report"]["note"] == NOTE
    cli.ok("undo", "--yes")
    assert json.loads(cli.ok("show", "zj-target-5", "--json"))["indicators"][0]["actual"] is None


def test_a_dry_run_and_another_day(cli: Cli) -> None:
    load_province(cli)
    dry = json.loads(cli.ok("index", "log", "--date", "2026-03-01", "--dry-run", "--json"))
    assert (dry["change"], dry["date"], dry["value"]) == (None, "2026-03-01", 20)
    assert json.loads(cli.ok("show", "zj-target-5", "--json"))["last_report"] is None


def test_what_is_not_known_is_not_reported(cli: Cli) -> None:
    cities = ("杭州市", "宁波市")
    cli.ok("index", "import", write(cli, "few.csv", province(cities=cities)), "--yes")
    result = cli("index", "log")
    assert result.code == 1
    assert result.err.startswith("错误：11市协同指数均值2025年较2020年的变化未能得出：缺少温州市、嘉兴市、")
    assert result.err.endswith("的可比数据；未填报 zj-target-5.1\n")
    one_year = cli("index", "log", "--year", "2020")
    assert (one_year.code, one_year.err) == (1, "错误：2020年没有可比的基准年；请用 --base-year 写明\n")
