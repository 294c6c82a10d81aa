"""Files that really went through LibreOffice come back as well as ours."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Cli
from tests.forms.test_import_tables import annex, some_progress, weekly
from tests.forms.workbooks import Form, export_form, through_libreoffice


def counts(cli: Cli, path: Path) -> tuple[int, int, int]:
    found = json.loads(cli.ok("import", path, "--yes", "--json"))
    assert found["errors"] == []
    return found["new"], found["changed"], found["same"]


@pytest.fixture
def progress(cli: Cli) -> Cli:
    some_progress(cli)
    cli.ok("log", "zj-task-18", "--percent", "33.3", "--note", "@备注", "--problem", "-问题", "--next", "+安排")
    return cli


def test_untouched_forms_annexes_and_weeklies(progress: Cli) -> None:
    assert counts(progress, through_libreoffice(export_form(progress).path))[:2] == (0, 0)
    assert counts(progress, through_libreoffice(annex(progress))) == (0, 0, 88)
    assert counts(progress, through_libreoffice(weekly(progress)))[:2] == (0, 0)


def test_a_filled_in_form_is_the_same_from_either_program(progress: Cli) -> None:
    form = (
        export_form(progress)
        .sign("李四")
        .fill("zj-target-20.1", 现值=78.25, 数据时点=None, 本期进展="=新建\n两行", 存在问题="@甲")
    )
    form.fill("zj-target-20.3", 无变化=1).fill("zj-task-18", 完成率=0.455).fill(
        "zj-task-21", 状态="已办结", 下步安排="-无"
    )
    form.cell("zj-task-18", "完成率").number_format = "0.0%"
    ours = form.save()
    theirs = through_libreoffice(ours)
    assert theirs.read_bytes() != ours.read_bytes()
    assert counts(progress, theirs) == (2, 2, 34)
    task: dict[str, Any] = json.loads(progress.ok("show", "zj-task-18", "--json"))
    assert task["percent"] == 45.5
    target = json.loads(progress.ok("show", "zj-target-20", "--json"))
    assert target["indicators"][0]["actual"] == 78.25
    assert counts(progress, ours) == (0, 0, 38)


def test_the_form_stays_a_form(cli: Cli) -> None:
    saved = Form(through_libreoffice(export_form(cli).path))
    assert saved.book.sheetnames == ["省建设厅", "表格信息"]
    assert saved.book["表格信息"].sheet_state == "hidden"
    assert saved.sheet.protection.sheet
    assert saved.cell("zj-task-12", "编号").protection.locked
    assert not saved.cell("zj-task-12", "完成率").protection.locked
    kinds = {rule.type for rule in saved.sheet.data_validations.dataValidation}
    assert kinds >= {"list", "decimal", "date"}


def test_a_formula_computed_there_is_taken_by_its_value_and_told(cli: Cli) -> None:
    path = export_form(cli).formula("zj-target-20.1", "现值", "=70+8").save()
    result = cli("import", through_libreoffice(path), "--yes")
    assert result.code == 0
    assert "注意：填好.xlsx 省建设厅：有 1 个单元格是公式（如 J7），按存下的值读取；请核对\n" in result.err
    assert json.loads(cli.ok("show", "zj-target-20", "--json"))["indicators"][0]["actual"] == 78


def test_every_line_of_a_row_can_be_seen(cli: Cli) -> None:
    """LibreOffice keeps the heights that were given, and they do not pin the rows."""
    saved = openpyxl.load_workbook(through_libreoffice(export_form(cli).path)).worksheets[0]
    heights = [saved.row_dimensions[row].height for row in range(6, 44)]
    assert all(height is not None and height >= 18 for height in heights)
