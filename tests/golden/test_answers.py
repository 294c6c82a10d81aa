"""The answers about an unchanging history stay as they are, unless a rule changes with them (`answers`)."""

from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.golden.answers import MOMENTS, answers, ledger, path_of


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    return ledger(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_answers_are_what_they_were(asked: Cli, moment: str) -> None:
    assert answers(asked, moment) == Path(path_of(moment)).read_text(encoding="utf-8")
