# ruff: noqa: INP001 - a script, not a package
"""Make the pictures of the README from the sample ledger: terminal, workbook, page. Real output of real commands.

    python docs/pictures/make.py

Needs Chromium, LibreOffice and pdftoppm, and the fonts fonts-noto-cjk. The day is fixed, so that the pictures change only
when what they show does.
"""

import fcntl
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tracker.demo.ledger import build
from tracker.store.location import Location

HERE = Path(__file__).parent
DAY = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=8)))
COLUMNS = 120
LARGEST = 300_000
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
THEME = TerminalTheme(
    (255, 255, 255), (36, 41, 47),
    [(36, 41, 47), (190, 32, 38), (17, 99, 41), (142, 96, 0), (9, 105, 218), (130, 80, 223), (27, 124, 131), (87, 96, 106)],
    [(87, 96, 106), (164, 14, 38), (26, 127, 55), (99, 60, 1), (33, 139, 255), (164, 117, 249), (49, 146, 170), (140, 149, 159)],
)  # fmt: skip
HTML = """<meta charset="utf-8"><style>body {{ margin: 0; padding: 20px 24px; color: {foreground}; background: {background}; }}
pre {{ margin: 0; font: 15px/1.45 "Noto Sans Mono CJK SC", monospace; }}
i {{ display: inline-block; width: .5em; height: 1.45em; overflow: hidden; vertical-align: bottom; font: 15px/1.45 "DejaVu Sans Mono"; }}
</style><pre>{code}</pre>"""
"""The font is one in which a Chinese character is exactly as wide as two Latin ones."""
NARROW = re.compile("[…“”‘’■◆·█▓▒░—→×÷]")
"""Characters that are one cell wide on a terminal, and two in that font."""


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = folder / "demo.sqlite3"
        build(Location(str(ledger)), DAY)
        terminal(
            ledger,
            folder,
            (("status",), ("overdue", "--limit", "4")),
        )
        workbook(ledger, folder)
        page(ledger, folder)
    for picture in sorted(HERE.glob("*.png")):
        size = picture.stat().st_size
        sys.stdout.write(f"{picture.name}: {size // 1000} kB\n")
        if size > LARGEST:
            sys.exit(f"{picture.name} is larger than {LARGEST // 1000} kB")


def run(*words: object) -> None:
    """Run a program that must succeed."""
    subprocess.run([str(word) for word in words], check=True, capture_output=True)  # noqa: S603 - programs of this list


def tracker(ledger: Path, *words: object) -> None:
    """Run a command of tracker on the sample ledger, as of its day."""
    run(sys.executable, "-m", "tracker", *words, "--db", ledger, "--as-of", DAY.date())


def terminal(ledger: Path, folder: Path, commands: Sequence[Sequence[str]]) -> None:
    """Write what commands print on a colour terminal."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for words in commands:
        console.print(Text(f"$ tracker {' '.join(words)}", style="bold"))
        console.print(Text.from_ansi(typed(ledger, words)))
    console.save_html(str(folder / "terminal.html"), theme=THEME, code_format=HTML, inline_styles=True)
    html = (folder / "terminal.html").read_text(encoding="utf-8")
    (folder / "terminal.html").write_text(NARROW.sub(r"<i>\g<0></i>", html), encoding="utf-8")
    lines = html.count("\n") - HTML.count("\n")
    shoot(folder, "terminal", COLUMNS * 15 // 2 + 60, round(lines * 15 * 1.45) + 40)
    save(folder / "terminal.png", HERE / "terminal.png")


def typed(ledger: Path, words: Sequence[str]) -> str:
    """Return what a command prints on a terminal of this program's own."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
    environ = {**os.environ, "TERM": "xterm-256color", "TRACKER_DB": str(ledger), "TRACKER_AS_OF": str(DAY.date())}
    environ.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "tracker", *words]
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environ):  # noqa: S603 - our own program
        os.close(its)
        parts = []
        while part := _read(mine):
            parts.append(part)
    os.close(mine)
    return b"".join(parts).decode().replace("\r\n", "\n")


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:
        return b""


def workbook(ledger: Path, folder: Path) -> None:
    """Write the first sheet of the weekly workbook, as a spreadsheet program prints it."""
    tracker(ledger, "export", "weekly", "-o", folder / "weekly.xlsx")
    run("soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless", "--convert-to", "pdf", "--outdir",
        folder, folder / "weekly.xlsx")  # fmt: skip
    run("pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-png", "-singlefile", folder / "weekly.pdf", folder / "weekly")
    save(folder / "weekly.png", HERE / "workbook.png")


def page(ledger: Path, folder: Path) -> None:
    """Write the top of the page, on a desk and, in a frame of its width, on a phone."""
    tracker(ledger, "export", "page", "-o", folder / "report.html")
    frame = (
        '<body style="margin:0"><iframe src="report.html" style="width:390px;height:1100px;border:0"></iframe></body>'
    )
    (folder / "phone.html").write_text(frame)
    shoot(folder, "report", 1280, 1240)
    shoot(folder, "phone", 600, 1100)
    with Image.open(folder / "phone.png") as wide:
        wide.crop((0, 0, 390, 1100)).save(folder / "phone.png")
    save(folder / "report.png", HERE / "page.png")
    save(folder / "phone.png", HERE / "phone.png")


def shoot(folder: Path, name: str, width: int, height: int) -> None:
    """Take a picture of an HTML file."""
    browser = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    run(
        browser,
        *QUIET,
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},{height}",
        f"--screenshot={folder / name}.png",
        (folder / f"{name}.html").as_uri(),
    )


def save(source: Path, target: Path) -> None:
    """Save a picture with as many colours as a table needs."""
    with Image.open(source) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    main()
