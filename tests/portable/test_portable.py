"""A whole ledger out into files and back: the same bytes again, whatever was written in it."""

import csv
import json
import re
import shutil
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from tests.conftest import NOON, Cli
from tracker.actions.data_folder import export_folder, import_folder
from tracker.actions.undo import target_of, undo
from tracker.errors import Refused
from tracker.store.change_log import undone_changes
from tracker.store.changeset import Author, writing
from tracker.store.connection import reading
from tracker.store.location import Location
from tracker.store.transfer import EVIDENCE, MANIFEST, TABLES, _cell, _uncell


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def out_and_in(ledger: Path, folder: Path, *, only: str | None = None, encoding: str | None = None) -> tuple[Any, Any]:
    """Export, take away or re-encode files, import, export again; return both exports."""
    export_folder(Location(str(ledger)), folder / "first", list)
    first = content(folder / "first")
    for file in (folder / "first").iterdir():
        if only is not None and file.suffix in {".csv", ".jsonl"} - {only}:
            file.unlink()
        elif encoding is not None and file.is_file():
            file.write_bytes(file.read_bytes().decode("utf-8-sig").encode(encoding))
    import_folder(folder / "first", Location(str(folder / "new.sqlite3")), NOON, by="测试", watch=list)
    export_folder(Location(str(folder / "new.sqlite3")), folder / "second", list)
    return first, content(folder / "second")


@pytest.fixture
def lived(cli: Cli) -> Path:
    """A ledger in which something happened: reports, decisions, evidence, an undo, an own item, another name."""
    paper = cli.folder / "证明.pdf"
    paper.write_bytes(b"%PDF-1.4 evidence")
    cli.ok("log", "zj-target-20.1", "--value", "78.50", "--note", "=1+1", "--evidence", paper)
    cli.ok("log", "zj-task-6", "--percent", "40", "--note", "第一行\n第二行\r\n", "--problem", '“逗号，”,"引号"')
    cli.ok("extend", "zj-task-6", "--to", "2027-06-30", "--reason", "延期", "--approved-by", "省政府", "--late")
    cli.ok("log", "zj-task-7", "--percent", "10")
    cli.ok("undo", "--yes")
    cli.ok("unit", "alias", "省建设厅", "省住建厅")
    return cli.db


@pytest.mark.parametrize(
    ("only", "encoding"), [(None, None), (".jsonl", None), (".csv", None), (".csv", "gb18030"), (".jsonl", "gb18030")]
)
def test_out_and_in_gives_the_same_bytes(lived: Path, tmp_path: Path, only: str | None, encoding: str | None) -> None:
    first, second = out_and_in(lived, tmp_path / "moved", only=only, encoding=encoding)
    assert first == second
    assert len([name for name in first if name.startswith(EVIDENCE)]) == 1


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
HOSTILE = st.sampled_from([
    "", "\\", "\\N", "=cmd|'/c calc'!A0", "-1", "-1a", "+", "@x", "\t", "\r", "\n", "\r\n", '"', ",", "\ufeff", "\x00", "\u2028", "NULL",
])  # fmt: skip
TEXTS = st.none() | ANY_TEXT | HOSTILE


@given(text=TEXTS)
def test_every_text_survives_a_cell(text: str | None) -> None:
    cell = _cell(text)
    assert _uncell(cell) == text
    assert not re.match(r"[=@\t\r]|[-+](?!\d+(\.\d+)?$)", cell)


REPORTS = st.lists(
    st.tuples(
        st.integers(1, 200), TEXTS, TEXTS,
        st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-9999, max_value=9999),
        st.integers(0, 400),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=6)
