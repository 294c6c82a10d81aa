"""`tracker doctor`: a sound ledger passes, whoever changed it behind the program's back is found out."""

import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.doctor.intruder import tamper
from tracker.actions.doctor import OF_SERVERS
from tracker.store import ledger_files
from tracker.store.integrity.findings import AREAS
from tracker.store.row_types import APPEND_ONLY


@pytest.fixture
def used(cli: Cli) -> Cli:
    """A ledger with a little history: changes 2 to 7."""
    cli.ok("log", "zj-target-17", "--value", "300", "--note", "一期")
    cli.ok("log", "zj-task-1", "zj-task-2", "--percent", "40")
    cli.ok("log", "zj-target-20.1", "--value", "71.5", "--date", "2026-06-30")
    cli.ok("log", "zj-task-1", "--state", "completed", "--note", "完成")
    cli.ok("undo", "--yes")
    cli.ok("log", "cn-target-5.1", "--value", "40")
    return cli


def examined(cli: Cli, *words: str) -> dict[str, Any]:
    result = cli("doctor", "--json", *words)
    answer: dict[str, Any] = json.loads(result.out)
    assert result.code == (0 if answer["clean"] else 1)
    assert answer["clean"] == (answer["findings"] == [])
    return answer


def areas(answer: dict[str, Any]) -> set[str]:
    return {finding["area"] for finding in answer["findings"]}


def test_a_sound_ledger_passes(used: Cli) -> None:
    result = used("doctor")
    assert (result.code, result.err) == (0, "")
    first, second = result.out.splitlines()
    assert (
        first
        == f"台账 {used.db} 完好：{'、'.join(name for area, name in AREAS.items() if area not in OF_SERVERS)}均无问题"
    )
    assert re.fullmatch(r"共 7 号改动，校验值 [0-9a-f]{64}（.*--expect.*）", second)


def test_examining_writes_nothing(used: Cli) -> None:
    before = used.db.read_bytes()
    used.ok("doctor")
    used("doctor", "--json")
    assert used.db.read_bytes() == before


class Intrusion(NamedTuple):
    """What somebody changed by SQL, which areas must find it, and words that must stand in the findings."""

    name: str
    sql: str
    areas: set[str]
    words: str


