"""Reading a published plan (issue 6): a document in, a reviewable draft out, the reviewed draft back in.

    draft = read_document("方案.pdf", "hb")        # txt, docx, html, pdf → Draft; Refused for what cannot be read
    write_draft(draft, "DRAFT.xlsx")              # the review workbook
    rows, errors = read_draft("DRAFT.xlsx")       # rows by data file name, errors by sheet and cell

Rows have exactly the columns of the data files (`model.COLUMNS`). Everything but the file access is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.plans.reading.model import CellError, Draft, Rows

__all__ = ["read_document", "read_draft", "write_draft"]


def read_document(path: Path | str, code: str = "") -> Draft:
    """Return the draft of a published plan; `code` is the plan's code for its rows. Raises Refused."""
    from tracker.plans.reading import reader

    return reader.read_document(path, code)


def write_draft(draft: Draft, path: Path | str) -> None:
    """Write the review workbook of a draft: one row per finding, doubtful cells marked. Raises Refused."""
    from tracker.plans.reading import workbook

    workbook.write_draft(draft, path)


def read_draft(path: Path | str, code: str = "") -> tuple[Rows, list[CellError]]:
    """Return the rows of a review workbook and what is wrong in it, by sheet and cell; `code` fills an empty plan code.

    Raises Refused.
    """
    from tracker.plans.reading import workbook

    return workbook.read_draft(path, code)
