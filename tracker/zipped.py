"""Zips of XML, as others write them (workbooks, Word files) and as we do: what every reader refuses, and the bytes of ours."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError, LookupError,
)  # fmt: skip
"""What the library of zip files and the parser of XML raise for what is broken (docs/reliability.md)."""
MAX_RATIO = 200
"""Times that a part may unpack to: empty formatted rows, the most uniform honest content, reach about 20."""
_MEGABYTE = 1 << 20
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODED = re.compile(rb"\s*<\?xml\s[^>]*encoding\s*=\s*[\"'](?!(?:utf-?8|us-ascii)[\"'])", re.IGNORECASE)


def is_bomb(entry: zipfile.ZipInfo) -> bool:
    """Say whether a part claims to unpack to far more than any honest content."""
    return entry.file_size > _MEGABYTE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)


def is_locked(entry: zipfile.ZipInfo) -> bool:
    """Say whether a part is encrypted."""
    return bool(entry.flag_bits & 1)


def declares(content: bytes) -> bool:
    """Say whether XML declares a type or entities."""
    return _DECLARED.search(content) is not None


def is_oddly_encoded(content: bytes) -> bool:
    """Say whether a part of XML is written otherwise than in UTF-8: no program writes it so, and no guard could read it."""
    head = content[:4096]
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head or _ENCODED.match(head) is not None


EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that every part of a package bears: the earliest that a zip file can state."""
MOMENT = "1980-01-01T00:00:00Z"
"""The time of making that every package states. The ledger's own dates stand in what it shows."""
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_CORE = "docProps/core.xml"


def package(parts: Mapping[str, bytes]) -> bytes:
    """Return parts as one package, in fixed order, with fixed times and attributes: the same parts give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        # The list of content types comes first, as readers that stream a package expect it.
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            part = parts[name]
            target.writestr(info, _STAMP.sub(rb"\g<1>" + MOMENT.encode() + rb"\g<3>", part) if name == _CORE else part)
    return buffer.getvalue()


def normalised(content: bytes) -> bytes:
    """Return a package as another library wrote it, without the time of its making."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return package({name: source.read(name) for name in source.namelist()})
