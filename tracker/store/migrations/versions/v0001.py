"""The schema of version 0.1.0: where the upgrade of the oldest ledgers begins. A new ledger is made of `schema_*.sql`."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Do nothing: every ledger that says 0001 has its tables already."""
