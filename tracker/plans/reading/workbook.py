"""The review workbook (DRAFT.xlsx): one sheet a kind, one row a finding; read back with errors by cell.

Columns are those of the data files under Chinese headings, then 出处, 原文, 置信度, 存疑. Doubtful cells are
yellow; the words in 存疑 say why. Reading back goes by headings, whatever their order, and never stops at the first
error. The same draft gives the same bytes.
"""

from __future__ import annotations

import re
import warnings
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused
from tracker.plans.reading.model import (
    AIM,
    COLUMNS,
    FILES,
    INDICATOR,
    PLAN,
    POLICY,
    TARGET,
    TASK,
    UNIT,
    CellError,
    Row,
    Rows,
    full_row,
)
from tracker.plans.reading.signs import shadow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.plans.reading.model import Draft, Finding

SHEETS: dict[str, str] = {
    PLAN: "方案",
    TARGET: "目标",
    INDICATOR: "指标",
    TASK: "任务",
    POLICY: "政策",
    AIM: "总体目标",
    UNIT: "单位",
}
GUIDE = "说明"

HEADINGS: dict[str, str] = {
    "code": "方案代码",
    "plan": "方案代码",
    "title": "标题",
    "region": "地区",
    "status": "状态",
    "issued_on": "印发日期",
    "document_number": "文号",
    "issuers": "印发单位",
    "period_start": "起始日期",
    "rider": "通用说明",
    "annex_label": "附件标号",
    "annex_title": "附件标题",
    "seed": "来源文件",
    "number": "序号",
    "chapter": "章",
    "section": "节",
    "text": "内容",
    "source": "条目",
    "responsibility": "责任方式",
    "open_ended": "含“等”",
    "leads": "牵头单位",
    "participants": "参与单位",
    "lead_cell": "牵头栏原文",
    "participant_cell": "参与栏原文",
    "due": "完成时限",
    "target": "目标序号",
    "n": "指标序号",
    "name": "名称",
    "comparator": "比较",
    "value": "数值",
    "bound": "幅度界限",
    "aspirational": "力争",
    "measure": "计量单位",
    "baseline_year": "基准年",
    "baseline_value": "基准值",
    "scope": "范围",
    "direction": "方向",
    "basis": "口径",
    "same_as": "同一指标",
    "sum_of": "合计自",
    "aliases": "别名",
    "members": "成员单位",
    "note": "备注",
}
"""Column of the data files → heading in the workbook."""

PLACE, WORDS, CONFIDENCE, DOUBTS = "出处", "原文", "置信度", "存疑"
_EXTRA = (PLACE, WORDS, CONFIDENCE, DOUBTS)

STATUSES = ("issued", "draft", "unstated")
RESPONSIBILITIES = ("lead", "joint", "sole", "tbd", "by_reference", "unstated")
COMPARATORS = (">=", "<=", ">", "<", "=", "~", "increase_by", "decrease_by", "complete", "qualitative")
BOUNDS = (">=", "~", "=")
DIRECTIONS = ("up", "down", "hold")
BASES = ("total", "level", "annual", "each", "assessed", "declared")

_WIDE = {
    "text": 60,
    "lead_cell": 40,
    "participant_cell": 30,
    "leads": 40,
    "participants": 40,
    "title": 28,
    "chapter": 20,
    "section": 24,
    "name": 30,
    "note": 30,
    "rider": 40,
}
_A3 = 8
_MAX_ROWS = 20_000
_MAX_COLUMNS = 60
_CELL_LIMIT = 32_000
_GUIDE_LINES = (
    "这是从文件中读出的方案草稿，请逐行核对后再用 tracker plan add 载入。",
    "每行是一处读出的内容：出处是它在原文的位置，原文是据以读出的文字，置信度为0—100，存疑写明需要核对的地方，存疑的单元格标为黄色。",
    "任务的“内容”摘自条文首句，请改写成对该条要求的概括（40—90字）；附表中的任务照录原文。",
    "删除一行即不载入该行；新增一行时填写序号和内容即可，出处等四栏可以空着。目标的指标写在“指标”表，以“目标序号”对应。",
    "责任方式：lead 牵头，joint 按职责分工负责，sole 负责，tbd 待明确，by_reference 参照其他方案，unstated 未写明。",
    "多个单位用顿号隔开，写全称；没有名称的主体（各有关部门、各区县政府）不算单位，写在备注里。",
    "比较：>= <= > < = ~（左右） increase_by（增长） decrease_by（下降） complete（全部完成） qualitative（定性）。",
    "幅度界限用于增长、下降：>= ~ =。方向：up 越高越好，down 越低越好，hold 保持。",
    "口径由程序按字面提出，请核对：total 累计，level 期末，annual 年度，each 每地，assessed 由上级核定，declared 定性。",
    "日期写成 2025-12-31；状态：issued 已印发，draft 征求意见，unstated 未写明。",
)


