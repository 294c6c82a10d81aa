"""Writing that is no change of the ledger's content: rights on a server."""

from collections.abc import Iterator
from contextlib import contextmanager

from tracker.store.connection import Connection, begin_writing, check_version, open_connection
from tracker.store.database_errors import in_words
from tracker.store.location import Location
from tracker.store.postgres import rights


@contextmanager
def maintaining(location: Location) -> Iterator[Connection]:
    """Open a ledger in one transaction, committed on leaving, rolled back by an exception."""
    connection = open_connection(location, write=True)
    try:
        with in_words(location):
            check_version(connection)
            if connection.is_sqlite:
                begin_writing(connection)
            else:
                rights.take_turn(connection)
            yield connection
            connection.execute("COMMIT")
    finally:
        connection.close()
