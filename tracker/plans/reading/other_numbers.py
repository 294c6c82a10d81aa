"""Numbers that are no commitments of the plan: what is paid, fined, counted of others, past, or only names a thing.

The patterns see a number as `#` followed by its measure, with the words of its clause around it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.plans.reading.reading_rules import Habit, habit

if TYPE_CHECKING:
    from collections.abc import Sequence

_MONEY = "(?:万元|亿元|千元|元)"
_REACH = 40

STRANGERS: tuple[Habit, ...] = (
    habit(
        "support",
        "(?:给予|奖励|补助|补贴|奖补|资助|扶持|贴息|返还|拨付)[^，。；]{0,16}#|"
        f"#{_MONEY}?[^，。；]{{0,10}}(?:补助|补贴|奖励|奖补|资助|扶持|贴息)|(?:最高|单个项目)[^，。；]{{0,8}}#{_MONEY}|"
        f"每(?:家|人|户|台|辆|个|千瓦时|千瓦|吨|亩|平方米)[^，。；]{{0,6}}#{_MONEY}",
        "按投资总额的30%给予扶持",
        "单个项目最高不超过100万元",
        "最高补助20万元",
        "对电动货船按每千瓦时500元予以补贴",
    ),
    habit(
        "money",
        f"(?:财政|资金|预算|专项|总投资额?|注册资本|贷款|授信)[^，。；]{{0,12}}#{_MONEY}",
        "省级财政安排1000万元",
        "总投资60亿元",
        "安排专项资金3.5亿元",
        unlike=("节能环保产业产值达到300亿元",),
    ),
    habit(
        "fine",
        f"(?:罚款|处以)[^，。；]{{0,10}}#|处#|#{_MONEY}?[^，。；]{{0,12}}罚款",
        "处2万元以上5万元以下的罚款",
        unlike=("处理率达到95%",),
    ),
    habit(
        "score",
        "每(?:下降|上升|提高|降低|增加|减少|增长|低|高|超|少|多|延迟)[^，。；\\d]{0,2}#|(?:扣|加|得|计|减)[^，。；]{0,6}#分",
        "每下降1%扣减0.5分",
    ),
    habit(
        "condition",
        "(?:未达到?|达不到|不足|不满|未完成|没有达到|未超过)#|(?:低于|高于|超过|达到)#(?:及?以[上下])?的(?=，|[^，。；]{1,8}(?:，|企业|项目|单位))",
        "未达到100%的不予通过验收",
        "不足5万立方米的由市级审批",
        unlike=("占比达到20%",),
    ),
    habit(
        "of others",
        "(?:惠及|受益)[^，。；]{0,6}#|(?:走访|帮扶|约谈)[^，。；]{0,4}#家|(?:组织|督促|发动|动员|指导|用好|启动|约谈|走访)#(?:家|户|名|人|万?吨|万人)|(?:的|对|将|把|涉及|其中|选取的)#(?:家|户|名)",
        "组织120家电力企业参加交易",
        "开展纳入交易的120家企业核查",
        "用好1500万吨能耗指标",
        "惠及群众3.2万人",
        "走访企业50家",
        unlike=("组织演练2场", "推动10家企业改造"),
    ),
    habit(
        "organisation of the work",
        "(?:下设|分设|组成|分为|分成|抽调|划分为|设立?|成立)#(?:个|支|名|人)?(?:[一-龥]{0,4}(?:组|专班|小队|办公室))",
        "下设5个工作组",
        unlike=("成立3家企业",),
    ),
    habit(
        "data",
        "(?:现有|原有|已有|共有|现存|目前|累计已)[^，。；]{0,10}#|#[^，。；]{0,14}已(?:完成|建成|纳入|达到|通过)",
        "现有300家企业已完成注册",
        "目前已建成充电桩300个",
    ),
    habit(
        "validity",
        "(?:有效期|任期|试行期?|保存期|会期|工期|缓冲期|过渡期)[^，。；]{0,6}#",
        "有效期为180天",
    ),
    habit(
        "list of firms",
        "#(?:及?以上)?[^，。；]{0,12}(?:名单|名录|台账)",
        "提供综合能耗1万吨标准煤及以上企业名单",
    ),
    habit(
        "equipment",
        "(?:功率|容量|规格|车长|总质量|高度|时速|限速|口径|管径|厚度)[^，。；]{0,10}#(?:的|及?以[上下](?:的|[一-龥]))",
        "淘汰功率50千瓦以下的柴油机械",
    ),
)
"""What a number is when it is none of ours."""


def is_stranger(before: str, shown: str, after: str, table: Sequence[Habit] = STRANGERS) -> bool:
    """Tell whether a number (its measure and suffix in `shown`) is no commitment of the plan."""
    near = re.split("[，。；]", before)[-1][-_REACH:]
    words = f"{near}#{shown}{after[:_REACH]}"
    return any(each.pattern.search(words) for each in table)
