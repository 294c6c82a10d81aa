"""The two ways in which the tool says no (DESIGN §4, streams and exits)."""


class TrackerError(Exception):
    """A problem that a user can understand and mend: one line, what, where, what to do."""

    exit_code = 1


class Refused(TrackerError):
    """The ledger or the world says no: unknown id, role, state, file, database (exit 1)."""


class Unclear(TrackerError):
    """The input cannot be understood: an option, a date, a number (exit 2)."""

    exit_code = 2
