"""The framework's own words in Chinese: help pages and usage errors."""

import re
from collections.abc import Sequence
from typing import Any

from tracker.cli.tables import cells
from tracker.errors import Unclear
from tracker.ledger.values import shorten

ABOUT = "减污降碳协同增效方案的任务台账：谁牵头、何时完成、进展如何、为何亮灯。"
FOOT = (
    "编号如 zj-target-20，其第 3 个指标写作 zj-target-20.3。\n"
    "查看命令可加 --json 或 --csv；各命令详情见 tracker 命令 --help。\n"
    "退出码：0 成功；1 台账拒绝；2 输入无法理解；130 中断。\n"
    "check 另按监控插件约定：0 正常 1 警告 2 严重 3 未知。"
)


def write_group_help(command: Any, ctx: Any, formatter: Any, rows: Sequence[tuple[str, str]]) -> None:
    """Write the help page of a group."""
    formatter.write(f"用法：{ctx.command_path} [选项] 命令 [参数]\n\n{folded(command.help)}\n\n命令：\n")
    _write_rows(formatter, rows)
    _write_options(command, ctx, formatter)
    if ctx.parent is None:
        formatter.write("\n" + "\n".join(map(folded, FOOT.splitlines())) + "\n")


def write_command_help(command: Any, ctx: Any, formatter: Any) -> None:
    """Write the help page of one command."""
    arguments = " ".join(
        param.make_metavar(ctx=ctx) for param in command.get_params(ctx) if param.param_type_name == "argument"
    )
    formatter.write(f"用法：{ctx.command_path} [选项]{' ' + arguments if arguments else ''}\n\n")
    formatter.write("\n".join(folded(text.strip()) for text in (command.help or "").strip().splitlines()) + "\n")
    _write_options(command, ctx, formatter)


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    rows: list[tuple[str, str]] = []
    for param in command.get_params(ctx):
        if param.param_type_name != "option" or getattr(param, "hidden", False):
            continue
        names = ", ".join((*param.opts, *param.secondary_opts))
        metavar = "" if param.is_flag else f" {param.metavar or 'TEXT'}"
        text = "显示本帮助" if "--help" in param.opts else (param.help or "")
        rows.append((names + metavar, text))
    if rows:
        formatter.write("\n选项：\n")
        _write_rows(formatter, rows)


def _write_rows(formatter: Any, rows: Sequence[tuple[str, str]]) -> None:
    longest = max(len(name) for name, _ in rows)
    for name, text in rows:
        formatter.write(f"  {name.ljust(longest)}  {folded(text, longest + 4)}\n")


_WIDTH = 80
"""Columns of a help page: those of a bare terminal, whatever the width of this one, so that the reference can hold it."""
_PIECE = re.compile(r"(?:[!-~]+|.)[，。；、：）”… ]*")
"""What stays in one line: a word or a Chinese character, with the punctuation after it."""


def folded(text: str, indent: int = 0) -> str:
    """Break a text into the lines of a help page, those after the first indented; an example to be copied stays whole."""
    if text.startswith("例："):
        return text
    lines, taken = [""], indent
    for piece in _PIECE.findall(text):
        if lines[-1] and taken + cells(piece.rstrip()) > _WIDTH:
            lines.append("")
            taken = indent
        lines[-1] += piece
        taken += cells(piece)
    return f"\n{' ' * indent}".join(line.rstrip() for line in lines)


def unknown_command(name: str, names: list[str], path: str) -> Unclear:
    """Return the error for a command that does not exist, with those that come near."""
    from difflib import get_close_matches

    near = get_close_matches(name, names, cutoff=0.5)
    hint = f"；是否想用：{'、'.join(near)}" if near else f"；可用命令见 {path} --help"
    return Unclear(f"没有“{shorten(name)}”这个命令{hint}")


def usage_error(error: Exception) -> Unclear | None:
    """Return the Chinese line for an error of the framework about options and arguments; None for any other error."""
    from typer._click import exceptions as framework

    match error:
        case framework.NoArgsIsHelpError():
            from tracker.cli.output import block

            block(error.format_message() + "\n")
            return Unclear(f"请在 {_path(error)} 之后写明命令")
        case framework.NoSuchOption():
            near = f"；是否想用：{'、'.join(sorted(error.possibilities))}" if error.possibilities else ""
            return Unclear(f"没有选项 {shorten(error.option_name)}{near}；可用选项见 {_path(error)} --help")
        case framework.MissingParameter():
            name = error.param.make_metavar(ctx=error.ctx) if error.param is not None and error.ctx is not None else ""
            if error.param is not None and error.param.param_type_name == "option":
                name = error.param.opts[0]
            return Unclear(f"缺少 {name}；用法见 {_path(error)} --help")
        case framework.BadOptionUsage():
            return Unclear(f"选项 {error.option_name} 用法不对（{_reason(error)}）；用法见 {_path(error)} --help")
        case framework.BadParameter():
            name = error.param.opts[0] if error.param is not None and error.param.opts else "参数"
            return Unclear(f"{name} 的值无法识别；用法见 {_path(error)} --help")
        case framework.UsageError():
            return Unclear(f"命令写法无法识别（{_reason(error)}）；用法见 {_path(error)} --help")
    return None


def _path(error: Any) -> str:
    return str(error.ctx.command_path) if error.ctx is not None else "tracker"


def _reason(error: Any) -> str:
    text = str(error.format_message())
    for english, chinese in (("requires an argument", "后面缺少值"), ("does not take a value", "不带值"),
                             ("Got unexpected extra argument", "多出参数"), ("Missing command", "缺少命令")):  # fmt: skip
        if english in text:
            return chinese
    return text
