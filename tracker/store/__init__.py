"""The store: tables, connections, the append-only history, the kept current state.

Two doors (docs/architecture.md): reading and writing both speak plain SQL through the driver, so that a status question starts as
fast as Python does; SQLModel owns the schema, Alembic its versions. Only `store.changeset` commits.
"""
