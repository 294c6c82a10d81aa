"""Options that many commands share: declared once, handed to a command as one object."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from tracker.cli.asking import Ask
from tracker.cli.writing import Act

Text = str | None
Db = Annotated[Text, typer.Option("--db", metavar="PATH|URL", help="台账位置（缺省 TRACKER_DB 或用户数据目录）")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有文件")]
OutputFile = Annotated[Text, typer.Option("-o", "--output", metavar="FILE", help="写入文件而不是屏幕")]
AsOf = Annotated[Text, typer.Option("--as-of", metavar="DATE", help="按这一天的情况（缺省今天）")]
KnownAt = Annotated[Text, typer.Option("--known-at", metavar="TIME", help="只看此刻之前录入的（缺省现在）")]
Everything = Annotated[bool, typer.Option("--all", help="不用默认的方案和单位")]

PlanFilter = Annotated[Text, typer.Option("--plan", metavar="CODE", help="只看这些方案，可用逗号隔开多个")]
UnitFilter = Annotated[Text, typer.Option("--unit", metavar="NAME", help="只看这个单位的（zj:省生态环境厅 限定地区）")]
KindFilter = Annotated[Text, typer.Option("--kind", metavar="KIND", help="target 目标、task 任务、policy 政策、aim 总体目标")]

_READ = {
    "as_of": AsOf,
    "known_at": KnownAt,
    "json": Json,
    "csv": Annotated[bool, typer.Option("--csv", help="输出 CSV")],
    "fields": Annotated[Text, typer.Option("--fields", metavar="A,B", help="只要这些字段")],
    "sort": Annotated[Text, typer.Option("--sort", metavar="FIELD", help="按字段排序")],
    "reverse": Annotated[bool, typer.Option("--reverse", help="倒序")],
    "limit": Annotated[Text, typer.Option("--limit", metavar="N", help="最多几行，0 为全部")],
    "output": OutputFile,
    "force": Force,
    "everything": Everything,
    "db": Db,
}
_WRITE = {
    "by": Annotated[Text, typer.Option("--by", metavar="NAME", help="填报人（缺省登录名）")],
    "unit": Annotated[Text, typer.Option("--unit", metavar="NAME", help="代表哪个单位")],
    "dry_run": Annotated[bool, typer.Option("--dry-run", help="只演示，不写入")],
    "yes": Annotated[bool, typer.Option("--yes", help="不再询问确认")],
    "no_input": Annotated[bool, typer.Option("--no-input", help="从不询问")],
    "json": Json,
    "db": Db,
}


def read_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options of reading; its first parameter receives them as an Ask."""
    return _with_shared(function, _READ, Ask)


def write_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options of writing; its first parameter receives them as an Act."""
    return _with_shared(function, _WRITE, Act)


def _with_shared(function: Callable[..., Any], shared: dict[str, Any], kind: Callable[..., Any]) -> Callable[..., Any]:
    own = list(inspect.signature(function).parameters.values())[1:]
    taken = {parameter.name for parameter in own}
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False if "bool" in str(hint) else None, annotation=hint)
        for name, hint in shared.items()
        if name not in taken
    ]

    def command(**values: Any) -> Any:
        bundle = kind(**{parameter.name: values.pop(parameter.name) for parameter in added})
        return function(bundle, **values)

    keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    command.__signature__ = inspect.Signature([*keyword, *added])  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in (*keyword, *added)}
    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    return command
