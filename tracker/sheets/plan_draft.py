"""The review workbook (DRAFT.xlsx): a summary, then one sheet a kind, one row a finding; read back with errors by cell.

概况 says what was found, what is doubtful and what of the document stands in no row. Every other sheet begins with 存疑; then the
columns of the data files under Chinese headings, and what was read from where. Doubtful cells are yellow; codes are shown in words,
with a list to choose from. Reading back goes by headings, whatever their order, takes words and codes, and never stops at the first
error. The same draft gives the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused, Unclear
from tracker.ledger.terms import COMPARATORS, PLAN_STATUS, RESPONSIBILITIES, code_of
from tracker.ledger.values import shorten
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
    Row,
    Rows,
    full_row,
)
from tracker.plans.reading.unused_text import coverage, shortcoming
from tracker.sheets.layout import A3, A4, LINE_PITCH, MILLIMETRES, PADDING, open_workbook, row_height, text_height
from tracker.sheets.reading.book import open_book
from tracker.sheets.reading.cells import NOTHING, folded, read_text
from tracker.sheets.reading.files import TableFile
from tracker.sheets.reading.tables import Left, lying_over
from tracker.sheets.reading.values import cell_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.plans.reading.model import Draft, Finding
    from tracker.sheets.reading.book import Book
    from tracker.sheets.reading.sheet import Sheet

SHEETS: dict[str, str] = {
    PLAN: "方案",
    TARGET: "目标",
    INDICATOR: "指标",
    TASK: "任务",
    POLICY: "政策",
    AIM: "总体目标",
    UNIT: "单位",
}
SUMMARY, GUIDE = "概况", "说明"

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
    "annex_note": "附件注",
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
_EXTRA = (WORDS, PLACE, CONFIDENCE)

CHOICES: dict[str, dict[str, str]] = {
    "status": PLAN_STATUS,
    "responsibility": RESPONSIBILITIES,
    "comparator": COMPARATORS,
    "bound": {">=": "以上", "~": "左右", "=": "恰好"},
    "direction": {"up": "越高越好", "down": "越低越好", "hold": "保持"},
    "basis": {
        "total": "累计",
        "level": "期末",
        "annual": "年度",
        "each": "每地",
        "assessed": "核定",
        "declared": "定性",
    },
    "open_ended": {"1": "是"},
    "aspirational": {"1": "是"},
}
"""Column → its codes in the data, and the word for each in the workbook; a cell may hold either."""

_WIDTHS = {
    "text": 60, "lead_cell": 40, "participant_cell": 30, "leads": 40, "participants": 40, "title": 28, "chapter": 20,
    "section": 24, "name": 30, "note": 30, "rider": 40, "responsibility": 16, "number": 6, "target": 9, "n": 9, "open_ended": 8,
    "aspirational": 6, "bound": 9, "baseline_year": 8, DOUBTS: 36, PLACE: 18, CONFIDENCE: 8,
}  # fmt: skip
_USUAL = 12
_WORDS_WIDTHS = (60, 90, 120, 160, 200, 250)
_SIZE = 10.0
_HIGHEST = 405.0
_SUMMARY_WIDTHS = (20, 8, 40, 90)
_SPARE_ROWS = 500
_MAX_UNUSED = 2000
_MAX_PLACES = 5
_CELL_LIMIT = 32_000
_GUIDE_LINES = (
    "这是从文件中读出的方案草稿，请逐行核对后再用 tracker plan add 载入。先看“概况”表：列出存疑的各处，以及没有用在任何一行的文字。",
    "每行是一处读出的内容：存疑写明需要核对的地方，存疑的单元格标为黄色；原文是据以读出的文字，出处是它在原文的位置，置信度为0—100。",
    "任务的“内容”摘自条文首句，请改写成对该条要求的概括（40—90字）；附表中的任务照录原文。",
    "删除一行即不载入该行；新增一行时填写序号和内容即可，存疑、原文等栏可以空着。目标的指标写在“指标”表，以“目标序号”对应。",
    "状态、责任方式、比较、幅度界限、方向、口径等栏从下拉列表中选，口径是程序按字面提出的，请核对。幅度界限只用于提高、下降；全面完成、定性不填数值。",
    "多个单位用顿号隔开，写全称；没有名称的主体（各有关部门、各区县政府）不算单位，写在备注里。",
    "日期写成 2025-12-31。方案代码在“方案”表填一次即可。",
)


def write_draft(draft: Draft, path: Path | str) -> None:
    """Write the review workbook of a draft. Raises Refused when the file cannot be written."""
    from xlsxwriter.exceptions import FileCreateError

    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise Refused(f"{target.name}：草稿请存为 .xlsx 文件")
    book = open_workbook(str(target))
    book.set_properties({"title": "方案草稿", "created": datetime(2021, 1, 1)})  # noqa: DTZ001 - the same draft gives the same bytes
    formats = _formats(book)
    _write_summary(book.add_worksheet(SUMMARY), draft, formats)
    for kind, title in SHEETS.items():
        _write_sheet(book.add_worksheet(title), kind, draft.of(kind), formats)
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 0, 110)
    for index, line in enumerate((f"来源文件：{draft.name}", *_GUIDE_LINES)):
        guide.set_row(index, text_height(line, 110 * MILLIMETRES, _SIZE))
        guide.write_string(index, 0, line, formats["plain"])
    try:
        book.close()
    except (OSError, FileCreateError) as problem:
        raise Refused(f"{target}：写不了草稿文件（是否正被打开，或没有权限？）") from problem


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_size": _SIZE, "text_wrap": True, "valign": "top"}
    looks = {
        "title": {"font_size": 14, "bold": True, "valign": "vcenter"},
        "head": {**base, "bold": True, "bg_color": "#D9E2EC", "border": 1, "valign": "vcenter"},
        "cell": {**base, "border": 1},
        "doubt": {**base, "border": 1, "bg_color": "#FFF2A8"},
        "link": {**base, "border": 1, "font_color": "#0B5394", "underline": 1},
        "part": {**base, "bold": True, "valign": "vcenter", "text_wrap": False},
        "plain": base,
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _columns(kind: str) -> tuple[str, ...]:
    """Return the columns that a sheet shows: the plan's code stands once, on the sheet of the plan."""
    return tuple(column for column in COLUMNS[kind] if kind == PLAN or column not in ("plan", "region"))


