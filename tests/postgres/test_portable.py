"""A ledger as files, between a server and a file: the same bytes on both, and it goes on living."""

from pathlib import Path

from tests.conftest import Cli
from tests.server import Server, admin


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def test_from_the_server_into_a_file_and_back(pg: Cli, ledger: Server, tmp_path: Path) -> None:
    pg.ok("log", "zj-target-20.1", "--value", "78.50", "--note", "=1+1\r\n第二行")
    pg.ok("log", "zj-task-7", "--percent", "10")
    pg.ok("undo", "--yes")
    pg.ok("export", "data", "-o", tmp_path / "one")
    pg.ok("import", tmp_path / "one", "--db", tmp_path / "file.sqlite3", "--yes")
    pg.ok("export", "data", "-o", tmp_path / "two", "--db", tmp_path / "file.sqlite3")
    assert content(tmp_path / "two") == content(tmp_path / "one")
    again = f"{ledger.database}_again"
    admin(ledger.address, f"CREATE DATABASE {again}")
    try:
        place = f"{ledger.address}/{again}"
        pg.ok("import", tmp_path / "two", "--db", place, "--yes")
        pg.ok("export", "data", "-o", tmp_path / "three", "--db", place)
        assert content(tmp_path / "three") == content(tmp_path / "one")
        pg.ok("log", "zj-task-7", "--percent", "20", "--db", place)
        assert pg("doctor", "--db", place).code == 0
        refused = pg("import", tmp_path / "two", "--db", place, "--yes")
        assert (refused.code, "不会覆盖" in refused.err) == (1, True)
    finally:
        admin(ledger.address, f"DROP DATABASE {again} WITH (FORCE)")


def test_what_does_not_hold_together_leaves_the_server_empty(pg: Cli, ledger: Server, tmp_path: Path) -> None:
    pg.ok("log", "zj-target-20.1", "--value", "78.50")
    pg.ok("export", "data", "-o", tmp_path / "one")
    file = tmp_path / "one" / "report.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("78.50", "79.50"), encoding="utf-8")
    again = f"{ledger.database}_again"
    admin(ledger.address, f"CREATE DATABASE {again}")
    try:
        place = f"{ledger.address}/{again}"
        refused = pg("import", tmp_path / "one", "--db", place, "--yes")
        assert (refused.code, "改动链" in refused.err) == (1, True)
        assert "不是 tracker 台账" in pg("list", "--db", place).err
    finally:
        admin(ledger.address, f"DROP DATABASE {again} WITH (FORCE)")
