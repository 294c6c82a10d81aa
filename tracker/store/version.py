"""Which versions of the schema this program knows, oldest first; the last is the one it works on."""

REVISIONS: tuple[str, ...] = ("0001",)
HEAD = REVISIONS[-1]
APPEND_ONLY = ("change", "report", "event", "evidence", "index_value")
