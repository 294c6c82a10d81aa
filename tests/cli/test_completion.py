"""What Tab offers, in the form each shell reads; whatever goes wrong, nothing is said, made or asked."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Cli
from tracker.cli import completion


def offered(cli: Cli, line: str, shell: str = "fish") -> list[str]:
    cli.environ |= {"_TRACKER_COMPLETE": f"complete_{shell}", "_TRACKER_LINE": line}
    result = cli()
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


def values(cli: Cli, line: str) -> list[str]:
    return [each.partition("\t")[0] for each in offered(cli, line)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("tracker li", ["list", "link"]), ("tracker export w", ["weekly"]), ("tracker 逾", ["逾期"]), ("tracker help exp", ["explain", "export"]),
        ("tracker --no-color --db x stat", ["status"]), ("tracker show zj-policy-1", ["zj-policy-1"]), ("tracker show ZJ-POL", []),
        ("tracker show zj-target-20.", [f"zj-target-20.{n}" for n in range(1, 5)]),
        ("tracker log zj-task-6,zj-task-4", ["zj-task-6,zj-task-4", *(f"zj-task-6,zj-task-{n}" for n in range(40, 48))]),
        ("tracker list --unit 省水", ["省水利厅"]), ("tracker list --unit zj:省水", ["zj:省水利厅"]),
        ("tracker list --plan z", ["zj"]), ("tracker list --plan zj,j", ["zj,js"]), ("tracker check unr", ["unreported"]),
        ("tracker list --light y", ["yellow"]), ("tracker list --over", ["--overdue"]), ("tracker log zj-task-6 --note ", []),
        ("tracker show -o ", []), ("tracker list --json --pl", ["--plan"]), ("tracker plan add j", ["js"]), ("tracker config set iss", ["issuer"]),
        ("tracker config set report_e", ["report_every"]), ("tracker config set report_every m", ["month"]),
        ("tracker config set plan z", ["zj"]), ("tracker config unset plan ", []), ("tracker config set unit 省水", ["省水利厅"]),
        ("tracker qqq ", []), ("tracker export qqq ", []), ("tracker --vers", ["--version"]),
        ("tracker 填报 zj-policy-9", ["zj-policy-9"]), ("tracker plan end z", ["zj"]), ("tracker item add zj t", ["target", "task"]),
        ("tracker unit merge 省水利厅 省气", ["省气象局"]), ("tracker export slip a", ["assign"]), ("tracker forecast zj-task-6 at", ["at_risk"]),
        ("tracker export slip extend zj-policy-9", ["zj-policy-9"]), ("tracker breakdown zj-target-12 --rule s", ["sum"]),
        ("tracker init --plan zj,n", ["zj,nx"]), ("tracker history --command unit m", []), ("tracker plan show zj z", []),
    ],
)  # fmt: skip
def test_what_may_stand_at_the_cursor(cli: Cli, line: str, found: list[str]) -> None:
    assert values(cli, line) == found


@pytest.mark.parametrize(
    "line", ["tracker show '", "tracker list --unit '", 'tracker "', "tracker show zj-task-6 \\", ""]
)
def test_a_line_that_is_not_finished_does_no_harm(cli: Cli, line: str) -> None:
    assert len(values(cli, line)) <= completion.MOST


def test_ids_come_with_titles_and_units_with_their_plan(cli: Cli) -> None:
    assert offered(cli, "tracker show cn-task-4")[0].startswith("cn-task-4\t")
    assert "省生态环境厅\tzj、js" in offered(cli, "tracker todo --unit 省生态")


def test_each_shell_gets_what_it_reads(cli: Cli) -> None:
    assert offered(cli, "tracker list --unit zj:省水", "bash") == ["省水利厅"]
    assert offered(cli, "tracker list --unit zj:省水", "zsh") == ["zj\\:省水利厅:zj"]
    assert offered(cli, "tracker export week", "powershell")[0].startswith("weekly\t导出工作周报")


def test_no_ledger_is_made_and_no_fault_is_told(cli: Cli, tmp_path: Path) -> None:
    good = cli.environ["TRACKER_DB"]
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database" * 99)
    for place in (tmp_path / "none.sqlite3", broken, tmp_path, "postgresql://nobody@127.0.0.1:9/none"):
        cli.environ["TRACKER_DB"] = str(place)
        assert values(cli, "tracker show zj-") == []
    assert not (tmp_path / "none.sqlite3").exists()
    shell = "powershell" if os.name == "nt" else "fish"
    assert offered(cli, f"tracker --db {good} show zj-policy-9", shell)[0].startswith("zj-policy-9\t")
    (tmp_path / "config.toml").write_text("wrong", encoding="utf-8")
    assert values(cli, "tracker lis") == ["list"]


def test_scripts_are_shown_and_installed_once(cli: Cli, tmp_path: Path) -> None:
    cli.environ["HOME"] = str(tmp_path)
    for shell in completion.SCRIPTS:
        assert cli.ok("--show-completion", shell) == completion.SCRIPTS[shell]
    for shell in ("bash", "zsh", "fish"):
        cli.environ["SHELL"] = f"/usr/bin/{shell}"
        cli.ok("--install-completion")
        cli.ok("--install-completion", shell)
    assert (tmp_path / ".bashrc").read_text(encoding="utf-8").count("tracker.sh") == 1
    assert (tmp_path / ".zfunc/_tracker").read_text(encoding="utf-8").startswith("#compdef tracker")
    assert (tmp_path / ".config/fish/completions/tracker.fish").exists()
    result = cli("--install-completion", "powershell")
    assert result.out == completion.SCRIPTS["powershell"]
    assert "$PROFILE" in result.err
    assert "Set-ExecutionPolicy" not in result.out
    assert cli("--install-completion", "tcsh").code == 2


def test_the_script_for_powershell_is_closed_and_meddles_with_nothing_else() -> None:
    """No PowerShell can be had from the package index: what can be held without one (docs/start.md says so)."""
    script = completion.SCRIPTS["powershell"]
    bare = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"", "", script)
    opened = []
    for sign in re.findall(r"[(){}\[\]]", bare):
        if sign in "({[":
            opened.append(sign)
        else:
            assert "({["[")}]".index(sign)] == opened.pop()
    assert opened == []
    commands = set(re.findall(r"\b[A-Z][A-Za-z]+-[A-Z][A-Za-z]+\b", script))
    assert commands == {"Register-ArgumentCompleter", "ForEach-Object", "Remove-Item"}
    for name in (completion.ASKED, completion.LINE):
        assert script.count(f"$env:{name} =") == script.count(f"Remove-Item Env:{name}\n") == 1
    assert script.isascii()


@pytest.mark.skipif(shutil.which("fish") is None or os.name != "posix", reason="asks a real fish")
def test_a_real_fish_is_answered(cli: Cli, tmp_path: Path) -> None:
    command = tmp_path / "bin" / "tracker"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m tracker "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environ = {**os.environ, **cli.environ, "TRACKER_CONFIG": "", "HOME": str(tmp_path),
               "PATH": f"{command.parent}:{os.environ['PATH']}"}  # fmt: skip
    words = ["fish", "-c", "tracker --show-completion fish | source; complete -C 'tracker show zj-policy-'"]
    done = subprocess.run(words, env=environ, capture_output=True, encoding="utf-8", check=True)
    assert [each.partition("\t")[0] for each in done.stdout.splitlines()] == [f"zj-policy-{n}" for n in range(1, 10)]


@pytest.mark.skipif(shutil.which("zsh") is None or os.name != "posix", reason="asks a real zsh")
def test_a_real_zsh_takes_the_script(cli: Cli) -> None:
    """zsh completes at a terminal only; here its own tool for listing stands in, and gets what the script would hand it."""
    script = (
        f'tracker() {{ {sys.executable} -m tracker "$@"; }}; compdef() {{ :; }}; _describe() {{ print -l -- $lines; }}; '
        "source <(tracker --show-completion zsh); words=(tracker show zj-policy-); CURRENT=3; _tracker"
    )
    environ = {**os.environ, **cli.environ, "TRACKER_CONFIG": ""}
    done = subprocess.run(["zsh", "-f", "-c", script], env=environ, capture_output=True, encoding="utf-8", check=True)  # noqa: S607
    assert [each.partition(":")[0] for each in done.stdout.splitlines()] == [f"zj-policy-{n}" for n in range(1, 10)]


@pytest.mark.skipif(shutil.which("bash") is None or os.name != "posix", reason="asks a real bash")
def test_a_real_bash_is_answered(cli: Cli) -> None:
    script = (
        f'tracker() {{ {sys.executable} -m tracker "$@"; }}; source <(tracker --show-completion bash); '
        "COMP_LINE='tracker show zj-policy-'; COMP_POINT=${#COMP_LINE}; _tracker_completion tracker; echo \"${#COMPREPLY[@]} ${COMPREPLY[0]}\""
    )
    environ = {**os.environ, **cli.environ, "TRACKER_CONFIG": ""}
    done = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, encoding="utf-8", check=True)  # noqa: S607
    assert done.stdout == "9 zj-policy-1\n"


@pytest.mark.posix
def test_powershell_has_no_backslash_of_its_own(cli: Cli) -> None:
    place = cli.folder / "台账\\我的 账.sqlite3"
    shutil.copy(cli.environ["TRACKER_DB"], place)
    assert offered(cli, f"tracker --db '{place}' show zj-policy-9", "powershell")[0].startswith("zj-policy-9\t")
