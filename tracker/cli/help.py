"""Help pages and usage errors in Chinese. A page is one value, drawn by two renderers: plain lines, and rich on a terminal.

The pages of the program and of its groups are made of the registry alone, so that they cost no more than the start.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tracker.cli import detail_view, output
from tracker.cli.command_table import COMMANDS, PANELS, RIGHTS, ROOT_OPTIONS, Command, Group, about, elsewhere, near
from tracker.cli.terminal import cells, folded
from tracker.errors import Refused, Unclear
from tracker.ledger.values import shorten

ABOUT = "减污降碳协同增效方案的任务台账：谁牵头、何时完成、进展如何、为何亮灯。"
FIRST_EXAMPLES = (
    "tracker status                                   一屏总览",
    "tracker overdue                                  谁逾期了",
    "tracker todo --unit 省生态环境厅                 本单位还欠什么",
    "tracker log zj-task-6 --percent 40 --note 进展   填报一项",
    "tracker export weekly -o 周报/                   导出周报",
)
FOOT = (
    "编号如 zj-target-20，其第 3 个指标写作 zj-target-20.3；几个一起写 zj-task-6,zj-task-9 或 zj-task-6..8。",
    "查看命令可加 --json 或 --csv；各命令详情见 tracker help 命令。",
    "常用命令也可用中文：总览、清单、查看、逾期、待办、填报、导入、撤销、检查、周报。",
    "退出码：0 成功；1 台账拒绝；2 输入无法理解；130 中断。",
    "check 另按监控插件约定：0 正常 1 警告 2 严重 3 未知。",
)


class Page(NamedTuple):
    """A help page: how the command is called, what it does, examples, tables of names and words, closing lines."""

    usage: str
    about: Sequence[str]
    examples: Sequence[str]
    sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    foot: Sequence[str] = ()


def program_page() -> Page:
    """Return the page of the program: its commands by use."""
    sections = [
        (title, [(name, entry.help) for name, entry in COMMANDS.items() if entry.panel == panel])
        for panel, title in PANELS.items()
    ]
    return Page(
        "tracker [选项] 命令 [参数]", [ABOUT], FIRST_EXAMPLES, [*sections, ("选项", list(ROOT_OPTIONS.values()))], FOOT
    )


def group_page(name: str, group: Group) -> Page:
    """Return the page of a group."""
    rows = [(member, each.help) for member, each in group.members.items()]
    examples = [f"tracker {each.example}" for each in list(group.members.values())[:3]]
    return Page(
        f"tracker {name} 命令 [参数]", [group.help], examples, [("命令", rows), ("选项", [ROOT_OPTIONS["help"]])]
    )


def command_page(name: str, entry: Command, text: str, params: Iterable[Any], shared: Sequence[str]) -> Page:
    """Return the page of one command: text is its docstring, params its parameters, shared the names of those of its kind."""
    params = [param for param in params if not getattr(param, "hidden", False)]
    arguments = "".join(f" {param.metavar or param.name.upper()}" for param in params if is_argument(param))
    lines = [line.strip() for line in text.strip().splitlines()]
    examples = [line.removeprefix("例：") for line in lines if line.startswith("例：")]
    about = [line for line in lines if line and not line.startswith("例：")]
    options = [param for param in params if not is_argument(param) and "--help" not in param.opts]
    own = [_row(param) for param in options if param.name not in shared]
    common = [*(_row(param) for param in options if param.name in shared), ROOT_OPTIONS["help"]]
    sections = [
        ("参数", [(param.metavar or param.name.upper(), param.help or "") for param in params if is_argument(param)]),
        ("选项", own), ("通用选项", common),
    ]  # fmt: skip
    undo = f"可用 tracker {entry.undo} 撤销" if entry.undo and entry.undo.isascii() else entry.undo
    right = "；".join(each for each in (RIGHTS[entry.right], undo) if each) + "。"
    return Page(
        f"tracker {name} [选项]{arguments}", about, examples or [f"tracker {entry.example}"],
        [(title, rows) for title, rows in sections if rows], [right],
    )  # fmt: skip


def is_argument(param: Any) -> bool:
    """Say whether a parameter of a command is an argument, not an option."""
    return bool(param.param_type_name == "argument")


def _row(param: Any) -> tuple[str, str]:
    names = ", ".join((*param.opts, *param.secondary_opts))
    return names + ("" if param.is_flag else f" {param.metavar or 'TEXT'}"), param.help or ""


def show(page: Page) -> None:
    """Write a page: with frames on a terminal, plain lines elsewhere."""
    if output.is_rich():
        _draw(page)
    else:
        output.block(plain(page))


def plain(page: Page) -> str:
    """Return a page as lines of text."""
    parts = [f"用法：{page.usage}\n", "\n".join(map(folded, page.about)) + "\n"]
    parts.append("例：\n" + "".join(f"  {line}\n" for line in page.examples))
    for title, rows in page.sections:
        longest = max(cells(name) for name, _ in rows)
        lines = (f"  {name}{' ' * (longest - cells(name))}  {folded(text, longest + 4)}\n" for name, text in rows)
        parts.append(f"{title}：\n" if "：" not in title else f"{title}\n")
        parts[-1] += "".join(lines)
    if page.foot:
        parts.append("\n".join(map(folded, page.foot)) + "\n")
    return "\n".join(parts)


def _draw(page: Page) -> None:
    """Write a page with a frame around each section; texts are folded by our own rule, which knows Chinese punctuation."""
    from rich.panel import Panel
    from rich.text import Text

    console = output.console()
    room = detail_view.room()
    console.print(Text(f"用法：{page.usage}", style="bold"), soft_wrap=True)
    for line in page.about:
        console.print(Text(folded(line, 0, room)))
    shown = Text("\n".join(page.examples))
    console.print(Panel(shown, title="例", title_align="left", border_style="green", width=room))
    for title, rows in page.sections:
        longest = max(cells(name) for name, _ in rows)
        text = Text()
        for place, (name, words) in enumerate(rows):
            text.append(("\n" if place else "") + name + " " * (longest - cells(name)), style="bold cyan")
            text.append(f"  {folded(words, longest + 2, room - 4)}")
        console.print(Panel(text, title=title, title_align="left", border_style="dim", width=room))
    for line in page.foot:
        console.print(Text(folded(line, 0, room), style="dim"))


def unknown_command(name: str, names: Sequence[str], path: str) -> Unclear:
    """Return the error for a command that does not exist, with where it stands or those that come near."""
    moved = elsewhere(name) if path == "tracker" else []
    if moved:
        return Unclear(f"没有“{shorten(name)}”这个命令；请用 {' 或 '.join(f'tracker {full}' for full in moved)}")
    if path == "tracker" and _is_id(name):
        return Unclear(
            f"没有“{shorten(name)}”这个命令；这是编号，查看用 tracker show {name}，填报用 tracker log {name}"
        )
    hints = near(name, names) or (about(name) if path == "tracker" else [])
    hint = f"；是否想用：{'、'.join(hints)}" if hints else f"；可用命令见 {path} --help"
    return Unclear(f"没有“{shorten(name)}”这个命令{hint}")


def _is_id(text: str) -> bool:
    from tracker.ledger.ids import parse_ids

    try:
        return bool(parse_ids(text, plan="zj"))
    except Refused:
        return False


def usage_error(error: Exception) -> Unclear | None:
    """Return the Chinese line for an error of the framework about options and arguments; None for any other error.

    The framework's errors are told by the names of their classes: typer gives out only their common base.
    """
    from typer import BadParameter

    if not isinstance(error, BadParameter.__bases__[0]):
        return None
    said: Any = error
    match type(error).__name__:
        case "NoSuchOption":
            near_ones = sorted(said.possibilities or (), key=lambda each: not each.startswith(said.option_name))[:2]
            hint = f"；是否想用：{'、'.join(near_ones)}" if near_ones else ""
            return Unclear(f"没有选项 {shorten(said.option_name)}{hint}；可用选项见 {_path(said)} --help")
        case "MissingParameter" if said.param is not None:
            name = said.param.metavar or said.param.name.upper() if is_argument(said.param) else said.param.opts[0]
            return Unclear(f"缺少 {name}；用法见 {_path(said)} --help")
        case "BadOptionUsage":
            return Unclear(f"选项 {said.option_name} 用法不对（{_reason(said)}）；用法见 {_path(said)} --help")
        case "BadParameter":
            name = said.param.opts[0] if said.param is not None and said.param.opts else "参数"
            return Unclear(f"{name} 的值无法识别；用法见 {_path(said)} --help")
        case _:
            return Unclear(f"命令写法无法识别（{_reason(said)}）；用法见 {_path(said)} --help")


def _path(error: Any) -> str:
    return str(error.ctx.command_path) if error.ctx is not None else "tracker"


def _reason(error: Any) -> str:
    text = str(error.format_message())
    for english, chinese in (("requires an argument", "后面缺少值"), ("does not take a value", "不带值"),
                             ("Got unexpected extra argument", "多出参数"), ("Missing command", "缺少命令")):  # fmt: skip
        if english in text:
            extra = re.search(r" \(([^()]+)\)$", text.rstrip(".")) if english.startswith("Got") else None
            return f"{chinese} {shorten(extra[1])}" if extra else chinese
    return text
