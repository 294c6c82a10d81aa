"""A version of the program that is still to come: its schema has one revision more. Runs the command line of it."""

import sys
from pathlib import Path

from tracker.store import migrating, version

REVISION = '''"""A column more, and something that takes its time or fails when asked to."""

import os
import time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("unit", sa.Column("credit_code", sa.Text(), nullable=True))
    op.execute("UPDATE unit SET note = 'moved'")
    time.sleep(float(os.environ.get("SLOW_UPGRADE", "0")))
    if os.environ.get("FAILING_UPGRADE"):
        raise ValueError("half way")
    op.create_index("ix_unit_credit_code", "unit", ["credit_code"])
'''


def install(folder: Path) -> None:
    """Make this process one of the next version; the revision's file goes into the folder."""
    (folder / "v0002.py").write_text(REVISION, encoding="utf-8")
    version.REVISIONS = ("0001", "0002")
    version.HEAD = "0002"
    migrating.FOLDERS = [migrating.FOLDERS[0], folder]


if __name__ == "__main__":
    from tracker.cli.main import run

    install(Path(sys.argv[1]))
    sys.exit(run(sys.argv[2:]))
