"""Who speaks in an import: a change for every person, so that who reported is who it was, not who carried the file in."""

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.sheets.returned import ReturnedFile
from tracker.store.writing import Author, Draft


class Mark:
    """How far a draft had come before a row, so that a row that fails leaves nothing in it."""

    def __init__(self, draft: Draft) -> None:
        self._marks = [(rows, rows.mark()) for rows in draft.rows.values()]

    def restore(self) -> None:
        """Take back what was added since."""
        for rows, mark in self._marks:
            rows.cut(mark)


class People:
    """A draft for every person the files speak for: who reported is who it was, not who carried the file in."""

    def __init__(self, draft: Draft) -> None:
        self._first = draft
        self._drafts: dict[str, Draft] = {}
        self._files: dict[str, set[str]] = {}

    def draft(self, by: str, unit: str | None, sha256: str) -> Draft:
        """Return the draft of a person; its unit is the one for which all of it speaks."""
        draft = self._drafts.get(by)
        if draft is None:
            if self._drafts:
                draft = self._first.another(Author(by, unit))
            else:
                draft = self._first
                draft.author.by, draft.author.unit = by, unit
            self._drafts[by] = draft
            self._files[by] = set()
        elif draft.author.unit != unit:
            draft.author.unit = None
        self._files[by].add(sha256)
        return draft

    def spill(self) -> None:
        """Move what was drafted out of memory."""
        for draft in self._drafts.values():
            for rows in draft.rows.values():
                rows.spill()

    def sign(self, files: Sequence[ReturnedFile], days: Mapping[str, date]) -> None:
        """Keep with each change the names, hashes and dates of the files it came from."""
        for by, draft in self._drafts.items():
            draft.detail = {
                "files": [
                    {"name": file.name, "sha256": file.sha256, "date": days[file.sha256]}
                    for file in files
                    if file.sha256 in self._files[by]
                ]
            }
