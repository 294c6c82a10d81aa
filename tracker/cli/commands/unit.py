"""`tracker unit …`."""

from typing import Annotated, Any

import typer

from tracker.cli import output
from tracker.cli.asking import Ask
from tracker.cli.options import Text, read_command
from tracker.cli.output import Column
from tracker.store import queries

FIELDS = ("name", "region", "aliases", "members", "lead", "participant")


@read_command
def list_units(
    ask: Ask,
    region: Annotated[Text, typer.Option("--region", metavar="CODE", help="只看一个地区，如 zj")] = None,
    search: Annotated[Text, typer.Option("--search", metavar="WORD", help="名称中含有")] = None,
) -> None:
    """列出单位"""
    with ask.ledger() as connection:
        counts = queries.role_counts(connection)
        units = queries.load_units(connection)
    rows: list[dict[str, Any]] = [
        {
            "name": unit.name, "region": unit.region, "aliases": list(unit.aliases), "members": list(unit.members),
            "lead": counts.get((unit.id, "lead"), 0), "participant": counts.get((unit.id, "participant"), 0),
        }
        for unit in units
        if (region is None or unit.region == region.lower())
        and (search is None or any(search in name for name in (unit.name, *unit.aliases, *unit.members)))
    ]  # fmt: skip
    ask.emit(rows, FIELDS, _table)


def _table(rows: list[dict[str, Any]], total: int) -> None:
    output.print_table(
        [Column("地区", 6), Column("单位", 34), Column("牵头", 4, right=True), Column("参与", 4, right=True), Column("其他名称")],
        [
            (row["region"], row["name"], str(row["lead"]), str(row["participant"]), "、".join((*row["aliases"], *row["members"])))
            for row in rows
        ],
        caption=f"单位共 {total} 个",
    )
    output.more(len(rows), total)
