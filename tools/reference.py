"""Write docs/reference.md: the help of every command as it is printed, the settings, the environment.

    python -m tools.reference

A test fails when the page is stale.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from tracker.cli.app import root
from tracker.cli.command_table import COMMANDS, Command, Group
from tracker.cli.help import group_page, plain, program_page
from tracker.cli.terminal import folded
from tracker.ledger.values import plain as digits
from tracker.settings import SETTINGS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"

HEAD = """\
# 命令

本页由 `python -m tools.reference` 按各命令自己的说明生成。亮灯和填报期的规则见 [亮灯规则](rules.md)，
供脚本使用的约定（退出码、JSON）见 [contract](contract.md)（英文）：退出码 0 为完成，1 为拒绝，2 为写法有误，130 为中断；
`check` 另有一套，见 [检查规则](rules.md#检查规则)。

"""
ENVIRONMENT = """\
## 环境变量

| 变量 | 含义 |
|---|---|
| `TRACKER_DB` | 台账：文件，或 `postgresql+psycopg://…`（缺省为用户数据文件夹中的一个文件） |
| `TRACKER_DATA_DIR` | 上述文件所在的文件夹 |
| `TRACKER_CONFIG` | 配置文件 |
| `TRACKER_PLAN` `TRACKER_UNIT` | `--plan`、`--unit` 的默认值；`--all` 不用默认值，对 `check`、`export annex`、`import` 不起作用 |
| `TRACKER_BY` | `--by` 的默认值 |
| `TRACKER_AS_OF` | 查看命令（`check` 除外）中 `--as-of` 的默认值 |
| `NO_COLOR`、`TERM=dumb` | 不用颜色 |
| `COLUMNS` | 表格宽度 |

"""


def commands() -> Iterator[tuple[str, str]]:
    """Yield every command as it is called, groups before their members, with its help and the keys of its JSON."""
    program = root()
    top = program.context_class(program, info_name="tracker")
    yield "tracker", plain(program_page())
    for name, entry in COMMANDS.items():
        command = program.get_command(top, name)
        inside = command.context_class(command, info_name=name, parent=top)
        if not isinstance(entry, Group):
            yield f"tracker {name}", plain(command.page(inside)) + _keys(entry)
            continue
        yield f"tracker {name}", plain(group_page(name, entry))
        for member, each in entry.members.items():
            inner = command.get_command(inside, member)
            page = inner.page(inner.context_class(inner, info_name=member, parent=inside))
            yield f"tracker {name} {member}", plain(page) + _keys(each)


def _keys(entry: Command) -> str:
    module, _, constant = entry.json.partition(":")
    keys = getattr(import_module(module), constant) if constant else entry.json.split()
    return "\n" + folded(f"--json：{' '.join(keys)}") + "\n" if keys else ""


def text() -> str:
    """Return the page."""
    sections = [f"## {name}\n\n```text\n{shown.rstrip()}\n```\n\n" for name, shown in commands()]
    return (HEAD + "".join(sections) + _settings() + ENVIRONMENT).rstrip() + "\n"


def _settings() -> str:
    rows = "".join(
        f"| `{each.key}` | {_shown(each.default)} | {f'`{each.env}`' if each.env else ''} | {each.meaning} | {each.source} |\n"
        for each in SETTINGS
    )
    head = "## 配置\n\n配置文件为 TOML 格式，位置见 `tracker config path`；`tracker config show` 列出现行的各项和来源。\n\n"
    return f"{head}| 名称 | 缺省 | 环境变量 | 含义 | 出处 |\n|---|---|---|---|---|\n{rows}\n"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "false" if not value else "true"
    return f"`{value if isinstance(value, str | int) else digits(value)}`" if value != "" else ""


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
