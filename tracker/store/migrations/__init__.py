"""Versions of the schema, by Alembic. Each one, with its own record, is one transaction."""
