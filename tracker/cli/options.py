"""Options that many commands share: declared once, handed to a command as one object."""

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

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
RegionFilter = Annotated[
    Text, typer.Option("--region", metavar="NAME", help="只看这个地区的（分解到市县的事项，或省级本级）")
]
KindFilter = Annotated[
    Text, typer.Option("--kind", metavar="KIND", help="target 目标、task 任务、policy 政策、aim 总体目标")
]

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
_EXPORT = {
    "as_of": AsOf,
    "known_at": KnownAt,
    "output": Annotated[Text, typer.Option("-o", "--output", metavar="FILE|DIR", help="写入的文件；写目录则自动命名")],
    "force": Force,
    "json": Json,
    "everything": Everything,
    "db": Db,
}


def read_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options of reading; its first parameter receives them as an ReadOptions."""
    return _with_shared(function, _READ, _ask)


def export_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options of exports; its first parameter receives them as an ReadOptions."""
    return _with_shared(function, _EXPORT, _for_export)


def write_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options of writing; its first parameter receives them as an WriteOptions."""
    return _with_shared(function, _WRITE, _act)


def _ask(**values: Any) -> Any:
    from tracker.cli.read_options import ReadOptions

    options = ReadOptions(**values)
    options.check()
    return options


def _for_export(**values: Any) -> Any:
    options = _ask(**values)
    options.narrows_aloud = True
    return options


def _act(**values: Any) -> Any:
    # Imported only when something is written: hashing and the derivation of current state are not for readers.
    from tracker.cli.write_options import WriteOptions

    return WriteOptions(**values)


def _with_shared(
    function: Callable[..., Any], shared: dict[str, Any], bundle: Callable[..., Any]
) -> Callable[..., Any]:
    """Return the command that takes its own and the shared options, and hands the shared ones over as one object.

    A shared option that the command declares itself (its own --unit, say) is left to the command. A parameter whose type is a
    group of options (`cli.option_groups`) receives those as one object.
    """
    asked = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in list(signature(function).parameters.values())[1:]]
    groups = {each.name: each.annotation for each in asked if hasattr(each.annotation, "GROUP")}
    own = [
        option for each in asked for option in (_options(groups[each.name].GROUP) if each.name in groups else [each])
    ]
    taken = {parameter.name for parameter in own}
    names = [name for name in shared if name not in taken]

    def command(**values: Any) -> Any:
        options = bundle(**{name: values.pop(name) for name in names})
        for place, group in groups.items():
            values[place] = group(**{name: values.pop(name) for name in group.GROUP})
        return function(options, **values)

    added = _options({name: shared[name] for name in names})
    command.__signature__ = Signature([*own, *added])  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *added)}
    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    common = (name for group in groups.values() if getattr(group, "IS_SHARED", False) for name in group.GROUP)
    command.shared = (*names, *common)  # type: ignore[attr-defined]
    return command


def _options(hints: dict[str, Any]) -> list[Parameter]:
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, default=_unset(hint), annotation=hint) for name, hint in hints.items()
    ]


def _unset(hint: Any) -> bool | None:
    """Return what an option has when it is not given: a switch is off, a text is None."""
    return False if hint.__origin__ is bool else None
