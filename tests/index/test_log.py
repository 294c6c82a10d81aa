"""`tracker index log`: zj-target-5.1 takes its actual from the index."""

import json

from tests.conftest import Cli
from tests.index.samples import HEADER, load_province, province, write
from tracker.synergy.model import CITIES

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


def five(cli: Cli) -> tuple[object, object]:
    """The actual of zj-target-5.1 and the day it describes."""
    indicator = json.loads(cli.ok("show", "zj-target-5.1", "--json"))["indicators"][0]
    return indicator["actual"], indicator["actual_date"]


def test_a_linked_target_follows_the_figures_and_undo_takes_both_back(cli: Cli) -> None:
    linked = cli("link", "zj-target-5.1", "--index")
    assert (linked.code, linked.out) == (0, "关联 zj-target-5.1（2026-11-21）：关联 协同指数的测算\n")
    assert "台账中还没有指数数据；导入后 zj-target-5.1 的现值随之更新" in linked.err
    imported = cli("index", "import", write(cli, "province.csv", province()), "--yes")
    assert f"zj-target-5.1 的现值随协同指数更新：{NOTE}\n" in imported.err
    assert five(cli) == (20, "2025-12-31")
    revised = "".join(f"{city},2025,{number},60,实测\n" for city in CITIES for number in (9, 20))
    cli.ok("index", "import", write(cli, "revised.csv", f"{HEADER}\n{revised}"), "--yes")
    moved = five(cli)
    assert moved != (20, "2025-12-31")
    cli.ok("undo", "--yes")
    assert five(cli) == (20, "2025-12-31")
    again = cli("index", "import", write(cli, "one.csv", f"{HEADER}\n杭州市,2019,9,30,实测\n"), "--yes")
    assert "zj-target-5.1 的现值未更新：" in again.err
    assert five(cli) == (20, "2025-12-31")
    assert cli("doctor").code == 0


def test_a_link_takes_over_what_the_index_says_now_and_keeps_others_out(cli: Cli) -> None:
    load_province(cli)
    assert f"zj-target-5.1 的现值随协同指数更新：{NOTE}\n" in cli("link", "zj-target-5.1", "--index").err
    assert five(cli) == (20, "2025-12-31")
    refused = cli("log", "zj-target-5.1", "--value", "30")
    assert refused.code == 1
    assert "zj-target-5.1 的现值由协同指数得出，请用 tracker index import 导入数据" in refused.err
    assert "现值来源" in cli.ok("explain", "zj-target-5.1")
    assert "由协同指数的测算得出" in cli.ok("show", "zj-target-5.1")
    cli.ok("link", "zj-target-5.1", "--none")
    cli.ok("log", "zj-target-5.1", "--value", "30")
    assert five(cli)[0] == 30


def test_only_one_indicator_follows_the_index(cli: Cli) -> None:
    refused = cli("link", "zj-target-20.1", "--index")
    assert (refused.code, refused.err) == (1, "错误：协同指数只得出 zj-target-5.1 的现值，不是 zj-target-20.1 的\n")
    assert cli("link", "zj-target-5.1", "--index", "--none").code == 2
