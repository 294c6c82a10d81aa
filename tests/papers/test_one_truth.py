"""One truth in all papers: figures read out of the files of one moment are the same, and 上期 is what the issue before said."""

import json
import random
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docx import Document
from openpyxl import load_workbook

from tests.conftest import NOON, Cli
from tests.sheets.test_report import figures, table, words
from tracker.demo.ledger import build
from tracker.ledger.terms import LIGHTS
from tracker.sheets.wording import LIGHT_HEADINGS
from tracker.store import period_reports
from tracker.store.location import Location

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported.*")
EVENTS = {"申报办结": "completed", "核查销号": "closed", "退回": "returned", "延期": "extended"}
_TABLED = {"overdue": "逾期", "due_soon": "临近到期", "unreported": "未填报"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    build(Location(str(path)), NOON)
    return path


def report_of(cli: Cli, *options: object) -> dict[str, Any]:
    """Read the figures out of a report: of both moments, of the decisions, its sentences, and rows of its sheets."""
    path = cli.folder / "r.xlsx"
    cli.ok("export", "report", *options, "-o", path, "--force")
    book = load_workbook(path)
    told = {name: [None if cell == "—" else cell for cell in row] for name, row in figures(book).items()}
    rows = list(book["概览"].values)
    at = next(place for place, row in enumerate(rows) if row[0] == "变化")
    names, now = ([cell for cell in rows[at + more][1:] if cell is not None] for more in (0, 1))
    return {
        "now": {name: row[0] for name, row in told.items()}, "before": {name: row[1] for name, row in told.items()},
        "moved": {name: row[2] for name, row in told.items()}, "events": dict(zip(names, now, strict=True)),
        "sentences": next(text for text in words(book) if text.startswith("　　截至")).strip(),
        "overdue": [row["编号"] for row in table(book, "逾期")], "due_soon": [row["编号"] for row in table(book, "临近")],
        "by_plan": [row for row in table(book, "进展台账") if row["编号"]],
    }  # fmt: skip


def bulletin_of(cli: Cli, *options: object) -> str:
    path = cli.folder / "b.docx"
    cli.ok("export", "bulletin", *options, "-o", path, "--force")
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def page_of(cli: Cli, *options: object) -> dict[str, Any]:
    path = cli.folder / "p.html"
    cli.ok("export", "page", *options, "-o", path, "--force")
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    tiles = {each["class"][1]: each for each in soup.select(".tile")}
    moved = {name: each.select(".moved")[0].get_text().removeprefix("较上期") for name, each in tiles.items()}
    return {
        "now": {name: int(each.select(".number")[0].get_text()) for name, each in tiles.items()},
        "moved": {name: 0 if text == "持平" else int(text.replace("增 ", "").replace("减 ", "-")) if text != "—" else None
                  for name, text in moved.items()},
        "events": {str(each["id"]).removeprefix("changed-"): len(each.select("li")) for each in soup.select(".moves")},
        "sentences": soup.select(".told")[0].get_text(),
    }  # fmt: skip


def status_of(cli: Cli, *options: object) -> Counter[str]:
    groups = json.loads(cli.ok("status", "--json", *options))["groups"]
    counts: Counter[str] = Counter()
    for group in groups:
        counts.update({"total": group["total"], **{name: group[name] for name in _TABLED}, **group["by_light"]})
    return counts


def assert_one_truth(cli: Cli, span: list[str], day: str, known: list[str], where: list[str]) -> dict[str, Any]:
    """Hold every paper of one span against the others, and against status, check and changes of its moment."""
    report, page = report_of(cli, *span, *where), page_of(cli, *span, *where)
    moment = ["--as-of", day, *known, *where]
    status = status_of(cli, *moment)
    names = {**LIGHT_HEADINGS, **_TABLED, "total": "事项总数"}
    assert {name: report["now"][heading] for name, heading in names.items()} == {name: status[name] for name in names}
    assert page["now"] == {name: status[name] for name in page["now"]}
    assert page["moved"] == {name: report["moved"][names[name]] for name in page["moved"]}
    assert report["sentences"] == page["sentences"]
    assert report["sentences"] in bulletin_of(cli, *span, *where)
    rows = json.loads(cli.ok("changes", *span, *where, "--json"))
    told = Counter(what for what, _ in {(row["what"], row["id"].partition(".")[0]) for row in rows})
    assert {name: report["events"][name] for name in EVENTS} == {name: told[what] for name, what in EVENTS.items()}
    for what in ("completed", "closed", "extended", "added", "removed", "reported"):
        assert page["events"].get(what, 0) == told[what], what
    for light in LIGHTS:
        net = sum((row["after"] == light) - (row["before"] == light) for row in rows if row["what"] == "light")
        assert report["moved"][LIGHT_HEADINGS[light]] in (net, None)
    reported = re.search(r"有(\d+)项填报了进展", report["sentences"])
    assert (int(reported[1]) if reported else 0) == told["reported"]
    for name, rule in (("overdue", "overdue"), ("due_soon", "due-soon")):
        listed = json.loads(cli.ok("list", "--rule", rule, "--limit", "0", "--json", *moment))
        assert {row["id"] for row in listed} == set(report[name])
    assert len(report["by_plan"]) == status["total"]
    return report


@pytest.mark.parametrize(
    ("span", "day", "known", "where"),
    [
        (["--week", "2026-W47"], "2026-11-21", [], []),
        (["--week", "2026-W47"], "2026-11-21", [], ["--unit", "省生态环境厅"]),
        (["--week", "2026-W46"], "2026-11-15", ["--known-at", "2026-11-15"], ["--plan", "zj"]),
        (["--month", "2026-10"], "2026-10-31", ["--known-at", "2026-10-31"], []),
        (["--quarter", "2026-Q4"], "2026-11-21", [], ["--plan", "js"]),
        (["--from", "2026-11-03", "--to", "2026-11-12"], "2026-11-12", ["--known-at", "2026-11-12"], ["--plan", "nx"]),
    ],
)
def test_all_papers_of_a_moment_say_the_same(
    cli: Cli, sample: Path, span: list[str], day: str, known: list[str], where: list[str]
) -> None:
    assert_one_truth(cli, span, day, known, [*where, "--db", str(sample)])


def test_check_and_reminders_name_the_same_items(cli: Cli, sample: Path) -> None:
    now = report_of(cli, "--draft", "--db", sample)
    letters = json.loads(
        cli.ok("export", "reminders", "-o", cli.folder / "催办", "--dry-run", "--json", "--db", sample)
    )
    checked = {
        each["rule"]: set(each["ids"])
        for each in json.loads(cli("check", "all", "--json", "--db", sample).out)["rules"]
    }
    reminded = {id_.partition(".")[0] for letter in letters for id_ in letter["items"]}
    led = {
        row["id"] for row in json.loads(cli.ok("list", "--json", "--limit", "0", "--db", sample)) if row["lead_units"]
    }
    assert set(now["overdue"]) == {id_.partition(".")[0] for id_ in checked["overdue"]}
    assert set(now["due_soon"]) == {id_.partition(".")[0] for id_ in checked["due-soon"]}
    assert (set(now["overdue"]) | set(now["due_soon"])) & led <= reminded


def assert_same_as_said(report: dict[str, Any], said: dict[str, Any]) -> None:
    """Hold 上期 of a report against what the issue before said of itself; who came in or left is of one issue alone."""
    before = {name: value for name, value in report["before"].items() if name not in ("新纳入", "调出", "结转")}
    assert before == {name: said.get(name, 0) for name in before}


@pytest.mark.parametrize("seed", range(3))
def test_two_issues_in_a_row_never_contradict_each_other(cli: Cli, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented weeks: what one issue says of its moment is what the next says of the one before, whatever was entered since.

    Judging items at the earlier moment without reading them again gives what reading all of them gives.
    """
    choose = random.Random(seed)  # noqa: S311 - invented entries
    ids = [f"nx-task-{number}" for number in range(1, 8)]
    said: dict[str, Any] = {}
    for _ in range(4):
        for _ in range(choose.randint(1, 6)):
            _enter(cli, choose, choose.choice(ids))
        day = cli.now.date().isoformat()
        span = ["--week", day[:4] + f"-W{cli.now.isocalendar().week:02}"]
        report = assert_one_truth(cli, span, day, [], ["--plan", "nx"])
        quick = cli.ok("changes", *span, "--json")
        with monkeypatch.context() as patched:
            patched.setattr(period_reports, "moved_between", lambda *_: None)
            assert cli.ok("changes", *span, "--json") == quick
        if said:
            assert_same_as_said(report, said)
        said = report["now"]
        for _ in range(choose.randint(0, 3)):
            _enter(cli, choose, choose.choice(ids))
        cli.now += timedelta(days=7)


def _enter(cli: Cli, choose: random.Random, id_: str) -> None:
    """Enter something about an item, also for days past; what is refused is not entered."""
    cli.now += timedelta(minutes=1)
    day = (cli.now - timedelta(days=choose.choice((0, 0, 3, 9)))).date().isoformat()
    unit = json.loads(cli.ok("show", id_, "--json"))["lead_units"]
    speaks = ["--unit", unit[0]] if unit else []
    newest = max(json.loads(cli.ok("history", "--json")), key=lambda row: row["change"])
    undo = ["undo", str(newest["change"]), "--yes"] if newest["command"] not in ("init", "export report") else ["todo"]
    cli(*choose.choice((
        ["log", id_, "--percent", choose.randint(1, 99), "--note", "进展", "--date", day, *speaks, "--no-input"],
        ["complete", id_, "--date", day, *speaks, "--no-input"], ["return", id_, "--reason", "材料不全", "--by", "李四"],
        ["close", id_, "--by", "李四"], ["reopen", id_, "--reason", "复查"],
        ["extend", id_, "--to", "2027-06-30", "--reason", "调整", "--approved-by", "省政府"], undo,
        ["config", "set", *choose.choice((("red_lag", 20), ("yellow_lag", 2), ("due_days", 400), ("report_closes", 20)))],
        ["item", "add", "nx", "task", "--text", "新增任务", "--due", "2026-01-31"], ["item", "retire", id_, "--reason", "并入"],
        ["item", "edit", id_, "--due", "2026-12-10"],
    )))  # fmt: skip


def test_a_figure_of_judgement_set_since_does_not_reach_back(cli: Cli) -> None:
    """What was red at the last issue stays red in its 上期, in the page's and the bulletin's, and in a span that is over."""
    cli.ok("log", "nx-task-1", "--percent", "75", "--unit", "nx:自治区生态环境厅")
    cli.ok("extend", "nx-task-1", "--to", "2027-06-30", "--reason", "调整", "--approved-by", "自治区政府")
    said = assert_one_truth(cli, ["--week", "2026-W47"], "2026-11-21", [], ["--plan", "nx"])
    cli.now += timedelta(days=7)
    cli.ok("config", "set", "red_lag", "12", "--yes")
    report = assert_one_truth(cli, ["--week", "2026-W48"], "2026-11-28", [], ["--plan", "nx"])
    assert_same_as_said(report, said["now"])
    assert report["now"]["红灯"] == said["now"]["红灯"] + 1
    assert report["moved"]["红灯"] == 1
    over = assert_one_truth(cli, ["--week", "2026-W47"], "2026-11-21", ["--known-at", "2026-11-22"], ["--plan", "nx"])
    assert over["now"] == said["now"]


def test_a_report_can_be_verified_whatever_became_of_the_names_of_units(cli: Cli) -> None:
    """A renaming that was taken back since, and a merger made since: the report is made again as the ledger knew units then."""
    cli.ok("unit", "rename", "nx:自治区科技厅", "科技创新厅")
    cli.now += timedelta(minutes=1)
    cli.ok("export", "report", "--draft", "--plan", "nx", "-o", cli.folder / "renamed.xlsx")
    cli.ok("undo", "--yes")
    cli.now += timedelta(minutes=1)
    cli.ok("unit", "merge", "nx:自治区科技厅", "nx:自治区住房和城乡建设厅")
    cli.now += timedelta(minutes=1)
    cli.ok("export", "report", "--draft", "--plan", "nx", "-o", cli.folder / "merged.xlsx")
    cli.ok("undo", "--yes")
    for name in ("renamed", "merged"):
        assert "与导出时一致" in cli.ok("verify", cli.folder / f"{name}.xlsx"), name


def test_what_a_lead_said_of_its_trouble_outlives_the_note_of_a_participant(cli: Cli) -> None:
    trouble = ("--problem", "专项资金未到位", "--next", "下月拨付")
    cli.ok("log", "zj-task-4", "--percent", "50", "--unit", "省生态环境厅", "--date", "2026-11-18", *trouble)
    cli.ok("log", "zj-task-4", "--note", "已报送资料", "--unit", "省经信厅", "--date", "2026-11-20")

    def told() -> tuple[str, str, dict[str, Any], dict[str, Any]]:
        cli.ok(
            "export", "weekly", "--plan", "zj", "--unit", "省经信厅", "-o", cli.folder / "w.xlsx", "--force", "--draft"
        )
        cli.ok("export", "slip", "extend", "zj-task-4", "-o", cli.folder / "s.docx", "--force")
        book = load_workbook(cli.folder / "w.xlsx")
        rows = [next(r for r in table(book, name) if r["编号"] == "zj-task-4") for name in ("进展台账", "逾期")]
        slip = "\n".join(cell.text for row in Document(str(cli.folder / "s.docx")).tables[0].rows for cell in row.cells)
        return bulletin_of(cli, "--plan", "zj"), slip, rows[0], rows[1]

    bulletin, slip, ledger, late = told()
    assert "存在问题：专项资金未到位。下步安排：下月拨付。" in bulletin
    assert "专项资金未到位" in slip
    assert "省经信厅：已报送资料" in slip
    assert [(row["存在问题"], row["下步安排"]) for row in (ledger, late)] == [("专项资金未到位", "下月拨付")] * 2
    assert ledger["更新时间"].date().isoformat() == "2026-11-20"
    came = json.loads(cli.ok("import", cli.folder / "w.xlsx", "--unit", "省生态环境厅", "--yes", "--json"))
    assert (came["new"], came["changed"], came["errors"]) == (0, 0, [])
    cli.ok(
        "log", "zj-task-4", "--percent", "60", "--unit", "省生态环境厅", "--note", "资金已到位", "--date", "2026-11-21"
    )
    cli.ok("log", "zj-task-4", "--note", "再报", "--problem", "人手不足", "--unit", "省经信厅", "--date", "2026-11-21")
    assert "存在问题：人手不足。" in told()[0]
