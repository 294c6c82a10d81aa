"""From the table of commands to typer's commands, with the options that all that read, export or write share.

A command's module is imported only when the command is named: start-up is a feature.

Of typer only what it gives out is used (`Typer`, `Option`, `Exit`, `main.get_command`, `core.TyperGroup` and `TyperCommand`);
the methods of the two classes that are overridden here are click's own (`get_command`, `list_commands`, `resolve_command`,
`parse_args`, `get_help`). Were they to go, the same table could be given to click itself.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from tracker.cli.command_table import COMMANDS, ROOT_OPTIONS, Command, Group
from tracker.cli.context import context
from tracker.cli.options import AsOf, Db, Everything, Force, Json, KnownAt, OutputFile, Text
from tracker.errors import Unclear

if TYPE_CHECKING:
    from tracker.cli.help import Page

UsageError: Any = typer.BadParameter.__bases__[0]
"""What all errors of the framework about a command line are."""

_PATHS = ("FILE", "DIR", "DRAFT", "SRC", "DST")
"""Words in the help for what a path is given for."""


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and imports one only when it is called."""

    table: Mapping[str, Command | Group] = COMMANDS

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the signature is click's
        """Return a command, imported now, or None for an unknown name."""
        entry = self.table.get(cmd_name)
        if entry is not None and cmd_name not in self.commands:
            self.commands[cmd_name] = group(cmd_name, entry) if isinstance(entry, Group) else load(cmd_name, entry)
        return self.commands.get(cmd_name)

    def get_help(self, ctx: Any) -> str:
        """Write the page and leave: where the framework would only hand on a text."""
        from tracker.cli import help as help_pages

        entry = COMMANDS.get(self.name or "")
        help_pages.show(
            help_pages.group_page(str(self.name), entry)
            if ctx.parent is not None and isinstance(entry, Group)
            else help_pages.program_page()
        )
        raise typer.Exit

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the named command, or refuse with the names that come near."""
        if self.get_command(ctx, args[0]) is None:
            from tracker.cli.help import unknown_command

            raise unknown_command(args[0], list(self.table), ctx.command_path)
        return super().resolve_command(ctx, args)


class PlainCommand(TyperCommand):
    """A command whose help is ours, and whose errors say which command they are about."""

    entry: Command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; an error says which command it is about, which the framework's parser does not know."""
        self._refuse_repeated(args)
        try:
            rest = super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        self._refuse_blank_paths(ctx.params)
        return rest

    def _refuse_repeated(self, args: list[str]) -> None:
        """Refuse an option that takes one value and stands twice: the framework would drop the first without a word."""
        given = [each.partition("=")[0] for each in args if each.startswith("--")]
        for param in self.params if len(given) > len(set(given)) else ():
            if sum(given.count(name) for name in param.opts) > 1 and not (
                param.multiple or getattr(param, "is_flag", False)
            ):
                raise Unclear(f"选项 {max(param.opts, key=len)} 写了不止一次；只能写一个值，可以取几个值的用逗号分开")

    def _refuse_blank_paths(self, values: Mapping[str, Any]) -> None:
        """Refuse a path that is empty, as where a script's variable has no value: it would be the folder one stands in."""
        for param in self.params:
            value = values.get(param.name or "")
            if value is None or not any(word in str(param.metavar) for word in _PATHS):
                continue
            if any(not each.strip() for each in ([value] if isinstance(value, str) else value)):
                name = max(param.opts, key=len) if param.opts[0].startswith("-") else param.metavar
                raise Unclear(f"{name} 是空的：没有写明文件；如果写的是脚本里的变量，请检查它有没有值")

    def get_help(self, ctx: Any) -> str:
        """Write the page and leave: where the framework would only hand on a text."""
        from tracker.cli.help import show

        show(self.page(ctx))
        raise typer.Exit

    def page(self, ctx: Any) -> "Page":
        """Return the help page of this command."""
        from tracker.cli.help import command_page

        shared = getattr(self.callback, "shared", ("as_of", "known_at", "force", "json", "db"))
        name = ctx.command_path.removeprefix("tracker ")
        return command_page(name, self.entry, self.help or "", self.get_params(ctx), shared)


def _typer(**settings: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]}, **settings,
    )  # fmt: skip


def load(name: str, entry: Command) -> Any:
    """Import a command's function and make the command of it."""
    module, _, function = entry.target.partition(":")
    callback = getattr(import_module(f"tracker.cli.commands.{module}"), function)
    app = _typer()
    app.command(name, cls=PlainCommand, help=callback.__doc__, rich_help_panel=entry.panel)(callback)
    command: Any = get_command(app)
    command.entry = entry
    return command


def group(name: str, entry: Group) -> Any:
    """Make a group of commands."""
    return _group(name, entry.members, help=entry.help, rich_help_panel=entry.panel)


def root() -> Any:
    """Make the program itself: its own options and all commands."""
    return _group("tracker", COMMANDS, callback=_options)


def _group(name: str, table: Mapping[str, Command | Group], callback: Any = lambda: None, **settings: Any) -> Any:
    app = _typer(name=name, cls=type("Commands", (LazyGroup,), {"table": table}))
    app.callback(**settings)(callback)
    return get_command(app)


def parsed(name: str, words: Sequence[str]) -> dict[str, Any]:
    """Return the values of a command's own line, read but not run; raises Unclear for one that cannot be read."""
    try:
        with root().get_command(None, name).make_context(name, list(words), help_option_names=[]) as line:
            return dict(line.params)
    except Exception as error:
        from tracker.cli.help import usage_error

        said = usage_error(error)
        if said is None:
            raise
        raise said from None


def _show_version(wanted: bool) -> None:
    if wanted:
        from tracker import __version__
        from tracker.cli.output import line

        line(f"tracker {__version__}")
        raise typer.Exit


def _option(name: str, **settings: Any) -> Any:
    option, _, metavar = ROOT_OPTIONS[name][0].partition(" ")
    return typer.Option(
        settings.pop("default", None), option, metavar=metavar or None, help=ROOT_OPTIONS[name][1], **settings
    )


def _options(
    db: str = _option("db"),
    no_color: bool = _option("no_color", default=False),
    debug: bool = _option("debug", default=False),
    version: bool = _option("version", default=False, is_eager=True, callback=_show_version),
) -> None:
    del version
    context.db = db
    context.no_color = no_color
    context.debug = debug


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
    group of options (`cli.export_options`) receives those as one object.
    """
    asked = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in list(signature(function).parameters.values())[1:]]
    groups = {each.name: each.annotation for each in asked if hasattr(each.annotation, "GROUP")}
    own = [
        option for each in asked for option in (_parameters(groups[each.name].GROUP) if each.name in groups else [each])
    ]
    taken = {parameter.name for parameter in own}
    names = [name for name in shared if name not in taken]

    def command(**values: Any) -> Any:
        options = bundle(**{name: values.pop(name) for name in names})
        for place, group in groups.items():
            values[place] = group(**{name: values.pop(name) for name in group.GROUP})
        return function(options, **values)

    added = _parameters({name: shared[name] for name in names})
    command.__signature__ = Signature([*own, *added])  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *added)}
    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    common = (name for group in groups.values() if getattr(group, "IS_SHARED", False) for name in group.GROUP)
    command.shared = (*names, *common)  # type: ignore[attr-defined]
    return command


def _parameters(hints: dict[str, Any]) -> list[Parameter]:
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, default=_unset(hint), annotation=hint) for name, hint in hints.items()
    ]


def _unset(hint: Any) -> bool | None:
    """Return what an option has when it is not given: a switch is off, a text is None."""
    return False if hint.__origin__ is bool else None