@given(reports=REPORTS, by=ANY_TEXT.filter(bool), only=st.sampled_from([".jsonl", ".csv"]))
def test_whatever_was_written_comes_back(
    seeded: Path, tmp_path_factory: pytest.TempPathFactory, reports: list[tuple[Any, ...]], by: str, only: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    ledger = folder / "ledger.sqlite3"
    shutil.copy(seeded, ledger)
    author = Author(by, login="x")
    with writing(Location(str(ledger)), author, "log", NOON) as draft:
        for item, note, problem, value, age in reports:
            day, before = date(2026, 11, 21) - timedelta(days=age), {"note": note}
            draft.report(
                item, None, day, unit=None, role="lead", before=before, note=note, problem=problem, value=value
            )
    if reports:
        with writing(Location(str(ledger)), author, "undo", NOON) as draft:
            undo(draft, [target_of(draft.connection, 2, by)])
    first, second = out_and_in(ledger, folder, only=only)
    assert first == second


def test_the_rebuilt_ledger_goes_on_living(lived: Path, tmp_path: Path, cli: Cli) -> None:
    out_and_in(lived, tmp_path / "moved")
    new = tmp_path / "moved" / "new.sqlite3"
    assert cli("doctor", "--db", new).code == 0
    with reading(Location(str(lived))) as old, reading(Location(str(new))) as rebuilt:
        assert undone_changes(rebuilt) == undone_changes(old) != set()
    assert cli.ok("history", "--json", "--db", new) == cli.ok("history", "--json")
    assert cli.ok("undo", "--yes", "--db", new) == cli.ok("undo", "--yes")


def test_every_table_of_the_schema_goes_along() -> None:
    import_module("tracker.store.schema")
    assert set(TABLES) == set(SQLModel.metadata.tables)


def test_csv_can_be_opened_by_a_spreadsheet_and_runs_nothing(lived: Path, tmp_path: Path) -> None:
    export_folder(Location(str(lived)), tmp_path / "out", list)
    sheet = tmp_path / "out" / "report.csv"
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbf")
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["note"] == "\\=1+1"
    assert rows[0]["value"] == "78.50"


@pytest.mark.usefixtures("lived")
def test_the_commands_say_what_they_do(tmp_path: Path, cli: Cli) -> None:
    folder = tmp_path / "out"
    told = cli("export", "data", "-o", folder).err
    assert told.startswith(f"已写入 {folder}：16 张表共 ")
    assert told.endswith("佐证文件和报告原件 1 个\n")
    place = tmp_path / "new.sqlite3"
    shown = cli.ok("import", folder, "--db", place, "--dry-run")
    assert shown.startswith("【演示，未写入】已用 ")
    assert not place.exists()
    assert cli("import", folder, "--db", place).code == 2
    assert not place.exists()
    assert cli("import", folder, "--db", place, answers="n\n").code == 0
    assert not place.exists()
    assert cli.ok("import", folder, "--db", place, answers="是\n").startswith("已用 ")
    assert cli.ok("list", "--json", "--db", place) == cli.ok("list", "--json")
    assert place.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("lived")
def test_a_rebuilt_ledger_answers_scripts_as_every_import(tmp_path: Path, cli: Cli) -> None:
    folder, place = tmp_path / "out", tmp_path / "new.sqlite3"
    rows = json.loads(cli.ok("export", "data", "-o", folder, "--json"))["rows"]
    assert json.loads(cli.ok("import", folder, "--db", place, "--yes", "--json")) == {
        "new": sum(rows.values()), "changed": 0, "same": 0, "errors": [], "ignored": [],
        "path": str(folder), "db": str(place), "rows": rows, "missing": [],
    }  # fmt: skip


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("lived")
def test_a_part_has_the_rows_of_its_items_and_what_they_need(tmp_path: Path, cli: Cli) -> None:
    folder = tmp_path / "part"
    told = cli("export", "data", "-o", folder, "--plan", "zj", "--unit", "zj:省建设厅", "--kind", "target")
    assert told.err.endswith(
        "佐证文件和报告原件 1 个；部分导出（方案：zj；单位：zj:省建设厅；类别：目标），供查阅，不能还原台账\n"
    )
    listed = json.loads(cli.ok("list", "--plan", "zj", "--unit", "zj:省建设厅", "--kind", "target", "--json"))
    items = {row["id"]: row["code"] for row in rows_of(folder, "item")}
    assert sorted(items.values()) == sorted(row["id"] for row in listed)
    for table in ("indicator", "responsibility", "report", "event", "evidence"):
        assert {row["item_id"] for row in rows_of(folder, table)} <= set(items)
    assert [row["value"] for row in rows_of(folder, "report")] == ["78.50"]
    assert [row["code"] for row in rows_of(folder, "plan")] == ["zj"]
    assert {row["unit_id"] for row in rows_of(folder, "responsibility")} <= {
        row["id"] for row in rows_of(folder, "unit")
    }
    assert [row["command"] for row in rows_of(folder, "change")] == ["log"]
    assert rows_of(folder, "access") == rows_of(folder, "index_value") == []


@pytest.mark.usefixtures("lived")
def test_a_part_tells_what_was_undone(tmp_path: Path, cli: Cli) -> None:
    cli.ok("export", "data", "-o", tmp_path / "part", "--kind", "task")
    said = {row["id"]: row["command"] for row in rows_of(tmp_path / "part", "change")}
    undone = {row["undoes"] for row in rows_of(tmp_path / "part", "change")} - {None}
    assert list(said.values()) == ["log", "extend", "log", "undo"]
    assert {said[change] for change in undone} == {"log"}
    assert not list((tmp_path / "part").glob(f"{EVIDENCE}/*"))


@pytest.mark.usefixtures("lived")
def test_all_parts_together_are_the_whole(tmp_path: Path, cli: Cli) -> None:
    cli.ok("export", "data", "-o", tmp_path / "whole")
    for kind in ("target", "task", "policy", "aim"):
        cli.ok("export", "data", "-o", tmp_path / kind, "--kind", kind)
    for table in ("item", "indicator", "responsibility", "report", "evidence", "indicator_source"):
        parts = [row for kind in ("target", "task", "policy", "aim") for row in rows_of(tmp_path / kind, table)]
        assert sorted(map(str, parts)) == sorted(map(str, rows_of(tmp_path / "whole", table)))


@pytest.mark.usefixtures("lived")
def test_no_ledger_is_rebuilt_from_a_part(tmp_path: Path, cli: Cli) -> None:
    folder, place = tmp_path / "part", tmp_path / "new.sqlite3"
    cli.ok("export", "data", "-o", folder, "--plan", "zj")
    assert json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["partial"] == "方案：zj"
    result = cli("import", folder, "--db", place, "--yes")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"错误：文件夹 {folder} 是部分导出（方案：zj），不能还原台账；"
        "请用 tracker export data 导出整个台账，不加 --plan、--unit、--kind\n"
    )
    assert not place.exists()


