"""How a value will answer for an indicator (口径), proposed from its words: the reviewer decides (docs/rules.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.plans.reading.reading_rules import Habit, first, habit

if TYPE_CHECKING:
    from tracker.plans.reading.quantities import Quantity

_INTENSITY = "单位|万元|人均|每|强度|浓度|率|比重|比例|占比|系数|指数|天数|能力|装机|规模|面积"

WORDED: tuple[Habit, ...] = (
    habit(
        "assessed",
        "完成(?:国家|省|市|上级|自治区)[一-龥]{0,6}(?:目标|任务|指标)|达到(?:国家|省)[一-龥]{0,4}要求",
        "排放总量完成国家下达的控制目标",
    ),
    habit(
        "each",
        "全覆盖|(?:^|[，；])(?:所有|各)[^，。；]{2,16}(?:完成|建成|通过|实现|达到|建立|开展|均)",
        "所有县（市、区）完成建设",
        "生活垃圾分类实现全覆盖",
    ),
)
"""Of commitments without a number; what is in none is declared."""

NUMBERED: tuple[Habit, ...] = (
    habit(
        "each",
        r"(?:各|每个?)[^，。；\d]{0,12}(?:建成|推动|创建|至少|均|应|培育|设立)",
        "各县（市、区）建成1个以上",
        "每个乡镇至少建成1个",
        unlike=("各类项目20个",),
    ),
    habit(
        "annual",
        f"^(?!.*(?:{_INTENSITY}))[^，。；]*(?:产量|使用总?量|用量|用水总量|取水总量|消费总量|消费量|排放总量|排放量|周转量|发电量|货运量|客运量|交易量|交易电量|处理量|利用量|产值|销售量|施用量|"
        "产生量|节能量|投资额|联运量)$",
        "全省用水总量",
        "氮氧化物排放总量",
        "铁路货物运输周转量",
        unlike=("单位工业增加值用水量", "年均排放浓度"),
    ),
)
"""Of numbers that the plan does not build up from nothing; what is in none is a level."""


def basis_of(quantity: Quantity, text: str) -> str:
    """Return total, level, annual, each, assessed or declared for an indicator and the words of its target."""
    if quantity.comparator in ("complete", "qualitative"):
        found = first(WORDED, f"{quantity.name}，{text}" if quantity.comparator == "complete" else quantity.name)
        return found.means if found else "declared"
    if (quantity.comparator, quantity.value) == ("<=", "0"):
        return "total"
    each = NUMBERED[0]
    if quantity.measure not in ("%", "‰") and each.pattern.search(text):
        return each.means
    if quantity.baseline_value == "0":
        return "level" if quantity.measure in ("%", "‰") else "total"
    found = first(NUMBERED[1:], quantity.name)
    return found.means if found else "level"
