"""Options that some commands share, each group handed over as one object: a stretch of days, what Word papers ask, who hands out."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from tracker.cli.context import context
from tracker.cli.options import Text
from tracker.errors import Refused, Unclear
from tracker.ledger.calendar_spans import NamedSpan, days_between, named_span, span_around
from tracker.ledger.dates import parse_date, parse_start

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tracker.store.changeset import Changeset


@dataclass(slots=True, kw_only=True)
class SpanOptions:
    """Which stretch of days a report, a bulletin, the page or `changes` is about."""

    GROUP: ClassVar = {
        "week": Annotated[Text, typer.Option("--week", metavar="2026-W47", help="哪一周")],
        "month": Annotated[Text, typer.Option("--month", metavar="2026-11", help="哪个月")],
        "quarter": Annotated[Text, typer.Option("--quarter", metavar="2026-Q4", help="哪个季度")],
        "half": Annotated[Text, typer.Option("--half", metavar="2026-H2", help="上半年（H1）或下半年（H2）")],
        "year": Annotated[Text, typer.Option("--year", metavar="2026", help="哪一年")],
        "first": Annotated[Text, typer.Option("--from", metavar="DATE", help="起始日，与 --to 同用")],
        "last": Annotated[Text, typer.Option("--to", metavar="DATE", help="截止日")],
    }
    week: str | None = None
    month: str | None = None
    quarter: str | None = None
    half: str | None = None
    year: str | None = None
    first: str | None = None
    last: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """The texts of the options that name a span of the calendar, by its kind."""
        named = {"week": self.week, "month": self.month, "quarter": self.quarter, "half": self.half, "year": self.year}
        return {kind: text for kind, text in named.items() if text is not None}

    @property
    def kind(self) -> str | None:
        """The kind of span that an option names; None where none does."""
        if self.first is not None or self.last is not None:
            return "span"
        return next(iter(self.named), None)

    def span(self, day: date, kind: str = "week") -> NamedSpan:
        """Return the span that was named, that of a kind in which the day falls for none; raises Unclear for several at once."""
        named = self.named
        given = [f"--{name}" for name in named] + (["--from、--to"] if self.kind == "span" else [])
        if len(given) > 1:
            raise Unclear(f"{' 与 '.join(given)} 不能同用；请只写其一")
        if (self.first is None) != (self.last is None):
            raise Unclear("--from 和 --to 要同时写明")
        if self.first is not None and self.last is not None:
            start = parse_start(self.first, day, what="--from 的日期")
            return days_between(start, parse_date(self.last, day, what="--to 的日期"))
        for name, text in named.items():
            return named_span(name, text, day)
        return span_around(kind, day)


@dataclass(slots=True, kw_only=True)
class PaperOptions:
    """What a Word paper bears beside its content: its number, until when to answer, whom to ask, the office's own template."""

    GROUP: ClassVar = {
        "reply_by": Annotated[Text, typer.Option("--reply-by", metavar="DATE", help="请于何日前反馈（缺省留空）")],
        "number": Annotated[
            Text, typer.Option("--number", metavar="TEXT", help="文号，如 浙环督〔2026〕12号（缺省留空）")
        ],
        "contact": Annotated[
            Text,
            typer.Option("--contact", metavar="TEXT", help="联系人和电话（缺省为发文单位登记的联系人，没有则留空）"),
        ],
        "template": Annotated[
            Text,
            typer.Option("--template", metavar="FILE", help="用本单位的 Word 模板（.docx，字段见 docs/papers.md）"),
        ],
    }
    reply_by: str | None = None
    number: str | None = None
    contact: str | None = None
    template: str | None = None

    def reply_day(self) -> date | None:
        """Return the day of --reply-by; raises Refused for one that has passed."""
        if self.reply_by is None:
            return None
        day = parse_date(self.reply_by, context.today, what="--reply-by 的日期")
        if day < context.today:
            raise Refused(f"--reply-by {day} 已过（今天是 {context.today}）；请写今天或以后的日期")
        return day

    def template_file(self) -> Path | None:
        """Return the file of --template; raises Refused for one that is no .docx file."""
        if self.template is None:
            return None
        path = Path(self.template)
        if not path.is_file():
            wrong = "不是普通文件" if path.exists() else "不存在"
            raise Refused(f"模板 {self.template} {wrong}；请检查路径")
        if path.suffix.lower() not in (".docx", ".dotx"):
            raise Refused(f"模板 {path.name} 不是 Word 文档（.docx）；请用 Word 或 WPS 另存为 .docx")
        return path


@dataclass(slots=True, kw_only=True)
class NoteOptions:
    """Who hands out an export that the ledger notes, and whether it is only shown. Nothing is ever asked."""

    IS_SHARED: ClassVar = True  # the help lists these with what all commands share
    GROUP: ClassVar = {
        "by": Annotated[Text, typer.Option("--by", metavar="NAME", help="发出人（缺省登录名）")],
        "dry_run": Annotated[bool, typer.Option("--dry-run", help="只演示，不写文件，不留记录")],
        "yes": Annotated[bool, typer.Option("--yes", help="不再询问确认")],
        "no_input": Annotated[bool, typer.Option("--no-input", help="从不询问")],
    }
    by: str | None = None
    dry_run: bool = False
    yes: bool = False
    no_input: bool = False

    def changeset(self, db: str | None, command: str) -> "AbstractContextManager[Changeset]":
        """Open the ledger for the note; leaving writes it, a dry run does not."""
        from tracker.cli.write_options import WriteOptions

        return WriteOptions(by=self.by, dry_run=self.dry_run, db=db).changeset(command)
