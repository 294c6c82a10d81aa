"""Version 0.2.0: the basis of an indicator, the start of an item, contacts, issued reports, answered periods; better names.

Frozen once 0.2.0 is released. What is the same on both engines is plain SQL; indexes and triggers follow by themselves
(`store.migrating`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ADDED = {
    "plan": ("ended_on TEXT",),
    "unit": ("contact_person TEXT", "contact_phone TEXT", "contact_email TEXT",
             "merged_into INTEGER REFERENCES unit (id) DEFERRABLE INITIALLY DEFERRED"),
    "item": ("start TEXT",),
    "indicator": (
        "basis TEXT CHECK (basis IS NULL OR basis IN ('total', 'level', 'annual', 'each', 'assessed', 'declared'))",
    ),
    "responsibility": ("main_lead INTEGER DEFAULT 0 NOT NULL", "answered_until TEXT"),
    "report": ("data_year INTEGER",),
}  # fmt: skip

_RENAMED = {
    "steady_from": "projected_from", "soon_first": "next_due_first", "soon_due": "next_due_last", "loose": "needs_judging",
    "heard": "last_lead_report", "reached": "achieved",
    **{f"light{n}{end}": f"light_{n}{end}" for n in (2, 3, 4) for end in ("_from", "")},
}  # fmt: skip
"""Columns of item."""


def upgrade() -> None:
    """Rename and add columns, and add the table of issued reports; the recipe of hashes stays the first until the next change."""
    for old, new in _RENAMED.items():
        op.execute(f"ALTER TABLE item RENAME COLUMN {old} TO {new}")
    for table, columns in _ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
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