def write_draft(draft: Draft, path: Path | str) -> None:
    """Write the review workbook of a draft. Raises Refused when the file cannot be written."""
    import xlsxwriter

    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise Refused(f"{target.name}：草稿请存为 .xlsx 文件")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(target), options)
    book.set_properties({"title": "方案草稿", "created": datetime(2021, 1, 1)})  # noqa: DTZ001 - the same draft gives the same bytes
    formats = {
        "head": book.add_format(
            {"bold": True, "bg_color": "#D9E2EC", "border": 1, "text_wrap": True, "valign": "vcenter"}
        ),
        "cell": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
        "doubt": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFF2A8"}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for kind, title in SHEETS.items():
        _write_sheet(book.add_worksheet(title), kind, draft.of(kind), formats)
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 0, 110)
    for index, line in enumerate((f"来源文件：{draft.name}", *_GUIDE_LINES)):
        guide.write_string(index, 0, line, formats["plain"])
    try:
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as problem:
        raise Refused(f"{target}：写不了草稿文件（是否正被打开，或没有权限？）") from problem


def _write_sheet(sheet: Any, kind: str, findings: Sequence[Finding], formats: dict[str, Any]) -> None:
    columns = COLUMNS[kind]
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": "A1:AZ20001"})
    for index, heading in enumerate((*(HEADINGS[column] for column in columns), *_EXTRA)):
        sheet.write_string(0, index, heading, formats["head"])
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _WIDE.get(column, 12))
    sheet.set_column(len(columns), len(columns), 18)
    sheet.set_column(len(columns) + 1, len(columns) + 1, 60)
    sheet.set_column(len(columns) + 3, len(columns) + 3, 40)
    for number, finding in enumerate(findings, 1):
        for index, column in enumerate(columns):
            style = formats["doubt"] if column in finding.doubts else formats["cell"]
            sheet.write_string(number, index, finding.cells.get(column, "")[:_CELL_LIMIT], style)
        doubts = "；".join(
            f"{HEADINGS[column]}：{reason}" if column else reason for column, reason in finding.doubts.items()
        )
        style = formats["doubt"] if "" in finding.doubts else formats["cell"]
        sheet.write_string(number, len(columns), finding.place, style)
        sheet.write_string(number, len(columns) + 1, finding.words[:_CELL_LIMIT], style)
        sheet.write_number(number, len(columns) + 2, finding.confidence, style)
        sheet.write_string(
            number, len(columns) + 3, doubts[:_CELL_LIMIT], formats["doubt"] if doubts else formats["cell"]
        )
    if findings:
        sheet.autofilter(0, 0, len(findings), len(columns) + len(_EXTRA) - 1)