def _told(doubts: dict[str, str]) -> str:
    return "；".join(f"{HEADINGS[column]}：{reason}" if column else reason for column, reason in doubts.items())


def _write_sheet(sheet: Any, kind: str, findings: Sequence[Finding], formats: dict[str, Any]) -> None:
    """Write one sheet: doubts first (on the sheet of the plan, which has one row, its code first)."""
    columns = _columns(kind)
    order = (*columns, DOUBTS, *_EXTRA) if kind == PLAN else (DOUBTS, *columns, *_EXTRA)
    widths = [_width(column, findings) for column in order]
    for index, (column, wide) in enumerate(zip(order, widths, strict=True)):
        sheet.set_column(index, index, wide)
        sheet.write_string(0, index, HEADINGS.get(column, column), formats["head"])
        if column in CHOICES:
            _offer(sheet, index, len(findings) + _SPARE_ROWS, CHOICES[column])
    sheet.set_row(0, 2 * _SIZE * LINE_PITCH + PADDING)
    _set_up(sheet, 1 if kind == PLAN else 2)
    for number, finding in enumerate(findings, 1):
        texts = [_shown(column, finding) for column in order]
        high = row_height(((text, wide * MILLIMETRES) for text, wide in zip(texts, widths, strict=True)), _SIZE)
        sheet.set_row(number, min(high, _HIGHEST))
        for index, (column, text) in enumerate(zip(order, texts, strict=True)):
            style = formats["doubt" if _is_doubtful(column, finding) else "cell"]
            if column == CONFIDENCE:
                sheet.write_number(number, index, finding.confidence, style)
            else:
                sheet.write_string(number, index, text[:_CELL_LIMIT], style)
    if findings:
        sheet.autofilter(0, 0, len(findings), len(order) - 1)


def _shown(column: str, finding: Finding) -> str:
    """Return what a column shows of a finding: words for codes."""
    own = {
        DOUBTS: _told(finding.doubts),
        WORDS: finding.words,
        PLACE: finding.place,
        CONFIDENCE: str(finding.confidence),
    }
    value = own.get(column, finding.cells.get(column, ""))
    return CHOICES.get(column, {}).get(value, value)


