"""The page in a real browser: nothing asked from outside, no sideways scrolling on a phone, readable on paper."""

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.outside import run_outside

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium fonts-noto-cjk"
)

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-pdf-header-footer",
)  # fmt: skip

FRAME = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<iframe id="f" style="width:%dpx;height:844px;border:0" srcdoc="%s"></iframe><pre id="result"></pre>
<script>
document.getElementById("f").onload = event => {
  const page = event.target.contentDocument, root = page.documentElement;
  const wide = [...page.querySelectorAll("body *")].filter(each => {
    const box = each.getBoundingClientRect();
    return box.width && box.right > root.clientWidth + 1 && !each.closest(".contents, .skip, thead");
  });
  const shown = each => each.getClientRects().length > 0;
  document.getElementById("result").textContent = JSON.stringify({
    width: root.clientWidth, scroll: root.scrollWidth, wide: wide.slice(0, 5).map(each => each.outerHTML.slice(0, 120)),
    requests: event.target.contentWindow.performance.getEntriesByType("resource").map(each => each.name),
    charts: [...page.querySelectorAll("svg")].filter(shown).map(each => each.getAttribute("class")),
    text: Math.min(...[...page.querySelectorAll("svg text")].filter(shown).map(each => each.getBoundingClientRect().height)),
    apart: [...page.querySelectorAll(".weeks tbody tr:first-child > *")].filter((each, place) => Math.abs(
      each.getBoundingClientRect().left - page.querySelectorAll(".weeks thead th")[place].getBoundingClientRect().left) > 1).length,
    heads: [...page.querySelectorAll("thead")].filter(each => getComputedStyle(each).position !== "absolute").length,
    broken: [...page.querySelectorAll("a[href^='#']")].filter(
      each => !page.getElementById(decodeURIComponent((each.getAttribute("href") || "").slice(1)))).length,
    links: page.querySelectorAll("a[href^='#']").length,
  });
};
</script>"""


def run(folder: Path, *words: str) -> str:
    assert CHROMIUM is not None
    return run_outside([CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", *words])


def look(folder: Path, page: Path, width: int) -> dict[str, Any]:
    """Show the page in a frame of a width, and return what can be measured in it."""
    frame = folder / f"frame-{width}.html"
    frame.write_text(FRAME % (width, html.escape(page.read_text(encoding="utf-8"))), encoding="utf-8")
    dump = run(folder, "--window-size=1400,1000", "--virtual-time-budget=8000", "--dump-dom", frame.as_uri())
    found = re.search(r'<pre id="result">(.+?)</pre>', dump, re.DOTALL)
    assert found, dump[-500:]
    measured: dict[str, Any] = json.loads(html.unescape(found[1]))
    return measured


@pytest.mark.parametrize(("width", "variant"), [(1280, "wide"), (390, "narrow")])
def test_on_a_desk_and_on_a_phone(report: Path, tmp_path: Path, width: int, variant: str) -> None:
    seen = look(tmp_path, report, width)
    assert (seen["scroll"], seen["wide"]) == (seen["width"], [])
    assert seen["requests"] == []
    assert (seen["links"] > 3000, seen["broken"]) == (True, 0)
    assert [name.split()[0] for name in seen["charts"]] == [variant] * 5
    assert seen["text"] >= 9
    assert seen["apart"] == 0
    assert (seen["heads"] > 10) == (variant == "wide")


def test_on_paper(sample: Path, tmp_path: Path, cli: Cli) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    cli.ok("export", "page", "-o", tmp_path / "page.html", "--plan", "zj", "--kind", "target", "--db", sample)
    run(tmp_path, f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri())
    paper = pdfium.PdfDocument(tmp_path / "page.pdf")
    texts = [page.get_textpage().get_text_range() for page in paper]
    assert {tuple(round(side) for side in page.get_size()) for page in paper} == {(595, 842)}
    paper.close()
    assert 4 <= len(texts) <= 16
    for number, text in enumerate(texts, start=1):
        assert f"— {number} —" in text
        assert "演 示 数 据" in text
    whole = "".join(texts)
    assert all(heading in whole for heading in ("一、总体情况", "三、逾期和临近到期", "七、亮灯规则", "八、事项明细"))
    assert "跳到正文" not in whole


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils (pdftoppm) is not installed")
def test_a_heading_that_goes_to_the_next_page_leaves_no_mark(report: Path, tmp_path: Path) -> None:
    run(tmp_path, f"--print-to-pdf={tmp_path / 'page.pdf'}", report.as_uri())
    command = ["pdftoppm", "-r", "60", "-l", "12", str(tmp_path / "page.pdf"), str(tmp_path / "p")]
    run_outside(command)
    pictures = sorted(tmp_path.glob("p-*.ppm"))
    assert len(pictures) == 12
    for picture in pictures:
        _, width, height, _, pixels = re.split(rb"\s", picture.read_bytes(), maxsplit=4)
        row = 3 * int(width)
        foot = [
            pixels[y * row : y * row + row // 30 * 3] for y in range(int(height) * 93 // 100, int(height) * 95 // 100)
        ]
        assert all(red < green + 40 for line in foot for red, green in zip(line[::3], line[1::3], strict=True)), picture


OWN = re.compile(r"https?://[^/]*\.(google|googleapis|gvt1|gstatic)\.com[:/]")
"""Where the browser itself calls at every start, whatever page it shows."""


def test_nothing_is_asked_from_outside(report: Path, tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    watched = report.read_text(encoding="utf-8").replace("default-src 'none'", "default-src *")
    page = tmp_path / "page.html"
    for body, expected in (
        (watched, False),
        (watched.replace("</main>", '<img src="http://page.invalid/x.png"></main>'), True),
    ):
        page.write_text(body, encoding="utf-8")
        run(tmp_path, f"--log-net-log={log}", "--virtual-time-budget=3000", "--dump-dom", page.as_uri())
        urls = re.findall(r'"url":\s*"(https?://[^"]+)"', log.read_text(encoding="utf-8", errors="replace"))
        asked = {url for url in urls if not OWN.match(url)}
        assert bool(asked) == expected, asked
