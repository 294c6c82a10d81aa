"""The words of the ledger: English codes for data and JSON, Chinese for people (docs/contract.md)."""

from tracker.text import lazy_pattern

KINDS = {"target": "目标", "task": "任务", "policy": "政策", "aim": "总体目标"}
WORK = ("target", "task", "policy")
"""The kinds that are listed and counted unless others are asked for: aims are neither (docs/contract.md)."""
LISTS = {"target": "目标清单", "task": "任务清单", "policy": "政策清单"}
"""What an annex calls its lists, by the kind of their rows."""
STATES = {"not_started": "未启动", "in_progress": "进行中", "completed": "申报办结", "closed": "已销号"}
OPEN_STATES = ("not_started", "in_progress")
LIGHTS = {
    "red": "红", "yellow": "黄", "grey": "灰", "review": "待核查", "blue": "蓝", "green": "绿", "done": "已销号",
}  # fmt: skip
"""In order of trouble: an item with several indicators shows the first of these that one of them has (docs/rules.md)."""
TROUBLE: dict[str | None, int] = {light: rank for rank, light in enumerate((*LIGHTS, None))}
"""The place of a light among them; no light (an aim, a plan whose book is closed) comes last."""
SHOWN_LIGHTS = ("red", "yellow", "review", "blue", "green", "grey", "done")
"""The order of columns, bars and legends for people."""
LIGHT_KEYS = ("red", "yellow", "blue", "green", "grey", "done", "review")
"""The order of the keys of JSON (docs/contract.md, by_light)."""
assert set(SHOWN_LIGHTS) == set(LIGHT_KEYS) == set(LIGHTS)  # noqa: S101 - the three must never part
TO_BE_DETERMINED, NO_CHAPTER = "待明确", "（无章节）"
"""Under what an item without a lead, and one without a chapter, is counted (docs/rules.md)."""
BASES = {
    "total": "累计", "level": "期末", "annual": "年度", "each": "每地", "assessed": "核定", "declared": "定性",
}  # fmt: skip
"""How a value answers for a commitment (docs/rules.md, 达标)."""
PLAN_STATUS = {"issued": "正式印发", "draft": "征求意见稿", "unstated": "未注明", "ended": "已结束"}
PRINTED_STATUS = ("issued", "draft", "unstated")
"""What a document can say of itself; that a plan's book is closed (结转) is the ledger's word."""
RESPONSIBILITIES = {
    "lead": "牵头负责",
    "joint": "按职责分工负责",
    "sole": "负责",
    "tbd": "待明确",
    "by_reference": "参照其他方案",
    "unstated": "未注明",
}
ROLES = {"lead": "牵头", "participant": "参与"}
FORECASTS = {"on_track": "按期", "at_risk": "有风险", "off_track": "难以按期"}
COMPARATORS = {
    ">=": "不低于",
    "<=": "不超过",
    ">": "超过",
    "<": "低于",
    "=": "达到",
    "~": "左右",
    "increase_by": "提高",
    "decrease_by": "下降",
    "complete": "全面完成",
    "qualitative": "定性",
}
SIGNS = {
    ">=": ">=", "≥": ">=", "≧": ">=", "⩾": ">=", "≮": ">=", "=>": ">=", "<=": "<=", "≤": "<=", "≦": "<=", "⩽": "<=", "≯": "<=", "=<": "<=",
    ">": ">", "＞": ">", "<": "<", "＜": "<", "=": "=", "＝": "=", "==": "==", "~": "~", "～": "~", "≈": "~",
}  # fmt: skip
"""How people type a comparator; == asks for the value itself, = for one as good."""
CHANGE_COMPARATORS = ("increase_by", "decrease_by")
WORDED_COMPARATORS = ("complete", "qualitative")
DEMO_MARK = "【演示数据】"
DEMO_LABEL = f"{DEMO_MARK}进展均为虚构，不反映任何地区、单位的实际情况"
"""Stands above every screen, sheet and page of the sample ledger (`tracker demo`); the mark, where there is no room for it."""


STATEMENTS = {
    "report": "填报", "complete": "申报办结", "close": "核查销号", "return": "退回", "reopen": "重新打开", "extend": "延期",
    "assign": "明确单位", "forecast": "预判", "baseline": "基数", "milestone": "阶段目标", "link": "关联", "retire": "停用",
    "edit": "修改", "reminder": "催办", "main": "明确主牵头", "end": "结转", "remove": "删除方案", "unit": "增加单位", "merge": "单位合并",
    "rename": "单位更名", "alias": "别名", "contact": "联系人", "add": "增加", "config": "判断参数",
    "form": "发出填报表", "grant": "授权", "revoke": "收回权限",
}  # fmt: skip
"""What is said of an item, by the kind of statement."""


LOGIN_ROLES = {"reader": "查看", "reporter": "填报", "coordinator": "协调"}
"""What a login of a server may be in a ledger."""