def _is_doubtful(column: str, finding: Finding) -> bool:
    return bool(finding.doubts) if column == DOUBTS else ("" if column in _EXTRA else column) in finding.doubts


def _width(column: str, findings: Sequence[Finding]) -> int:
    if column == WORDS:
        return _words_width(findings)
    wide = _WIDTHS.get(column, _USUAL)
    return wide if any(_shown(column, finding) for finding in findings) else min(wide, _USUAL)


def _words_width(findings: Sequence[Finding]) -> int:
    """Return the least width at which a row shows its quoted words whole."""
    longest = sorted((finding.words for finding in findings), key=len)[-20:]
    fits = (
        wide
        for wide in _WORDS_WIDTHS
        if all(text_height(words, wide * MILLIMETRES, _SIZE) <= _HIGHEST for words in longest)
    )
    return next(fits, _WORDS_WIDTHS[-1])


def _set_up(sheet: Any, frozen: int) -> None:
    sheet.freeze_panes(1, frozen)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": "A1:AZ20001"})


def _offer(sheet: Any, column: int, last: int, words: dict[str, str]) -> None:
    """Let the cells of a column be chosen from a list; a code of the data stays allowed."""
    sheet.data_validation(
        1,
        column,
        last,
        column,
        {
            "validate": "list",
            "source": list(words.values()),
            "error_title": "请从列表中选",
            "error_message": "可选：" + "、".join(words.values()),
        },
    )


def _write_summary(sheet: Any, draft: Draft, formats: dict[str, Any]) -> None:
    """Write what was found, what is to be looked at, and the text that stands in no row."""
    for index, wide in enumerate(_SUMMARY_WIDTHS):
        sheet.set_column(index, index, wide)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 26)
    plan = draft.of(PLAN)
    sheet.write_string(0, 0, "".join(each.cells.get("title", "") for each in plan) + "　读取概况", formats["title"])
    at = 1
    for line in _notes(draft):
        sheet.write_string(at, 0, line, formats["part"])
        at += 1
    at = _part(sheet, at, "一、读出的内容", ("表", "行数", "存疑", "在原文的范围"), formats)
    for kind, name in SHEETS.items():
        found = draft.of(kind)
        doubtful = sum(1 for finding in found if finding.doubts)
        texts = (str(len(found)), f"{doubtful} 行存疑" if doubtful else "", _spread(found))
        at = _row(sheet, at, (f"internal:'{name}'!A1", name), texts, formats)
    at = _part(sheet, at, "二、存疑，请先核对（点位置可以转到该行）", ("位置", "置信度", "存疑", "内容"), formats)
    numbered = [(name, *each) for kind, name in SHEETS.items() for each in enumerate(draft.of(kind), 2)]
    for name, number, finding in sorted(numbered, key=lambda each: each[2].confidence):
        if finding.doubts:
            cells = finding.cells
            said = cells.get("text") or cells.get("name") or cells.get("title") or finding.words
            link = (f"internal:'{name}'!A{number}", f"{name} 第{number}行")
            at = _row(sheet, at, link, (str(finding.confidence), _told(finding.doubts), said), formats)
    title = "三、没有用在任何一行的文字（背景、原则和保障措施多在其中，请看有无遗漏）"
    at = _part(sheet, at, title, ("出处", "字数", "", "文字"), formats)
    for piece in draft.unused[:_MAX_UNUSED]:
        at = _row(sheet, at, ("", piece.place), (str(len(piece.text)), "", piece.text), formats)
    if len(draft.unused) > _MAX_UNUSED:
        sheet.write_string(at, 0, f"另有 {len(draft.unused) - _MAX_UNUSED} 处未列出。", formats["part"])


def _notes(draft: Draft) -> Iterator[str]:
    """Yield what is to be known of the whole document: where it came from, how much was used, what was not read."""
    yield f"来源文件：{draft.name}"
    yield f"{coverage(draft, '第三部分')}。"
    if reason := shortcoming(draft):
        yield f"注意：{reason}"
    for plan in draft.of(PLAN):
        yield from (f"注意：{reason}" for reason in plan.doubts.get("", "").split("；") if reason)


