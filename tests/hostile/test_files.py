"""Files made to harm: bombs, declared entities, odd encodings, paths out of their folder, links. Refused in one line, soon, in little memory."""

import os
import signal
import stat
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.ledgers import refusal, unchanged
from tests.conftest import Cli
from tracker.store.transfer import MANIFEST

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="worksheets/sheet1.xml"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "{}">{}]>'.format(
    "ha" * 50, "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 50}">' for n in range(9))
)


def packed(path: Path, parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip of parts."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def book(path: Path, sheet: str | bytes, **more: str | bytes) -> Path:
    """Write a workbook of one sheet; more replaces parts by their names, dots as __."""
    parts = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return packed(path, parts | {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in more.items()})


def word(path: Path, body: str | bytes) -> Path:
    """Write a Word file with this document part."""
    return packed(path, {"[Content_Types].xml": TYPES, "word/document.xml": body})


WORKBOOKS: dict[str, Callable[[Path], Path]] = {
    "a part that unpacks to 60 MB": lambda path: book(path, SHEET.format(CELL.format("0" * 60_000_000))),
    "many parts": lambda path: packed(path, {f"xl/{n}.xml": "" for n in range(5001)} | {"xl/workbook.xml": BOOK, "[Content_Types].xml": TYPES}),
    "a file on this machine": lambda path: book(path, XXE + SHEET.format(CELL.format("&e;"))),
    "billions of laughs": lambda path: book(path, LAUGHS + SHEET.format(CELL.format("&j;"))),
    "laughs in the shared texts": lambda path: book(path, SHEET.format(""), xl__sharedStrings_xml=LAUGHS + "<sst><si><t>&j;</t></si></sst>"),
    "laughs in the list of sheets": lambda path: book(path, SHEET.format(""), xl__workbook_xml=LAUGHS + BOOK),
    "entities in UTF-16": lambda path: book(path, (XXE + SHEET.format(CELL.format("&e;"))).encode("utf-16")),
    "entities in UTF-7": lambda path: book(path, SHEET.format(""), xl__workbook_xml='<?xml version="1.0" encoding="UTF-7"?>' + BOOK),
    "a cell at the end of the world": lambda path: book(path, SHEET.format('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "a sheet that is not there": lambda path: book(path, "", xl___rels__workbook_xml_rels=""),
    "no number where the format has one": lambda path: book(path, SHEET.format(""), xl__styles_xml='<styleSheet><numFmts><numFmt numFmtId="x" formatCode="0%"/></numFmts></styleSheet>'),
    "an encoding that nobody knows": lambda path: book(path, SHEET.format(""), xl__workbook_xml='<?xml version="1.0" encoding="UTF-4"?>' + BOOK),
    "an attribute twice": lambda path: book(path, SHEET.format(""), **{"[Content_Types]_xml": TYPES.replace("<Default ", '<Default Extension="a" ')}),
    "a directory that points before the file": lambda path: _pointing(book(path, SHEET.format(CELL.format("编号")))),
    "a part without a name": lambda path: _nameless(book(path, SHEET.format(CELL.format("编号")))),
    "a directory of nothing": lambda path: _written(path, b"PK\3\4PK\5\6" + bytes(18)),
    "depth": lambda path: book(path, SHEET.format("<a>" * 100_000 + "</a>" * 100_000)),
    "depth in the list of sheets": lambda path: book(path, SHEET.format(""), xl__workbook_xml="<a>" * 100_000),
    "one byte turned": lambda path: _turned(book(path, SHEET.format(CELL.format("编号" * 100)))),
    "half of it": lambda path: _cut(book(path, SHEET.format(CELL.format("编号" * 100)))),
}  # fmt: skip


def _nameless(path: Path) -> Path:
    """Take the name from the first part, in its own head and in the directory."""
    with zipfile.ZipFile(path) as archive:
        name = archive.infolist()[0].filename.encode()
    path.write_bytes(path.read_bytes().replace(name, b"\0" * len(name)))
    return path


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _turned(path: Path) -> Path:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    return path


def _pointing(path: Path) -> Path:
    """Move what the end of the archive says of the place of its directory: found by the fuzzer."""
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x05\x06") + 16
    data[place : place + 4] = (int.from_bytes(data[place : place + 4], "little") + 3000).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_hostile_workbook_is_refused_by_every_reader(cli: Cli, tmp_path: Path, kind: str) -> None:
    path = WORKBOOKS[kind](tmp_path / "x.xlsx")
    with unchanged(cli):
        for words in (["import", path, "--yes"], ["index", "import", path, "--yes"], ["plan", "add", path, "--yes"]):
            tracemalloc.start()
            result = cli(*words)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert result.code == 1, (words, result)
            assert "内部错误" not in result.err
            assert "root:" not in result.out + result.err
            assert peak < 150_000_000


DOCUMENTS: dict[str, Callable[[Path], Path]] = {
    "a part that unpacks to 30 MB": lambda path: word(path, "0" * 30_000_000),
    "a file on this machine": lambda path: word(path, XXE + "<x>&e;</x>"),
    "entities behind a long comment": lambda path: word(path, "<!--" + "x" * 9000 + "-->" + LAUGHS + "<x>&j;</x>"),
    "entities in UTF-16": lambda path: word(path, (LAUGHS + "<x>&j;</x>").encode("utf-16")),
    "another encoding": lambda path: word(path, '<?xml version="1.0" encoding="UTF-7"?><x/>'),
    "no document": lambda path: word(path, "<x/>"),
    "depth": lambda path: word(path, "<a>" * 100_000),
    "one byte turned": lambda path: _turned(word(path, "<x>" + "编号" * 100 + "</x>")),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_hostile_document_is_refused(cli: Cli, tmp_path: Path, kind: str) -> None:
    path = DOCUMENTS[kind](tmp_path / "x.docx")
    code, line = refusal(cli, "plan", "read", path, "-o", tmp_path / "draft.xlsx")
    assert code == 1
    assert "x.docx" in line
    assert not (tmp_path / "draft.xlsx").exists()


def test_deep_html_and_endless_lines_end(cli: Cli, tmp_path: Path) -> None:
    for name, text in (
        ("deep.html", "<div>" * 3_000 + "到2025年，创建3个园区。"),
        ("table.html", "<table>" * 500 + "<tr><td colspan=99999999 rowspan=99999999>1"),
        ("line.txt", "到2025年，创建3个园区（" * 2_000),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        result = cli("plan", "read", tmp_path / name, "-o", tmp_path / f"{name}.xlsx")
        assert result.code in (0, 1)
        assert "内部错误" not in result.err


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "/etc/hostname",
        "folder/../../secret.txt",
        "~/secret.txt",
        "link.txt",
        "linked/secret.txt",
        "file:///etc/hostname",
        ".",
        "\\\\host\\share",
    ],
)
def test_a_returned_form_names_no_file_outside_its_folder(cli: Cli, tmp_path: Path, name: str) -> None:
    """Whoever fills a form in must not make the coordinator's machine hand over its files."""
    (tmp_path / "secret.txt").write_text("机密", encoding="utf-8")
    folder = tmp_path / "收到"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "linked").symlink_to(tmp_path)
    table = folder / "t.csv"
    table.write_text(f"编号,本期进展,佐证材料\nzj-task-6,开工,{name}\n", encoding="utf-8")
    with unchanged(cli):
        result = cli("import", table, "--yes")
    assert result.code == 1
    assert result.err.startswith("错误：t.csv C2：佐证材料") or "佐证网址" in result.err
    assert not (tmp_path / "ledger.sqlite3.evidence").exists() or not list(
        (tmp_path / "ledger.sqlite3.evidence").iterdir()
    )


def test_evidence_is_no_link_and_no_device(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "link", tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        code, _ = refusal(cli, "log", "zj-task-6", "--note", "x", "--evidence", path)
        assert code == 1


def test_output_never_goes_through_a_link(cli: Cli, tmp_path: Path) -> None:
    """A link in the place of the output stays without --force; with it, the link is replaced and what it led to is untouched."""
    target, link, loose = tmp_path / "target.csv", tmp_path / "link.csv", tmp_path / "loose.csv"
    target.write_text("旧", encoding="utf-8")
    link.symlink_to(target)
    loose.symlink_to(tmp_path / "nowhere.csv")
    for path in (link, loose):
        assert refusal(cli, "list", "-o", path)[0] == 1
        assert path.is_symlink()
        cli.ok("list", "-o", path, "--force")
        assert not path.is_symlink()
    assert target.read_text(encoding="utf-8") == "旧"
    assert not (tmp_path / "nowhere.csv").exists()


def test_names_that_come_from_the_ledger_stay_in_the_folder(cli: Cli, tmp_path: Path) -> None:
    cli.ok("plan", "new", "sd", "--title", "../../方案", "--region", "山东")
    cli.ok("item", "add", "sd", "task", "--text", "做", "--lead", "../../../tmp/x/坏厅")
    folder = tmp_path / "out"
    folder.mkdir()

    def outside() -> set[Path]:
        return {
            path for path in tmp_path.rglob("*") if folder not in path.parents and "ledger.sqlite3" not in path.name
        }

    before = outside()
    cli.ok("export", "form", "--plan", "sd", "-o", f"{folder}/", "--all")
    cli.ok("export", "annex", "--plan", "sd", "-o", f"{folder}/")
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert len(written) >= 2
    assert all(path.parent == folder for path in written)
    assert outside() == before


def test_a_ledger_behind_a_link_is_one_ledger(cli: Cli, tmp_path: Path) -> None:
    """A link to the database is followed; evidence and side files lie beside the file itself, whichever name is used."""
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "l.sqlite3", tmp_path / "link.sqlite3"
    cli.db.rename(real)
    link.symlink_to(real)
    proof = tmp_path / "p.txt"
    proof.write_text("证明", encoding="utf-8")
    cli.environ["TRACKER_DB"] = str(link)
    cli.ok("log", "zj-task-6", "--note", "开工", "--evidence", proof)
    cli.environ["TRACKER_DB"] = str(real)
    cli.ok("doctor")
    assert len(list((tmp_path / "real" / "l.sqlite3.evidence").iterdir())) == 1
    assert link.is_symlink()


def test_deep_json_where_files_are_json(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    cli.ok("export", "data", "-o", folder)
    for path in (folder / name for name in (MANIFEST, "region.jsonl")):
        whole = path.read_bytes()
        for text in ("[" * 100_000, "9" * 5000, '"\\ud800"', "null"):
            path.write_text(text, encoding="utf-8")
            result = cli("import", folder, "--yes", "--db", tmp_path / "new.sqlite3")
            assert result.code == 1, (path.name, text[:9], result)
            assert "内部错误" not in result.err, (path.name, text[:9], result.err)
            assert not (tmp_path / "new.sqlite3").exists()
        path.write_bytes(whole)


def test_everything_of_our_own_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the umask: ledger, side files, backups, evidence, demo, what an upgrade or a restore leaves."""
    home = tmp_path / "home"
    proof = tmp_path / "p.txt"
    proof.write_text("证明", encoding="utf-8")
    monkeypatch.setenv("TRACKER_DATA_DIR", str(home))
    environ = {"TRACKER_CONFIG": str(tmp_path / "none.toml"), "TRACKER_BY": "张三", "NO_COLOR": "1"}
    cli = Cli(tmp_path, environ=environ)
    before = os.umask(0)
    try:
        cli.ok("log", "zj-task-6", "--note", "开工", "--evidence", proof)
        cli.ok("backup")
        cli.ok("backup", tmp_path / "away.sqlite3")
        cli.ok("restore", tmp_path / "away.sqlite3", "--yes")
        cli.ok("export", "data", "-o", tmp_path / "data")
    finally:
        os.umask(before)
    made = [
        home,
        *home.rglob("*"),
        *tmp_path.glob("away*"),
        *(tmp_path / "away.sqlite3.evidence").iterdir(),
        *tmp_path.glob("data/*"),
        tmp_path / "data",
    ]
    assert len(made) > 8
    for path in made:
        assert stat.S_IMODE(path.lstat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@contextmanager
def at_once() -> Iterator[None]:
    """Break off what waits for a pipe that nobody writes to, or reads a device without end."""

    def late(*_: object) -> None:
        raise AssertionError("still reading after ten seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(10)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.posix
def test_nothing_takes_the_name_of_a_pipe(cli: Cli) -> None:
    cli("backup", "备份.sqlite3")
    pipe = cli.folder / "pipe.sqlite3"
    os.mkfifo(pipe)
    before = sorted(cli.folder.iterdir())
    for words in (("restore", "备份.sqlite3", "--yes"), ("init",), ("demo",), ("upgrade",), ("list",)):
        with at_once():
            result = cli("--db", pipe, *words)
        assert (result.code, result.out) == (1, ""), words
    assert sorted(cli.folder.iterdir()) == before


@pytest.mark.posix
@pytest.mark.parametrize(
    "words",
    [
        ("import", "FILE", "--yes"), ("item", "import", "zj", "task", "FILE", "--yes"), ("plan", "read", "FILE", "--json"),
        ("plan", "add", "FILE", "--yes"), ("plan", "revise", "zj", "FILE", "--yes"), ("plan", "diff", "zj", "FILE"),
        ("breakdown", "zj-task-3", "--to", "cities", "--values", "FILE", "--yes"), ("index", "import", "FILE", "--yes"),
        ("verify", "FILE"), ("index", "compute", "--goalposts", "FILE"), ("restore", "FILE", "--yes"),
        ("export", "bulletin", "--template", "FILE", "-o", "通报.docx"),
    ],
    ids=lambda words: " ".join(words[:2]),
)  # fmt: skip
def test_pipes_and_devices_are_refused_at_once(cli: Cli, words: tuple[str, ...]) -> None:
    for name in ("pipe", "pipe.xlsx", "pipe.csv", "pipe.docx"):
        os.mkfifo(cli.folder / name)
    (cli.folder / "zero.csv").symlink_to("/dev/zero")
    for file in ("pipe", "pipe.xlsx", "pipe.csv", "pipe.docx", "zero.csv", "/dev/zero", "/dev/null"):
        with at_once(), unchanged(cli):
            result = cli(*(str(cli.folder / file) if word == "FILE" else word for word in words))
        assert result.code == 1, file
        assert result.err.count("不是普通文件") == 1, result.err


@pytest.mark.posix
@pytest.mark.parametrize("kind", ["pipe", "text"])
def test_what_is_no_ledger_stays_as_it_is_with_nothing_made_beside_it(cli: Cli, kind: str) -> None:
    """A device too: `restore` once moved one aside."""
    backup, rows, place = cli.folder / "b.sqlite3", cli.folder / "r.csv", cli.folder / "place"
    cli.ok("backup", backup)
    cli.ok("export", "data", "-o", cli.folder / "data")
    rows.write_text("编号,完成率\nzj-task-6,10\n" * 120, encoding="utf-8")
    place.mkdir()
    if kind == "pipe":
        os.mkfifo(place / "l.sqlite3")
    else:
        (place / "l.sqlite3").write_text("这是一段文字，不是台账。" * 100, encoding="utf-8")
    db = ("--db", place / "l.sqlite3")
    for words in (
        ("upgrade",), ("backup",), ("doctor", "--repair"), ("import", rows, "--yes"), ("import", cli.folder / "data", "--yes"),
        ("log", "zj-task-6", "--evidence", rows), ("db", "secure"), *([("restore", backup, "--yes")] if kind == "pipe" else []),
    ):  # fmt: skip
        with at_once():
            result = cli(*words, *db)
        assert result.code == 1, words
        assert [each.name for each in place.iterdir()] == ["l.sqlite3"], words


@pytest.mark.posix
def test_a_pipe_in_a_folder_of_forms_is_named(cli: Cli) -> None:
    (cli.folder / "forms").mkdir()
    os.mkfifo(cli.folder / "forms" / "a.xlsx")
    os.mkfifo(cli.folder / "forms" / "b")
    with at_once(), unchanged(cli):
        result = cli("import", cli.folder / "forms", "--yes")
    assert result.code == 1
    assert "错误：a.xlsx：不是普通文件" in result.err
    assert "b" in result.err.replace("a.xlsx", "")
