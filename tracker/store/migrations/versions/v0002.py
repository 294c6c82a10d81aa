"""Version 0.2.0: the basis of an indicator, the start of an item, contacts, issued reports, answered periods; better names.

Frozen once 0.2.0 is released. What is the same on both engines is plain SQL; indexes and triggers follow by themselves
(`store.ddl`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ADDED = {
    "plan": ("in_ledger TEXT", "used_on TEXT", "ended_on TEXT"),
    "unit": ("contact_person TEXT", "contact_phone TEXT", "contact_email TEXT",
             "merged_into INTEGER REFERENCES unit (id) DEFERRABLE INITIALLY DEFERRED"),
    "item": (
        "start TEXT", "completed_unit TEXT", "unmet TEXT", "returned TEXT", "owing_since TEXT", "extensions INTEGER DEFAULT 0 NOT NULL",
        "reported_on TEXT", "reported_entered TEXT", "milestones TEXT", "came_in TEXT", "overdue_due TEXT",
        "before_ledger INTEGER DEFAULT 0 NOT NULL", "unreported_from TEXT", "unreported_until TEXT", "awaiting_from TEXT",
        "awaiting_until TEXT", "unassessable_until TEXT", "unverified INTEGER DEFAULT 0 NOT NULL",
        "needs_judging_from TEXT", "light_5_from TEXT", "light_5 TEXT",
    ),
    "indicator": (
        "basis TEXT CHECK (basis IS NULL OR basis IN ('total', 'level', 'annual', 'each', 'assessed', 'declared'))",
        "reported_values TEXT", "percent_on TEXT", "completed_unit TEXT", "unmet TEXT", "returned TEXT", "owing_since TEXT",
        "extensions INTEGER DEFAULT 0 NOT NULL",
    ),
    "responsibility": ("main_lead INTEGER DEFAULT 0 NOT NULL", "answered_until TEXT", "named_on TEXT", "unreported_from TEXT"),
    "report": ("data_year INTEGER",),
}  # fmt: skip

_RENAMED = {
    "soon_first": "next_due_first", "soon_due": "next_due_last", "loose": "needs_judging",
    "reached": "achieved",
    **{f"light{n}{end}": f"light_{n}{end}" for n in (2, 3, 4) for end in ("_from", "")},
}  # fmt: skip
"""Columns of item."""
_DROPPED = ("steady_from", "heard")
"""Columns of item that said what other columns say better."""


def _make_members() -> None:
    """Make the table of members anew, whose key is another: what it knew were the units of reporters."""
    units = op.get_bind().execute(sa.text("SELECT login, unit_id FROM access ORDER BY login, unit_id")).fetchall()
    op.execute("DROP TABLE access")
    table = op.create_table(
        "access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="reporter", nullable=False),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("role IN ('reader', 'reporter', 'coordinator')"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.bulk_insert(table, [{"login": login, "unit_id": unit} for login, unit in units])


def upgrade() -> None:
    """Rename and add columns, and add the table of issued reports; the recipe of hashes stays the first until the next change."""
    for old, new in _RENAMED.items():
        op.execute(f"ALTER TABLE item RENAME COLUMN {old} TO {new}")
    for table, columns in _ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.execute("DROP INDEX ix_item_steady_from")
    for column in _DROPPED:
        op.execute(f"ALTER TABLE item DROP COLUMN {column}")
    _make_members()
    op.execute("INSERT INTO ledger (name, value) VALUES ('recipe', '1')")
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "scope")),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("first", "last", "as_of", "known_at")),
        sa.Column("last_change", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("options", "content")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
