"""Write constraints.txt: every package of a development install, pinned, with the hashes of all its files.

    python -m pip install pip-tools && python -m tools.lock [--upgrade]

pip takes hashes for everything or for nothing, and an editable install has none; so the file is installed as requirements,
then the project without its dependencies (CONTRIBUTING.md).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "constraints.txt"
BACKEND = "hatchling>=1.26\neditables\ncolorama\nsoupsieve<3\n"
"""What building the project itself needs, so that nothing unpinned is fetched for it either, and what only Windows takes.

soupsieve 3 asks for Python 3.11.5: Debian 12 has 3.11.2.
"""
HEAD = """\
# Every package of a development install, with the hashes of its files (python -m tools.lock). Install it so:
#   python -m pip install --require-hashes -r constraints.txt
#   python -m pip install --no-deps --no-build-isolation -e .
"""
OPTIONS = (
    "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-annotate", "--no-header", "--quiet",
    "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--extra=dev",
)  # fmt: skip


def main() -> None:
    """Resolve, and write the file whole."""
    with tempfile.TemporaryDirectory() as folder:
        backend, found = Path(folder, "backend.in"), Path(folder, "constraints.txt")
        backend.write_text(BACKEND, encoding="utf-8")
        if LOCK.exists():
            found.write_text(LOCK.read_text(encoding="utf-8").removeprefix(HEAD), encoding="utf-8")
        command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *sys.argv[1:], "--output-file", str(found)]
        subprocess.run([*command, "pyproject.toml", str(backend)], cwd=ROOT, check=True)
        LOCK.write_text(HEAD + without_self(found.read_text(encoding="utf-8")), encoding="utf-8")


def without_self(text: str) -> str:
    """Leave out the project, which its own extra names, and what is said about it."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("tracker ", "#")))


if __name__ == "__main__":
    main()