INTRUSIONS = (
    Intrusion(
        "a report's figure",
        "UPDATE report SET value = '900' WHERE change_id = 2",
        {"chain", "state"},
        "第 2 号改动（log",
    ),
    Intrusion(
        "a report's note",
        "UPDATE report SET note = '二期' WHERE change_id = 2",
        {"chain"},
        "zj-target-17",
    ),
    Intrusion(
        "a report's day",
        "UPDATE report SET date = '2025-01-01' WHERE change_id = 2",
        {"chain", "state"},
        "第 2 号",
    ),
    Intrusion(
        "a report's day of entry",
        "UPDATE report SET entered = '2025-01-01' WHERE change_id = 3",
        {"chain", "state"},
        "第 3 号",
    ),
    Intrusion(
        "a report taken out",
        ("DELETE FROM report WHERE change_id = 3 AND item_id = (SELECT min(item_id) FROM report WHERE change_id = 3)"),
        {"chain", "state"},
        "第 3 号",
    ),
    Intrusion(
        "a report put in",
        (
            "INSERT INTO report (change_id, item_id, date, entered, percent) SELECT 3,"
            " id, '2026-11-21', '2026-11-21', '99' FROM item WHERE code = 'zj-task-5'"
        ),
        {"chain", "state"},
        "zj-task-5",
    ),
    Intrusion(
        "a decision taken out",
        "DELETE FROM event WHERE change_id = 5",
        {"chain"},
        "第 5 号",
    ),
    Intrusion(
        "a name in the log",
        "UPDATE change SET \"by\" = '李四' WHERE id = 4",
        {"chain"},
        "第 4 号改动（log，李四",
    ),
    Intrusion(
        "a time in the log",
        "UPDATE change SET at = '2020-01-01T00:00:00.000000Z' WHERE id = 4",
        {"chain", "times"},
        "早于前一号",
    ),
    Intrusion(
        "an undo forgotten",
        "UPDATE change SET undoes = NULL WHERE id = 6",
        {"chain", "state"},
        "第 6 号",
    ),
    Intrusion(
        "a change in between",
        "DELETE FROM report WHERE change_id = 4; DELETE FROM change WHERE id = 4",
        {"chain", "state"},
        "第 4 号改动",
    ),
    Intrusion(
        "the last change",
        (
            "UPDATE item SET last_report_id = NULL; DELETE FROM report WHERE change_id ="
            " 7; DELETE FROM change WHERE id = 7"
        ),
        {"chain", "state"},
        "末尾",
    ),
    Intrusion(
        "a hash",
        ("UPDATE change SET hash = '0000000000000000000000000000000000000000000000000000000000000000' WHERE id = 7"),
        {"chain"},
        "第 7 号",
    ),
    Intrusion(
        "a target lowered",
        "UPDATE indicator SET value = '500' WHERE value = '1000' AND name LIKE '低碳生态农场'",
        {"facts"},
        "zj-target-17.1 的 value：台账中是“500”，随附的方案中是“1000”",
    ),
    Intrusion(
        "a deadline moved",
        ("UPDATE item SET original_due = '2027-12-31', due = '2027-12-31' WHERE code = 'zj-task-1'"),
        {"facts", "state"},
        "zj-task-1 的 original_due",
    ),
    Intrusion(
        "a unit let off",
        "UPDATE responsibility SET unit_id = 1, printed = '某单位' WHERE id = 100",
        {"facts"},
        "第 1 号改动加入的内容",
    ),
    Intrusion(
        "an item taken out",
        "UPDATE item SET withdrawn = 7 WHERE code = 'zj-task-9'",
        {"facts"},
        "zj-task-9",
    ),
    Intrusion(
        "an item put in",
        (
            "INSERT INTO item (code, plan_id, kind, number, position, text,"
            " responsibility, open_ended, state, assigned) VALUES ('zj-task-99', 4,"
            " 'task', 99, 1000099, '假的', 'lead', 0, 'not_started', 0)"
        ),
        {"facts"},
        "zj-task-99",
    ),
    Intrusion(
        "a plan's period",
        "UPDATE plan SET period_start = '2024-01-01' WHERE code = 'zj'",
        {"facts"},
        "zj 的 period_start",
    ),
    Intrusion(
        "a unit renamed",
        "UPDATE unit SET name = '某厅' WHERE id = 5",
        {"registry"},
        "单位、别名和地区名录",
    ),
    Intrusion(
        "an alias put in",
        "INSERT INTO unit_name (unit_id, kind, name) VALUES (5, 'alias', '某厅')",
        {"registry"},
        "单位、别名和地区名录",
    ),
    Intrusion(
        "a state",
        "UPDATE item SET state = 'completed' WHERE code = 'zj-task-3'",
        {"state"},
        "zj-task-3 的 state：记为 completed，按历史应为 not_started",
    ),
    Intrusion(
        "an actual",
        "UPDATE indicator SET actual = '999' WHERE actual = '300'",
        {"state"},
        "zj-target-17.1 的 actual：记为 999，按历史应为 300",
    ),
    Intrusion(
        "a date that decides what is overdue",
        "UPDATE item SET overdue_from = NULL WHERE code = 'zj-task-4'",
        {"state"},
        "zj-task-4 的 overdue_from",
    ),
    Intrusion(
        "the newest date",
        "UPDATE ledger SET value = '2020-01-01' WHERE name = 'newest_date'",
        {"state"},
        "newest_date",
    ),
    Intrusion(
        "a reporter's date",
        ("UPDATE responsibility SET reported_on = '2026-11-20' WHERE reported_on IS NOT NULL"),
        {"state"},
        "的责任单位",
    ),
    Intrusion(
        "a link index",
        ("DELETE FROM indicator_source WHERE indicator_id = (SELECT min(indicator_id) FROM indicator_source)"),
        {"state"},
        "来源指标",
    ),
    Intrusion(
        "a dangling key",
        "UPDATE unit_name SET unit_id = 99999 WHERE id = 1",
        {"keys", "registry"},
        "表 unit_name",
    ),
    Intrusion(
        "a number that is none",
        "UPDATE report SET value = 'viel' WHERE change_id = 2",
        {"chain", "rows"},
        "填报 1 的 value：无法识别，应为数字",
    ),
    Intrusion(
        "a link to nothing",
        ('UPDATE indicator SET plan_link = \'{"kind":"same","sources":["zj-target-99.1"],"weights":[]}\' WHERE id = 5'),
        {"facts", "state"},
        "plan_link",
    ),
)


@pytest.mark.parametrize("case", INTRUSIONS, ids=lambda case: case.name)
def test_somebody_with_the_sqlite3_shell_is_found_out(used: Cli, case: Intrusion) -> None:
    tamper(used.db, *case.sql.split("; "))
    answer = examined(used)
    # What is kept of an item follows from its plan too: where that was changed, it no longer fits.
    assert case.areas <= areas(answer) <= case.areas | {"state", "history"}
    assert case.words in "\n".join(f"{each['where']}：{each['what']}" for each in answer["findings"])
    assert all(each["remedy"] for each in answer["findings"])


