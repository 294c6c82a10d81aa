"""What is fuzzed: bytes through a reader of files and everything that is done with what it read.

A target takes bytes and returns; whatever it raises is a finding, because its readers say what is wrong with a file by
`Refused` or as a value. tests/hostile replays the corpus through the same targets.
"""

import traceback
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tracker.actions import forms
from tracker.actions.imports.item_import import understand
from tracker.actions.imports.report_import import Options, read_files, take_in
from tracker.errors import TrackerError
from tracker.plans.reading import reader
from tracker.plans.reading.formats import child
from tracker.plans.reading.model import Block, Stream
from tracker.sheets.item_lists import read_items
from tracker.sheets.plan_draft import read_draft
from tracker.sheets.plan_tables import read_table_plan
from tracker.store import creation
from tracker.store.changeset import Author, Changeset
from tracker.store.connection import reading
from tracker.store.location import Location

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=8)))
CORPUS = Path(__file__).with_name("corpus")
Target = Callable[[bytes], None]


def targets(folder: Path) -> dict[str, Target]:
    """Return the targets by name; they work in an empty folder, where a ledger of the five plans is made."""
    ledger = Location(str(folder / "ledger.sqlite3"))
    creation.create(ledger, NOW, by="fuzz")
    return {name: partial(target, folder, ledger) for name, target in _TARGETS.items()}


def _csv(folder: Path, ledger: Location, data: bytes) -> None:
    """A CSV file: as progress against the ledger (`import`), and as figures of the index (`index import`)."""
    path = _file(folder, "input.csv", data)
    _take_in(path, ledger)
    _index(path)


def _workbook(folder: Path, ledger: Location, data: bytes) -> None:
    """A workbook: as progress, as figures of the index, and as a reviewed draft of a plan (`plan add`)."""
    path = _file(folder, "input.xlsx", data)
    _take_in(path, ledger)
    _index(path)
    _refusable(lambda: read_draft(path))


def _list(folder: Path, ledger: Location, data: bytes) -> None:
    """A table of any kind (.xlsx, .xls, .ods, .csv by its content): as a list (`item import`), progress, and a plan (`plan read`)."""
    path = _file(folder, "input.xls", data)
    listed = read_items(path, NOW.date())
    with reading(ledger) as connection:
        list(understand(connection, "zj", "target", listed, NOW.date()).lines())
    _take_in(path, ledger)
    _refusable(lambda: read_table_plan(path, "hb", NOW.date()))


def _document(folder: Path, _ledger: Location, data: bytes) -> None:
    """A published plan of any kind, by its first bytes (`plan read`), the child's part in this process."""
    suffix = ".html" if data.lstrip().startswith(b"<") else ".txt"
    path = _file(folder, f"input{suffix}", data)
    with patch.object(child, "read_in_child", _read_here):
        _refusable(lambda: reader.read_document(path, "hb"))


def _read_here(kind: str, source: Path) -> Stream:
    """Read as the child does, but let rise what our own code raises: only what a library raises means a broken file."""
    said: dict[str, Any] = {}
    module = import_module(f"tracker.plans.reading.formats.{kind}")
    real = module.read

    def read(path: Path, remarks: list[str]) -> Iterator[Block]:
        try:
            yield from real(path, remarks)
        except (TrackerError, MemoryError, RecursionError):
            raise
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            said["ours"] = error if "tracker" in Path(frames[-1].filename).parts else None
            raise

    with patch.object(module, "read", read):
        answer = child.answer(kind, source)
    if said.get("ours"):
        raise said["ours"]
    return child.stream_of(kind, source, answer)


_TARGETS = {"csv": _csv, "workbook": _workbook, "list": _list, "document": _document, "print": _document}
"""`print` is the reader of documents again, from PDF, OFD and Word of the old kind."""


def _file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _take_in(path: Path, ledger: Location) -> None:
    """Read a file and hold every row against the ledger, as `import --dry-run` does. No refusal is right here: all are values."""
    found = read_files([str(path)], lambda parts, _: iter(parts))
    options = Options(by="fuzz", today=NOW.date())
    with reading(ledger) as connection:
        changeset = Changeset(connection, Author("fuzz"), "import", NOW, dry_run=True)
        take_in(found, changeset, options, lambda parts, _: iter(parts)).view()


def _index(path: Path) -> None:
    """Read a file as figures of the index, as `index import --dry-run` does; what is wrong is a value too."""
    forms.compare_index_files(forms.read_index_files([str(path)]), {}, NOW.date()).view()


def _refusable(read: Callable[[], object]) -> None:
    try:
        read()
    except TrackerError:
        return
