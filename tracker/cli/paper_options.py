"""The options that Word papers share: their number, until when to answer, and the office's own template."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.context import context
from tracker.cli.options import Text
from tracker.errors import Refused
from tracker.ledger.dates import parse_date

Number = Annotated[Text, typer.Option("--number", metavar="TEXT", help="文号，如 浙环督〔2026〕12号（缺省留空）")]
ReplyBy = Annotated[Text, typer.Option("--reply-by", metavar="DATE", help="请于何日前反馈（缺省留空）")]
Contact = Annotated[
    Text,
    typer.Option("--contact", metavar="TEXT", help="联系人和电话（缺省为发文单位登记的联系人，没有则留空）"),
]
OwnTemplate = Annotated[
    Text, typer.Option("--template", metavar="FILE", help="用本单位的 Word 模板（.docx，字段见 docs/papers.md）")
]


def reply_day(text: str | None) -> date | None:
    """Return the day of --reply-by; raises Refused for one that has passed."""
    if text is None:
        return None
    day = parse_date(text, context.today, what="--reply-by 的日期")
    if day < context.today:
        raise Refused(f"--reply-by {day} 已过（今天是 {context.today}）；请写今天或以后的日期")
    return day


def own_template(text: str | None) -> Path | None:
    """Return the file of --template; raises Refused for one that is no .docx file."""
    if text is None:
        return None
    path = Path(text)
    if not path.is_file():
        raise Refused(f"模板 {text} 不存在；请检查路径")
    if path.suffix.lower() not in (".docx", ".dotx"):
        raise Refused(f"模板 {path.name} 不是 Word 文档（.docx）；请用 Word 或 WPS 另存为 .docx")
    return path