def test_a_quiet_change_of_the_registry_is_not_sealed_with_the_next_honest_one(used: Cli) -> None:
    tamper(used.db, "UPDATE unit SET name = '某厅' WHERE id = 5")
    used.ok("unit", "alias", "zj:省生态环境厅", "浙江环保")
    (finding,) = examined(used)["findings"]
    assert finding["area"] == "registry"
    assert finding["what"].startswith("第 1 号与第 8 号改动之间")


def test_guards_that_were_taken_away_are_missed(used: Cli) -> None:
    tamper(used.db, "SELECT 1", restoring_guards=False)
    answer = examined(used)
    assert areas(answer) == {"schema"}
    assert [each["where"] for each in answer["findings"]] == [
        f"触发器 {table}_no_{action}" for table in APPEND_ONLY for action in ("update", "delete", "replace")
    ]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DROP TRIGGER report_no_update", "触发器 report_no_update：缺失"),
        ("DROP INDEX ix_report_item", "索引 ix_report_item：缺失"),
        ("ALTER TABLE report ADD COLUMN secret TEXT", "表 report：定义与本版本不同"),
        ("CREATE TRIGGER quiet AFTER INSERT ON report BEGIN SELECT 1; END", "触发器 quiet：不是 tracker 建立的"),
    ],
)
def test_a_changed_schema_is_found(used: Cli, sql: str, words: str) -> None:
    connection = sqlite3.connect(used.db)
    connection.execute(sql)
    connection.close()
    result = used("doctor")
    assert result.code == 1
    assert f"【表结构】{words}" in result.out


@pytest.mark.parametrize("sql", ["", "CREATE INDEX ix_report_item ON report (date)"])
def test_an_index_that_was_taken_away_or_altered_is_made_again(used: Cli, sql: str) -> None:
    with closing(sqlite3.connect(used.db)) as connection:
        connection.execute("DROP INDEX ix_report_item")
        connection.execute(sql or "SELECT 1")
    assert "tracker doctor --repair" in used("doctor").out
    assert "已重建索引：ix_report_item" in used("doctor", "--repair").err
    assert examined(used)["clean"]


def test_statistics_of_the_database_are_no_finding(used: Cli) -> None:
    connection = sqlite3.connect(used.db)
    connection.execute("ANALYZE")
    connection.close()
    assert used("doctor").code == 0


def test_who_covers_every_trace_inside_is_found_by_a_hash_noted_outside(used: Cli) -> None:
    noted = examined(used)["head"]
    with closing(sqlite3.connect(used.db)) as connection:
        row = connection.execute("SELECT id, hash FROM change WHERE id = 6").fetchone()
    tamper(
        used.db,
        "DELETE FROM report WHERE change_id = 7",
        "DELETE FROM change WHERE id = 7",
        f"UPDATE ledger SET value = '{row[0]} {row[1]}' WHERE name = 'head'",
    )
    assert areas(examined(used, "--repair")) == {"history", "state"}
    used.ok("doctor", "--repair", "--expect", row[1])
    assert examined(used)["clean"]
    answer = examined(used, "--expect", noted)
    assert [(each["area"], each["where"]) for each in answer["findings"]] == [("chain", f"校验值 {noted}")]
    assert examined(used, "--expect", row[1][:12].upper())["clean"]


@pytest.mark.parametrize("text", ["", "1234567", "zzzzzzzzzzzz"])
def test_a_hash_that_is_none_is_not_understood(used: Cli, text: str) -> None:
    assert used("doctor", "--expect", text).code == 2


