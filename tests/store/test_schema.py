"""The schema as classes, what is generated from them, and the two doors through which it is read."""

import itertools
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel, select

from tests.conftest import Cli
from tools.schema import written
from tracker.store import schema
from tracker.store.connection import open_connection
from tracker.store.integrity.hashes import CHANGE, DERIVED, NEWEST, RECIPES
from tracker.store.location import Location
from tracker.store.row_types import APPEND_ONLY, COLUMNS
from tracker.store.version import HEAD, REVISIONS

MODELS = {
    model.__tablename__: model
    for model in vars(schema).values()
    if isinstance(model, type) and issubclass(model, SQLModel) and hasattr(model, "__table__")
}


@pytest.fixture
def busy(cli: Cli) -> Path:
    """A ledger with something in most of its tables."""
    cli.ok("log", "zj-target-20.1", "--value", "78.50", "--note", "新建管网", "--evidence", "https://example.org/a")
    cli.ok("log", "zj-task-6", "zj-task-13", "--state", "completed")
    cli.ok("undo", "--yes")
    return cli.db


def test_what_is_generated_from_the_classes_is_fresh() -> None:
    for path, right in written().items():
        assert path.read_text(encoding="utf-8") == right, f"{path.name} is stale: run python -m tools.schema"


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_a_new_ledger_is_what_the_classes_say(busy: Path) -> None:
    engine = create_engine(f"sqlite:///{busy}", poolclass=NullPool)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
        names = set(inspect(connection).get_table_names())
        made = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")))
    # An index over an expression cannot be read back; by name it is compared all the same.
    assert [difference for difference in differences if difference[0] != "add_index"] == []
    assert made == {str(index.name) for table in SQLModel.metadata.tables.values() for index in table.indexes}
    assert names == {*MODELS, "alembic_version"}


def test_every_column_is_a_fact_stated_or_derived() -> None:
    for table, columns in COLUMNS.items():
        kinds = [part.get(table, ()) for part in (NEWEST.facts, NEWEST.registry, NEWEST.stated, DERIVED)]
        kinds.append(CHANGE if table == "change" else ())
        if table in NEWEST.stated:
            kinds.append(("id", "change_id"))  # by which what a change stated is found, in its order
        assert sorted(name for kind in kinds for name in kind) == sorted(columns), table


def test_a_later_recipe_only_appends() -> None:
    for former, later in itertools.pairwise(RECIPES.values()):
        assert later.number == former.number + 1
        for part in ("facts", "registry", "stated"):
            before, after = getattr(former, part), getattr(later, part)
            assert list(after)[: len(before)] == list(before)
            assert all(after[table][: len(columns)] == columns for table, columns in before.items())


def test_the_last_migration_is_the_version_of_the_program() -> None:
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    assert sorted(path.stem.removeprefix("v") for path in folder.glob("v*.py")) == list(REVISIONS)
    assert REVISIONS[-1] == HEAD


@pytest.mark.parametrize("table", MODELS)
def test_both_doors_give_the_same_rows(busy: Path, table: str) -> None:
    model = MODELS[table]
    columns = [column.name for column in model.__table__.columns]
    keys = list(model.__table__.primary_key.columns)
    engine = create_engine(f"sqlite:///{busy}", poolclass=NullPool)
    with Session(engine) as session:
        mapped = [tuple(getattr(row, name) for name in columns) for row in session.exec(select(model).order_by(*keys))]
    with closing(open_connection(Location(str(busy)), write=False)) as plain:
        quoted = ", ".join(f'"{name}"' for name in columns)
        order = ", ".join(f'"{key.name}"' for key in keys)
        direct = [tuple(row) for row in plain.all(f'SELECT {quoted} FROM "{table}" ORDER BY {order}')]
    assert mapped == direct


def test_the_append_only_tables_are_those_of_history() -> None:
    assert set(APPEND_ONLY) <= set(MODELS)
    assert {"change", *NEWEST.stated} == set(APPEND_ONLY)
