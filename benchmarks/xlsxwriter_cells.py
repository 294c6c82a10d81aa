"""XlsxWriter writing cells alone, as its documentation shows it: what our workbooks are measured beside.

    python -m benchmarks.xlsxwriter_cells CELLS.json OUT.xlsx

The file has a list of sheets, each of rows, each of values; a date is {"date": ISO 8601}.
"""

import io
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any


def written(sheets: Iterable[Iterable[Sequence[Any]]], *, constant_memory: bool) -> bytes:
    """Write cells with one call of `write` each, and a height for every row."""
    import xlsxwriter

    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"constant_memory": constant_memory, "strings_to_formulas": False})
    styled = workbook.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    dated = workbook.add_format({"border": 1, "text_wrap": True, "valign": "vcenter", "num_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.set_row(number, 60)
            for column, value in enumerate(row):
                sheet.write(number, column, value, dated if isinstance(value, datetime) else styled)
    workbook.close()
    return target.getvalue()


def restored(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Return rows with their dates, from their form as JSON."""
    return [
        [datetime.fromisoformat(value["date"]) if isinstance(value, dict) else value for value in row] for row in rows
    ]


def stored(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Return rows in a form that JSON takes."""
    return [[{"date": value.isoformat()} if isinstance(value, datetime) else value for value in row] for row in rows]


if __name__ == "__main__":
    sheets = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_bytes(written(map(restored, sheets), constant_memory=False))
