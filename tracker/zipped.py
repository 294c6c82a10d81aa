"""Zips of XML as others write them (workbooks, Word files): what every reader of them refuses, whatever it reads them for."""

import re
import struct
import zipfile
import zlib

BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError, LookupError,
)  # fmt: skip
"""What the library of zip files and the parser of XML raise for what is broken (docs/fuzzing.md)."""
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


def declares(content: bytes, upto: int | None = None) -> bool:
    """Say whether XML declares a type or entities, in its first bytes or anywhere."""
    return _DECLARED.search(content, 0, len(content) if upto is None else upto) is not None


def is_oddly_encoded(content: bytes) -> bool:
    """Say whether a part of XML is written otherwise than in UTF-8: no program writes it so, and no guard could read it."""
    head = content[:4096]
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head or _ENCODED.match(head) is not None
