"""How a number is bounded: the words and signs before and after it, to a comparator (docs/reader.md)."""

from __future__ import annotations

import re

from tracker.plans.reading.reading_rules import Habit, habit

_NOT = "(?:不得|不能|不应|不可|不宜|不允许|严禁|禁止|不)"

BEFORE: tuple[Habit, ...] = (
    habit(
        ">=",
        f"(?:{_NOT}(?:低于|少于|小于|短于)|不亚于|至少(?:有|达到|达|建成|建设|创建|培育|完成|新增|开展|打造)?|最少|最低|≥|>=|≧|达到或超过|达到或高于)$",
        "利用率不得低于",
        "储备不得少于",
        "严禁低于",
        "处置率≥",
        unlike=("能耗低于", "严禁高于"),
    ),
    habit(
        "<=",
        f"(?:{_NOT}(?:超过|高于|大于|多于|长于|超出|突破|超)|控制在|最高不超过|最多|最高|≤|<=|≦|低于|小于|少于)$",
        "用水量不得超过",
        "能耗不得高于",
        "总量控制在",
        "能耗≤",
        unlike=("超过", "不少于"),
    ),
    habit(">", "(?:超过|突破|超|大于|高于|多于|＞|>)$", "比重超过", "使用率＞", unlike=("不超过",)),
    habit("<", "(?:＜|<)$", "含水率＜"),
    habit("~", "(?:约|近|大约|左右)$", "约"),
)
"""Words right before a number; the first that matches decides."""

AFTER: dict[str, str] = {
    "以上": ">=",
    "及以上": ">=",
    "以下": "<=",
    "及以下": "<=",
    "以内": "<=",
    "之内": "<=",
    "左右": "~",
    "上下": "~",
}
"""Words right after a number."""

LIMIT = re.compile(
    f"(?P<ban>{_NOT}(?:低于|少于|小于|超过|高于|大于|多于|突破|超出))(?P<of>[^\\d，。；、（）]{{2,24}}?)(?P<share>的?)$"
)
"""A bound that stands before what it is measured by: 不得低于园区用水总量的(60%), 严禁低于保证率(90%)."""


def said_before(close: str) -> str:
    """Return the comparator that stands right before a number, or an empty text."""
    return next((each.means for each in BEFORE if each.pattern.search(close)), "")
