"""`tracker config …`."""

from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.app import read_command, write_command
from tracker.cli.context import context
from tracker.cli.options import Text
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.cli.wording import fitted_width
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.ledger.values import plain
from tracker.settings import BY_KEY, IN_LEDGER, SETTINGS, config_path, load, write

FIELDS = ("key", "value", "origin", "env", "meaning", "source", "values")


@read_command
def show_config(options: ReadOptions) -> None:
    """显示生效的配置及其来源"""
    settings = context.settings
    rows: list[dict[str, Any]] = [
        {
            "key": each.key, "value": settings[each.key], "origin": settings.origins[each.key], "env": each.env,
            "meaning": each.meaning, "source": each.source, "values": each.values,
        }
        for each in SETTINGS
    ]  # fmt: skip
    rows += _parameters(options)
    options.emit(rows, FIELDS, _table)


def _parameters(options: ReadOptions) -> list[dict[str, Any]]:
    """Return the parameters of judgement of the ledger in use; the built-in ones where there is none yet."""
    from tracker.actions.parameter_settings import MEANINGS, VALUES, shown_parameter
    from tracker.cli.ledger_finder import opened
    from tracker.ledger.parameters import Parameters
    from tracker.store.stated_parameters import load_parameters, stated_parameters

    parameters, stated = Parameters(), set[str]()
    with suppress(Refused), opened(options.db, may_create=False) as connection:
        parameters = load_parameters(connection)
        stated = {each.figure for each in stated_parameters(connection) if each.plan is None and each.indicator is None}
    return [
        {
            "key": key, "value": shown_parameter(parameters, key), "origin": "台账" if key in stated else "内置默认", "env": None,
            "meaning": meaning, "source": "docs/rules.md", "values": VALUES[key],
        }
        for key, meaning in MEANINGS.items()
    ]  # fmt: skip


def _table(rows: list[dict[str, Any]], _total: int) -> None:
    wide = output.width() >= 110  # noqa: PLR2004 - room for what each takes
    heads = ("配置项", "值", "来自", *(("可取的值",) if wide else ()))
    texts = [
        (row["key"], _shown(row["value"]), row["origin"], *([row["values"]] if wide else []), row["meaning"])
        for row in rows
    ]
    columns = [Column(head, fitted_width(texts, place, head, 40), whole=not place) for place, head in enumerate(heads)]
    output.print_table(
        [*columns, Column("含义")],
        texts,
        caption=f"配置文件：{config_path()}" + ("" if config_path().exists() else "（尚无，全部用缺省值）"),
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "（未设）"
    return plain(value) if isinstance(value, Decimal) else str(value)


OfPlan = Annotated[Text, typer.Option("--plan", metavar="PLAN", help="判断参数只用于这个方案")]
OfIndicator = Annotated[Text, typer.Option("--id", metavar="ID", help="figures_by 只用于这个指标")]


@write_command
def set_config(
    options: WriteOptions,
    key: Annotated[str, typer.Argument(metavar="KEY", help="配置项或判断参数，见 tracker config show")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="值")],
    more: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY VALUE]…", help="一并设定的判断参数（figures_by 之后可写指标编号）"),
    ] = None,
    plan: OfPlan = None,
    indicator: OfIndicator = None,
) -> None:
    """设定一项配置，写入配置文件；判断参数写入台账

    判断参数（红黄灯的百分点、填报期等）对所有人一样，由协调人设定，记入台账并可撤销。
    """
    key = _key(key)
    rest = list(more or ())
    if key == "figures_by" and len(rest) == 1 and indicator is None:
        indicator = rest.pop()
    if len(rest) % 2:
        raise Unclear("判断参数请成对写：名称和值，如 tracker config set report_every week report_closes 5")
    pairs: list[tuple[str, str | None]] = [
        (key, value),
        *((_key(rest[at]), rest[at + 1]) for at in range(0, len(rest), 2)),
    ]
    if any(name in IN_LEDGER for name, _ in pairs) or plan or indicator:
        _state(options, pairs, plan, indicator)
    elif rest:
        raise Unclear("配置文件中的项目请一次设定一项")
    else:
        _change(options, key, value)


@write_command
def unset_config(
    options: WriteOptions,
    key: Annotated[str, typer.Argument(metavar="KEY", help="配置项或判断参数，见 tracker config show")],
    plan: OfPlan = None,
    indicator: OfIndicator = None,
) -> None:
    """去掉一项配置，恢复缺省值"""
    if _key(key) in IN_LEDGER:
        _state(options, [(_key(key), None)], plan, indicator)
    else:
        _change(options, key, None)


def _key(text: str) -> str:
    return text.strip().lower().replace("-", "_")


def _state(options: WriteOptions, given: list[tuple[str, str | None]], plan: str | None, indicator: str | None) -> None:
    """Put parameters of judgement into the ledger."""
    from tracker.actions.parameter_settings import set_parameters

    with options.changeset("config set") as changeset:
        changed = set_parameters(changeset, given, plan, indicator)
    scope = indicator or (f"方案 {changed[0]['plan']}" if changed[0]["plan"] else "全台账")
    said = "；".join(f"{each['key']} {_shown(each['before'])} → {_shown(each['after'])}" for each in changed)
    options.done(f"{scope}：{said}", {"change": changeset.change, "figures": changed})


def _change(options: WriteOptions, key: str, value: str | None) -> None:
    key = key.strip().replace("-", "_")
    where = config_path()
    if not options.dry_run:
        where = write(key, value)
    elif key not in BY_KEY:
        raise Refused(f"没有“{key}”这一项配置；可用的有：{'、'.join(BY_KEY)}")
    settings = load(context.environ)
    said = f"{key} = {value}" if value is not None else f"{key} 恢复缺省值 {_shown(BY_KEY[key].default) or '（空）'}"
    options.done(f"{said}（{where}）", {"key": key, "value": settings[key], "path": str(where)})
    if settings.origins[key].startswith("环境变量"):
        output.message(f"注意：{settings.origins[key]} 仍然有效，优先于配置文件")


def path() -> None:
    """显示配置文件位置"""
    output.line(str(config_path()))


def check() -> None:
    """检查配置文件"""
    context.settings  # noqa: B018 - reading it is the check; a wrong setting is refused
    output.line(f"配置无误：{config_path()}" + ("" if config_path().exists() else "（尚无配置文件，全部用缺省值）"))
