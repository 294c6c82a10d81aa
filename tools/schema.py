"""Writes what is derived from the classes of `tracker.store.schema`: `python -m tools.schema` (`--check`: only look).

`tracker/store/row_types.py` holds the lists of columns, and as named tuples the rows of tables that are read whole, without SQLModel;
`schema_sqlite.sql` and `schema_postgresql.sql` make a new ledger. A test holds all three fresh.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from tracker.store import schema

FOLDER = Path(schema.__file__).parent
SOURCE = "`python -m tools.schema` writes this from the classes in tracker/store/schema.py."
DIALECTS = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}
VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Where Alembic notes which revision a database has."""
_SQLITE_GUARDS = """\
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;

CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;

-- REPLACE takes a row away without asking the trigger on DELETE.
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) \
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
_POSTGRESQL_GUARDS = """\
CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS \
$$BEGIN RAISE EXCEPTION '{table} is append-only'; END$$;

CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
FOR EACH ROW EXECUTE FUNCTION {table}_append_only();

CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} \
FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
"""
READ_WHOLE = {"issue"}
"""The tables whose rows are read with all their columns: a class for every other one would cost each start."""
GUARDS = {"sqlite": _SQLITE_GUARDS, "postgresql": _POSTGRESQL_GUARDS}


def tables() -> list[Table]:
    """Return the tables in the order of their classes: parents before children."""
    return list(SQLModel.metadata.tables.values())


def is_history(table: Table) -> bool:
    """Say whether the rows of a table are never changed."""
    return bool(table.info.get("append_only"))


def sql_of(engine: str) -> str:
    """Return the statements that make an empty ledger, a blank line between them."""
    return f"-- {SOURCE}\n\n" + "\n".join(f"{statement.strip()}\n" for statement in _statements(engine))


def _statements(engine: str) -> Iterator[str]:
    dialect = DIALECTS[engine]()
    # In the order in which SQLite itself writes them into a copy: whoever compares two dumps finds them alike.
    for table in (VERSION, *tables()):
        yield f"{_lines(CreateTable(table).compile(dialect=dialect))};"
    for table in tables():
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield f"{_lines(CreateIndex(index).compile(dialect=dialect))};"
    for table in filter(is_history, tables()):
        yield GUARDS[engine].format(table=table.name)


def _lines(statement: object) -> str:
    return "\n".join(line.rstrip() for line in str(statement).strip().expandtabs(4).splitlines())


def rows_text() -> str:
    """Return the module of rows and column lists."""
    lines = [
        '"""The names of the columns of every table, and the rows of those that are read whole.',
        "",
        SOURCE,
        '"""',
        "",
        "from typing import NamedTuple",
    ]
    rows = [table for table in tables() if table.name in READ_WHOLE]
    for table in rows:
        lines += ["", "", f"class {_class_name(table)}(NamedTuple):", f'    """A row of `{table.name}`."""', ""]
        lines += [f"    {column.name}: {_type(column)}" for column in table.columns]
    columns = [
        f'    "{table.name}": {f"{_class_name(table)}._fields" if table in rows else _words(table.columns)},'
        for table in tables()
    ]
    keys = [f'    "{table.name}": {_words(table.primary_key)},' for table in tables()]
    whole = [f'    "{table.name}": {_words(filter(_is_whole, table.columns))},' for table in tables()]
    history = [f'    "{table.name}",' for table in tables() if is_history(table)]
    lines += [
        "", "", "COLUMNS: dict[str, tuple[str, ...]] = {", *columns, "}",
        '"""Every table, parents before children: the order in which rows can be inserted."""',
        "KEYS: dict[str, tuple[str, ...]] = {", *keys, "}",
        "INTEGERS: dict[str, tuple[str, ...]] = {", *whole, "}",
        '"""The columns that hold whole numbers; all others hold text."""',
        "APPEND_ONLY = (", *history, ")",
        '"""The tables of history, whose rows are neither changed nor removed."""', "",
    ]  # fmt: skip
    return "\n".join(lines)


def _class_name(table: Table) -> str:
    return "".join(part.capitalize() for part in table.name.split("_")) + "Row"


def _is_whole(column: Column[Any]) -> bool:
    return column.type.python_type is int


def _type(column: Column[Any]) -> str:
    plain = "int" if _is_whole(column) else "str"
    return f"{plain} | None" if column.nullable else plain


def _words(columns: Iterable[Column[Any]]) -> str:
    names = [f'"{column.name}"' for column in columns]
    if len(", ".join(names)) > _LINE:
        return "\n".join(("(", *(f"        {name}," for name in names), "    )"))
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


_LINE = 90
"""What a line of names may take up."""


def written() -> dict[Path, str]:
    """Return what every generated file should hold."""
    return {
        FOLDER / "row_types.py": rows_text(),
        **{FOLDER / f"schema_{engine}.sql": sql_of(engine) for engine in DIALECTS},
    }


def main() -> None:
    """Write what is stale; with --check only name it, and exit 1."""
    stale = {path: text for path, text in written().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        print(path.relative_to(FOLDER.parents[1]))
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8", newline="\n")
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
