"""What Alembic runs: the migrations on the connection that the caller hands in."""

from alembic import context
from sqlmodel import SQLModel

from tracker.store import schema  # noqa: F401 - registers the tables

config = context.config
connection = config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    transaction_per_migration=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
