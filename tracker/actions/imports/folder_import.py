"""A folder of forms that came back (回收): file by file, the sound ones in one change, each other one with a notice to send back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.actions.imports.report_import import CHANGED, NEW, SAME, Import, Watch
from tracker.sheets.reading.files import Problem
from tracker.sheets.returned_files import ReturnedFile, read_returned

_TABLES = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".tsv"}
_NOT_OURS = (".", "~$")
_SHOWN = 3


@dataclass(slots=True, eq=False, repr=False)
class FormFolder:
    """A folder: its files as they were read, by path, the copies of them that are left, and what in it is not read."""

    path: Path
    files: dict[Path, ReturnedFile] = field(default_factory=dict)
    copies: list[Path] = field(default_factory=list)
    ignored: list[Problem] = field(default_factory=list)

    def sound(self, result: Import) -> list[ReturnedFile]:
        """Return the files without an error."""
        wrong = {problem.file for problem in result.problems}
        return [file for file in self.files.values() if file.name not in wrong]

    def faulty(self, result: Import) -> Iterator[tuple[Path, ReturnedFile, list[Problem]]]:
        """Yield the other files, each with its errors."""
        for path, file in self.files.items():
            if problems := [problem for problem in result.problems if problem.file == file.name]:
                yield path, file, problems


def is_exported_ledger(folder: Path) -> bool:
    """Say whether a folder is a ledger that `export data` wrote."""
    from tracker.store.transfer import MANIFEST

    return (folder / MANIFEST).is_file()


def read_folder(folder: Path, watch: Watch) -> FormFolder:
    """Read the tables in a folder and below it; temporary files and our own notices are passed over."""
    found = FormFolder(folder)
    paths = [path for path in sorted(folder.rglob("*")) if not path.is_dir()]
    tables = [path for path in paths if path.suffix.lower() in _TABLES and not _is_ours(path)]
    for path in watch(tables, len(tables)):
        file = read_returned(path, name=path.relative_to(folder).as_posix())
        if file.schedule is None:
            found.files[path] = file
        else:
            found.ignored.append(Problem(file.name, None, None, "是进度安排表，未读取；请用 tracker import 单独导入"))
    found.ignored += [
        Problem(path.relative_to(folder).as_posix(), None, None, "不是表格文件，未读取")
        for path in paths
        if path.suffix.lower() not in _TABLES and not path.name.startswith(_NOT_OURS)
    ]
    if not paths:
        found.ignored.append(Problem(folder.name, None, None, "文件夹里没有文件；请检查路径"))
    _leave_copies(found)
    return found


def _leave_copies(folder: FormFolder) -> None:
    """Leave of several copies of one form the older ones, and all of them where it cannot be told which was filled in last."""
    first: dict[str, ReturnedFile] = {}
    written: dict[str, float] = {}
    forms: dict[tuple[Any, ...], list[Path]] = {}
    for path, file in list(folder.files.items()):
        moment = path.stat().st_mtime if file.sha256 else 0
        written[file.sha256] = min(moment, written.get(file.sha256, moment))
        if file.sha256 and (same := first.setdefault(file.sha256, file)) is not file:
            _leave(folder, path, f"与 {same.name} 是同一个文件，未读取")
        elif (form := file.form) is not None:
            forms.setdefault(form, []).append(path)
    for paths in (each for each in forms.values() if len(each) > 1):
        files = {path: folder.files[path] for path in paths}
        are_dated = all(file.saved for file in files.values())
        filled = {path: (file.saved if are_dated else "", written[file.sha256]) for path, file in files.items()}
        last = max(paths, key=filled.__getitem__)
        is_known = list(filled.values()).count(filled[last]) == 1
        for path, file in files.items():
            others = "、".join(each.name for each in files.values() if each is not file)
            if not is_known:
                _leave(folder, path, f"与 {others} 是同一份填报表，分不出哪份是后填的，都未读取；请只留一份")
            elif path != last:
                _leave(folder, path, f"与 {files[last].name} 是同一份填报表，这份填得较早，未读取")


def _leave(folder: FormFolder, path: Path, why: str) -> None:
    folder.ignored.append(Problem(folder.files.pop(path).name, None, None, why))
    folder.copies.append(path)


def _is_ours(path: Path) -> bool:
    from tracker.sheets.returned_files import NOTICE

    return path.name.startswith((*_NOT_OURS, NOTICE))


def file_line(file: ReturnedFile, result: Import) -> dict[str, Any]:
    """Return what is said of one file in one line: for whom it speaks, of which days, by whom, and how its rows came out."""
    counts, about = result.by_file.get(file.name, Counter[str]()), result.spoke.get(file.name)
    errors = sum(problem.file == file.name for problem in result.problems)
    return {
        "file": file.name,
        "unit": _listed(list(about.units)) if about is not None else None,
        "date": _listed([day.isoformat() for day in sorted(about.days)]) if about is not None else None,
        "by": _listed(list(about.people)) if about is not None else None,
        "reviewer": _listed(list(about.reviewers)) or None if about is not None else None,
        "phone": _listed(list(about.phones)) or None if about is not None else None,
        "new": counts.get(NEW, 0), "changed": counts.get(CHANGED, 0), "same": counts.get(SAME, 0), "errors": errors,
        "items": list(result.items.get(file.name, {})),
    }  # fmt: skip


def items_line(line: dict[str, Any], result: Import) -> str:
    """Return of what a file says something new, by whom: ids with the names of items; empty where it says nothing new."""
    items = result.items.get(line["file"], {})
    named = [f"{id_} {name}".strip() for id_, name in items.items()]
    number = line["new"] + line["changed"]
    more = f" 等 {number} 行" if number > _SHOWN else ""
    who = "，".join(filter(None, (line["unit"], line["by"])))
    return f"{who}：{'；'.join(named[:_SHOWN])}{more}" if named else ""


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_SHOWN]) + (f" 等 {len(names)} 个" if len(names) > _SHOWN else "")


def write_notices(folder: FormFolder, result: Import) -> list[Path]:
    """Write beside each faulty file a notice that lists its errors by cell, ready to send back; a former one is replaced."""
    from tracker.sheets.returned_files import NOTICE, notice_workbook, wanted_cells

    written: list[Path] = []
    for path, file, problems in folder.faulty(result):
        about = result.spoke.get(file.name)
        unit = _listed(list(about.units)) if about is not None else ""
        target = path.with_name(f"{NOTICE}_{path.stem}.xlsx")
        target.write_bytes(notice_workbook(path.name, unit, wanted_cells(path, problems)))
        written.append(target)
    for path in (*folder.files, *folder.copies):
        former = path.with_name(f"{NOTICE}_{path.stem}.xlsx")
        if former not in written:
            former.unlink(missing_ok=True)
    return written