@pytest.mark.usefixtures("lived")
def test_a_part_does_not_replace_a_whole_ledger_nor_leave_anything_of_another_part(tmp_path: Path, cli: Cli) -> None:
    whole, part = tmp_path / "whole", tmp_path / "part"
    cli.ok("export", "data", "-o", whole)
    before = content(whole)
    refused = cli("export", "data", "-o", whole, "--kind", "task", "--force")
    assert (refused.code, "部分导出不能覆盖它" in refused.err, content(whole)) == (1, True, before)
    cli.ok("export", "data", "-o", part, "--kind", "target")
    assert len(list(part.glob(f"{EVIDENCE}/*"))) == 1
    cli.ok("export", "data", "-o", part, "--kind", "task", "--force")
    assert not list(part.glob(f"{EVIDENCE}/*"))


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--unit", "没有"), 1, "没有单位“没有”"), (("--plan", "xx"), 1, "没有方案“xx”"), (("--kind", "什么"), 2, "这类事项"),
        (("--plan", "cn", "--kind", "policy"), 1, "没有符合条件的事项（方案：cn；类别：政策）"),
    ],
)  # fmt: skip
def test_a_part_of_nothing_is_refused(
    tmp_path: Path, cli: Cli, options: tuple[str, ...], code: int, message: str
) -> None:
    result = cli("export", "data", "-o", tmp_path / "part", *options)
    assert (result.code, message in result.err) == (code, True)
    assert not (tmp_path / "part").exists()


@pytest.mark.usefixtures("lived")
def test_an_export_is_not_written_over_anything(tmp_path: Path, cli: Cli) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("mine")
    assert "不是空的" in cli("export", "data", "-o", full, "--force").err
    cli.ok("export", "data", "-o", tmp_path / "out")
    assert "加 --force 覆盖" in cli("export", "data", "-o", tmp_path / "out").err
    before = content(tmp_path / "out")
    cli.ok("log", "zj-task-6", "--note", "更新")
    cli.ok("export", "data", "-o", tmp_path / "out", "--force")
    assert content(tmp_path / "out") != before
    assert cli("export", "data").code == 2


