"""The font in whose digits the columns of every workbook are measured, one that leaves them alike wide on every system.

A program that lacks the normal font of a workbook measures in the digits of whatever takes its place, and every column grows or
shrinks with them. Noto Sans CJK comes with the Linux desktops of the field (Kylin, UOS) and with every Chinese LibreOffice; where it is
missing, on Windows, its place is taken by 宋体, 微软雅黑 or Arial, whose digits have the same width in whole pixels. (Arial and
Liberation Sans, Calibri and Carlito are missing together on a plain Linux: their place is taken there by DejaVu Sans, a sixth wider.)
"""

NORMAL, NORMAL_SIZE = "Noto Sans CJK SC", 11
"""The normal font of our workbooks, in points. No cell is written in it."""
DIGIT = 8
"""Pixels of one of its digits, in which the widths of columns are stated."""
MILLIMETRES = DIGIT / 96 * 25.4
"""The same in millimetres: pixels are 96 to the inch."""


def xlsxwriter_normal() -> dict[str, object]:
    """Return the same for XlsxWriter, which takes the width of a digit from that of an empty column, and alters what it is given."""
    return {
        "default_format_properties": {"font_name": NORMAL, "font_size": NORMAL_SIZE},
        "default_column_width": 72,
    }
