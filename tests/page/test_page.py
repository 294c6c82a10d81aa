"""The page as a file: its figures, its links, what it may not contain, who can read it."""

import json
import re
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import NOON, Cli
from tracker.store.changeset import Author, writing
from tracker.store.location import Location
from tracker.text import visible

LARGEST = 3 * 1024 * 1024
LIGHTS = {
    "red": "红", "yellow": "黄", "review": "待核查", "blue": "蓝", "green": "绿", "grey": "灰", "done": "已销号",
}  # fmt: skip


def page(cli: Cli, *words: object, name: str = "page.html") -> BeautifulSoup:
    cli.ok("export", "page", "-o", cli.folder / name, "--force", *words)
    return BeautifulSoup((cli.folder / name).read_text(encoding="utf-8"), "lxml")


def element(soup: BeautifulSoup, anchor: str) -> Tag:
    if id(soup) not in _ANCHORS:
        _ANCHORS[id(soup)] = {str(each["id"]): each for each in soup.find_all(id=True)}
    return _ANCHORS[id(soup)][anchor]


_ANCHORS: dict[int, dict[str, Tag]] = {}
"""The elements of the page by id: searching half a million nodes for each link takes minutes."""


def linked(part: Tag) -> list[str]:
    return [str(link["href"])[1:] for link in part.find_all("a")]


def status(cli: Cli, sample: Path, group: str, *words: object) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(cli.ok("status", "--json", "--group", group, "--db", sample, *words))[
        "groups"
    ]
    return groups


