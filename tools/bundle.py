"""Write what a desk without a network needs: a folder to unpack on Windows, and wheels with an installer for Linux.

    python -m tools.bundle windows [--python ZIP] [--to DIR]
    python -m tools.bundle linux [--machine x86_64 --machine aarch64] [--to DIR]

`tracker-windows-x64.zip` holds an embeddable CPython with every package, compiled where Wine is at hand, `tracker.cmd`, and a
file to double-click; nothing is installed and no rights are needed. `tracker-linux-MACHINE.zip` holds one set of wheels for
CPython 3.11 to 3.14 and `install.sh`, which makes an environment from them without a network. Versions are those of
constraints.txt and every file is held against its hashes there. Each zip lists the licences of what it holds.

Without `--python` the interpreter is the one that `tools/windows.sh` knows in the package index: its version and age stand
in the zip's README. LoongArch has no wheels of several packages (pydantic-core, lxml, psycopg-binary):
there the packages of the distribution and a compiler are needed, and no bundle is made.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from email.parser import HeaderParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = "postgres,documents"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
GLIBCS = ("manylinux_2_17", "manylinux2014", "manylinux_2_24", "manylinux_2_26", "manylinux_2_27", "manylinux_2_28")
FIXED_TIME = (2026, 1, 1, 0, 0, 0)
"""Of every entry of a zip: the same commit gives the same bytes."""

Pin = tuple[str, str]


# --- packages, by constraints.txt ---------------------------------------------------------------------------------------


def pins() -> dict[str, tuple[str, list[str]]]:
    """Return the version and hashes of every package of constraints.txt, by normalised name."""
    found: dict[str, tuple[str, list[str]]] = {}
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)\s+(.*)", line)
        if match:
            found[normal(match[1])] = (match[2], re.findall(r"--hash=(sha256:[0-9a-f]{64})", match[3]))
    return found


def normal(name: str) -> str:
    """Return a package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pip(*words: str) -> None:
    """Run pip, quietly; raises SystemExit with what it said."""
    done = subprocess.run([sys.executable, "-m", "pip", *words, "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit("\n".join(line for line in done.stderr.splitlines() if "WARNING" not in line))


def own_wheel(folder: Path) -> Path:
    """Build the project's own wheel."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("tracker-*.whl"))


def needed(wheel: Path, target: Sequence[str], also: Iterable[str] = ()) -> list[Pin]:
    """Return (name, version) of all that the project needs on a target, the project apart, at the pinned versions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held, report = folder / "held.txt", folder / "report.json"
        held.write_text(
            "".join(f"{package}=={version}\n" for package, (version, _) in pins().items()), encoding="utf-8"
        )
        pip("install", "--dry-run", "--ignore-installed", "--only-binary=:all:", "--target", str(folder / "none"), *target,
            "--constraint", str(held), "--report", str(report), f"{wheel}[{EXTRAS}]", *also)  # fmt: skip
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    packages = [(normal(each["metadata"]["name"]), each["metadata"]["version"]) for each in found]
    return sorted(pin for pin in packages if pin[0] != "tracker")


def requirements(packages: Iterable[Pin]) -> str:
    """Return a requirements file with hashes; raises SystemExit where constraints.txt does not pin a package."""
    known, lines = pins(), []
    for name, version in packages:
        if known.get(name, ("",))[0] != version:
            raise SystemExit(f"constraints.txt does not pin {name}=={version}: run python -m tools.lock")
        lines.append(" ".join([f"{name}=={version}", *(f"--hash={each}" for each in known[name][1])]))
    return "\n".join(lines) + "\n"


# --- Windows ------------------------------------------------------------------------------------------------------------

WINDOWS_ONLY = ("colorama", "tzdata")
"""pip resolves markers for the machine it runs on."""
COMMAND = '@"%~dp0python\\python.exe" -m tracker %*\r\n'
DESK = """@echo off\r
set "PATH=%~dp0;%PATH%"\r
title tracker\r
cd /d "%USERPROFILE%"\r
call tracker.cmd --version\r
call tracker.cmd init\r
cmd /k\r
"""


def windows(python: Path | None, to: Path) -> Path:
    """Write tracker-windows-x64.zip and return it."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folder = work / "tracker"
        packages = folder / "packages"
        packages.mkdir(parents=True)
        version = embedded_python(python, folder / "python")
        target = ("--platform", "win_amd64", "--python-version", version, "--implementation", "cp")
        wheel = own_wheel(work)
        listed = work / "requirements.txt"
        listed.write_text(requirements(needed(wheel, target, WINDOWS_ONLY)), encoding="utf-8")
        pip(
            "install",
            "--no-deps",
            "--require-hashes",
            "--only-binary=:all:",
            "--target",
            str(packages),
            *target,
            "-r",
            str(listed),
        )
        pip("install", "--no-deps", "--target", str(packages), str(wheel))
        for each in (*packages.rglob("__pycache__"), packages / "bin"):
            shutil.rmtree(each, ignore_errors=True)
        compiled = compile_under_wine(folder)
        (folder / "tracker.cmd").write_bytes(COMMAND.encode("ascii"))
        (folder / "打开台账.cmd").write_bytes(DESK.encode("ascii"))
        (folder / "许可证.txt").write_text(licences(packages), encoding="utf-8-sig", newline="\r\n")
        (folder / "请先读.txt").write_text(
            windows_readme(folder, compiled=compiled), encoding="utf-8-sig", newline="\r\n"
        )
        return zipped(work, "tracker", to / "tracker-windows-x64.zip")


def embedded_python(python: Path | None, target: Path) -> str:
    """Put an embeddable CPython there, with the packages beside it on its path; return its version, as 3.13."""
    if python is None:
        from_index(target)
    else:
        with zipfile.ZipFile(python) as archive:
            archive.extractall(target)
    zips = list(target.glob("python3*.zip"))
    if not (target / "python.exe").exists() or len(zips) != 1:
        raise SystemExit(
            "no embeddable CPython: python.exe and its library (python3NN.zip) are expected at the top of the zip"
        )
    path = zips[0].with_suffix("._pth")
    path.write_bytes(f"{zips[0].name}\r\n.\r\n..\\packages\r\nimport site\r\n".encode("ascii"))
    return f"3.{zips[0].stem.removeprefix('python3')}"


def from_index(target: Path) -> None:
    """Take the interpreter out of the package index, as `tools/windows.sh` does: by sha256 and signature."""
    with tempfile.TemporaryDirectory() as name:
        environ = {**os.environ, "TRACKER_WINDOWS": name}
        done = subprocess.run([str(ROOT / "tools" / "windows.sh"), "interpreter"], env=environ, check=False)
        if done.returncode:
            raise SystemExit("no Windows Python can be had from the package index; --python ZIP names one")
        shutil.copytree(Path(name) / "python", target)


def compile_under_wine(folder: Path) -> bool:
    """Compile all packages with the bundle's own interpreter, valid whatever times unpacking gives the files."""
    wine = (
        shutil.which("wine64")
        or shutil.which("wine")
        or ("/usr/lib/wine/wine64" if Path("/usr/lib/wine/wine64").exists() else None)
    )
    if wine is None:
        return False
    with tempfile.TemporaryDirectory() as prefix:
        environ = {
            **os.environ,
            "WINEPREFIX": prefix,
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
        }
        words = [
            wine,
            str(folder / "python" / "python.exe"),
            "-m",
            "compileall",
            "-q",
            "--invalidation-mode",
            "unchecked-hash",
            "packages",
        ]
        try:
            done = subprocess.run(words, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=1800, check=False)  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
        finally:
            server = shutil.which("wineserver") or shutil.which("wineserver64") or "/usr/lib/wine/wineserver"
            subprocess.run([server, "-k"], env=environ, check=False)
    return done.returncode == 0


def windows_readme(folder: Path, *, compiled: bool) -> str:
    """Return the page a person reads first."""
    library = next((folder / "python").glob("python3*.zip"))
    with zipfile.ZipFile(library) as archive:
        year, month, *_ = max(each.date_time for each in archive.infolist())
    age = f"Python 3.{library.stem.removeprefix('python3')}，{year} 年 {month} 月的文件；需要更新的版本时，请用 --python 另行打包。"
    return (
        "减污降碳台账 tracker（Windows 64 位，免安装）\n\n"
        "1. 把整个文件夹解压到任意位置，例如 D:\\台账工具（不需要管理员权限，也不需要联网）。\n"
        "2. 双击“打开台账.cmd”，按提示选择方案和单位；台账文件建在本人的用户目录下。\n"
        "3. 以后在该窗口中输入 tracker overdue、tracker log 等命令；tracker --help 列出全部命令。\n"
        "4. 台账放在共享盘上时，先输入 set TRACKER_DB=路径（不要加引号），再使用命令。\n\n"
        f"内含 {age}\n"
        + ("" if compiled else "本包未预先编译，每条命令的启动会慢一些。\n")
        + "所含软件的许可证见“许可证.txt”和 python\\LICENSE.txt。\n"
    )


# --- Linux --------------------------------------------------------------------------------------------------------------

INSTALL = """#!/bin/sh
# Makes an environment for tracker from the wheels beside this file; no network is used.
#   sh install.sh [FOLDER]        (default: ~/.local/share/tracker/environment; the command goes to ~/.local/bin)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$HOME/.local/share/tracker/environment}
python=
for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
        python=$name
        break
    fi
done
[ -n "$python" ] || { echo "需要 Python 3.11 至 3.14；本机没有找到。请先从系统的软件源安装 python3。" >&2; exit 1; }
[ "$(uname -m)" = "@MACHINE@" ] || { echo "本包用于 @MACHINE@，本机是 $(uname -m)；请换用对应的包。" >&2; exit 1; }
# The environment comes without pip of its own, so that python3-venv and ensurepip are not needed.
"$python" -m venv --without-pip "$target"
pip=$(ls "$here"/wheels/pip-*.whl)
PYTHONPATH=$pip "$target/bin/python" -m pip install --quiet --no-index --no-cache-dir --disable-pip-version-check \\
    --find-links "$here/wheels" --require-hashes -r "$here/requirements.txt"
"$target/bin/python" -m compileall -q "$target/lib" >/dev/null 2>&1 || true
mkdir -p "$HOME/.local/bin"
ln -sf "$target/bin/tracker" "$HOME/.local/bin/tracker"
echo "已安装：$("$target/bin/tracker" --version)"
case ":$PATH:" in
*":$HOME/.local/bin:"*) echo "运行 tracker init 开始使用。" ;;
*) echo "命令在 $HOME/.local/bin/tracker；请把 $HOME/.local/bin 加入 PATH 后运行 tracker init。" ;;
esac
"""


def linux(machine: str, to: Path) -> Path:
    """Write tracker-linux-MACHINE.zip and return it."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folder = work / f"tracker-linux-{machine}"
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        wheel = own_wheel(wheels)
        every: set[Pin] = set()
        for python in PYTHONS:
            target = linux_target(machine, python)
            packages = needed(wheel, target)
            every.update(packages)
            listed = work / "requirements.txt"
            listed.write_text(requirements(packages), encoding="utf-8")
            pip(
                "download",
                "--no-deps",
                "--require-hashes",
                "--only-binary=:all:",
                "--dest",
                str(wheels),
                *target,
                "-r",
                str(listed),
            )
        pip("download", "--no-deps", "--only-binary=:all:", "--dest", str(wheels), "pip")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        own = f"tracker[{EXTRAS}]=={wheel.name.split('-')[1]} --hash=sha256:{digest}\n"
        (folder / "requirements.txt").write_text(own + requirements(sorted(every)), encoding="utf-8")
        (folder / "install.sh").write_text(INSTALL.replace("@MACHINE@", machine), encoding="utf-8")
        (folder / "install.sh").chmod(0o755)
        (folder / "许可证.txt").write_text(licences_of_wheels(wheels), encoding="utf-8")
        (folder / "请先读.txt").write_text(
            f"减污降碳台账 tracker（Linux {machine}，麒麟、统信、Debian 等，Python 3.11 至 3.14）\n\n"
            "1. 解压后在文件夹中运行：sh install.sh（不需要联网，不需要管理员权限）。\n"
            "2. 运行 tracker init，按提示选择方案和单位。\n"
            "龙芯（LoongArch）没有部分组件的安装包，请从系统软件源安装 python3 及编译工具后联网安装。\n",
            encoding="utf-8",
        )
        return zipped(work, folder.name, to / f"{folder.name}.zip")


def linux_target(machine: str, python: str) -> tuple[str, ...]:
    """Return pip's words for a Linux of a machine and a CPython."""
    platforms = [word for glibc in GLIBCS for word in ("--platform", f"{glibc}_{machine}")]
    return (*platforms, "--python-version", python, "--implementation", "cp")


# --- licences and the zip -----------------------------------------------------------------------------------------------


def licences(packages: Path) -> str:
    """Return the list of the licences of installed packages, each with its text."""
    return _licences(
        (
            each.read_text(encoding="utf-8"),
            [text.read_text(encoding="utf-8", errors="replace") for text in _texts(each.parent)],
        )
        for each in sorted(packages.glob("*.dist-info/METADATA"))
    )


def _texts(folder: Path) -> list[Path]:
    return sorted(
        each
        for each in folder.rglob("*")
        if each.is_file() and re.match(r"(LICEN[CS]E|COPYING|NOTICE)", each.name, re.IGNORECASE)
    )


def licences_of_wheels(wheels: Path) -> str:
    """Return the same of wheels; a package with wheels for several Pythons stands once."""
    seen: dict[str, tuple[str, list[str]]] = {}
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
            texts = [
                name
                for name in names
                if ".dist-info/" in name and re.search(r"/(LICEN[CS]E|COPYING|NOTICE)[^/]*$", name, re.IGNORECASE)
            ]
            seen.setdefault(
                "-".join(wheel.name.split("-")[:2]),
                (
                    archive.read(metadata).decode("utf-8"),
                    [archive.read(each).decode("utf-8", errors="replace") for each in texts],
                ),
            )
    return _licences(seen.values())


def _licences(packages: Iterable[tuple[str, list[str]]]) -> str:
    rows, texts = [], []
    for metadata, licence in packages:
        head = HeaderParser().parsestr(metadata)
        said = head.get("License-Expression") or (head.get("License") or "").strip().partition("\n")[0]
        classified = [
            each.rpartition("::")[2].strip() for each in head.get_all("Classifier", []) if each.startswith("License")
        ]
        rows.append(f"{head['Name']} {head['Version']}\t{said[:60] or '、'.join(classified) or '见下文'}")
        texts.append(f"\n==== {head['Name']} {head['Version']} ====\n" + "\n".join(licence))
    return "本包所含软件及其许可证\n\n" + "\n".join(rows) + "\n" + "\n".join(texts) + "\n"


def zipped(work: Path, top: str, target: Path) -> Path:
    """Pack a folder, its files in order and without times of this machine, and say how large it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in _files(work / top):
            entry = zipfile.ZipInfo(path.relative_to(work).as_posix(), FIXED_TIME)
            entry.external_attr = (0o755 if path.suffix == ".sh" else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    count = sum(1 for _ in _files(work / top))
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, {count} files")
    return target


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(each for each in folder.rglob("*") if each.is_file())


def main() -> None:
    """Read the options and write the bundles asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=("windows", "linux"))
    parser.add_argument("--python", type=Path, help="an embeddable CPython for Windows (zip)")
    parser.add_argument("--machine", action="append", choices=MACHINES)
    parser.add_argument("--to", type=Path, default=Path("dist"))
    given = parser.parse_args()
    if given.system == "windows":
        windows(given.python, given.to)
        return
    for machine in given.machine or MACHINES:
        linux(machine, given.to)


if __name__ == "__main__":
    main()
