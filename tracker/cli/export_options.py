"""What exports share: the days they are about, what papers bear, who hands them out, and the files they are written to."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.options import Text, words
from tracker.cli.read_options import ReadOptions
from tracker.errors import Refused, Unclear, reason_of
from tracker.folders import is_device
from tracker.ledger.calendar_spans import NamedSpan, days_between, named_span, span_around
from tracker.ledger.dates import parse_date, parse_start
from tracker.ledger.values import shorten

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tracker.store.changeset import Changeset
    from tracker.store.connection import Connection
    from tracker.store.filters import PointInTime
if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts


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

    def contact_of(self, connection: "Connection", issuer: str | None, when: "PointInTime") -> str | None:
        """Return --contact, or whom the office that issues the paper has registered; None where there is neither."""
        from tracker.actions.unit_names import contact_of

        return self.contact or (contact_of(connection, issuer, when) if issuer else None)

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


_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def target_file(options: ReadOptions, name: str, suffix: str) -> Path:
    """Return the file of -o; in a folder the file is called name + suffix.

    Raises Unclear without -o or for a file that is called otherwise than *suffix, Refused where the file cannot be written:
    before any work is done.
    """
    if not options.output:
        raise Unclear("请用 -o 写明输出文件，或写明目录由程序命名")
    target = Path(options.output)
    if is_folder(options.output):
        make_folder(target)
        target /= file_name(name) + suffix
    elif target.suffix.lower() != suffix:
        raise Unclear(f"输出文件“{shorten(target.name)}”的扩展名应为 {suffix}")
    output.check_output(target, force=options.force)
    return target


def name_of(*parts: object) -> str:
    """Return the name an export gives itself: what it is and what it is narrowed to, as far as there is something."""
    return "-".join(str(part) for part in parts if part)


def kinds_of(text: str | None) -> str:
    """Return the kinds that --kind names in Chinese, as captions and file names have them; empty for none."""
    from tracker.actions.name_lookup import kind_codes
    from tracker.ledger.terms import KINDS

    return "、".join(KINDS[code] for code in dict.fromkeys(kind_codes(words(text) or ())))


def make_folder(folder: Path, *, parents: bool = False) -> None:
    """Make a folder that -o names, where there is none; parents: those above it too, which else must be there (Refused)."""
    if not parents and not folder.parent.is_dir():
        raise Refused(f"目录 {folder.parent} 不存在；请先建立该目录")
    try:
        folder.mkdir(parents=parents, exist_ok=True)
    except OSError as error:
        raise Refused(f"无法建立目录 {folder}：{reason_of(error)}；请换一个位置") from None


def is_folder(text: str) -> bool:
    """Say whether -o names a folder: one that exists, or by its last character."""
    return text.endswith((os.sep, "/")) or Path(text).is_dir()


def file_name(text: str) -> str:
    """Return a text as a name that every file system takes."""
    plain = "".join(char for char in text.translate(_FORBIDDEN) if char.isprintable())
    name = shorten(plain, 80).strip(". ") or "_"
    return f"_{name}" if is_device(name) else name


def deliver(options: ReadOptions, target: Path, content: bytes | Iterable[bytes], **more: object) -> None:
    """Write the file, whole or not at all, and say where it is; more goes beside it into the JSON."""
    path = output.write_file(str(target), content, force=options.force)
    if options.json:
        output.print_json({"path": str(path), **more})
    else:
        output.message(f"已写入 {path}")


def deliver_all(options: ReadOptions, files: Sequence[tuple[Path, bytes]]) -> None:
    """Write several files, each whole or not at all, and say where they are."""
    if len(files) == 1:
        deliver(options, *files[0])
        return
    paths = [output.write_file(str(target), content, force=options.force) for target, content in files]
    if options.json:
        output.print_json({"paths": [str(path) for path in paths]})
    else:
        output.message(f"已写入 {len(paths)} 个文件：{'、'.join(map(str, paths))}")


def frozen_goalposts() -> "Goalposts | None":
    """Return the goalposts of the synergy index that the settings name, None for none."""
    path = context.settings["index_goalposts"]
    if not path:
        return None
    from tracker.actions.synergy_index import read_goalposts

    return read_goalposts(path)
