"""A version of the program that is still to come: its schema has one revision more. Runs the command line of it."""

import sys
from pathlib import Path

from tracker.store import ddl, upgrade, version

REVISION = '''"""A column more, and something that takes its time or fails when asked to."""

import os
import time

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("unit", sa.Column("credit_code", sa.Text(), nullable=True))
    op.execute("UPDATE unit SET note = 'moved'")
    time.sleep(float(os.environ.get("SLOW_UPGRADE", "0")))
    if os.environ.get("FAILING_UPGRADE"):
        raise ValueError("half way")
'''


def install(folder: Path) -> None:
    """Make this process one of the next version; its revision and the statements of its schema go into the folder."""
    (folder / "v0003.py").write_text(REVISION, encoding="utf-8")
    for engine in ("sqlite", "postgresql"):
        text = (ddl.FOLDER / f"schema_{engine}.sql").read_text(encoding="utf-8")
        column = "    merged_into INTEGER,\n"
        index = "CREATE INDEX ix_unit_called ON unit (name);\n"
        assert text.count(column) == text.count(index) == 1
        text = text.replace(column, f"{column}    credit_code TEXT,\n")
        text = text.replace(index, f"{index}\nCREATE INDEX ix_unit_credit_code ON unit (credit_code);\n")
        (folder / f"schema_{engine}.sql").write_text(text, encoding="utf-8")
    version.REVISIONS = ("0001", "0002", "0003")
    version.HEAD = "0003"
    upgrade.FOLDERS = [upgrade.FOLDERS[0], folder]
    ddl.FOLDER = folder


if __name__ == "__main__":
    from tracker.cli.main import run

    install(Path(sys.argv[1]))
    sys.exit(run(sys.argv[2:]))
