"""CSV that comes back: UTF-8 or GB18030, with commas, semicolons or tabs; what keeps a spreadsheet from running a text is undone."""

import csv
import io
import re

from tracker.errors import Refused
from tracker.sheets.reading_package import MAX_ROWS

_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_SEPARATORS = ",\t;"


def csv_rows(data: bytes) -> list[list[str]]:
    """Return the rows of a CSV file, one cell a text; raises Refused for what is none."""
    text = decoded(data)
    csv.field_size_limit(1 << 20)
    head = text[:4096].splitlines()
    separator = max(_SEPARATORS, key=lambda mark: max((line.count(mark) for line in head), default=0))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Refused(f"不是完整的 CSV（{error}）；请检查引号是否成对") from None
    if len(rows) > MAX_ROWS:
        raise Refused(f"有 {len(rows)} 行，超过 {MAX_ROWS} 行的上限；请拆分后导入")
    return [[unguarded(cell) if cell[:1] == "'" else cell for cell in row] for row in rows]


def decoded(data: bytes) -> str:
    """Return text by its mark, as UTF-8, or as GB18030; raises Refused for bytes that are no text."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    codecs = [codec for mark, codec in marks if data.startswith(mark)] or ["utf-8", "gb18030"]
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("不是 UTF-8 或 GB18030 编码的 CSV；请另存为 .xlsx 或 UTF-8 编码的 CSV")


def unguarded(text: str) -> str:
    """Take off the apostrophe with which an exported text was kept from running as a formula (`cli.output.guarded`)."""
    return text[1:] if _GUARDED.match(text) else text
