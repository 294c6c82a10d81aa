"""`tracker db …`: ledgers on a server, and moving a ledger."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import look, ready
from tracker.cli.options import Db, Json, Text
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, reason_of
from tracker.folders import read_text
from tracker.ledger.terms import LOGIN_ROLES
from tracker.store.location import Location


@write_command
def grant(
    options: WriteOptions,
    login: Annotated[str, typer.Option("--login", metavar="NAME", help="数据库登录名，没有则建立")],
    unit: Annotated[Text, typer.Option("--unit", metavar="NAME", help="可为哪个单位填报")] = None,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="reader 查看、reporter 填报、coordinator 协调")
    ] = "reporter",
    password_file: Annotated[
        Text, typer.Option("--password-file", metavar="FILE", help="新登录的密码所在文件（首行）")
    ] = None,
) -> None:
    """授予登录名查看、填报或协调的权限"""
    from tracker.actions.grants import grant as give

    with options.changeset("db grant", may_create=False) as changeset:
        granted = give(changeset, login, role, unit, _password(password_file))
    options.done(
        f"已授予 {login} {LOGIN_ROLES[role]}权限" + (f"（{'、'.join(granted.units)}）" if granted.units else ""),
        {"login": login, "role": role, "units": granted.units, "created": granted.made},
        changeset,
    )
    for note in granted.notes:
        output.message(note)


@write_command
def revoke(
    options: WriteOptions,
    login: Annotated[str, typer.Option("--login", metavar="NAME", help="数据库登录名")],
    unit: Annotated[
        Text, typer.Option("--unit", metavar="NAME", help="只收回为该单位填报的权限；不写则收回全部")
    ] = None,
) -> None:
    """收回登录名的权限；登录名本身和已有的填报保留"""
    from tracker.actions.grants import revoke as take

    with options.changeset("db revoke", may_create=False) as changeset:
        units = take(changeset, login, unit)
    options.done(
        f"已收回 {login} " + (f"为{'、'.join(units)}填报的权限" if units else "的全部权限"),
        {"login": login, "units": units},
        changeset,
    )


def secure(db: Db = None, json: Json = False) -> None:
    """把服务器上台账的权限、策略、触发器和函数恢复为新建时的样子"""
    from tracker.actions.grants import secure as put_right

    changed, readmit = put_right(ready(db, may_create=False), context.now, context.person(None))
    if json:
        output.print_json({"changed": [each._asdict() for each in changed], "readmit": readmit})
    else:
        for subject, stands in changed:
            output.line(f"{subject}：{stands}，已恢复")
        output.line(f"已恢复 {len(changed)} 处权限" if changed else "权限与新建的台账一致，未作任何改动")
    tell_readmission(readmit)


def tell_readmission(commands: list[str]) -> None:
    """Say which logins were let in elsewhere, and how to let them in here."""
    if commands:
        output.message("下列授权是在另一个数据库作出的，在此不生效；确是同一批人的，重新授权：")
        for command in commands:
            output.message(f"  {command}")


def _password(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        secret = read_text(Path(path)).partition("\n")[0].rstrip("\r")
    except OSError as error:
        raise Refused(f"密码文件 {path} 无法读取：{reason_of(error)}") from None
    except UnicodeDecodeError:
        raise Refused(f"密码文件 {path} 的编码无法识别；请另存为 UTF-8") from None
    if not secret:
        raise Refused(f"密码文件 {path} 的首行是空的")
    return secret


def copy(
    source: Annotated[str, typer.Argument(metavar="SRC", help="原台账：文件或 URL")],
    target: Annotated[str, typer.Argument(metavar="DST", help="新台账：文件或 URL，必须是空的")],
    json: Json = False,
) -> None:
    """把台账整个复制到另一处，并逐表核对一致"""
    from tracker.store.transfer import copy_ledger

    counts = copy_ledger(Location(source), Location(target), context.now, by=context.person(None))
    look(Location(target))
    if json:
        output.print_json({"rows": counts, "equal": True})
        return
    rows = sum(counts.values())
    output.line(f"已复制 {len(counts)} 张表共 {rows} 行到 {Location(target).shown}，逐表核对一致")
