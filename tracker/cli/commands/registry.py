"""`tracker unit …` and `tracker region …`: the registry of units, their names, and regions."""

from typing import Annotated, Any

import typer

from tracker.actions.name_lookup import plan_code
from tracker.actions.unit_names import add, alias, contact, contact_words, merge, rename
from tracker.cli import output
from tracker.cli.app import read_command, write_command
from tracker.cli.options import Text, day_of
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column
from tracker.cli.write_options import WriteOptions
from tracker.errors import Unclear
from tracker.ledger.unit_names import split_region
from tracker.store.connection import Connection
from tracker.store.registry import Contact, Region, insert_regions, load_contacts, load_regions, role_counts, units_then

UNIT_FIELDS = ("name", "region", "aliases", "members", "lead", "participant", "person", "phone", "email", "merged_into")


@read_command
def list_units(
    options: ReadOptions,
    region: Annotated[Text, typer.Option("--region", metavar="CODE", help="只看一个地区，如 zj 或 浙江")] = None,
    search: Annotated[Text, typer.Option("--search", metavar="WORD", help="名称中含有")] = None,
) -> None:
    """列出单位"""
    with options.ledger() as connection:
        code = None if region is None else plan_code(connection, region)
        counts = role_counts(connection)
        units = units_then(connection, options.when)
        contacts = load_contacts(connection, options.when)
    names = {unit.id: unit.full_name for unit in units}
    rows: list[dict[str, Any]] = [
        {
            "name": unit.name, "region": unit.region, "aliases": list(unit.aliases), "members": list(unit.members),
            "lead": counts.get((unit.id, "lead"), 0), "participant": counts.get((unit.id, "participant"), 0),
            **contacts.get(unit.id, Contact())._asdict(),
            "merged_into": None if unit.merged_into is None else names.get(unit.merged_into),
        }
        for unit in units
        if (code is None or unit.region == code)
        and (search is None or any(search in name for name in (unit.name, *unit.aliases, *unit.members)))
    ]  # fmt: skip
    options.emit(rows, UNIT_FIELDS, _unit_table)


def _unit_table(rows: list[dict[str, Any]], total: int) -> None:
    told = [contact_words(Contact(row["person"], row["phone"], row["email"])) or row["email"] or "" for row in rows]
    has_contacts = any(told)
    output.print_table(
        [
            Column("地区", 6), Column("单位", 34), Column("牵头", 4, right=True), Column("参与", 4, right=True),
            *([Column("联系人", 24)] if has_contacts else []), Column("其他名称"),
        ],
        [
            (
                row["region"], row["name"], str(row["lead"]), str(row["participant"]), *([words] if has_contacts else []),
                "、".join((*row["aliases"], *row["members"], *([f"已并入 {row['merged_into']}"] if row["merged_into"] else []))),
            )
            for row, words in zip(rows, told, strict=True)
        ],
        caption=f"单位共 {total} 个",
    )  # fmt: skip
    output.more(len(rows), total)


@write_command
def rename_unit(
    options: WriteOptions,
    old: Annotated[str, typer.Argument(metavar="OLD", help="原名称（多个地区都有时写 zj:名称）")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="新名称")],
    date: Annotated[Text, typer.Option("--date", metavar="DATE", help="更名日期（缺省今天）")] = None,
) -> None:
    """单位更名（机构改革）：历史留在原名下，工作转到新名下"""
    day = day_of(date, what="日期")
    with options.changeset("unit rename") as changeset:
        unit = rename(changeset, old, new, day)
    view = {"old": unit.full_name, "new": f"{unit.region}:{new.strip()}"}
    options.done(f"{unit.full_name} 自 {day} 起更名为 {new.strip()}，原名仍可查到", view, changeset)


@write_command
def alias_unit(
    options: WriteOptions,
    name: Annotated[str, typer.Argument(metavar="NAME", help="单位名称")],
    other: Annotated[str, typer.Argument(metavar="ALIAS", help="别名")],
) -> None:
    """给单位增加别名，查找和填报时可用"""
    with options.changeset("unit alias") as changeset:
        unit = alias(changeset, name, other)
    view = {"unit": unit.full_name, "alias": other.strip()}
    options.done(f"{unit.full_name} 增加别名 {other.strip()}", view, changeset)


@write_command
def add_unit(
    options: WriteOptions,
    name: Annotated[str, typer.Argument(metavar="NAME", help="单位名称")],
    region: Annotated[Text, typer.Option("--region", metavar="CODE", help="哪个地区，如 zj 或 浙江")] = None,
) -> None:
    """增加方案没有列出的单位，随后可用 assign 指定为牵头或参与单位"""
    prefix, bare = split_region(name)
    place = region or prefix
    if place is None:
        raise Unclear("请用 --region 写明单位所在地区，如 --region zj")
    with options.changeset("unit add") as changeset:
        unit = add(changeset, place, bare)
    options.done(f"已增加单位 {unit.full_name}", {"unit": unit.full_name}, changeset)


@write_command
def merge_units(
    options: WriteOptions,
    one: Annotated[str, typer.Argument(metavar="A", help="并入的单位")],
    other: Annotated[str, typer.Argument(metavar="B", help="并入到哪个单位")],
) -> None:
    """单位合并：A 并入 B，合发一份催办单和填报表，各事项仍按所列名称显示"""
    with options.changeset("unit merge") as changeset:
        gone, head = merge(changeset, one, other)
    options.done(
        f"{gone.full_name} 已并入 {head.full_name}：催办单、填报表和统计合为一个，各事项仍按方案所列名称显示",
        {"unit": gone.full_name, "into": head.full_name},
        changeset,
    )


@write_command
def contact_unit(
    options: WriteOptions,
    name: Annotated[str, typer.Argument(metavar="NAME", help="单位名称")],
    person: Annotated[Text, typer.Option("--person", metavar="NAME", help="联系人（空为去掉）")] = None,
    phone: Annotated[Text, typer.Option("--phone", metavar="NUMBER", help="电话")] = None,
    email: Annotated[Text, typer.Option("--email", metavar="ADDRESS", help="邮箱")] = None,
) -> None:
    """登记单位的联系人、电话和邮箱，用于催办单和邮件"""
    with options.changeset("unit contact") as changeset:
        unit, told = contact(changeset, name, {"person": person, "phone": phone, "email": email})
    words = "，".join(part for part in told if part) or "无"
    options.done(f"{unit.full_name} 的联系人：{words}", {"unit": unit.full_name, **told._asdict()}, changeset)


REGION_FIELDS = ("code", "name", "parent", "level")
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
    options.emit(rows, REGION_FIELDS, _region_table)


def _region_table(rows: list[dict[str, Any]], total: int) -> None:
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
