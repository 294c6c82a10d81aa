"""What is built from this tree works elsewhere: the wheel carries the data, the source archive everything else."""

import csv
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*words: object, **more: str) -> str:
    environ = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **more}
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
    )
    return next(folder.glob("tracker-*.whl"))


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"tracker"}
    shipped = {path.name for path in (ROOT / "data").iterdir()}
    assert {name.removeprefix("tracker/_data/") for name in names if name.startswith("tracker/_data/")} == shipped
    assert not [name for name in names if name.endswith((".pyc", ".sqlite3")) or "/tests/" in name]


def test_the_wheel_installed_elsewhere_does_the_main_job(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel)
    environ = {
        "PYTHONPATH": str(target),
        "TRACKER_DB": str(tmp_path / "ledger.sqlite3"),
        "TRACKER_CONFIG": str(tmp_path / "none.toml"),
    }
    where = run(sys.executable, "-P", "-c", "import tracker; print(tracker.__file__)", **environ)
    assert Path(where.strip()).is_relative_to(target)
    run(sys.executable, "-P", "-m", "tracker", "init", **environ)
    listed = run(sys.executable, "-P", "-m", "tracker", "list", "--csv", "--as-of", "2026-11-21", **environ)
    rows = list(csv.DictReader(io.StringIO(listed)))
    assert (len(rows), sum(row["overdue"] == "true" for row in rows)) == (273, 151)


def test_the_source_archive_can_be_tested(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", tmp_path)
    archive = next(tmp_path.glob("tracker-*.tar.gz"))
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    for needed in ("tracker/__main__.py", "data/targets.csv", "tests/conftest.py", "tools/reference.py", "constraints.txt", ".ci/run",
                   "docs/reference.md", "benchmarks/startup.py", "README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE",
                   "pyproject.toml"):  # fmt: skip
        assert needed in names, needed
    assert not [name for name in names if name.endswith((".pyc", ".sqlite3"))]
