"""Which versions of the schema this program knows, oldest first; the last is the one it works on."""

REVISIONS: tuple[str, ...] = ("0001", "0002")
HEAD = REVISIONS[-1]
