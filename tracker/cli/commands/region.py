"""`tracker region …`."""

from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.app import read_command, write_command
from tracker.cli.options import Text
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.cli.write_options import WriteOptions
from tracker.store.connection import Connection
from tracker.store.regions import Region, insert_regions, load_regions

FIELDS = ("code", "name", "parent", "level")
LEVELS = {"province": "省级", "city": "设区市", "county": "县市区"}


@read_command
def list_regions(
    options: ReadOptions,
    level: Annotated[Text, typer.Option("--level", metavar="LEVEL", help="province、city 或 county")] = None,
) -> None:
    """列出地区及官方代码"""
    with options.ledger() as connection:
        regions = load_regions(connection)
    rows: list[dict[str, Any]] = [region._asdict() for region in regions if level is None or region.level == level]
    options.emit(rows, FIELDS, _table)


def _table(rows: list[dict[str, Any]], total: int) -> None:
    output.print_table(
        [Column("代码", 8), Column("地区"), Column("级别", 8), Column("上级", 8)],
        [(row["code"], row["name"], LEVELS.get(row["level"], row["level"]), row["parent"] or "") for row in rows],
        caption=f"地区共 {total} 个",
    )
    output.more(len(rows), total)


@write_command
def import_regions(
    options: WriteOptions, file: Annotated[str, typer.Argument(metavar="FILE", help="CSV：code,name,parent,level")]
) -> None:
    """导入地区名录"""
    from tracker.sheets.region_tables import read_regions

    rows = [Region(*values) for values in read_regions(file)]
    count: list[int] = []

    def insert(connection: Connection, _change: int) -> tuple[()]:
        count.append(insert_regions(connection, rows))
        return ()

    with options.changeset("region import", detail={"file": file}) as changeset:
        changeset.add(insert, {"regions": len(rows)})
    options.done(
        f"已导入地区 {count[0]} 个（其余 {len(rows) - count[0]} 个已有）",
        {"new": count[0], "same": len(rows) - count[0]},
    )
