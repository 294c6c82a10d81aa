"""Forms of every version that was ever sent out come back, into the ledger from which they were made (docs/files.md, The form).

The workbooks in `frozen/` are never made anew: they are what people have. Each is 省建设厅's of the ledger of 0.1.0 in `tests/golden`.
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.commandline import Cli, environ_of
from tests.forms.workbooks import Form
from tests.golden.ledgers import old_file

FROZEN = sorted((Path(__file__).parent / "frozen").glob("*.xlsx"))


@pytest.fixture
def upgraded(tmp_path: Path) -> Cli:
    cli = Cli(tmp_path, environ=environ_of(old_file(tmp_path / "old.sqlite3"), tmp_path))
    cli.ok("upgrade")
    return cli


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_form_of_an_earlier_version_comes_in(upgraded: Cli, path: Path) -> None:
    shutil.copy(path, upgraded.folder / "form.xlsx")
    assert json.loads(upgraded.ok("import", upgraded.folder / "form.xlsx", "--yes", "--json")) == {
        "new": 0, "changed": 0, "same": 38, "errors": [], "ignored": [],
    }  # fmt: skip
    form = Form(upgraded.folder / "form.xlsx").sign("李四", "2026-11-20")
    form.fill("zj-target-20.3", 现值=96.5).fill("zj-task-24", 状态="进行中", 完成率=45, 本期进展="已开工")
    result = json.loads(upgraded.ok("import", form.save(), "--yes", "--json"))
    assert (result["new"] + result["changed"], result["errors"], result["ignored"]) == (2, [], [])
    task = json.loads(upgraded.ok("show", "zj-task-24", "--json"))
    assert (task["percent"], task["last_report"]["by"], task["last_report"]["note"]) == (45, "李四", "已开工")
    target = json.loads(upgraded.ok("show", "zj-target-20", "--json"))
    assert [target["indicators"][2][name] for name in ("actual", "actual_date")] == [96.5, "2026-11-20"]


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_its_locked_cells_that_say_something_else_are_named(upgraded: Cli, path: Path) -> None:
    shutil.copy(path, upgraded.folder / "form.xlsx")
    form = Form(upgraded.folder / "form.xlsx").fill("zj-task-24", 牵头单位="省水利厅", 本期进展="已开工")
    result = json.loads(upgraded.ok("import", form.save(), "--yes", "--json", "--dry-run"))
    assert [each["cell"] for each in result["ignored"]] == [f"C{form.rows['zj-task-24']}"]
