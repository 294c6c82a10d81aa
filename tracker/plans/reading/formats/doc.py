"""Word files of the old kind (.doc, Word 97 to 2003): made into docx by a library, then read as such."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import Refused
from tracker.plans.reading.formats import docx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.plans.reading.model import Block


def read(path: Path, remarks: list[str]) -> Iterator[Block]:
    """Yield the lines and tables of a .doc file. Raises Refused when it is locked or older than Word 97."""
    from doc2docx import convert
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.docx"
        try:
            convert(path, made)
        except EncryptedDocumentError as problem:
            raise Refused("旧版 Word 文档已加密，请先解除密码再读") from problem
        except Doc2DocxError as problem:
            if "wIdent" in str(problem):  # the mark of the format before Word 97
                raise Refused("这是 Word 97 之前的文档，请用 Word 或 WPS 另存为 docx 再读") from problem
            raise Refused("旧版 Word 文档已损坏或带有读不了的内容，请用 Word 或 WPS 另存为 docx 再读") from problem
        yield from docx.read(made, remarks)