def tear(db: Path, name: str) -> None:
    """Write nonsense over the first page of a table or index."""
    connection = sqlite3.connect(db)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    connection.close()
    content = bytearray(db.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    content[(page - 1) * size : (page - 1) * size + 64] = bytes(range(64))
    db.write_bytes(bytes(content))


@pytest.mark.parametrize("name", ["ix_item_plan_id", "item", "report", "change", "unit", "ledger"])
def test_a_torn_page_is_found(used: Cli, name: str) -> None:
    tear(used.db, name)
    result = used("doctor")
    assert result.code == 1
    found = [line.partition(f"{used.db}：")[2] for line in result.out.splitlines() if line.startswith("【文件完整性】")]
    words = r"数据库文件损坏：(第 \d+ 页有误|索引 \w+ 与表不符|内部结构有误)|无法检查：.+或已损坏；.+"
    assert found
    assert [each for each in found if re.fullmatch(words, each) is None] == []
    assert "tracker restore" in result.out
    assert "内部错误" not in result.err


def test_a_file_that_cannot_even_be_asked_is_refused(used: Cli) -> None:
    tear(used.db, "alembic_version")
    result = used("doctor")
    assert (result.code, result.out) == (1, "")
    assert (
        result.err
        == f"错误：文件 {used.db} 不是 SQLite 数据库或已损坏；请用 --db 指定台账，或用 tracker restore 从备份恢复\n"
    )


def test_many_findings_of_one_kind_are_summed_up(used: Cli) -> None:
    tamper(used.db, "UPDATE item SET state = 'completed'")
    findings = examined(used)["findings"]
    assert len(findings) == 21
    assert findings[-1]["where"].startswith("另有 ")


def test_evidence_is_compared_with_what_was_handed_in(used: Cli) -> None:
    paper = used.folder / "证明.txt"
    paper.write_text("原件", encoding="utf-8")
    used.ok("log", "zj-task-7", "--note", "附件", "--evidence", paper)
    assert examined(used)["clean"]
    folder = used.db.with_name(used.db.name + ".evidence")
    (kept,) = [each for each in folder.iterdir() if not each.name.startswith(".")]
    kept.write_text("改过", encoding="utf-8")
    kept.chmod(0o600)
    (altered,) = examined(used)["findings"]
    assert (altered["area"], altered["where"]) == ("evidence", "zj-task-7")
    assert "被改动" in altered["what"]
    kept.unlink()
    (missing,) = examined(used)["findings"]
    assert "缺失" in missing["what"]
    assert "备份" in missing["remedy"]


def test_weights_that_do_not_sum_to_one_are_found(used: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.plans import shipped

    folder = tmp_path / "data"
    shutil.copytree(shipped.data_folder(), folder)
    text = (folder / "index.csv").read_text(encoding="utf-8")
    first = text.splitlines()[1]
    cells = first.split(",")
    place = text.splitlines()[0].split(",").index("weight3")
    cells[place] = "0.99"
    (folder / "index.csv").write_text(text.replace(first, ",".join(cells)), encoding="utf-8")
    monkeypatch.setattr(shipped, "data_folder", lambda: folder)
    (finding,) = examined(used)["findings"]
    assert finding["area"] == "weights"
    assert "权重" in finding["what"]


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_files_that_others_can_read_are_named(used: Cli) -> None:
    used.ok("backup")
    folder = used.db.with_name("backups")
    copy = next(folder.iterdir())
    used.db.chmod(0o640)
    folder.chmod(0o755)
    copy.chmod(0o604)
    found = {each["where"]: each["remedy"] for each in examined(used)["findings"]}
    assert found == {
        str(used.db): f"运行 chmod 600 '{used.db}'",
        str(folder): f"运行 chmod 700 '{folder}'",
        str(copy): f"运行 chmod 600 '{copy}'",
    }


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_file_that_a_group_shares_may_be_theirs(used: Cli) -> None:
    used.db.chmod(0o660)
    assert examined(used)["clean"]
    used.db.chmod(0o664)
    (finding,) = examined(used)["findings"]
    assert finding["what"] == "其他用户可以访问（权限 664）"
    assert finding["remedy"] == f"运行 chmod 660 '{used.db}'"


MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 22 0:33 / /srv/shared\\040files rw,relatime shared:1 - nfs4 server:/export rw,vers=4.2
41 22 0:34 / /mnt/盘 rw - cifs //server/share rw
42 22 0:35 / /mnt/local rw - ext4 /dev/vdb rw
43 42 0:36 / /mnt/local rw - fuse.sshfs user@host: rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/shared files/a/ledger.sqlite3", "nfs4"),
        ("/mnt/盘/ledger.sqlite3", "cifs"),
        ("/mnt/local/ledger.sqlite3", "fuse.sshfs"),
        ("/srv/ledger.sqlite3", None),
        ("/home/user/ledger.sqlite3", None),
    ],
)
def test_network_shares_are_told_from_local_disks(path: str, kind: str | None) -> None:
    assert ledger_files.share_in(Path(path), MOUNTS) == kind


