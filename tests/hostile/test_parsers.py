"""Every parser takes any text: it returns what can be written down again, or refuses in one line."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.hostile.lines import DATES, IDS, NUMBERS
from tracker import settings
from tracker.errors import Refused, TrackerError, Unclear
from tracker.ledger.calendar_spans import named_span
from tracker.ledger.dates import parse_date, parse_instant, week_name
from tracker.ledger.ids import parse_id
from tracker.ledger.values import parse_number, parse_percent, plain
from tracker.sheets.reading.delimited import CsvRows
from tracker.store.location import Location, hide_secrets

TODAY = date(2026, 11, 21)
dates = st.one_of(st.sampled_from(DATES), st.text(), st.text("0123456789-/.年月日Ww底末前T:+Z٣０ ", max_size=30))
numbers = st.one_of(st.sampled_from(NUMBERS), st.text(), st.text("0123456789eE+-.,%_ ٣０", max_size=70))
ids = st.one_of(st.sampled_from(IDS), st.text(), st.text("zj浙江-—targetask目标任务0123456789.@٣０ ", max_size=30))


@given(dates)
def test_a_date_is_a_day_to_count_from(text: str) -> None:
    try:
        day = parse_date(text, TODAY)
    except Unclear as error:
        assert "\n" not in str(error)
        return
    assert parse_date(day.isoformat(), TODAY) == day
    assert day - timedelta(days=365_000) < day < day + timedelta(days=365_000)


@given(dates)
def test_a_moment_sorts_as_text(text: str) -> None:
    try:
        moment = parse_instant(text, TODAY)
    except Unclear:
        return
    assert "1899" < moment < "3001"
    assert datetime.fromisoformat(moment).tzinfo is not None


@given(dates)
def test_a_week_is_seven_days_of_that_name(text: str) -> None:
    try:
        monday, sunday = named_span("week", text, TODAY)[1:3]
    except Unclear:
        return
    assert (monday.isoweekday(), sunday - monday) == (1, timedelta(days=6))
    assert named_span("week", week_name(monday), TODAY)[1:3] == (monday, sunday)


@given(numbers)
def test_a_number_is_finite_and_short(text: str) -> None:
    try:
        number = parse_number(text)
    except Unclear as error:
        assert len(str(error)) < 120
        return
    assert len(plain(number)) < 130
    assert parse_number(plain(number)[:60]) is not None


@given(numbers)
def test_a_percent_lies_between_0_and_100(text: str) -> None:
    try:
        assert 0 <= parse_percent(text) <= 100
    except Unclear as error:
        assert len(str(error)) < 120


@given(ids)
def test_an_id_reads_back(text: str) -> None:
    try:
        ref = parse_id(text)
    except Refused as error:
        assert len(str(error)) < 120
        return
    assert parse_id(ref.text) == ref


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00\xd8")
@example(b'"' * 399)
def test_bytes_are_rows_of_text_or_refused(data: bytes) -> None:
    try:
        rows = CsvRows(data)
    except Refused:
        return
    assert all(isinstance(cell, str) for row in rows for cell in row)


toml = st.one_of(
    st.text(),
    st.tuples(st.sampled_from((*settings.BY_KEY, "其他")), st.one_of(st.text(max_size=5), st.sampled_from(
        ("0", "-1", "1e400", "nan", "inf", "true", "[]", "{}", "1979-05-27", "'x'", '"\\u0000"', '"\\uD800"', "9" * 4000, "0x10", "[" * 50),
    ))).map(lambda pair: f"{pair[0]} = {pair[1]}"),
)  # fmt: skip


@given(toml)
@example("a = " + "[" * 100_000)
@example("by = " + "{x=" * 50_000)
@example("by = " + "9" * 100_000)
@example("plan = '" + "长" * 1_000_000 + "'")
def test_any_configuration_is_taken_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        found = settings.load({}, path)
    except TrackerError as error:
        assert str(path) in str(error)
        assert len(str(error)) < 400
        return
    assert set(settings.BY_KEY) == set(found.origins)
    tomllib.loads(text)


SECRETS = (
    "geheim",
    "ge/heim",
    "ge?heim",
    "ge#heim",
    "ge@heim",
    "ge:heim",
    "ge%40heim",
    "ge%zzheim",
    "ge heim",
    "g[e]heim",
)
ADDRESSES = (
    "postgresql://u:{}@127.0.0.1:1/x", "postgres://u:{}@[::1/x", "postgresql+psycopg://u:{}@h", "postgresql://h/x?password={}",
    "postgresql://u@h/x?sslmode=require&sslpassword={}&user=a", "host=h password={} dbname=x", "host=h password='{}'",
)  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_part_of_a_password_is_shown(address: str, secret: str) -> None:
    if "://" not in address:
        with pytest.raises(Unclear) as refusal:
            Location(address.format(secret))
        assert "heim" not in str(refusal.value)
        return
    location = Location(address.format(secret))
    assert "heim" not in location.without_secret(f'invalid value "{secret}" in {address.format(secret)}')
    assert "heim" not in location.shown


def test_addresses_are_shown_whole_but_for_the_password() -> None:
    assert {address: Location(address).shown for address in (
        "postgresql://h", "postgresql://h1:5432,h2:5433/x", "postgresql://u@[::1]:5432/x", "sqlite:////srv/a.sqlite3", "a@b:c.sqlite3",
    )} == {
        "postgresql://h": "postgresql://h", "postgresql://h1:5432,h2:5433/x": "postgresql://h1:5432,h2:5433/x",
        "postgresql://u@[::1]:5432/x": "postgresql://u@[::1]:5432/x", "sqlite:////srv/a.sqlite3": "sqlite:////srv/a.sqlite3",
        "a@b:c.sqlite3": "a@b:c.sqlite3",
    }  # fmt: skip
    assert Location("postgresql://u:geheim/x").shown == "postgresql://u:***/x"
    assert Location("postgresql://u:geheim@h:5/x?a=b").shown == "postgresql://u@h:5/x?…"


def test_an_address_that_was_taken_for_a_file_name_is_shown_without_its_password() -> None:
    assert hide_secrets("没有文件 postgresql:/u:ge/heim@h/x；请检查") == "没有文件 postgresql:/u:***@h/x；请检查"


@given(st.text())
def test_a_text_without_an_address_is_left_alone(text: str) -> None:
    if ":/" not in text and "password" not in text.lower():
        assert hide_secrets(text) == text
