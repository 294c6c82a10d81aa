"""Plain lists that coordinators bring: shares of regions, tables of regions, items of a plan. Any order of columns."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracker.errors import Refused, TrackerError
from tracker.ledger.dates import parse_date
from tracker.ledger.shares import Share
from tracker.ledger.values import parse_number, shorten
from tracker.sheets.reading.book import Sheet, open_book

SHARE_HEADERS = {
    "region": ("地区", "市县", "设区市", "县（市、区）", "县市区", "城市", "region", "city"),
    "n": ("指标", "指标序号", "indicator", "n"),
    "value": ("目标值", "分解值", "任务数", "目标", "数量", "value", "target"),
    "unit": ("单位", "牵头单位", "责任单位", "责任主体", "unit"),
    "due": ("完成时限", "完成时间", "时限", "due"),
    "weight": ("权重", "weight"),
    "baseline": ("基数", "基准值", "baseline"),
}
ITEM_HEADERS = {
    "text": (
        "事项",
        "工作任务",
        "任务",
        "重点任务",
        "任务内容",
        "工作内容",
        "具体内容",
        "具体任务",
        "指标目标",
        "目标",
        "text",
    ),
    "title": ("标题", "任务名称", "名称", "title"),
    "leads": ("牵头单位", "牵头部门", "责任单位", "责任部门", "主办单位", "负责单位", "lead"),
    "participants": ("参与单位", "配合单位", "配合部门", "协办单位", "参加单位", "participant"),
    "due": ("完成时限", "完成时间", "时限", "完成期限", "时间节点", "due"),
    "chapter": ("章节", "类别", "分类", "chapter"),
    "note": ("备注", "说明", "note"),
}
_BLANKS = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[、，,；;\n]+")


def read_shares(path: str) -> dict[str, Share]:
    """Read what each region gets: 地区 and 目标值, and where given 指标, 单位, 完成时限, 权重, 基数.

    Raises Refused naming every wrong cell.
    """
    sheet, header, columns = _table(path, SHARE_HEADERS, ("region",))
    shares: dict[str, Share] = {}
    errors: list[str] = []
    for row, cells in _rows(sheet, header, columns):
        try:
            _add_share(shares, cells)
        except TrackerError as error:
            errors.append(f"第 {row + 1} 行：{error}")
    _refuse(path, errors)
    return shares


def _add_share(shares: dict[str, Share], cells: Mapping[str, Any]) -> None:
    name = _text(cells["region"])
    share = shares.setdefault(name, Share({}, baselines={}))
    n = int(_number(cells.get("n"), "指标") or 1)
    if n in share.values:
        raise Refused(f"{shorten(name)} 的指标 {n} 重复")
    value = _number(cells.get("value"), "目标值")
    if value is not None:
        share.values[n] = value
    baseline = _number(cells.get("baseline"), "基数")
    if baseline is not None and share.baselines is not None:
        share.baselines[n] = baseline
    share.unit = _text(cells.get("unit")) or share.unit
    share.due = _day(cells.get("due")) or share.due
    share.weight = _number(cells.get("weight"), "权重") if _text(cells.get("weight")) else share.weight


def read_regions(path: str) -> list[tuple[str, str, str | None, str]]:
    """Read a table of regions: code, name, parent, level. Raises Refused for a wrong one, naming every wrong row."""
    headers = {"code": ("code", "代码"), "name": ("name", "名称", "地区"), "parent": ("parent", "上级", "上级代码"),
               "level": ("level", "级别")}  # fmt: skip
    sheet, header, columns = _table(path, headers, ("code", "name", "level"))
    levels = {
        "province": "province",
        "city": "city",
        "county": "county",
        "省级": "province",
        "设区市": "city",
        "县市区": "county",
    }
    found: list[tuple[str, str, str | None, str]] = []
    errors: list[str] = []
    for row, cells in _rows(sheet, header, columns):
        code, level = _text(cells["code"]).removesuffix(".0"), levels.get(_text(cells["level"]))
        if not re.fullmatch(r"\d{6}(\d{3})?", code) or level is None or not _text(cells["name"]):
            errors.append(f"第 {row + 1} 行：代码应为 6 位或 9 位数字，级别应为 province、city 或 county")
            continue
        found.append((code, _text(cells["name"]), _text(cells.get("parent")).removesuffix(".0") or None, level))
    _refuse(path, errors)
    return sorted(found)


def read_items(path: str, today: date) -> list[dict[str, Any]]:
    """Read a plain list of items: text, and where given title, leads, participants, due, chapter, note.

    Units are split at 、 and the like. Raises Refused naming every wrong row.
    """
    sheet, header, columns = _table(path, ITEM_HEADERS, ("text",))
    found: list[dict[str, Any]] = []
    errors: list[str] = []
    for row, cells in _rows(sheet, header, columns):
        text = _text(cells["text"])
        if not text or text.startswith(("注：", "备注：")):
            continue
        try:
            found.append({
                "text": text, "title": _text(cells.get("title")) or None, "leads": _units(cells.get("leads")),
                "participants": _units(cells.get("participants")), "due": _day(cells.get("due"), today),
                "chapter": _text(cells.get("chapter")) or None, "note": _text(cells.get("note")) or None,
            })  # fmt: skip
        except TrackerError as error:
            errors.append(f"第 {row + 1} 行：{error}")
    _refuse(path, errors)
    return found


def _table(path: str, headers: Mapping[str, Sequence[str]], needed: Sequence[str]) -> tuple[Sheet, int, dict[str, int]]:
    """Find the first visible sheet and row in which every needed column is named, below any title rows."""
    try:
        book = open_book(Path(path))
        for name, hidden in book.names:
            sheet = book.sheet(name)
            if hidden:
                continue
            for row, cells in enumerate(sheet.rows[:30]):
                columns = _columns(cells, headers)
                if all(each in columns for each in needed):
                    return sheet, row, columns
    except Refused as error:
        raise Refused(f"{path}：{error}") from None
    wanted = "、".join(headers[each][0] for each in needed)
    raise Refused(
        f"{path}：找不到表头（需要有“{wanted}”列）；可用的列名：{'、'.join(names[0] for names in headers.values())}"
    )


def _columns(cells: Sequence[Any], headers: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        word = _BLANKS.sub("", str(cell)).lower()
        for name, words in headers.items():
            if word in words and name not in found:
                found[name] = place
    return found


def _rows(sheet: Sheet, header: int, columns: Mapping[str, int]) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for place, cells in enumerate(sheet.rows[header + 1 :], start=header + 1):
        values = {name: cells[column] if column < len(cells) else "" for name, column in columns.items()}
        if any(_text(value) for value in values.values()):
            rows.append((place, values))
    return rows


def _refuse(path: str, errors: Sequence[str]) -> None:
    if errors:
        shown = "\n".join(f"  {each}" for each in errors[:50])
        raise Refused(f"{path} 有 {len(errors)} 处错误，未作任何改动：\n{shown}")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _BLANKS.sub(" ", str(value)).strip()


def _number(value: Any, what: str) -> Decimal | None:
    text = _text(value).removesuffix("%").removesuffix("％")
    return parse_number(text, what=what) if text else None


def _day(value: Any, today: date = date.max) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return parse_date(_text(value), today, what="完成时限") if _text(value) else None


def _units(value: Any) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(_text(value)) if part.strip()]
