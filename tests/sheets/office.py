"""LibreOffice as a reader of our sheets: what a person would see."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.outside import run_outside

NEEDS_OFFICE = pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdftotext") is None,
    reason="LibreOffice (soffice) and poppler-utils (pdftotext) are not installed",
)


def convert(files: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """Convert files with LibreOffice into a folder, and return them. Folders side by side share a profile."""
    profile = f"-env:UserInstallation=file://{folder.parent / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *map(str, files)]
    run_outside(command)
    return [folder / f"{file.stem}.{kind}" for file in files]


def pages_of(pdf: Path) -> list[str]:
    """Return the text of every page, without blanks and line ends."""
    command = [shutil.which("pdftotext") or "pdftotext", "-raw", str(pdf), "-"]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return ["".join(page.split()) for page in found.stdout.split("\f")[:-1]]


def heights_needed(files: Sequence[Path], folder: Path) -> list[Path]:
    """Return copies of workbooks with the row heights that LibreOffice itself finds necessary.

    It measures rows only when it reads a file of its own kind, so the copies, without our heights, go through one.
    """
    bare = folder / "bare"
    bare.mkdir(parents=True)
    for file in files:
        workbook = load_workbook(file)
        for sheet in workbook.worksheets:
            for row in list(sheet.row_dimensions):
                sheet.row_dimensions[row].height = None
        workbook.save(bare / file.name)
    own = convert([bare / file.name for file in files], "ods", folder / "own")
    return convert(own, "xlsx", folder / "measured")