def test_a_ledger_on_a_network_share_is_warned_of(used: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = used.folder / "mountinfo"
    mounts.write_text(f"9 1 0:9 / {used.folder} rw - nfs server:/x rw\n", encoding="utf-8")
    monkeypatch.setattr(ledger_files, "MOUNTS", mounts)
    (finding,) = examined(used)["findings"]
    assert finding["area"] == "files"
    assert "网络共享（nfs）" in finding["what"]
    assert "PostgreSQL" in finding["remedy"]
    result = used("init", "--db", used.folder / "new.sqlite3")
    assert result.code == 0
    assert "网络共享（nfs）" in result.err


def test_repair_rebuilds_what_is_derived_and_nothing_else(used: Cli) -> None:
    sound = _dump(used.db)
    tamper(
        used.db,
        "UPDATE item SET state = 'completed', overdue_from = NULL, next_due_last = NULL, due = '2030-01-01'",
        "UPDATE indicator SET actual = '1', link = NULL",
        "UPDATE responsibility SET active = 0, reported_on = NULL",
        "INSERT INTO responsibility (item_id, unit_id, role, printed, position, origin, active)"
        " VALUES (1, 1, 'lead', '某单位', 1001, 'assigned', 1)",
        "DELETE FROM indicator_source",
        "UPDATE ledger SET value = '2020-01-01' WHERE name = 'newest_date'",
    )
    assert areas(examined(used)) == {"state"}
    result = used("doctor", "--repair")
    assert result.code == 0
    assert result.out.startswith("已按历史重建现状，其他内容未改动\n")
    assert result.err.startswith(f"重建前已备份到 {used.db.with_name('backups')}")
    assert _dump(used.db) == sound
    again = used("doctor", "--repair")
    assert again.out.startswith("现状与历史一致，无需重建，未作任何改动\n")
    assert len(list(used.db.with_name("backups").iterdir())) == 1


def test_repair_leaves_what_it_cannot_mend(used: Cli) -> None:
    tamper(used.db, "UPDATE report SET value = '900' WHERE change_id = 2")
    answer = examined(used, "--repair")
    assert (answer["repaired"], areas(answer)) == (True, {"chain"})
    tamper(used.db, "UPDATE report SET value = 'viel' WHERE change_id = 2")
    before = used.db.read_bytes()
    result = used("doctor", "--repair")
    assert result.code == 1
    assert "历史无法重放" in result.err
    assert used.db.read_bytes() == before


def _dump(db: Path) -> list[str]:
    """Return the whole content of a ledger; in which order the rows of a table lie is none of it."""
    connection = sqlite3.connect(db)
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


COMMANDS = (
    "log zj-target-17 --value 300",
    "log zj-target-17 --value 1000 --date 2026-06-30",
    "log zj-target-3.1 --value 20",
    "log zj-target-10.2 --value 12",
    "log zj-task-1 zj-task-2 --percent 40 --note 一期",
    "log zj-task-1 --state completed --note 完成",
    "log zj-target-28 --state completed",
    "log cq-task-5 --same",
    "complete zj-task-1",
    "close zj-task-1 --by 李四 --note 属实",
    "return zj-task-1 --by 李四 --reason 材料不全",
    "reopen zj-task-1 --reason 反弹",
    "extend zj-target-17 --to 2027-12-31 --reason 受灾 --approved-by 厅长 --late",
    "forecast zj-task-2 at_risk --reason 资金",
    "baseline zj-target-3.1 --value 18 --year 2020",
    "milestone zj-target-17.1 --date 2026-12-31 --value 600",
    "link zj-target-6.3 --none",
    "link zj-target-6.3 --sum zj-target-10.2 zj-target-15.1",
    "assign zj-task-40 --lead 省发展改革委",
    "assign zj-task-40 --lead 省新设机构",
    "unit alias zj:省生态环境厅 浙江环保",
    "unit rename zj:省林业局 省林草局",
    "item add zj task --text 临时交办 --lead 省生态环境厅 --due 2027-06-30",
    "item add zj target --text 新目标 --lead 省水利厅 --indicator 覆盖率>=98%",
    "item edit zj-task-3 --text 更正 --due 2026-12-31",
    "item retire zj-task-4 --reason 并入 --yes",
    "breakdown zj-task-5 --to cities",
    "log zj-task-5 --region 杭州市 --percent 10",
    "undo --yes",
    "undo 2 --yes",
    "undo 3 --yes",
)


@settings(max_examples=25)
@given(chosen=st.lists(st.sampled_from(COMMANDS), max_size=9))
def test_whatever_the_commands_do_leaves_a_ledger_that_proves_itself(cli: Cli, seeded: Path, chosen: list[str]) -> None:
    shutil.copy(seeded, cli.db)
    for command in chosen:
        cli(*command.split())  # may well be refused, by the state of things
    assert examined(cli)["findings"] == []


def test_the_commands_of_that_test_are_commands(cli: Cli) -> None:
    refused = {command: cli(*command.split()) for command in COMMANDS}
    assert [command for command, result in refused.items() if result.code == 2] == []
    assert sum(result.code == 0 for result in refused.values()) > 20
