"""Reading a published plan: a document in, a reviewable draft out. `sheets.plan_draft` makes it a workbook, and takes it back.

    draft = read_document("方案.pdf", "hb")        # txt, docx, doc, html, pdf, ofd → Draft; Refused for what cannot be read

Rows have exactly the columns of the data files (`model.COLUMNS`). Everything but the file access is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.plans.reading.model import Draft

__all__ = ["read_document"]


def read_document(path: Path | str, code: str = "") -> Draft:
    """Return the draft of a published plan; `code` is the plan's code for its rows. Raises Refused."""
    from tracker.plans.reading import reader

    return reader.read_document(path, code)