def _part(sheet: Any, at: int, title: str, headings: Sequence[str], formats: dict[str, Any]) -> int:
    """Write the title and the headings of a part of the summary; return the row after them."""
    sheet.set_row(at + 1, 20)
    sheet.write_string(at + 1, 0, title, formats["part"])
    for index, heading in enumerate(headings):
        sheet.write_string(at + 2, index, heading, formats["head"])
    return at + 3


def _row(sheet: Any, at: int, first: tuple[str, str], texts: tuple[str, str, str], formats: dict[str, Any]) -> int:
    """Write a row of the summary, its first cell a link (or, without an address, a text); return the row after it."""
    address, text = first
    if address:
        sheet.write_url(at, 0, address, formats["link"], text)
    else:
        sheet.write_string(at, 0, text, formats["cell"])
    for index, each in enumerate(texts, 1):
        if each.isdecimal():
            sheet.write_number(at, index, int(each[:9]), formats["cell"])
        else:
            sheet.write_string(at, index, each[:_CELL_LIMIT], formats["cell"])
    cells = zip((text, *texts), _SUMMARY_WIDTHS, strict=True)
    sheet.set_row(at, min(row_height(((each, wide * MILLIMETRES) for each, wide in cells), _SIZE), _HIGHEST))
    return at + 1


def _spread(findings: Sequence[Finding]) -> str:
    """Say where the rows of a kind were found: the first and the last place."""
    places = [finding.place for finding in findings if finding.place]
    return f"{places[0]} 至 {places[-1]}" if len(places) > 1 else "".join(places)


def read_draft(path: Path | str, code: str = "") -> tuple[Rows, TableFile]:
    """Return the rows of a review workbook, keyed like the data files, and the file: what is wrong, not taken, to be minded.

    `code` is the plan's code where the reviewer left it empty.

    A row with an error is still returned, so that a caller may show it; nothing should be loaded while there are
    problems. Raises Refused when the file is no workbook, is locked, carries macros, or is a bomb.
    """
    source = Path(path)
    file = TableFile(source.name)
    try:
        book = open_book(source)
        rows = _read_sheets(book, file, code)
    except Refused as error:
        raise Refused(f"{source.name}：{error}") from None
    _with_code(rows)
    _check_across(rows, file)
    return rows, file


def _read_sheets(book: Book, file: TableFile, code: str) -> Rows:
    rows: Rows = {each: [] for each in FILES.values()}
    names = [name for name, _ in book.names]
    for name in names:
        if name not in (*SHEETS.values(), SUMMARY, GUIDE) and not book.sheet(name).is_empty:
            file.leave(name, [Left(None, "草稿里没有这张表的位置，未读取；改过名的请改回原名")])
    for kind, title in SHEETS.items():
        if title in names:
            rows[FILES[kind]] = _read_sheet(book.sheet(title), file, kind, code if kind == PLAN else "")
        else:
            file.refuse(title, None, "缺少这张表；请改回原名，没有内容的留着空表")
    return rows


def _with_code(rows: Rows) -> None:
    """Let the code on 方案 hold for every row, so that a reviewer fills it in once."""
    code = rows["plans"][0]["code"] if rows["plans"] else ""
    for file, own in rows.items():
        for row in own:
            if file == "units":
                row["region"] = code
            elif file != "plans":
                row["plan"] = code


def _read_sheet(sheet: Sheet, file: TableFile, kind: str, code: str = "") -> list[Row]:
    title = SHEETS[kind]
    heading = [read_text(value) or "" for value in next(iter(sheet.rows), ())]
    known = {HEADINGS[column]: column for column in COLUMNS[kind]}
    places = {known[text]: index for index, text in enumerate(heading) if text in known}
    if missing := [HEADINGS[column] for column in _columns(kind) if column not in places]:
        file.refuse(title, "A1", f"表头缺少：{'、'.join(missing)}；请勿删改表头，没有内容的栏可以空着")
        return []
    taken = {*places.values(), *(heading.index(text) for text in (DOUBTS, *_EXTRA) if text in heading)}
    _leave(sheet, file, heading, taken)
    rows: list[Row] = []
    for index, values in enumerate(sheet.rows):
        row = _Placed(dict.fromkeys(COLUMNS[kind], ""), title, index, places, file)
        cells = {column: row.read(column, values) for column in places}
        if index == 0 or not any(cells.values()):
            continue
        if code and not cells.get("code"):
            cells["code"] = code
        row.update(full_row(kind, _coded(cells)))
        if any((index, place) in sheet.struck for place in places.values()):
            row.refuse(_needed(kind)[-1], "这一行有删除线：不载入的请删除整行，要载入的请去掉删除线")
        for column, message in _check(kind, row):
            row.refuse(column, message)
        rows.append(row)
    return rows