def read_draft(path: Path | str, code: str = "") -> tuple[Rows, list[CellError]]:
    """Return the rows of a review workbook, keyed like the data files, and everything wrong in it.

    `code` is the plan's code where the reviewer left it empty.

    A row with an error is still returned, so that a caller may show it; nothing should be loaded while there are
    errors. Raises Refused when the file is no workbook, is locked, carries macros, or is a bomb.
    """
    from tracker.plans.reading.sources import MAX_FILE, guard_zip, named

    source = Path(path)
    if not source.is_file():
        raise Refused(f"{source.name}：没有这个文件，请检查路径")
    if source.stat().st_size > MAX_FILE:
        raise Refused(f"{source.name}：文件超过 50 MB 的上限")
    if source.read_bytes()[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused(f"{source.name}：工作簿已加密或是旧版 xls，请另存为不加密的 xlsx")
    with named(source):
        guard_zip(source, "xlsx")
    from openpyxl import load_workbook

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            closing(load_workbook(source, read_only=True, data_only=True)) as book,
        ):
            rows, errors = _read_sheets(book, code)
    except Exception as problem:  # the library of workbooks fails on a broken one in any way whatever (docs/fuzzing.md)
        raise Refused(
            f"{source.name}：不是 Excel 工作簿（xlsx），或已损坏，打不开；请用 Excel 或 WPS 打开后另存为 .xlsx"
        ) from problem
    _with_code(rows)
    return rows, [*errors, *_across(rows)]


def _read_sheets(book: Any, code: str) -> tuple[Rows, list[CellError]]:
    rows: Rows = {file: [] for file in FILES.values()}
    errors: list[CellError] = []
    for kind, title in SHEETS.items():
        if title in book.sheetnames:
            rows[FILES[kind]], wrong = _read_sheet(book[title], kind, code if kind == PLAN else "")
            errors.extend(wrong)
        elif kind == PLAN:
            errors.append(CellError(title, "", "缺少这张表"))
    return rows, errors


def _with_code(rows: Rows) -> None:
    """Let the code on 方案 hold for every row, so that a reviewer fills it in once."""
    code = rows["plans"][0]["code"] if rows["plans"] else ""
    for file, own in rows.items():
        for row in own:
            if file == "units":
                row["region"] = code
            elif file != "plans":
                row["plan"] = code


def _read_sheet(sheet: Any, kind: str, code: str = "") -> tuple[list[Row], list[CellError]]:
    title = SHEETS[kind]
    lines = sheet.iter_rows(max_row=_MAX_ROWS + 1, max_col=_MAX_COLUMNS, values_only=True)
    heading = [_text(value).strip() for value in next(lines, ())]
    known = {HEADINGS[column]: column for column in COLUMNS[kind]}
    places = {known[text]: index for index, text in enumerate(heading) if text in known}
    missing = [HEADINGS[column] for column in _needed(kind) if column not in places]
    if missing:
        return [], [CellError(title, "A1", f"表头缺少：{'、'.join(missing)}")]
    rows: list[Row] = []
    errors: list[CellError] = []
    for number, values in enumerate(lines, 2):
        cells = {column: _text(values[index]).strip() for column, index in places.items() if index < len(values)}
        if not any(cells.values()):
            continue
        if code and not cells.get("code"):
            cells["code"] = code
        row = full_row(kind, cells)
        for column, message in _check(kind, row):
            errors.append(CellError(title, f"{_letters(places.get(column, 0))}{number}", message))
        rows.append(row)
    return rows, errors