_BEGUN = "(?:启动|开始|开工|动工|开建|建设|实施|施工|开展|推进|进行)"
_WORK = f"(?:{_BEGUN}|办理|落实|执行|整改|治理|改造|编制|起草|筹备|谋划|审批|验收|收尾)"
_DONE = "(?:完成|办结|完工|竣工|建成|完毕|建成投用|投用|投运|投产|交付使用|通过验收|验收通过|完成验收)"
_AT = (
    "(?:正?在|正|加快|常态化?|扎实|全[力面]|顺利|逐步|积极|深入|同步|大力|稳妥|持续|有序|稳步|正常|长期|抓紧|"
    "按(?:计划|序时|时序|进度|时间节点)(?:进度|要求)?)"
)
_STATE_WORDS = {
    "not_started": f"(?:目前)?(?:[未没]|[尚暂还仍]?未|尚待|[还仍]?没有?|待){_BEGUN}(?:建设|实施)?",
    "completed": "(?:已经?|全部|全面|均|提前|按期|如期)*(?:建设|施工|整改|治理|改造|办理|编制)?"
    rf"{_DONE}(?:\(待(?:验收|核查|销号|审核)\))?|申报办结|done",
    "closed": "已?销号",
    "in_progress": f"(?:已经?)?{_BEGUN}|{_WORK}(?:之?中|阶段|期)|{_AT}{_WORK}(?:之?中)?|达到序时进度|[在续]建"
    f"|(?:[在正]|已)?进入{_WORK}(?:阶段|期)|(?:部分|基本|主体|即将|接近|大部分?)(?:完成|完工|建成)|前期(?:工作|准备)?|准备(?:阶段|中)"
    "|(?:工程|项目)?收尾(?:阶段|中)?|进展(?:顺利|良好)",
}
"""What people write for a state, beside its own word: what they say of the work and what is the work; the first that fits."""
_STATE = lazy_pattern("|".join(f"(?P<{code}>{words})" for code, words in _STATE_WORDS.items()))


def state_code(word: str) -> str | None:
    """Return the state for its code, its word or another that people use (完成, 未开工, 常态化推进); None for no state: 滞后, 正常, 绿."""
    bare = "".join(word.split()).lower().replace("（", "(").replace("）", ")")
    code = code_of(word, STATES)
    if code is None and (found := _STATE.fullmatch(bare)) is not None:
        code = found.lastgroup
    return code


def code_of(word: str, words: dict[str, str]) -> str | None:
    """Return the code for a word given in either language, or None; case and outer blanks do not matter."""
    text = word.strip()
    lowered = text.lower().replace("-", "_")
    if lowered in words:
        return lowered
    for code, chinese in words.items():
        if chinese == text:
            return code
    return None


FIELD_WORDS = {
    "id": "编号", "plan": "方案", "kind": "类别", "number": "序号", "chapter": "章", "section": "节", "title": "标题", "text": "内容",
    "source": "出处", "responsibility": "责任方式", "lead_units": "牵头单位", "participating_units": "参与单位",
    "open_ended": "单位未列全", "due": "完成时限", "original_due": "原定时限", "state": "状态", "percent": "完成率", "met": "达标",
    "overdue": "逾期", "days_overdue": "逾期天数", "due_soon": "临近到期", "light": "亮灯", "light_reason": "亮灯理由",
    "planned_progress": "序时进度", "lag": "滞后", "forecast": "预判", "last_report": "最近填报", "indicators": "指标", "note": "备注",
    "completed_on": "申报办结日", "closed_on": "销号日", "progress": "本期进展", "problem": "存在问题", "next": "下步安排",
    "item": "事项", "name": "名称", "comparator": "要求", "value": "目标值", "measure": "计量单位", "actual": "现值",
    "actual_date": "数据时点", "achievement": "完成率", "baseline_value": "基数", "baseline_year": "基期", "basis": "口径",
    "start": "起始日", "extensions": "延期次数", "main_lead": "主牵头", "assessable": "可评估", "awaiting": "待数据",
    "reported_units": "已填报单位", "unreported_units": "未填报单位", "returned": "被退回", "parent": "上级事项", "children": "分解事项",
    "owes": "待办", "code": "代码", "region": "地区", "status": "性质", "aliases": "别名", "members": "成员",
    "lead": "牵头", "participant": "参与",
    "change": "改动", "at": "时间", "by": "填报人", "unit": "单位", "command": "命令", "field": "字段", "before": "原值", "after": "新值",
}  # fmt: skip
"""The fields of JSON as headings of a screen."""

CODE_WORDS: dict[str, dict[str, str]] = {
    "kind": KINDS, "state": STATES, "light": LIGHTS, "responsibility": RESPONSIBILITIES, "forecast": FORECASTS, "basis": BASES,
    "comparator": COMPARATORS, "role": ROLES,
}  # fmt: skip
"""By field of JSON, the words for its codes on a screen."""
