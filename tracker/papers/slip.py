"""Slips (审批表, 交办单): one item on one page, pre-filled with what the ledger knows, the rest left to be written by hand. Pure."""

from typing import Any, NamedTuple

from tracker.ledger.terms import DEMO_LABEL

TITLES = {"extend": "延期申请审批表", "close": "销号申请审批表", "assign": "工作任务交办单"}
"""The kinds of slips: an extension is asked for, a closing is asked for, an own item is handed to a unit."""
FIELDS = {
    "demo": "演示台账的标记，其他台账为空", "title": "标题", "number": "编号", "date": "填表日期", "issuer": "发文单位", "plan": "方案",
    "label": "清单和序号", "text": "事项全文", "leads": "牵头单位", "participants": "参与单位", "original_due": "原定完成时限",
    "due": "现行完成时限", "extensions": "已延期次数", "to": "申请延期至", "reason": "延期理由", "indicators": "指标、目标值和现值",
    "progress": "完成情况", "said": "最近填报", "problem": "存在问题", "next": "下步安排",
    "declared": "申报日期和单位", "evidence": "佐证材料",
    "source": "事项来源", "note": "备注", "reply_by": "反馈期限", "contact": "联系人和电话",
}  # fmt: skip
"""The fields of its template (docs/papers.md): the same for all kinds."""


class Slip(NamedTuple):
    """What a slip says of an item (id), in words; what is not known is empty, for the hand."""

    id: str
    kind: str
    values: dict[str, str]
    is_demo: bool


def fields_of(slip: Slip) -> dict[str, Any]:
    """Return the values of a template's fields."""
    known = {name: slip.values.get(name, "") for name in FIELDS}
    return {**known, "title": TITLES[slip.kind], "demo": DEMO_LABEL if slip.is_demo else ""}
