"""Small documents in the four formats, made on the spot, so that no published text has to lie in the repository."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CID_FONT = (
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>"
)
DESCRIPTOR = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
    b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
)
SIZE = 12
LEFT = 72
TOP = 760


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def word_file(path: Path, parts: Sequence[str | list[list[str]]], merged: Sequence[tuple[int, int]] = ()) -> Path:
    """Write a docx: a string is a paragraph, a list of rows a table; `merged` are (table, row) to merge across."""
    import docx

    document = docx.Document()
    tables = 0
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(rows=len(part), cols=len(part[0]))
        for number, row in enumerate(part):
            for column, text in enumerate(row):
                table.cell(number, column).text = text
            if (tables, number) in merged:
                text = row[0]
                for column in range(1, len(row)):
                    table.cell(number, column).text = ""
                table.cell(number, 0).merge(table.cell(number, len(row) - 1)).text = text
        tables += 1
    document.save(str(path))
    return path


def pdf_file(
    path: Path,
    pages: Sequence[Sequence[str | list[list[str]]]],
    widths: Sequence[int] = (),
    before: str = "",
    *,
    low_digits: bool = False,
) -> Path:
    """Write a PDF with the Adobe song font (no file embedded): lines as given, tables ruled, cells broken at their width.

    `before` is drawn first on every page. `low_digits` sets the digits in a font that says they hang a line below, as gazettes do.
    """
    streams = [f"{before}\n".encode() + _page(page, widths) for page in pages]
    if low_digits:
        streams = [re.sub(rb"<((?:[0-9a-f]{4})+)> Tj", _in_two_fonts, stream) for stream in streams]
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (6 + 2 * index) for index in range(len(streams))), len(streams)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        CID_FONT,
        DESCRIPTOR,
    ]
    for index, stream in enumerate(streams):
        packed = zlib.compress(stream)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R /G %d 0 R >> >> /Contents %d 0 R >>"
            % (6 + 2 * len(streams), 7 + 2 * index)
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream")
    last = len(objects) + 1
    objects += [
        objects[2].replace(b"[4 0 R]", b"[%d 0 R]" % (last + 1)),
        CID_FONT.replace(b"5 0 R", b"%d 0 R" % (last + 2)),
        DESCRIPTOR.replace(b"/Descent -120", b"/Descent -900"),
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    data += (
        b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(data))
    )
    path.write_bytes(data)
    return path


def _page(parts: Sequence[str | list[list[str]]], widths: Sequence[int]) -> bytes:
    out: list[str] = []
    y = TOP
    for part in parts:
        if isinstance(part, str):
            indent = 2 * SIZE if part.startswith("　　") else 0
            out.append(_shown(part.strip("　"), LEFT + indent, y))
            y -= 2 * SIZE
        else:
            y = _table(out, part, widths, y)
    return "\n".join(out).encode()


def _in_two_fonts(shown: re.Match[bytes]) -> bytes:
    """Return a piece of text with its digits in the font G, on the same baseline."""
    text = bytes.fromhex(shown.group(1).decode()).decode("utf-16-be")
    parts = [part for part in re.split(r"(\d+)", text) if part]
    return b" ".join(
        b"/%s %d Tf <%s> Tj" % (b"G" if part.isdigit() else b"F", SIZE, part.encode("utf-16-be").hex().encode())
        for part in parts
    )


def _shown(text: str, x: float, y: float) -> str:
    return f"BT /F {SIZE} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _table(out: list[str], rows: list[list[str]], widths: Sequence[int], y: int) -> int:
    edges = [LEFT]
    for width in widths:
        edges.append(edges[-1] + width * SIZE + 6)
    for row in rows:
        cells = [_broken(text, width) for text, width in zip(row, widths, strict=True)]
        height = max(len(cell) for cell in cells) * (SIZE + 4) + 6
        whole = row[0] and not any(row[1:])
        for column, cell in enumerate(cells):
            lines = [row[0]] if whole and column == 0 else [] if whole else cell
            out.extend(
                _shown(line, edges[column] + 3, y - SIZE - index * (SIZE + 4))
                for index, line in enumerate(lines)
                if line
            )
        if whole:
            height = SIZE + 10
        out.append(f"{edges[0]} {y - height} {edges[-1] - edges[0]} {height} re S")
        if not whole:
            out.extend(f"{edge} {y} m {edge} {y - height} l S" for edge in edges[1:-1])
        y -= height
    return y - 2 * SIZE


def _broken(text: str, width: int) -> list[str]:
    return [text[index : index + width] for index in range(0, len(text), width)] or [""]


def ofd_file(path: Path, pages: Sequence[Sequence[str | list[list[str]]]], widths: Sequence[int] = ()) -> Path:
    """Write an OFD file: lines as given, tables ruled, one piece of text a line (millimetres, letters of 4)."""
    names = [f"Doc_0/Pages/{number}.xml" for number in range(len(pages))]
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{number}" BaseLoc="Pages/{number}.xml"/>' for number in range(len(pages)))
    with zipfile.ZipFile(path, "w") as archive:
        body = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        archive.writestr("OFD.xml", f"<ofd:OFD {space}>{body}</ofd:OFD>")
        archive.writestr("Doc_0/Document.xml", f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>")
        for name, page in zip(names, pages, strict=True):
            layer = f"<ofd:Content><ofd:Layer>{_ofd_page(page, widths)}</ofd:Layer></ofd:Content>"
            archive.writestr(name, f"<ofd:Page {space}>{layer}</ofd:Page>")
    return path


def _ofd_page(parts: Sequence[str | list[list[str]]], widths: Sequence[int]) -> str:
    out, y = [], 20.0
    for part in parts:
        rows = [[part]] if isinstance(part, str) else part
        for row in rows:
            x = 20.0
            cells = [_broken(text, width) for text, width in zip(row, widths, strict=True)] if rows is part else [row]
            high = 6.0 * max(map(len, cells)) + 2
            for column, lines in enumerate(cells):
                out += [_ofd_text(line, x + 1, y + 5 + 6 * index) for index, line in enumerate(lines) if line]
                if rows is part:
                    wide = 4.0 * widths[column] + 4
                    out.append(_ofd_box(x, y, wide, high))
                    x += wide
            y += high
    return "".join(out)


def _ofd_text(text: str, x: float, y: float) -> str:
    code = f'<ofd:TextCode X="0" Y="0">{text}</ofd:TextCode>'
    return f'<ofd:TextObject Boundary="{x} {y} 150 6" Size="4">{code}</ofd:TextObject>'


def _ofd_box(x: float, y: float, wide: float, high: float) -> str:
    data = f"M 0 0 L {wide} 0 L {wide} {high} L 0 {high} C"
    return f'<ofd:PathObject Boundary="{x} {y} {wide} {high}"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
