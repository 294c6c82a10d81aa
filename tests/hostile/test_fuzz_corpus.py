"""What the fuzzers began with and what they found (docs/reliability.md), once more through the same readers."""

from pathlib import Path

import pytest

from benchmarks.fuzz.targets import CORPUS, Target, targets

INPUTS = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    return targets(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_reader_refuses_or_reads(readers: dict[str, Target], path: Path) -> None:
    readers[path.parent.name](path.read_bytes())


def test_the_corpus_is_small_and_complete() -> None:
    assert {path.parent.name for path in INPUTS} == {"csv", "workbook", "list", "document", "print"}
    assert sum(path.stat().st_size for path in INPUTS) < 200_000
