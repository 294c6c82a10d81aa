"""Units of measure as tables state them: in a heading (现值（千瓦）), in a line above (单位：亿元), in a column of their own."""

import re
from typing import Any

from tracker.errors import Refused
from tracker.ledger.measures import factor_between, split_measure

_BASES = (
    "元|美元|千瓦时|千瓦|兆瓦|瓦|度|吨标准煤|吨标煤|标准煤|吨二氧化碳|吨|千克|公斤|克|毫克|辆|台|套|个|座|处|项|条|件|次|天|日|年|月|人|人次|户|家|"
    "公顷|亩|平方公里|平方千米|平方米|立方米|米|公里|千米|株|头|只|艘|架|组|班|场|所|名|对|只|份|本|篇|期|批|倍|升|毫升|焦|千焦|分贝|摄氏度|℃|"
    "%|‰|百分点|个百分点|微克|ug|μg|mg|g|kg|t|kw|kwh|mw|gw|m|km|m2|m3|㎡|m³|hm2|"
)
_MEASURE = re.compile(rf"(?:{_BASES.strip('|')})(?:/(?:{_BASES.strip('|')}|万元|亿元|万人)){{0,2}}", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_LABELLED = re.compile(r"^\(?(?:计量|数量|数据|金额|指标)?单位[:：]\s*([^\s()：:,，;；]{1,16})\)?$")


def is_measure(text: Any) -> bool:
    """Say whether a text is a unit of measure: 万千瓦, %, 吨标准煤/万元."""
    if not isinstance(text, str) or not 0 < len(text.strip()) <= 16:  # noqa: PLR2004 - no unit of measure is longer
        return False
    return _MEASURE.fullmatch(split_measure(text)[1]) is not None


def measure_in(heading: str) -> str | None:
    """Return the unit of measure in the brackets of a heading, or behind a stroke; None where it states none."""
    for match in _BRACKETS.finditer(heading):
        inner = re.sub(r"^(?:计量)?单位[:：]?", "", (match[1] or match[2] or "").strip()).strip()
        if is_measure(inner):
            return inner
    _, stroke, rest = heading.partition("/")
    return rest.strip() if stroke and is_measure(rest) else None


def measure_above(text: Any) -> str | None:
    """Return the unit of measure that a line above a table states for all of it: 单位：亿元; None for other lines."""
    if not isinstance(text, str):
        return None
    match = _LABELLED.match(re.sub(r"\s+", "", text.replace("（", "(").replace("）", ")")))
    return match[1] if match is not None and is_measure(match[1]) else None


def agrees(given: str, wanted: str | None) -> bool:
    """Say whether a figure in one unit of measure can be told in another."""
    try:
        factor_between(given, wanted)
    except Refused:
        return False
    return True