def _text(value: object) -> str:
    """Return a cell as text: whole numbers without point, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value)


def _letters(index: int) -> str:
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _needed(kind: str) -> tuple[str, ...]:
    return {
        PLAN: ("code", "title"),
        TARGET: ("number", "text"),
        INDICATOR: ("target", "n", "name", "comparator"),
        TASK: ("number", "text"),
        POLICY: ("number", "text"),
        AIM: ("number", "text"),
        UNIT: ("name",),
    }[kind]


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    return lambda text: "" if text in words else f"“{text}”不在可用的词内：{' '.join(words)}"


def _day(text: str) -> str:
    try:
        # The library takes other forms too, 20251231, which would not sort among the others.
        if date.fromisoformat(text).isoformat() != text:
            raise ValueError  # noqa: TRY301 - the two ways of being no date are told in one place
    except ValueError:
        return f"“{text}”不是日期，请写成 2025-12-31"
    return ""


def _number(text: str) -> str:
    try:
        finite = Decimal(text).is_finite()
    except InvalidOperation:
        finite = False
    return "" if finite else f"“{text}”不是数字，单位请写在计量单位栏"


def _whole(text: str) -> str:
    return "" if text.isdecimal() and int(text[:9]) > 0 else f"“{text}”不是正整数"


def _year(text: str) -> str:
    return "" if re.fullmatch(r"(?:19|20)\d\d", text) else f"“{text}”不是年份"


def _flag(text: str) -> str:
    return "" if text == "1" else "此栏只填 1 或空着"


def _code(text: str) -> str:
    return (
        ""
        if re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,15}", text)
        else f"方案代码“{text}”只能用字母开头的字母、数字，不超过16个"
    )


def _reference(text: str) -> str:
    return (
        "" if re.fullmatch(r"\d+\.\d+(?:\+\d+\.\d+)*", text) else f"“{text}”请写成 3.1 或 3.1+4.2（目标序号.指标序号）"
    )


_CHECKS: dict[str, Callable[[str], str]] = {
    "status": _one_of(STATUSES),
    "responsibility": _one_of(RESPONSIBILITIES),
    "comparator": _one_of(COMPARATORS),
    "bound": _one_of(BOUNDS),
    "direction": _one_of(DIRECTIONS),
    "basis": _one_of(BASES),
    "issued_on": _day,
    "period_start": _day,
    "due": _day,
    "value": _number,
    "baseline_value": _number,
    "baseline_year": _year,
    "number": _whole,
    "target": _whole,
    "n": _whole,
    "open_ended": _flag,
    "aspirational": _flag,
    "code": _code,
    "same_as": _reference,
    "sum_of": _reference,
}


def _check(kind: str, row: Row) -> Iterator[tuple[str, str]]:
    """Yield (column, message) for what is wrong in one row by itself."""
    for column in _needed(kind):
        if not row[column]:
            yield column, f"{HEADINGS[column]}不能空着"
    for column, text in row.items():
        message = _CHECKS[column](text) if text and column in _CHECKS else ""
        if message:
            yield column, message
    if kind == INDICATOR and row["comparator"]:
        wordy = row["comparator"] in ("complete", "qualitative")
        if wordy and row["value"]:
            yield "value", f"比较为 {row['comparator']} 时不填数值"
        if not wordy and row["comparator"] in COMPARATORS and not row["value"]:
            yield "value", "缺少数值"
        if row["comparator"].endswith("_by") and not row["bound"]:
            yield "bound", "增长、下降类指标请填幅度界限（>=、~ 或 =）"


def _across(rows: Rows) -> list[CellError]:
    """Return what is wrong between rows: numbers twice, indicators without target, links to nothing."""
    errors: list[CellError] = []
    if len(rows["plans"]) > 1:
        errors.append(CellError(SHEETS[PLAN], "A3", "一份草稿只能有一个方案"))
    if not rows["plans"]:
        errors.append(CellError(SHEETS[PLAN], "A2", "没有方案这一行"))
    for kind in (TARGET, TASK, POLICY, AIM):
        seen: set[str] = set()
        for row in rows[FILES[kind]]:
            if row["number"] in seen:
                errors.append(CellError(SHEETS[kind], "", f"序号 {row['number']} 重复"))
            seen.add(row["number"])
    numbers = {row["number"] for row in rows["targets"]}
    known = {f"{row['target']}.{row['n']}" for row in rows["indicators"]}
    for row in rows["indicators"]:
        if row["target"] and row["target"] not in numbers:
            errors.append(
                CellError(
                    SHEETS[INDICATOR], "", f"指标 {row['target']}.{row['n']} 对应的目标 {row['target']} 不在目标表"
                )
            )
        errors.extend(
            CellError(SHEETS[INDICATOR], "", f"指标 {row['target']}.{row['n']} 所指的 {link} 不存在")
            for link in (row["same_as"], *row["sum_of"].split("+"))
            if link and link not in known
        )
    measured = {row["target"] for row in rows["indicators"]}
    errors.extend(
        CellError(SHEETS[TARGET], "", f"目标 {number} 没有指标")
        for number in sorted(numbers - measured, key=shadow)
        if number
    )
    return errors
