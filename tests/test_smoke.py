"""The main job, as a new user does it."""

from tests.conftest import Cli


def test_log_show_undo(cli: Cli) -> None:
    assert cli.ok("log", "zj-target-20.1", "--value", "78.5", "--note", "新建管网") == (
        "已填报 zj-target-20.1（2026-11-21，省建设厅）：现值 78.5；新建管网\n"
    )
    assert "现值 78.5%（2026-11-21）" in cli.ok("show", "zj-target-20")
    assert cli.ok("undo", "--yes") == "已撤销第 2 号改动（张三，2026-11-21 12:00，log）：zj-target-20\n"
    assert "现值" not in cli.ok("show", "zj-target-20")