def _leave(sheet: Sheet, file: TableFile, heading: Sequence[str], taken: set[int]) -> None:
    """Tell what a person added that a draft has no place for, and what may not have been seen: columns, comments, hidden rows, formulas."""
    filled = Counter(place for cells in sheet.rows[1:] for place, value in enumerate(cells) if value != "")
    extra = sorted(place for place in filled if place not in taken)
    labels = {place: shorten(heading[place]) if place < len(heading) and heading[place] else "" for place in extra}
    file.leave(
        sheet.name,
        [
            Left(
                sheet.place(0, place), f"“{label}”一列（{filled[place]} 格）未读取" if label else "没有表头的一列未读取"
            )
            for place, label in labels.items()
        ],
    )
    file.leave(sheet.name, lying_over(sheet))
    for top, left, bottom, _ in sheet.merged:
        if bottom > top:
            file.refuse(sheet.name, sheet.place(top, left), "这里合并了几行的单元格；请取消合并，逐行填写")
    for cells, words in (
        (sheet.formulas, "是公式，按存下的值载入；请核对"),
        (
            {(row, 0) for row in sheet.hidden_rows if any(sheet.rows[row : row + 1])},
            "所在的行被筛选或隐藏，照常载入；不要的行请删除",
        ),
    ):
        if places := [sheet.place(*at) for at in sorted(cells) if at[0]]:
            shown = "、".join(places[:_MAX_PLACES]) + (f" 等 {len(places)} 处" if len(places) > _MAX_PLACES else "")
            file.remarks.append(f"{sheet.name}：{shown} {words}")


class _Placed(Row):
    """A row that knows the cells it came from."""

    def __init__(self, cells: Row, sheet: str, index: int, columns: dict[str, int], file: TableFile) -> None:
        super().__init__(cells)
        self._sheet, self._index, self._columns, self._file = sheet, index, columns, file

    def refuse(self, column: str, message: str) -> None:
        """Note what is wrong with the cell of a column."""
        self._file.refuse(self._sheet, cell_name(self._index, self._columns.get(column, 0)), message)

    def read(self, column: str, values: Sequence[Any]) -> str:
        """Return a cell as text: whole numbers without point, dates in ISO form; what is no value is noted as wrong."""
        place = self._columns[column]
        value = values[place] if place < len(values) else ""
        if isinstance(value, bool):
            return "1" if value else ""
        try:
            return read_text(value) or ""
        except Unclear as error:
            self.refuse(column, str(error))
            return ""


def _coded(cells: Row) -> Row:
    """Return the cells with the codes for the words of the lists; what is neither stays as it is, to be told."""
    return {
        column: (code_of(text, CHOICES[column]) or text) if text and column in CHOICES else text
        for column, text in cells.items()
    }


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


def _one_of(column: str) -> Callable[[str], str]:
    words = CHOICES[column]
    return lambda text: "" if text in words else f"“{text}”不在可用的词内：{'、'.join(words.values())}"


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


def _names(text: str) -> str:
    if empty := next((name for name in text.split("、") if folded(name) in NOTHING), None):
        return f"“{empty}”不是单位；没有的请空着"
    apart = re.search(r"[,，;；/\n]|[厅局委办院部会司处府]\s+(?=[一-龥])", text)
    return "多个单位请用顿号（、）隔开，名称里不带逗号、空格和换行" if apart else ""