def test_it_is_small_and_needs_nothing_from_outside(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert report.stat().st_size < LARGEST
    assert not re.search(r"<script|<link|<iframe|<img|\bon\w+=|javascript:|@import|url\(|src=", text)
    assert not re.search(r'(href|src)="(?!#)', text)
    assert "default-src 'none'" in text


def test_every_link_leads_somewhere_and_every_anchor_is_one(soup: BeautifulSoup) -> None:
    anchors = [str(each["id"]) for each in soup.find_all(id=True)]
    assert [anchor for anchor, count in Counter(anchors).items() if count > 1] == []
    targets = {str(each["href"]) for each in soup.find_all(href=True)}
    assert len(targets) > 500
    assert targets - {f"#{anchor}" for anchor in anchors} == set()


@pytest.mark.parametrize(("group", "heading"), [("plan", "各方案"), ("unit", "各牵头单位"), ("chapter", "各章节")])
def test_the_figures_are_those_of_status_and_lead_to_that_many_items(
    cli: Cli, sample: Path, soup: BeautifulSoup, group: str, heading: str
) -> None:
    rows = status(cli, sample, group)
    table = next(each for each in soup.find_all("table") if each.select("caption")[0].get_text() == heading)
    shown = table.select("tbody tr")
    assert len(shown) == len(rows)
    for row, line in zip(shown, rows, strict=True):
        cells = row.find_all("td")
        expected = [
            line["total"],
            *(line["by_light"][light] for light in LIGHTS),
            line["overdue"],
            line["due_soon"],
            line["unreported"],
        ]
        assert [int(cell.get_text()) for cell in cells] == expected
        for cell, figure in zip(cells[1:], expected[1:], strict=True):
            assert_leads_to(soup, cell, figure)


def assert_leads_to(soup: BeautifulSoup, cell: Tag, figure: int) -> None:
    links = linked(cell)
    assert bool(links) == (figure > 0)
    if links:
        items = linked(element(soup, links[0]))
        assert len(items) == len(set(items)) == figure


def test_the_headline_counts(cli: Cli, sample: Path, soup: BeautifulSoup) -> None:
    groups = status(cli, sample, "plan")
    tiles = {each["class"][1]: each for each in soup.select(".tile")}
    assert int(tiles["total"].select(".number")[0].get_text()) == sum(row["total"] for row in groups)
    for name in LIGHTS:
        tile = tiles[name]
        figure = sum(row["by_light"][name] for row in groups)
        assert int(tile.select(".number")[0].get_text()) == figure
        assert_leads_to(soup, tile, figure)
    before = sum(row["overdue"] for row in status(cli, sample, "plan", "--as-of", "2026-11-14"))
    now = sum(row["overdue"] for row in groups)
    moved = tiles["overdue"].select(".moved")[0].get_text()
    assert moved == "较上期" + (f"减 {before - now}" if now < before else f"增 {now - before}")


def test_the_overdue_list_is_that_of_the_command(cli: Cli, sample: Path, soup: BeautifulSoup) -> None:
    expected = {
        row["id"]: row["days_overdue"]
        for row in json.loads(cli.ok("overdue", "--json", "--limit", "0", "--db", sample))
    }
    table = element(soup, "overdue").find_all("table")[0]
    shown = {
        row.select("th")[0].get_text(): int(row.select(".count")[0].get_text()) for row in table.select("tbody tr")
    }
    assert shown == expected
    assert list(shown.values()) == sorted(shown.values(), reverse=True)


def test_what_changed_is_what_changes_tells(cli: Cli, sample: Path, soup: BeautifulSoup) -> None:
    told = json.loads(cli.ok("changes", "--week", "2026-W47", "--json", "--db", sample))
    light = [row for row in told if row["what"] == "light"]
    expected = {
        **{what: [row["id"] for row in told if row["what"] == what] for what in ("completed", "closed", "extended", "reported")},
        "back": [row["id"] for row in told if row["what"] in ("returned", "reopened")],
        "red": [row["id"] for row in light if row["after"] == "red"],
        "relieved": [row["id"] for row in light if row["before"] in ("red", "yellow") and row["after"] not in ("red", "yellow")],
    }  # fmt: skip
    for kind, ids in expected.items():
        assert ids, kind
        assert linked(element(soup, f"changed-{kind}")) == list(dict.fromkeys(each.partition(".")[0] for each in ids))


def test_the_lights_of_the_last_week_lead_to_their_items(soup: BeautifulSoup) -> None:
    table = next(each for each in soup.find_all("table") if each.select("caption")[0].get_text() == "各周亮灯数")
    *earlier, last = table.select("tbody tr")
    assert [linked(row) for row in earlier] == [[]] * 7
    for cell in last.find_all("td"):
        assert_leads_to(soup, cell, int(cell.get_text()))


def test_planned_against_actual_has_every_target_with_a_value(cli: Cli, sample: Path, soup: BeautifulSoup) -> None:
    rows = json.loads(cli.ok("list", "--indicators", "--json", "--limit", "0", "--db", sample))
    numbers = {
        row["id"]
        for row in rows
        if row["value"] is not None and row["basis"] != "each" and row["comparator"] not in ("complete", "qualitative")
    }
    table = element(soup, "targets").find_all("table")[0]
    assert {str(row["id"]) for row in table.select("tbody tr")} == numbers
    chart = element(soup, "targets").select("svg.wide")[0]
    assert len(chart.select("text.label")) == 20
    assert {str(link["href"])[1:] for link in chart.find_all("a")} <= numbers


def test_the_text_of_the_charts_is_text(soup: BeautifulSoup) -> None:
    charts = soup.find_all("svg")
    assert len(charts) == 10
    for chart in charts:
        assert chart["role"] == "img"
        assert chart["aria-label"]
        assert len(chart.find_all("text")) > 5
        assert chart.find_all(["script", "style", "desc", "image", "foreignobject"]) == []
    titles = [title.get_text() for title in charts[4].find_all("title")]
    assert any(re.fullmatch(r"浙江 省生态环境厅：红 \d+", title) for title in titles)


def test_who_cannot_see_colours_or_use_a_mouse_can_read_it(soup: BeautifulSoup) -> None:
    assert soup.select("html")[0]["lang"] == "zh-CN"
    assert soup.select("title")[0].get_text().startswith("【演示数据】")
    first = soup.select("body > a")[0]
    assert (first["class"], first["href"]) == (["skip"], "#main")
    assert [len(soup.find_all(name)) for name in ("header", "nav", "main", "footer", "h1")] == [1, 1, 1, 1, 1]
    assert all(heading.get("scope") in ("col", "row") for heading in soup.find_all("th"))
    assert all(table.select("caption")[0].get_text(strip=True) for table in soup.find_all("table"))
    assert all(light.get_text(strip=True) for light in soup.select(".light"))
    levels = [int(each.name[1]) for each in soup.find_all(re.compile("^h[1-6]$"))]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(full(one)), luminance(full(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def full(color: str) -> str:
    return color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])


def test_every_pair_of_colours_is_legible(soup: BeautifulSoup) -> None:
    style = soup.style.get_text() if soup.style else ""
    names = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6})", style))
    pairs = [("#fff", names[name]) for name in ("ink", "muted", "official", "link")] + [
        (names["panel"], names["muted"])
    ]
    pairs += [("#fff", color) for color in re.findall(r"\.zero \{ color: (#[0-9a-f]+)", style)]
    for light in LIGHTS:
        badge = re.search(rf"\.light\.{light} \{{ background: ([^;]+); color: (#[0-9a-f]+); \}}", style)
        figure = re.search(rf"svg \.{light} \.value \{{ fill: (#[0-9a-f]+); \}}", style)
        assert badge
        assert figure
        pairs += [(resolved(badge[1], names), badge[2]), (names[light], figure[1])]
    assert {pair: round(contrast(*pair), 1) for pair in pairs if contrast(*pair) < 4.5} == {}


