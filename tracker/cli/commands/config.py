"""`tracker config …`."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.options import read_command, write_command
from tracker.cli.read_options import ReadOptions
from tracker.cli.tables import Column
from tracker.cli.views import fitting
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused
from tracker.ledger.values import plain
from tracker.settings import BY_KEY, SETTINGS, config_path, load, write

FIELDS = ("key", "value", "origin", "env", "meaning", "source")


@read_command
def show_config(options: ReadOptions) -> None:
    """显示生效的配置及其来源"""
    settings = context.settings
    rows: list[dict[str, Any]] = [
        {
            "key": each.key, "value": settings[each.key], "origin": settings.origins[each.key], "env": each.env,
            "meaning": each.meaning, "source": each.source,
        }
        for each in SETTINGS
    ]  # fmt: skip
    options.emit(rows, FIELDS, _table)


def _table(rows: list[dict[str, Any]], _total: int) -> None:
    wide = output.width() >= 110  # noqa: PLR2004 - room for the source
    texts = [
        (row["key"], _shown(row["value"]), row["origin"], row["meaning"], *([row["source"]] if wide else []))
        for row in rows
    ]
    columns = [Column(name, fitting(texts, place, name, 24)) for place, name in enumerate(("键", "值", "来自"))]
    output.print_table(
        [*columns, Column("含义"), *([Column("依据", fitting(texts, 4, "依据", 24))] if wide else [])],
        texts,
        caption=f"配置文件：{config_path()}" + ("" if config_path().exists() else "（尚无，全部用缺省值）"),
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)


@write_command
def set_config(
    options: WriteOptions,
    key: Annotated[str, typer.Argument(metavar="KEY", help="配置项，见 tracker config show")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="值")],
) -> None:
    """设定一项配置，写入配置文件"""
    _change(options, key, value)


@write_command
def unset_config(
    options: WriteOptions, key: Annotated[str, typer.Argument(metavar="KEY", help="配置项，见 tracker config show")]
) -> None:
    """去掉一项配置，恢复缺省值"""
    _change(options, key, None)


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