_CHECKS: dict[str, Callable[[str], str]] = {
    **{column: _one_of(column) for column in CHOICES},
    "issued_on": _day,
    "period_start": _day,
    "due": _day,
    "value": _number,
    "baseline_value": _number,
    "baseline_year": _year,
    "number": _whole,
    "target": _whole,
    "n": _whole,
    "code": _code,
    "same_as": _reference,
    "sum_of": _reference,
    "leads": _names,
    "participants": _names,
}


def _check(kind: str, row: Row) -> Iterator[tuple[str, str]]:
    """Yield (column, message) for what is wrong in one row by itself."""
    for column in _needed(kind):
        if not row[column]:
            yield column, f"{HEADINGS[column]}不能空着"
    for column, text in row.items():
        if message := _CHECKS[column](text) if text and column in _CHECKS else "":
            yield column, message
    yield from _unanswered(row)
    leads, participants = ((row.get(column) or "").split("、") for column in ("leads", "participants"))
    if both := [name for name in leads if name and name in participants]:
        yield "participants", f"“{both[0]}”已是牵头单位，不能又是参与单位"
    if kind == INDICATOR and row["comparator"]:
        wordy = row["comparator"] in ("complete", "qualitative")
        if wordy and row["value"]:
            yield "value", f"比较为“{COMPARATORS[row['comparator']]}”时不填数值"
        if not wordy and row["comparator"] in COMPARATORS and not row["value"]:
            yield "value", "缺少数值"
        changes = row["comparator"].endswith("_by")
        if changes != bool(row["bound"]):
            yield (
                "bound",
                f"比较为“提高”“下降”时{'请填' if changes else '才填'}幅度界限{'（以上、左右、恰好）' if changes else ''}",
            )


def _unanswered(row: Row) -> Iterator[tuple[str, str]]:
    """Yield (column, message) where the way of answering asks for a lead that the row has not."""
    mode = row.get("responsibility", "")
    if mode in ("lead", "joint", "sole") and not row["leads"] and "原文另列" not in row["note"]:
        yield (
            "leads",
            f"责任方式为“{RESPONSIBILITIES[mode]}”，牵头单位不能空着；确实没有的，责任方式选“{RESPONSIBILITIES['unstated']}”",
        )


def _check_across(rows: Rows, file: TableFile) -> None:
    """Note what is wrong between rows: numbers twice, indicators without target, links to nothing."""
    if len(rows["plans"]) > 1:
        file.refuse(SHEETS[PLAN], "A3", "一份草稿只能有一个方案")
    if not rows["plans"] and not file.problems:
        file.refuse(SHEETS[PLAN], "A2", "没有方案这一行")
    for kind in (TARGET, TASK, POLICY, AIM):
        _refuse_twice(rows[FILES[kind]], ("number",), lambda row: f"序号 {row['number']} 重复")
    _refuse_twice(rows["indicators"], ("target", "n"), lambda row: f"指标 {row['target']}.{row['n']} 重复")
    _check_links(rows)


def _check_links(rows: Rows) -> None:
    numbers = {row["number"] for row in rows["targets"]}
    known = {f"{row['target']}.{row['n']}" for row in rows["indicators"]}
    for row in rows["indicators"]:
        name = f"指标 {row['target']}.{row['n']}"
        if row["target"] and row["target"] not in numbers:
            _refuse(row, "target", f"{name} 对应的目标 {row['target']} 不在目标表；删去目标时，它的指标也要删去")
        for column in ("same_as", "sum_of"):
            for link in row[column].split("+"):
                if link and link not in known:
                    _refuse(row, column, f"{name} 所指的 {link} 不存在")
    measured = {row["target"] for row in rows["indicators"]}
    for row in rows["targets"]:
        if row["number"] and row["number"] not in measured:
            words = f"目标 {row['number']} 没有指标，请在指标表补一行（没有数字的，比较选“定性”）"
            _refuse(row, "number", words)


def _refuse_twice(rows: list[Row], columns: tuple[str, ...], message: Callable[[Row], str]) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        key = tuple(row[column] for column in columns)
        if key in seen and all(key):
            _refuse(row, columns[-1], message(row))
        seen.add(key)


def _refuse(row: Row, column: str, message: str) -> None:
    assert isinstance(row, _Placed)  # noqa: S101 - every row of a draft that is read is one
    row.refuse(column, message)
