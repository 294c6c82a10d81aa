"""Who speaks in an import: a change for every person, so that who reported is who it was, not who carried the file in."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from tracker.sheets.returned_files import ReturnedFile
from tracker.store.changeset import Author, Changeset
from tracker.store.projection.refresh import Known
from tracker.store.stated_parameters import load_parameters


class Mark:
    """How far a changeset had come before a row, so that a row that fails leaves nothing in it."""

    def __init__(self, changeset: Changeset) -> None:
        self._marks = [(rows, rows.mark()) for rows in changeset.rows.values()]

    def restore(self) -> None:
        """Take back what was added since."""
        for rows, mark in self._marks:
            rows.cut(mark)


class Reporters:
    """A changeset for every person the files speak for, beside the command's own, in which nothing is said."""

    def __init__(self, changeset: Changeset) -> None:
        self._command = changeset
        self._drafts: dict[str, Changeset] = {}
        self._files: dict[str, set[str]] = {}
        self._places: dict[str, tuple[int, int]] = {}
        self._settled: set[int | None] = set()

    def changeset(self, by: str, unit: str | None, sha256: str, place: tuple[int, int]) -> Changeset:
        """Return the changeset of a person; its unit is the one for which all of it speaks.

        place is that of the row in the files: who speaks first in them is written first, whichever row is taken in first.
        """
        changeset = self._drafts.get(by)
        if changeset is None:
            changeset = self._drafts[by] = self._command.another(Author(by, unit))
            self._files[by] = set()
            self._places[by] = place
        elif changeset.author.unit != unit:
            changeset.author.unit = None
        self._files[by].add(sha256)
        self._places[by] = min(place, self._places[by])
        return changeset

    def settle(self, kept: Callable[[AbstractSet[int]], Mapping[int, Known]]) -> None:
        """Bring the items of a portion on by what was drafted about them, and move that out of memory.

        kept gives items as the ledger keeps them. An item about which several people speak, or that an earlier portion was
        about too, is left to be derived when all is written.
        """
        told = {by: {row[0] for row in changeset.rows["report"].fresh} for by, changeset in self._drafts.items()}
        decided = {row[0] for changeset in self._drafts.values() for row in changeset.rows["event"].fresh}
        speakers = Counter(key for keys in told.values() for key in keys)
        touched = speakers.keys() | decided
        again = touched & self._settled
        alone = {key for key, number in speakers.items() if number == 1} - decided - again
        known = {} if self._command.dry_run else kept(alone)
        parameters = load_parameters(self._command.connection)
        for by, changeset in self._drafts.items():
            changeset.projection.keys -= again
            own = {key: known[key] for key in told[by] if key in known}
            changeset.projection.bring_on(
                by, changeset.rows["report"], own, parameters, by_form=changeset.command == "import"
            )
            changeset.projection.spill()
            for rows in changeset.rows.values():
                rows.spill()
        self._settled |= touched

    def sign(self, files: Sequence[ReturnedFile], said: Mapping[str, Mapping[str, Any]]) -> None:
        """Put the changes in order, and keep with each the names and hashes of the files it came from, and what is said of them."""
        self._command.beside.sort(key=lambda changeset: self._places[changeset.author.by])
        for by, changeset in self._drafts.items():
            changeset.detail = {
                "files": [
                    {"name": file.name, "sha256": file.sha256, **said[file.sha256]}
                    for file in files
                    if file.sha256 in self._files[by]
                ]
            }
