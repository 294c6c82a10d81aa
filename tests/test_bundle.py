"""The bundles for desks without a network: pinned packages, an interpreter in its place, the same bytes each time."""

import zipfile
from pathlib import Path

import pytest

from tools import bundle


def test_every_package_is_pinned_by_hash() -> None:
    known = bundle.pins()
    assert {"typer", "rich", "sqlmodel", "openpyxl", "python-dateutil", *bundle.WINDOWS_ONLY} <= set(known)
    assert all(hashes for _, hashes in known.values())
    version, hashes = known["typer"]
    assert (
        bundle.requirements([("typer", version)]) == f"typer=={version} {' '.join(f'--hash={one}' for one in hashes)}\n"
    )


def test_what_constraints_do_not_pin_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"does not pin typer==0\.0\.1"):
        bundle.requirements([("typer", "0.0.1")])


def test_an_interpreter_finds_the_packages_beside_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "python.zip", "w") as archive:
        archive.writestr("python.exe", "")
        archive.writestr("python313.zip", "")
    assert bundle.embedded_python(tmp_path / "python.zip", tmp_path / "python") == "3.13"
    path = (tmp_path / "python" / "python313._pth").read_text(encoding="ascii")
    assert path.splitlines() == ["python313.zip", ".", "..\\packages", "import site"]


def test_a_zip_without_an_interpreter_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "")
    with pytest.raises(SystemExit, match="no embeddable CPython"):
        bundle.embedded_python(tmp_path / "other.zip", tmp_path / "python")


def test_the_same_files_give_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "install.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    first = bundle.zipped(tmp_path, "top", tmp_path / "a.zip").read_bytes()
    (tmp_path / "top" / "install.sh").touch()
    assert bundle.zipped(tmp_path, "top", tmp_path / "b.zip").read_bytes() == first
    assert "1 files" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.infolist()[0].external_attr >> 16 & 0o111


def test_licences_are_listed_with_their_texts(tmp_path: Path) -> None:
    folder = tmp_path / "thing-1.0.dist-info"
    (folder / "licenses").mkdir(parents=True)
    (folder / "METADATA").write_text("Name: thing\nVersion: 1.0\nLicense-Expression: MIT\n\n", encoding="utf-8")
    (folder / "licenses" / "LICENSE").write_text("Permission is granted", encoding="utf-8")
    text = bundle.licences(tmp_path)
    assert "thing 1.0\tMIT\n" in text
    assert "Permission is granted" in text
