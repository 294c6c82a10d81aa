"""What every write command shares: who writes, for which unit, whether it is only shown, whether it may ask."""

import errno
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tracker.cli import output, terminal
from tracker.cli.context import context
from tracker.cli.ledger_finder import note, ready
from tracker.errors import Unclear
from tracker.ledger.values import shorten
from tracker.plans.codes import SHIPPED
from tracker.store.changeset import Author, Changeset, writing
from tracker.text import cleaned


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class WriteOptions:
    """The shared options of a write command."""

    by: str | None = None
    unit: str | None = None
    dry_run: bool = False
    yes: bool = False
    no_input: bool = False
    json: bool = False
    db: str | None = None

    @property
    def person(self) -> str:
        """Who writes."""
        return context.person(self.by)

    @property
    def speaker(self) -> str | None:
        """The unit that speaks: --unit or the setting; None when neither is given."""
        return self.unit or context.settings["unit"] or None

    @property
    def may_ask(self) -> bool:
        """Whether a person can be asked for what is missing."""
        return not self.no_input and context.is_interactive()

    @contextmanager
    def changeset(
        self,
        command: str,
        detail: Mapping[str, Any] | None = None,
        *,
        plans: Collection[str] = tuple(SHIPPED),
        may_create: bool = True,
    ) -> Iterator[Changeset]:
        """Open the ledger for this command; leaving writes, an exception or --dry-run does not.

        plans: the shipped plans with which a ledger is made at first use.
        """
        location = ready(self.db, plans=plans, may_create=may_create)
        author = Author(self.person, self.speaker)
        changeset: Changeset | None = None
        try:
            with writing(location, author, command, context.now, dry_run=self.dry_run, detail=detail) as changeset:
                note(changeset.connection)
                yield changeset
        finally:
            if changeset is not None and changeset.committed:
                context.written = changeset.change

    @property
    def asks(self) -> bool:
        """Whether `confirm` puts its question to a person."""
        return self.may_ask and not (self.yes or self.dry_run)

    def confirm(self, question: str) -> bool:
        """Ask for a yes. --yes answers it; where nobody can be asked, refuse (exit 2); a dry run never asks."""
        if self.yes or self.dry_run:
            return True
        if not self.may_ask:
            asked = question.rstrip("？")
            gap = " " if asked[-1:].isascii() else ""
            raise Unclear(f"{asked}{gap}需要确认：请在终端运行，或加 --yes（--dry-run 可先演示）")
        return ask(f"{question} [y/N] ").strip().lower() in ("y", "yes", "是")

    def think_twice(self, write: Callable[[bool], None], question: str, left: str) -> None:
        """Write what may raise Doubted while it is not agreed to; the question is put with nothing locked.

        Where nobody can be asked it is agreed, and warnings stand beside it. left: what is said where the answer is no.
        """
        try:
            write(self.yes or self.dry_run or not self.may_ask)
        except Doubted as error:
            output.remarks(error.doubts)
            if self.confirm(question):
                write(True)
            else:
                output.message(left)

    def admit(self, units: Sequence[str], *, required: bool) -> bool:
        """Ask before units that the registry does not have are taken into it, in one line for all.

        Where nobody can be asked: raises Unclear (required), or says it and goes on.
        """
        if not units:
            return True
        more = f"等 {len(units)} 个" if len(units) > _NAMED else ""
        names = "".join(f"“{shorten(each)}”" for each in units[:_NAMED]) + more
        if not required and not self.may_ask:
            output.message(f"注意：名录中没有{names}，作为新单位列入；如系笔误，请用 tracker undo 撤销后重填")
            return True
        if self.yes or self.dry_run or self.may_ask:
            output.message(f"注意：名录中没有{names}，将作为新单位列入")
            return self.confirm("确为新单位？")
        raise Unclear(
            f"名录中没有{names}；确为新单位的请加 --yes（或先用 tracker unit add 登记），笔误请改正，名录见 tracker unit list"
        )

    def number(self, changeset: Changeset) -> int | None:
        """Return the number of the change that was written; None for a dry run, which wrote none."""
        return None if self.dry_run else changeset.change

    def done(self, text: str, value: Any, changeset: Changeset | None = None) -> None:
        """Say what was done, or print it as JSON, the change that did it first; a dry run says that nothing was."""
        if self.json:
            output.print_json(value if changeset is None else {"change": self.number(changeset), **value})
        else:
            output.line(("【演示，未写入】" if self.dry_run else "") + text)


_NAMED = 8


class Doubted(Exception):
    """Leaves a changeset unwritten: there is something to ask first, and nothing is to be locked meanwhile."""

    def __init__(self, doubts: list[str]) -> None:
        super().__init__()
        self.doubts = doubts


def ask(prompt: str, *, afresh: bool = False) -> str:
    """Ask one question on the terminal and return the answer; an end of input is an interrupt.

    afresh: only what is typed after the question is an answer, so that no paste of several lines runs on into it.
    """
    output.label(beside=True)
    edited = _has_line_editing()
    if afresh and context.is_own_terminal() and (os.name == "nt" or not edited):
        terminal.drop_typed()
    try:
        return cleaned(input(output.safe(prompt)) if edited else _line(prompt))
    except EOFError:
        raise KeyboardInterrupt from None
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        # The terminal is gone, and who started the program (nohup) lets it live on: nobody is left to ask.
        raise KeyboardInterrupt from None


def _line(prompt: str) -> str:
    context.stderr.write(output.safe(prompt))
    context.stderr.flush()
    answer = context.stdin.readline()
    if not answer:
        raise EOFError
    return answer.rstrip("\n")


def _has_line_editing() -> bool:
    """Whether the platform edits the line: a real terminal on both sides. A paste of several lines is one answer then."""
    if not (context.is_own_terminal() and sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if os.name == "nt":
        return True
    if context.environ.get("TERM", "dumb") == "dumb":
        return False  # where readline shows only the end of a long question
    try:
        import readline
    except ImportError:
        return False
    readline.parse_and_bind("set enable-bracketed-paste on")
    readline.set_auto_history(False)
    return True