def resolved(color: str, names: dict[str, str]) -> str:
    return names[color[6:-1]] if color.startswith("var(--") else color


@pytest.mark.parametrize("most", [10, 1000])
def test_a_page_of_very_many_items_leads_nowhere_that_it_does_not_have(
    cli: Cli, sample: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("tracker.page.report.LONG", 100)
    monkeypatch.setattr("tracker.page.report.MOST", most)
    monkeypatch.setattr("tracker.page.report._HELD", most // 2)  # with 5 the rows of every plan wait in the file
    page(cli, "--db", sample)
    soup = BeautifulSoup((cli.folder / "page.html").read_text(encoding="utf-8"), "html.parser")
    assert "事项较多" in soup.get_text()
    assert ("列前 10 项" in soup.get_text()) == (most == 10)
    told = {str(row["id"]) for row in soup.select("table.items tbody tr")}
    listed = json.loads(cli.ok("list", "--json", "--limit", "0", "--db", sample))
    assert told == {row["id"] for row in listed if row["light"] in ("red", "yellow")}
    units = {row["key"] for row in json.loads(cli.ok("status", "--group", "unit", "--json", "--db", sample))["groups"]}
    others = [table for table in soup.find_all("table") if "items" not in table["class"]]
    assert max(len(table.select("tbody tr")) for table in others) == len(units)
    assert all(len(table.select("tbody tr")) <= most for table in others if "各牵头单位" not in table.get_text())
    places = {str(each["id"]) for each in soup.select("[id]")}
    assert {str(link["href"])[1:] for link in soup.select("a[href^='#']")} - places == set()


def test_the_same_data_gives_the_same_bytes(cli: Cli, sample: Path, report: Path) -> None:
    cli.now = NOON.replace(hour=18)
    page(cli, "--db", sample)
    assert (cli.folder / "page.html").read_bytes() == report.read_bytes()


@pytest.mark.usefixtures("uncleaned")
def test_hostile_text_stays_text(cli: Cli) -> None:
    hostile = "<script>alert(1)</script> \"' & </style> \x00\x1b[31m \u202etxt {{ 7*7 }} {% raw %} ]]> -->"
    cli.ok("log", "zj-task-6", "--note", hostile.replace("\x00", ""), "--problem", hostile.replace("\x00", ""))
    with writing(Location(str(cli.db)), Author("x"), "log", NOON) as draft:
        draft.report(1, None, NOON.date(), unit=(1, hostile), role="lead", before={}, note=hostile)
        draft.connection.execute("UPDATE responsibility SET printed = ? WHERE item_id = 1", (hostile,))
    soup = page(cli)
    assert soup.find_all("script") == []
    text = soup.get_text()
    assert "<script>alert(1)</script> \"' & </style> \\x00\\x1b[31m \\u202etxt {{ 7*7 }} {% raw %} ]]> -->" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text.replace("\r", ""))


def test_a_label_that_xml_has_no_form_for_becomes_visible() -> None:
    assert visible("甲\x00乙\ud800\ufffe") == "甲\\x00乙\\ud800\\ufffe"


def test_filters_narrow_it_and_are_named(cli: Cli, sample: Path) -> None:
    soup = page(cli, "--db", sample, "--plan", "zj", "--unit", "省建设厅", "--kind", "target", "--as-of", "2026-11-20")
    meta = soup.select(".meta")[0].get_text()
    assert meta == "截至 2026-11-20，单位 省建设厅，类别 目标"
    assert soup.select("h1")[0].get_text() == "《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）进展报告"
    expected = json.loads(cli.ok(
        "list", "--json", "--limit", "0", "--db", sample, "--plan", "zj", "--unit", "省建设厅", "--kind", "target", "--as-of", "2026-11-20"
    ))  # fmt: skip
    assert {str(row["id"]) for row in soup.select("table.items tbody tr")} == {row["id"] for row in expected}


def test_what_was_known_then(cli: Cli, sample: Path) -> None:
    soup = page(cli, "--db", sample, "--known-at", "2026-10-01")
    assert "录入截至 2026-10-01" in soup.select(".meta")[0].get_text()
    assert soup.select(".tile.done .number")[0].get_text(strip=True) == "0"


def test_a_new_ledger_and_an_empty_one(cli: Cli) -> None:
    soup = page(cli)
    assert "演示" not in soup.get_text()
    assert soup.select(".tile.done .number")[0].get_text(strip=True) == "0"
    cli.ok("init", "--empty", "--db", cli.folder / "empty.sqlite3")
    empty = page(cli, "--db", cli.folder / "empty.sqlite3")
    assert empty.select(".tile.total .number")[0].get_text(strip=True) == "0"
    assert "没有逾期的事项。" in empty.get_text()


def test_what_it_refuses(cli: Cli, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("export", "page").code == 2
    assert cli("export", "page", "-o", cli.folder / "page.txt").code == 2
    assert cli("export", "page", "-o", cli.folder / "p.html", "--kind", "aim").code == 2
    (cli.folder / "there.html").write_text("mine")
    assert cli("export", "page", "-o", cli.folder / "there.html").code == 1
    assert (cli.folder / "there.html").read_text() == "mine"
    monkeypatch.setattr("tracker.cli.commands.export.LARGEST", 0.1)
    told = cli("export", "page", "-o", cli.folder / "big.html", "--db", sample)
    assert (told.code, "超过 0.1 MB" in told.err) == (1, True)
    assert not (cli.folder / "big.html").exists()


def test_it_names_itself_in_a_folder(cli: Cli) -> None:
    cli.ok("export", "page", "-o", f"{cli.folder}/", "--plan", "zj")
    assert (cli.folder / "进展报告-zj-2026-11-21.html").exists()
    cli.ok("export", "page", "-o", f"{cli.folder}/", "--plan", "zj", "--kind", "policy")
    assert (cli.folder / "进展报告-zj-政策-2026-11-21.html").exists()


def test_default_plan_is_in_force_and_lifted_by_all(cli: Cli, sample: Path) -> None:
    cli.environ["TRACKER_PLAN"] = "js"
    assert page(cli, "--db", sample).select("h1")[0].get_text() == "《江苏省减污降碳协同增效实施方案》进展报告"
    assert "等5个方案" in page(cli, "--db", sample, "--all").select("h1")[0].get_text()


def test_a_ledger_is_only_read(cli: Cli, sample: Path) -> None:
    shutil.copy(sample, cli.folder / "copy.sqlite3")
    before = (cli.folder / "copy.sqlite3").read_bytes()
    page(cli, "--db", cli.folder / "copy.sqlite3")
    assert (cli.folder / "copy.sqlite3").read_bytes() == before
