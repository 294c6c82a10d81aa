"""Files that no import should take: refused in one line, in bounded time, with nothing half done."""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.forms.workbooks import export_form, sheet_of
from tracker.sheets.reading import delimited, package

NO_HEADER = "没有找到表头；表头要有“编号”（或“序号”“事项”）一列，以及“本期进展”“状态”“完成率”“现值”“存在问题”等至少一列"
DECLARED = "内部 XML 带有实体声明，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Change the parts of a workbook and pack them again."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target


def rows_in(path: Path) -> Path:
    return sheet_of(path, [["编号", "本期进展"], ["zj-task-12", "甲"]])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.et", OLE, "不是 Excel 或 WPS 工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx"),
        ("a.xls", OLE, "不是 Excel 或 WPS 工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx"),
        ("a.xls", OLE + "WordDocument".encode("utf-16-le"), "这是 Word 文档，不是工作簿；请发回 .xlsx"),
        ("a.xlsx", ENCRYPTED, "文件已加密；请先去掉打开密码，另存为 .xlsx"),
        ("a.xlsx", b"PK\x03\x04 broken", "文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx"),
        ("a.xlsx", b"<html></html>", "这是网页（HTML），不是工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx"),
        ("a.xls", b"<html><table><tr><td>x", "这是网页格式（HTML）的表格；请用 Excel 或 WPS 打开后另存为 .xlsx"),
        ("a.xls", bytes(range(128, 255)), "不是 Excel 工作簿，也不是 CSV；请用 Excel 或 WPS 打开后另存为 .xlsx"),
        ("a.xlsx", b"7z\xbc\xaf\x27\x1c", "这是压缩包，不是工作簿；请解压后导入"),
        ("a.xlsx", b"", "文件是空的"),
        ("a.pdf", b"%PDF-1.7", "这是 PDF，不能导入；请发回 .xlsx"),
        ("~$a.xlsx", b"x", "这是编辑软件的临时文件，不是工作簿；请关闭正在编辑的表格，导入原文件"),
        ("a.csv", b"\xff\xfe\xfd\x00\x81", "不是 UTF-8、UTF-16 或 GB18030 编码的 CSV；请另存为 .xlsx 或 UTF-8 编码的 CSV"),
        ("a.csv", '编号,进展\nzj-task-12,"没有关上'.encode(), '不是完整的 CSV：第 2 行的引号不成对，或引号后面还有文字；文字中的引号请写成两个（""），或另存为 .xlsx'),
        ("a.csv", "甲,乙\n1,2\n".encode(), NO_HEADER),
    ],
)  # fmt: skip
def test_what_is_no_workbook(cli: Cli, name: str, content: bytes, message: str) -> None:
    (cli.folder / name).write_bytes(content)
    result = cli("import", cli.folder / name, "--yes", "--json")
    assert result.code == 1
    assert json.loads(result.out)["errors"] == [{"file": name, "sheet": None, "cell": None, "message": message}]


