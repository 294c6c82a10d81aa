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
# Command reference

Written by `python -m tools.reference` from the commands themselves; a test fails when it is stale. Words and exit codes
are told in the [contract](contract.md), the rules of judgement in [亮灯规则](rules.md).

"""
ENVIRONMENT = """\
## Environment

| variable | meaning |
|---|---|
| `TRACKER_DB` | the ledger: a file, or `postgresql+psycopg://…` (default: a file in the user data directory) |
| `TRACKER_DATA_DIR` | the directory of that file |
| `TRACKER_CONFIG` | the configuration file |
| `TRACKER_PLAN` `TRACKER_UNIT` | defaults of `--plan` and `--unit`; lifted by `--all`, never applied to `check`, `export annex`, `import` |
| `TRACKER_BY` | default of `--by` |
| `TRACKER_AS_OF` | default of `--as-of` for reads other than `check` |
| `NO_COLOR`, `TERM=dumb` | no colour |
| `COLUMNS` | the width of tables |

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
    head = "## Configuration\n\nA TOML file (`tracker config path`); `tracker config show` prints what is in force and its origin.\n\n"
    return f"{head}| key | default | environment | meaning | source |\n|---|---|---|---|---|\n{rows}\n"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "false" if not value else "true"
    return f"`{value if isinstance(value, str | int) else digits(value)}`" if value != "" else ""


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
