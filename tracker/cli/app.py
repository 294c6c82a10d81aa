"""The commands by name. A command's module is imported only when the command is named: start-up is a feature."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer._click.exceptions import UsageError
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_params_convertors_ctx_param_name_from_function
from typer.models import CommandInfo

from tracker.cli import help as help_pages
from tracker.cli.context import context
from tracker.errors import Unclear


class Entry(NamedTuple):
    """A command or group in the table: where its function is, and its one line of help."""

    target: str
    help: str


COMMANDS: dict[str, Entry | dict[str, Entry]] = {
    "status": Entry("status:status", "一屏总览：各方案（单位、章节、地区）的状态和亮灯"),
    "list": Entry("listing:list_items", "列出事项"),
    "show": Entry("show:show", "事项的全部信息"),
    "explain": Entry("explain:explain_item", "亮灯和进度是怎么算出来的：每项输入、每步计算、每条规则"),
    "overdue": Entry("overdue:overdue", "已逾期（及临近到期）的事项，逾期最久的在前"),
    "todo": Entry("todo:todo", "本单位本期还欠什么：逾期、被退回、临近到期、未填报"),
    "changes": Entry("changes:changes", "两个时点之间变了什么：亮灯前后、申报办结、销号、退回、延期、填报、纳入和调出"),
    "log": Entry("log:log", "填报进展"),
    "complete": Entry("lifecycle:complete", "申报办结：由牵头单位申报，等待他人核查"),
    "return": Entry("lifecycle:return_item", "退回申报办结的事项，恢复为进行中"),
    "close": Entry("lifecycle:close", "核查销号：由申报人以外的人核查"),
    "reopen": Entry("lifecycle:reopen", "重新打开已销号（或已办结）的事项，恢复为进行中"),
    "extend": Entry("lifecycle:extend", "延期（或首次明确时限），原定时限保留"),
    "assign": Entry("assign:assign", "为方案待明确的事项指定牵头、参与单位"),
    "forecast": Entry("lifecycle:forecast", "预判能否按期完成，与亮灯并列显示"),
    "baseline": Entry("figures:baseline", "填写指标的基数和基期"),
    "milestone": Entry("figures:milestone", "设定（或去掉）指标的阶段目标，序时进度沿阶段目标计算"),
    "link": Entry("figures:link", "关联指标：同一数字只报一次，由几个指标合计，或取自协同指数"),
    "history": Entry("history:history", "谁在什么时候改了什么"),
    "import": Entry("import_:import_files", "导入填回的填报表、周报、附件清单或 CSV"),
    "undo": Entry("undo:undo", "撤销一次改动（默认为本人最近一次），撤销本身也留痕"),
    "check": Entry("check:check", "供脚本和监控使用的状态检查"),
    "export": {
        "annex": Entry("export:annex", "按方案附件版式导出清单"),
        "weekly": Entry("export:weekly", "导出工作周报：概览、进展台账、逾期、临近、本周更新、未填报单位、按单位统计"),
        "form": Entry("export_form:form", "导出填报表：预填上期数据，单位填好后用 import 收回"),
        "page": Entry("export_page:page", "导出一个网页文件：总体情况、亮灯、目标进度、逾期和一周变化，可打印"),
        "bulletin": Entry("export_bulletin:bulletin", "导出督办通报（Word）：总体情况、存在的问题、下步要求，附各表"),
        "reminders": Entry("export_reminders:reminders", "导出催办单：每个单位一份（Word 和文本，附事项清单），并在事项上留痕"),
        "data": Entry("export_data:data", "导出整个台账为文件：每张表一个 JSON Lines 和一个 CSV，可用 import 还原"),
    },
    "unit": {
        "list": Entry("unit:list_units", "列出单位"),
        "alias": Entry("unit:alias_unit", "给单位增加别名，查找和填报时可用"),
        "rename": Entry("unit:rename_unit", "单位更名（机构改革）：历史留在原名下，工作转到新名下"),
        "contact": Entry("unit:contact_unit", "登记单位的联系人、电话和邮箱，用于催办单和邮件"),
    },
    "plan": {
        "list": Entry("plan:list_plans", "列出方案"),
        "show": Entry("plan:show_plan", "一个方案的基本信息和各清单条数"),
        "new": Entry("plan:new_plan", "新建空方案，随后用 item add 增加事项"),
        "read": Entry("plan_versions:read", "读取方案文件，生成供审核的草稿"),
        "add": Entry("plan_versions:add", "检查并载入审核后的草稿"),
        "diff": Entry("plan_versions:diff", "比较两个版本：增、删、改号、改文、改单位、改数字"),
        "revise": Entry("plan_versions:revise", "把已载入的方案换成新版，编号、历史和进展不变"),
    },
    "item": {
        "add": Entry("item:add", "增加方案之外的事项"),
        "import": Entry("item:import_items", "从普通清单（Excel、CSV）增加事项"),
        "edit": Entry("item:edit", "更正事项的文字和时限，原文留痕"),
        "retire": Entry("item:retire", "停用不再推进的事项，历史保留"),
    },
    "breakdown": Entry("breakdown:breakdown", "把事项分解到各市县，各有单位、目标值和时限"),
    "region": {
        "list": Entry("region:list_regions", "列出地区及官方代码"),
        "import": Entry("region:import_regions", "导入地区名录"),
    },
    "index": {
        "form": Entry("index:form", "导出指数数据填报表：每个数据来源单位一张"),
        "import": Entry("index:import_values", "导入指数数据：填回的填报表，或表头为 city,year,indicator,value,status 的长表"),
        "list": Entry("index:list_values", "列出指数数据"),
        "compute": Entry("index:compute", "测算协同指数：得分、名次、较基准年变化，及名次的可靠程度"),
        "goalposts": Entry("index:goalposts", "把基准年各指标的最差值、最好值固定为标杆文件，供 index compute --goalposts 使用"),
        "log": Entry("index:log", "把11市协同指数均值较基准年的变化填报到 zj-target-5.1"),
    },
    "init": Entry("init:init", "建立台账"),
    "demo": Entry("demo:demo", "另建演示台账：五个方案加虚构的进展，用来试用报表和网页"),
    "backup": Entry("backup:backup", "备份台账（可在使用中进行）"),
    "restore": Entry("restore:restore", "从备份恢复台账（现有台账另存）"),
    "doctor": Entry("doctor:doctor", "检查台账是否完好、历史是否被改过"),
    "upgrade": Entry("upgrade:upgrade", "把旧版台账升级到本程序的版本（先自动备份）"),
    "db": {
        "copy": Entry("db:copy", "把台账整个复制到另一处，并逐表核对一致"),
        "grant": Entry("db:grant", "授予登录名查看、填报或协调的权限"),
        "revoke": Entry("db:revoke", "收回登录名的权限；登录名本身和已有的填报保留"),
    },
    "config": {
        "show": Entry("config:show_config", "显示生效的配置及其来源"),
        "path": Entry("config:path", "显示配置文件位置"),
        "check": Entry("config:check", "检查配置文件"),
    },
}  # fmt: skip
"""Every command, in the order of the help. A test holds each line against its function's docstring."""

