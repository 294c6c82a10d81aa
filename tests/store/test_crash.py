"""A short piece of the campaigns in benchmarks/: kills at random moments, a full disk, many writers (docs/reliability.md)."""

import os
from pathlib import Path

import pytest

from benchmarks import crash, full_disk, writers

posix = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and mounts are those of POSIX")


@posix
def test_killed_commands_are_there_wholly_or_not_at_all(tmp_path: Path) -> None:
    outcome = crash.campaign(kills=10, seed=20261121, folder=tmp_path)
    assert outcome.failures == []
    assert outcome.kills == 10
    assert outcome.commands > 0


@posix
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    reason = full_disk.why_not()
    if reason is not None:
        pytest.skip(reason)
    outcome = full_disk.campaign(rounds=8, seed=20261121, folder=tmp_path)
    assert outcome.failures == []
    assert sum(outcome.refused.values()) > 0
    assert outcome.read_only > 0


def test_many_writers_lose_nothing_and_readers_do_not_wait(tmp_path: Path) -> None:
    figures = writers.measure(processes=4, logs=8, readers=1, folder=tmp_path)
    assert figures.is_sound, figures
    assert figures.reads > 0
