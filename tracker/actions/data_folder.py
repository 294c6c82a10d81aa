"""A whole ledger out into a folder and back: ids, history, hashes and evidence (docs/files.md)."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from tracker.actions.doctor import OF_CONTENT, examine
from tracker.actions.name_lookup import kind_codes, plan_code, unit_keys
from tracker.errors import Refused, reason_of
from tracker.ledger.terms import KINDS
from tracker.store import creation
from tracker.store.backups import copy_evidence
from tracker.store.change_log import count_entries
from tracker.store.connection import Connection, in_words, open_connection, reading
from tracker.store.filters import ItemFilter
from tracker.store.integrity.findings import AREAS
from tracker.store.ledger_files import beside
from tracker.store.location import Location
from tracker.store.transfer import (
    EVIDENCE,
    MANIFEST,
    Manifest,
    Subset,
    bulk_load,
    chosen_subset,
    fill_tables,
    finish_load,
    is_part,
    make_empty,
    named_evidence,
    read_manifest,
    vacuum,
    write_tables,
)
from tracker.store.version import HEAD

Watch = Callable[[Sequence[str]], Iterable[str]]
"""Passes the names of the tables on and shows how far the work is."""


class Transferred(NamedTuple):
    """What went out or came in: rows by table, files of evidence, and those that the ledger names but nobody has.

    part says what was chosen, where it was not the whole.
    """

    rows: dict[str, int]
    evidence: int
    missing: tuple[str, ...]
    part: str | None = None


class ExportRequest(NamedTuple):
    """Which items a part of a ledger is about, in the words of a user; None lets everything through."""

    plans: Sequence[str] | None = None
    unit: str | None = None
    kinds: Sequence[str] | None = None


EVERYTHING = ExportRequest()


def export_folder(
    location: Location, folder: Path, watch: Watch, *, force: bool = False, wanted: ExportRequest = EVERYTHING
) -> Transferred:
    """Write a ledger, or a part of it, into a folder that is new or empty, or, with force, over an older export.

    A folder without its manifest is not whole: the manifest goes first and comes last. Raises Refused where the folder
    cannot be written or holds something else, for an unknown plan or unit, and for a part without any item.
    """
    _refuse_folder(folder, force=force, is_whole=wanted == EVERYTHING)
    made = not folder.exists()
    temporary = beside(folder / "export")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.mkdir(mode=0o700)
        with reading(location) as connection:
            part = None if wanted == EVERYTHING else _part(connection, wanted)
            rows = write_tables(connection, temporary, watch, part)
            named = named_evidence(connection, part)
        copy_evidence(location.evidence, temporary / EVIDENCE, None if part is None else named)
        _settle(temporary, folder)
    except OSError as error:
        raise Refused(f"无法写入文件夹 {folder}：{reason_of(error)}；请检查权限和磁盘空间") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if made and not any(folder.glob("*")):
            shutil.rmtree(folder, ignore_errors=True)
    missing = tuple(digest for digest in named if not (folder / EVIDENCE / digest).is_file())
    return Transferred(rows, len(named) - len(missing), missing, part and part.words)


def _part(connection: Connection, wanted: ExportRequest) -> Subset:
    """Return the part of a ledger that was asked for: every kind of item unless some are named."""
    units = None if wanted.unit is None else tuple(unit.id for unit in unit_keys(connection, wanted.unit))
    plans = None if wanted.plans is None else tuple(plan_code(connection, text) for text in wanted.plans)
    kinds = None if wanted.kinds is None else kind_codes(wanted.kinds)
    named = {
        "方案": "、".join(plans or ()), "单位": wanted.unit, "类别": "、".join(KINDS[kind] for kind in kinds or ()),
    }  # fmt: skip
    words = "；".join(f"{label}：{value}" for label, value in named.items() if value)
    return chosen_subset(connection, ItemFilter(plans=plans, kinds=kinds, units=units), words)


def _refuse_folder(folder: Path, *, force: bool, is_whole: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} 是一个文件；请写目录")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MANIFEST).exists():
        raise Refused(f"目录 {folder} 不是空的，也不是导出的台账；请换一个目录")
    if not force:
        raise Refused(f"目录 {folder} 已有导出的台账；加 --force 覆盖，或换一个目录")
    if not is_whole and not is_part(folder):
        raise Refused(f"目录 {folder} 中是整个台账，部分导出不能覆盖它；请换一个目录")


def _settle(temporary: Path, folder: Path) -> None:
    """Give the finished files their places, the manifest last."""
    if is_part(folder):
        # The evidence of another part does not belong to what comes now.
        shutil.rmtree(folder / EVIDENCE, ignore_errors=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    copy_evidence(temporary / EVIDENCE, folder / EVIDENCE)
    files = [each for each in sorted(temporary.iterdir()) if each.is_file() and each.name != MANIFEST]
    for each in (*files, temporary / MANIFEST):
        each.replace(folder / each.name)


def import_folder(folder: Path, location: Location, now: datetime, *, by: str, watch: Watch) -> Transferred:
    """Rebuild a ledger from a folder at a place where there is none, or one in which nothing was entered yet.

    Everything is examined as `doctor` does before it counts; a file appears whole or not at all. Raises Refused for a place
    that holds entries, a folder that is no exported ledger, and one whose content does not hold together.
    """
    manifest = read_manifest(folder)
    refuse_place(location)
    _check_evidence(folder)
    with in_words(location):
        if location.is_sqlite:
            missing = _into_file(folder, manifest, location, now, by=by, watch=watch)
        else:
            missing = _into_server(folder, manifest, location, now, by=by, watch=watch)
    kept = folder / EVIDENCE
    copy_evidence(kept, location.evidence)
    return Transferred(manifest.rows, len(list(kept.iterdir())) if kept.is_dir() else 0, missing)


def refuse_place(location: Location) -> None:
    """Refuse a place at which there is a ledger with entries of its own, or something that is no ledger."""
    if location.is_sqlite and not location.exists():
        return
    if not location.is_sqlite and not _has_ledger(location):
        return
    with reading(location) as connection:
        found = count_entries(connection)
    if found:
        raise Refused(f"台账 {location.shown} 已有 {found} 次录入，不会覆盖；请用 --db 指定一个新的位置")


def _has_ledger(location: Location) -> bool:
    from tracker.store.connection import schema_version

    connection = open_connection(location, write=False)
    try:
        return schema_version(connection) is not None
    finally:
        connection.close()


def _into_file(
    folder: Path, manifest: Manifest, location: Location, now: datetime, *, by: str, watch: Watch
) -> tuple[str, ...]:
    missing: list[str] = []

    def pour(place: Location) -> None:
        missing.extend(_fill(folder, manifest, place, location, now, by, watch))
        refuse_place(location)

    creation.create(location, now, by=by, plans=(), then=pour, replace=True)
    return tuple(missing)


def _into_server(
    folder: Path, manifest: Manifest, location: Location, now: datetime, *, by: str, watch: Watch
) -> tuple[str, ...]:
    """Make the tables and fill them in one transaction, so that what fails leaves an empty database; or fill an empty ledger."""
    missing: list[str] = []

    def pour(connection: Connection) -> None:
        missing.extend(_pour(connection, folder, manifest, location, location, now, by, watch))

    if not creation.create_on_server(location, now, by=by, plans=(), then=pour):
        missing.extend(_fill(folder, manifest, location, location, now, by, watch))
    vacuum(location)
    return tuple(missing)


def _fill(
    folder: Path, manifest: Manifest, place: Location, location: Location, now: datetime, by: str, watch: Watch
) -> tuple[str, ...]:
    """Fill an empty ledger in one transaction; return the evidence that the folder lacks."""
    with bulk_load(place) as connection:
        return _pour(connection, folder, manifest, place, location, now, by, watch)


def _pour(  # noqa: PLR0913 - what, from where, to where, when, by whom
    connection: Connection, folder: Path, manifest: Manifest, place: Location, location: Location, now: datetime, by: str,
    watch: Watch,
) -> tuple[str, ...]:  # fmt: skip
    """Fill a ledger and examine it; raises Refused for content that does not hold together."""
    make_empty(connection)
    fill_tables(connection, folder, manifest, watch)
    finish_load(connection)
    if manifest.schema != HEAD:
        from tracker.store.upgrade import take_over

        take_over(connection, manifest.schema, now, by)
    findings = examine(connection, place, now, areas=OF_CONTENT)
    if findings:
        first = findings[0]
        raise Refused(
            f"文件夹 {folder} 的内容检查出 {len(findings)} 处问题，未导入：【{AREAS[first.area]}】{first.where}：{first.what}"
        )
    kept = location.evidence
    return tuple(
        each
        for each in named_evidence(connection)
        if not (folder / EVIDENCE / each).is_file() and not (kept / each).is_file()
    )


def _check_evidence(folder: Path) -> None:
    """Refuse a file of evidence whose content is not what its name, the hash, says."""
    kept = folder / EVIDENCE
    for file in sorted(kept.iterdir()) if kept.is_dir() else ():
        if not file.is_file() or file.is_symlink():
            raise Refused(f"{file} 不是普通文件；请移走后再导入")
        with file.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != file.name:
                raise Refused(f"佐证材料 {file} 被改动过（与文件名中的校验值不符）；请重新导出")