def test_a_file_that_is_missing_a_pipe_or_locked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nowhere.xlsx：没有这个文件；请检查路径" in cli("import", cli.folder / "nowhere.xlsx", "--yes").err
    if os.name == "posix":
        os.mkfifo(cli.folder / "pipe.xlsx")
        assert (
            "pipe.xlsx：不是普通文件；请写明工作簿或 CSV 文件" in cli("import", cli.folder / "pipe.xlsx", "--yes").err
        )
    path = rows_in(cli.folder / "open.xlsx")
    plain_open = Path.open

    def locked(self: Path, *words: object, **more: object) -> object:
        if self.name == "open.xlsx":
            raise PermissionError(13, "Permission denied")
        return plain_open(self, *words, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", locked)
    assert (
        "open.xlsx：文件正被其他程序占用，或没有读取权限；请关闭正在编辑的表格后重试"
        in cli("import", path, "--yes").err
    )


def test_a_file_that_vanishes_after_it_was_read_is_taken_in_whole(cli: Cli) -> None:
    path = rows_in(cli.folder / "a.xlsx")
    size = path.stat().st_size
    (cli.folder / "cut.xlsx").write_bytes(path.read_bytes()[: size // 2])
    assert "cut.xlsx：文件已损坏，打不开" in cli("import", cli.folder / "cut.xlsx", "--yes").err


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("xl/vbaProject.bin", b"x", "文件含宏；请另存为不含宏的 .xlsx"),
        ("xl/macrosheets/sheet1.xml", b"x", "文件含宏表；请另存为不含宏的 .xlsx"),
        ("xl/externalLinks/externalLink1.xml", b"x", "文件含有指向其他文件的外部链接；请在“数据—编辑链接”中断开后另存"),
        ("XL/Workbook.xml", b"x", "文件内有重名部件，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx"),
        ("xl/styles.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><styleSheet/>', DECLARED),
        ("xl/worksheets/sheet1.xml", '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><worksheet/>'.encode("utf-16"), DECLARED),
        ("xl/workbook.xml", b"<workbook", "文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c", "文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx"),
    ],
)  # fmt: skip
def test_what_must_not_be_in_a_workbook(cli: Cli, part: str, content: bytes, message: str) -> None:
    path = repacked(rows_in(cli.folder / "a.xlsx"), cli.folder / "b.xlsx", lambda parts: parts.update({part: content}))
    result = cli("import", path, "--yes", "--json")
    assert (result.code, json.loads(result.out)["errors"][0]["message"]) == (1, message)


def test_a_zip_bomb_is_refused_by_its_directory(cli: Cli) -> None:
    path = repacked(
        rows_in(cli.folder / "a.xlsx"), cli.folder / "bomb.xlsx",
        lambda parts: parts.update({"xl/media/image1.png": bytes(40 << 20)}),
    )  # fmt: skip
    begun = time.monotonic()
    assert "bomb.xlsx：压缩比异常，疑为压缩炸弹，已拒绝" in cli("import", path, "--yes").err
    assert time.monotonic() - begun < 5


def test_a_directory_that_lies_about_sizes(cli: Cli) -> None:
    content = bytearray(rows_in(cli.folder / "a.xlsx").read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    size = entry.file_size.to_bytes(4, "little")
    content = bytearray(bytes(content).replace(size, (entry.file_size - 60).to_bytes(4, "little")))
    (cli.folder / "lie.xlsx").write_bytes(content)
    assert "lie.xlsx Sheet1：文件已损坏，打不开" in cli("import", cli.folder / "lie.xlsx", "--yes").err


def test_parts_together_are_bounded(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rows_in(cli.folder / "a.xlsx")
    monkeypatch.setattr(package, "MAX_UNPACKED", 1000)
    assert "a.xlsx：解压后过大（0 MB、" in cli("import", path, "--yes").err


def with_rows(cli: Cli, name: str, extra: str) -> Path:
    def add(parts: dict[str, bytes]) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", f"{extra}</sheetData>").encode()

    return repacked(rows_in(cli.folder / "a.xlsx"), cli.folder / name, add)


@pytest.mark.anywhere
def test_a_million_empty_formatted_rows_are_no_rows(cli: Cli) -> None:
    extra = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(3, 1_048_577))
    path = with_rows(cli, "formatted.xlsx", extra)
    begun = time.process_time()
    assert json.loads(cli.ok("import", path, "--yes", "--json"))["new"] == 1
    assert time.process_time() - begun < 30


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='900000'><c s='0' r='B900000'><v>1</v></c></row>",
    ],
)
def test_a_cell_at_the_end_of_the_world(cli: Cli, cell: str) -> None:
    assert "范围过大；请删去表格以外的内容再另存" in cli("import", with_rows(cli, "far.xlsx", cell), "--yes").err


def test_too_many_rows(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_CSV_ROWS", 1000)
    (cli.folder / "many.csv").write_text("\n".join(["编号,本期进展"] + ["zj-task-12,甲"] * 1000))
    assert "有 1001 行，超过 1000 行的上限；请拆分后导入" in cli("import", cli.folder / "many.csv", "--yes").err


def test_one_bad_file_among_good_ones(cli: Cli) -> None:
    good = export_form(cli).fill("zj-task-12", 完成率=10).save()
    (cli.folder / "bad.xls").write_bytes(OLE)
    result = cli("import", good, cli.folder / "bad.xls", "--yes")
    assert (result.code, result.out.splitlines()[-1]) == (1, "未导入（新增 1 行，更新 0 行，相同 37 行，错误 1 处）")
    assert cli("import", good, cli.folder / "bad.xls", "--yes", "--skip-errors").code == 1
    assert json.loads(cli.ok("show", "zj-task-12", "--json"))["percent"] == 10


def test_a_word_nobody_said(cli: Cli) -> None:
    path = rows_in(cli.folder / "a.xlsx")
    assert cli("import", path, "--yes", "--date", "改天").code == 2
    assert cli("import", path, "--yes", "--plan", "xx").code == 1
    assert cli("import").code == 2


def test_an_unknown_unit_is_refused_before_anything_is_read(cli: Cli) -> None:
    table = cli.folder / "rows.csv"
    table.write_text("编号,填报单位,本期进展\nzj-task-6,省生态环境厅,甲\n", encoding="utf-8")
    for file in (table, cli.folder / "没有这个文件.xlsx"):
        result = cli("import", file, "--unit", "没有", "--yes")
        assert (result.code, result.out) == (1, "")
        assert result.err == "错误：没有单位“没有”；单位名录见 tracker unit list\n"
    assert cli.ok("import", table, "--unit", "省建设厅", "--dry-run").lstrip().startswith("行")
