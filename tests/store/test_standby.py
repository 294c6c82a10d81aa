"""Several servers in one address: who writes seeks the one that takes writers, and a standby says what it is."""

import pytest

from tracker.store.connection import driver_refusal
from tracker.store.location import Location


@pytest.mark.parametrize(
    ("address", "seeks"),
    [
        ("postgresql+psycopg://li@one/ledger", False),
        ("postgresql+psycopg://li@one:5432,two:5432/ledger", True),
        ("postgresql+psycopg://li:a%2Cb@one/ledger", False),
        ("postgresql+psycopg://li@one,two/ledger?target_session_attrs=primary", False),
        ("postgresql+psycopg://li@one,two/ledger?sslmode=require", True),
    ],
)
def test_of_several_servers_a_writer_seeks_the_one_that_takes_it(address: str, seeks: bool) -> None:
    assert Location(address).seeks_primary is seeks


def test_a_write_on_a_standby_is_refused_in_one_line() -> None:
    errors = pytest.importorskip("psycopg.errors")
    location = Location("postgresql+psycopg://li@two/ledger")
    refusal = driver_refusal(
        errors.ReadOnlySqlTransaction("cannot execute SELECT FOR UPDATE in a read-only transaction"), location
    )
    assert str(refusal) == (
        "数据库 postgresql+psycopg://li@two/ledger 是只读的备机，未作任何改动；查询可用备机，"
        "填报请连主机（地址中可写多台：主机1:端口,主机2:端口）"
    )
