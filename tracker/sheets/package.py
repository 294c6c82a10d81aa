"""The bytes of a workbook: the same data gives the same bytes (DESIGN §6)."""

import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that every part of a package bears: the earliest that a zip file can state."""

MOMENT = "1980-01-01T00:00:00Z"
"""The time of making that every workbook states. The ledger's own dates stand in the cells."""

_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_CORE = "docProps/core.xml"


def workbook_bytes(workbook: "Workbook") -> bytes:
    """Return an openpyxl workbook as a file without the time of its making."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return normalised(buffer.getvalue())


def normalised(content: bytes) -> bytes:
    """Return a package with its parts in fixed order, with fixed times and attributes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        # The list of content types comes first, as readers that stream a package expect it.
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = source.read(name)
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            target.writestr(info, _STAMP.sub(rb"\g<1>" + MOMENT.encode() + rb"\g<3>", part) if name == _CORE else part)
    return buffer.getvalue()
