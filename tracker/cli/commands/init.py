"""`tracker init`, the ledger and on a terminal the questions of the first minute; `tracker demo`, a sample beside it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NamedTuple

import typer

from tracker.cli import detail_view, output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import create, note
from tracker.cli.options import Force, Json, Text, words
from tracker.cli.write_options import WriteOptions, ask
from tracker.errors import TrackerError, Unclear
from tracker.folders import expanded
from tracker.plans.codes import SHIPPED, shipped_codes
from tracker.store.connection import reading
from tracker.store.location import Location


@write_command
def init(
    options: WriteOptions,
    plan: Annotated[Text, typer.Option("--plan", metavar="CODE,…", help="只载入随附方案中的这些，如 zj,cn")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="不载入随附的五个方案")] = False,
) -> int:
    """建立台账

    例：tracker init --plan zj
    已有台账时不作任何改动；两个程序同时建立时只有一个生效。在终端上不写 --plan 时，询问载入哪些方案、本单位是谁。
    """
    if plan is not None and empty:
        raise Unclear("--plan 与 --empty 不能同用；请只写其一")
    plans = () if empty else shipped_codes(words(plan) or SHIPPED)
    location = context.location(options.db)
    if location.is_sqlite and location.exists():
        with reading(location) as connection:
            note(connection)
        made = False
    else:
        asks = plan is None and not empty and not options.dry_run and not options.yes and options.may_ask
        wish = _first_minute(location) if asks else Wish(plans)
        made = options.dry_run or create(location, by=options.person, plans=wish.plans)
        _keep(wish, options)
        if made and wish.document:
            return _read(location, wish.document)
    if options.json:
        output.print_json({"db": location.shown, "created": made and not options.dry_run})
    elif not made:
        output.line(
            f"台账 {location.shown} 已存在，未作改动；增加随附方案请用 tracker plan add，如 tracker plan add zj"
        )
    elif options.dry_run:
        options.done(f"将建立台账 {location.shown}", None)
    return 0


class Wish(NamedTuple):
    """What a person wants of a new ledger: plans, what goes into the configuration, the closing day, a document to read."""

    plans: tuple[str, ...]
    settings: Mapping[str, str] = MappingProxyType({})
    closes: str | None = None
    document: str | None = None


def _first_minute(location: Location) -> Wish:
    """Ask what a new ledger is for. Enter takes what is usual."""
    detail_view.said(f"将建立台账 {location.shown}", "bold")
    detail_view.said("以下问题，直接回车取括号中的缺省值，Ctrl-C 放弃。")
    detail_view.said("随附方案：" + "、".join(f"{code} {region}" for code, region in SHIPPED.items()))
    plans, document = _plans()
    settings = {"plan": plans[0]} if len(plans) == 1 else {}
    unit = ask("本单位名称，用作报表、公文的编制单位（不填则跳过）：").strip()
    if unit:
        settings["issuer"] = unit
    if location.is_sqlite:
        detail_view.said("数据如何汇集：\n1 各单位填 Excel 表，由本机导入\n2 大家共用一个文件\n3 各自登录数据库服务器")
        if way := _one_of("选择（1）：", {"1": "", "2": "2", "3": "3", "": ""}):
            shown = (
                " Z:\\台账\\ledger.sqlite3 之类的共享文件"
                if way == "2"
                else " postgresql://服务器/数据库（docs/postgresql.md）"
            )
            detail_view.said(f"这由台账的位置决定：建好后请大家用 --db 或环境变量 TRACKER_DB 指向{shown}")
    return Wish(plans, settings, _closing_day(), document)


def _plans() -> tuple[tuple[str, ...], str | None]:
    """Ask for plans until they are understood; a file stands for a plan of one's own, which is read afterwards."""
    while True:
        answer = ask("用哪些方案？写地区或代码，0 为都不要，也可写自己的方案文件（全部）：").strip()
        if not answer:
            return tuple(SHIPPED), None
        if answer in ("0", "无", "没有", "不要", "都不要", "none"):
            return (), None
        if answer in ("全部", "都要", "五个", "all"):
            return tuple(SHIPPED), None
        document = expanded(answer.strip("'\""))
        if document.is_file():
            return (), str(document)
        if document.suffix:
            detail_view.said(f"找不到文件 {document}；请写完整路径，或把文件拖进窗口", "yellow")
            continue
        try:
            return shipped_codes(words(answer) or ()), None
        except TrackerError as error:
            detail_view.said(str(error), "yellow")


def _closing_day() -> str | None:
    """Ask until which day of a month reports come in; None for the usual one."""
    from tracker.actions.parameter_settings import read_parameter

    while answer := ask("每月填报截止到几号（25）：").strip():
        try:
            return read_parameter("report_closes", answer, context.today)
        except TrackerError as error:
            detail_view.said(str(error).removeprefix("report_closes "), "yellow")
    return None


def _one_of(question: str, choices: dict[str, str]) -> str:
    while (answer := ask(question).strip()) not in choices:
        detail_view.said(f"请输入 {'、'.join(choice for choice in choices if choice)} 之一", "yellow")
    return choices[answer]


def _keep(wish: Wish, options: WriteOptions) -> None:
    """Write what was answered into the configuration and the ledger, and say where."""
    from tracker import settings as configuration

    where = [configuration.write(key, value) for key, value in wish.settings.items()]
    if where:
        shown = "，".join(f"{key} = {value}" for key, value in wish.settings.items())
        output.message(f"已写入配置 {where[0]}：{shown}；更改用 tracker config set")
    if wish.closes is not None:
        from tracker.actions.parameter_settings import set_parameters

        with options.changeset("config set") as changeset:
            set_parameters(changeset, [("report_closes", wish.closes)])
        output.message(f"已记入台账：每月 {wish.closes} 日截止；更改用 tracker config set report_closes")


def _read(location: Location, document: str) -> int:
    """Read a plan of one's own into a draft in the folder where one stands; that command says what comes next."""
    from tracker.cli.main import run

    changeset = f"{Path(document).stem}-草稿.xlsx"
    return run(["--db", location.text, "plan", "read", document, "-o", changeset])


Place = Annotated[
    Text,
    typer.Option("--db", metavar="PATH", help="演示台账的位置（缺省用户数据目录的 demo.sqlite3，不看 TRACKER_DB）"),
]


def demo(db: Place = None, force: Force = False, json: Json = False) -> None:
    """另建演示台账：五个方案加虚构的进展，用来试用报表和网页

    从不动用户自己的台账；同一天生成的内容相同。
    """
    from tracker.demo.ledger import FILE_NAME, build
    from tracker.folders import ledger_folder, typed

    # TRACKER_DB names the user's own ledger: only an option can name the place of a sample.
    given = db or context.db
    location = Location(given or str(ledger_folder() / FILE_NAME))
    built = build(location, context.now, force=force)
    if json:
        output.print_json({"db": location.shown, "changes": built.changes, "statements": built.statements})
        return
    output.line(f"已建立演示台账 {location.shown}：{built.statements} 条虚构的填报和决定，分 {built.changes} 次录入")
    named = typed(location.shown)
    output.line(f"试用：tracker status --db {named}；tracker export page --db {named} -o report.html")