def test_a_ledger_with_entries_is_never_replaced(lived: Path, tmp_path: Path, cli: Cli) -> None:
    cli.ok("export", "data", "-o", tmp_path / "out")
    before = lived.read_bytes()
    result = cli("import", tmp_path / "out", "--yes")
    assert (result.code, result.err) == (1, f"错误：台账 {lived} 已有 6 次录入，不会覆盖；请用 --db 指定一个新的位置\n")
    assert lived.read_bytes() == before


@pytest.mark.usefixtures("lived")
def test_a_ledger_that_was_only_made_gives_way(tmp_path: Path, cli: Cli) -> None:
    cli.ok("export", "data", "-o", tmp_path / "out")
    place = tmp_path / "fresh.sqlite3"
    cli.ok("init", "--db", place)
    cli.ok("import", tmp_path / "out", "--db", place, "--yes")
    assert cli.ok("history", "--json", "--db", place) == cli.ok("history", "--json")


def damage(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("report.jsonl", "78.50", "79.50", "改动链"),
        ("item.jsonl", '"state":"in_progress"', '"state":"closed"', "现状"),
        ("report.jsonl", '"id":1,', '"id":"一",', "类型不对"),
        ("report.jsonl", '{"before"', '{"befor"', "各列与本程序不符"),
        ("report.jsonl", '{"before"', "{before", "第 1 行无法识别"),
        ("ledger.json", '"report": 3', '"report": 4', "应有 4 行，实有 3 行"),
        ("ledger.json", '"schema": "0002"', '"schema": "9999"', "请先升级本程序"),
        ("ledger.json", "tracker-ledger-1", "other", "请先升级本程序"),
        ("ledger.json", '"rows"', '"lines"', "无法识别"),
    ],
)
def test_a_folder_that_does_not_hold_together_is_refused_whole(
    lived: Path, tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    export_folder(Location(str(lived)), tmp_path / "out", list)
    assert json.loads((tmp_path / "out" / MANIFEST).read_text())["rows"]["report"] == 3
    damage(tmp_path / "out", name, old, new)
    place = tmp_path / "new.sqlite3"
    with pytest.raises(Refused, match=message):
        import_folder(tmp_path / "out", Location(str(place)), NOON, by="测试", watch=list)
    assert not list(tmp_path.glob("*new.sqlite3*"))


def test_missing_and_altered_files(lived: Path, tmp_path: Path, cli: Cli) -> None:
    folder = tmp_path / "out"
    export_folder(Location(str(lived)), folder, list)
    paper = next((folder / EVIDENCE).iterdir())
    kept = paper.read_bytes()
    paper.write_bytes(b"other")
    assert "被改动过" in cli("import", folder, "--db", tmp_path / "a.sqlite3", "--yes").err
    paper.unlink()
    told = cli("import", folder, "--db", tmp_path / "b.sqlite3", "--yes")
    assert told.code == 0
    assert "1 个佐证文件（或报告原件）不在文件夹中" in told.err
    paper.write_bytes(kept)
    (folder / "event.jsonl").unlink()
    (folder / "event.csv").unlink()
    assert "没有 event.jsonl，也没有 event.csv" in cli("import", folder, "--db", tmp_path / "c.sqlite3", "--yes").err
    # A folder that is no exported ledger is one of forms, and these make no ledger.
    assert "不存在，未新建" in cli("import", tmp_path / "out" / EVIDENCE, "--db", tmp_path / "d.sqlite3", "--yes").err
    assert cli("import", folder, folder, "--yes").code == 2


def test_evidence_that_is_gone_is_told(lived: Path, tmp_path: Path, cli: Cli) -> None:
    shutil.rmtree(Location(str(lived)).evidence)
    told = cli("export", "data", "-o", tmp_path / "out")
    assert told.code == 0
    assert told.err.startswith("注意：1 个佐证文件（或报告原件）已不在台账旁")