GROUP_HELP = {
    "export": "导出 Excel 和文件",
    "unit": "单位名录",
    "item": "方案之外的事项和更正",
    "region": "地区名录",
    "plan": "方案",
    "db": "数据库服务器",
    "config": "配置",
    "index": "减污降碳协同指数（浙江省方案附件2），结果为测算值",
}


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and imports one only when it is called."""

    def __init__(self, *, table: Mapping[str, Any], **attributes: Any) -> None:
        super().__init__(rich_markup_mode=None, **attributes)
        self.table = table
        self.made: dict[str, Any] = {}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is typer's
        """Return the names in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the signature is typer's
        """Return a command, imported now, or None for an unknown name."""
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        if cmd_name not in self.made:
            self.made[cmd_name] = group(cmd_name, entry) if isinstance(entry, dict) else load(cmd_name, entry)
        return self.made[cmd_name]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help in Chinese, without importing any command."""
        rows = [(name, GROUP_HELP[name] if isinstance(each, dict) else each.help) for name, each in self.table.items()]
        help_pages.write_group_help(self, ctx, formatter, rows)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the named command, or refuse with the names that come near."""
        if self.get_command(ctx, args[0]) is None:
            raise help_pages.unknown_command(args[0], list(self.table), ctx.command_path)
        return super().resolve_command(ctx, args)


class PlainCommand(TyperCommand):
    """A command whose help is in Chinese and plain."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; an error says which command it is about, which the framework's parser does not know."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help in Chinese."""
        help_pages.write_command_help(self, ctx, formatter)


def load(name: str, entry: Entry) -> Any:
    """Import a command's function and make the command of it."""
    module, _, function = entry.target.partition(":")
    callback = getattr(import_module(f"tracker.cli.commands.{module}"), function)
    info = CommandInfo(name=name, cls=PlainCommand, callback=callback, help=callback.__doc__)
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)


def group(name: str, table: Mapping[str, Entry]) -> LazyGroup:
    """Make a group of commands."""
    return LazyGroup(name=name, table=table, help=GROUP_HELP[name], no_args_is_help=True)


def root() -> LazyGroup:
    """Make the program itself: its own options and all commands."""
    params, _, _ = get_params_convertors_ctx_param_name_from_function(_options)
    return LazyGroup(
        name="tracker", table=COMMANDS, help=help_pages.ABOUT, params=params, callback=_options, no_args_is_help=True
    )


def parsed(name: str, words: Sequence[str]) -> dict[str, Any]:
    """Return the values of a command's own line, read but not run; raises Unclear for one that cannot be read."""
    try:
        with root().get_command(None, name).make_context(name, list(words)) as line:
            return dict(line.params)
    except typer.Exit:
        raise Unclear("这里不能写 --help") from None
    except Exception as error:
        said = help_pages.usage_error(error)
        if said is None:
            raise
        raise said from None


def _show_version(wanted: bool) -> None:
    if wanted:
        from tracker import __version__
        from tracker.cli.output import line

        line(f"tracker {__version__}")
        raise typer.Exit


def _options(
    db: str = typer.Option(None, "--db", metavar="PATH|URL", help="台账位置，也可写在各命令之后"),
    no_color: bool = typer.Option(False, "--no-color", help="不用颜色"),
    debug: bool = typer.Option(False, "--debug", help="出错时显示详细信息"),
    version: bool = typer.Option(False, "--version", help="显示版本", is_eager=True, callback=_show_version),
) -> None:
    del version
    context.db = db
    context.no_color = no_color
    context.debug = debug
