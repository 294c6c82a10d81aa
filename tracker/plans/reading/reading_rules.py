"""The rules of the reader, one habit of writing an entry, with the words that show it (docs/files.md).

They say how a number is bounded, which numbers are nobody's promise, how a value answers for its indicator (口径), what is no plan.
Every table of habits (`dates.FORMS` too) is walked by one test: each example must match its pattern, each look-alike must not. A
new habit is a new entry with its example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.ledger.terms import SIGNS
from tracker.plans.reading.directions import CEILING, CHANGE, FLOOR, HELD_IN, LESS, MORE, NOT, REDUCED_TO, limit_by_name
from tracker.plans.reading.lexicon import MAKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.plans.reading.model import Quantity


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit: what it means (a word of the table it stands in), how it is written, words that show it and that do not."""

    means: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    unlike: tuple[str, ...] = ()


def habit(means: str, pattern: str, *examples: str, unlike: Sequence[str] = ()) -> Habit:
    """Return one entry of a table."""
    return Habit(means, re.compile(pattern), examples, tuple(unlike))


def first(table: Sequence[Habit], text: str) -> Habit | None:
    """Return the first habit of a table that is found in a text."""
    return next((each for each in table if each.pattern.search(text)), None)


_OR_EQUAL = "(?:或者?)?(?:等于|持平)?"
_AT_LEAST = "至少(?:有|达到|达|建成|建设|创建|培育|完成|新增|开展|打造|建立|设立|实施|组织|引进)?"


def _typed(comparator: str) -> str:
    return "|".join(
        map(re.escape, sorted((sign for sign, means in SIGNS.items() if means == comparator), key=len)[::-1])
    )


BEFORE: tuple[Habit, ...] = (
    habit(
        ">=",
        f"(?:{NOT}{LESS}{_OR_EQUAL}|(?<![不别勿莫得能应可宜许准再会]){MORE}(?:或者?)?(?:等于|持平)|达到或{MORE}|不[亚逊弱]于|{_AT_LEAST}|{FLOOR}|{_typed('>=')})$",
        "利用率不得低于",
        "储备不得少于",
        "严禁低于",
        "切勿低于",
        "大于或等于",
        "下限为",
        "处置率≥",
        "处置率≮",
        unlike=("能耗低于", "严禁高于"),
    ),
    habit(
        "<=",
        f"(?:{NOT}{MORE}{_OR_EQUAL}|{LESS}{_OR_EQUAL}|{HELD_IN}|{CEILING}|{_typed('<=')})$",
        "用水量不得超过",
        "能耗不得高于",
        "千万别超",
        "避免突破",
        "小于等于",
        "不大于等于",
        "天花板",
        "总量控制在",
        "能耗≤",
        unlike=("超过", "不少于", "不良率超过", "不断突破", "期限", "不封顶"),
    ),
    habit(">", f"(?:{MORE}|(?<![-—=])(?:{_typed('>')}))$", "比重超过", "使用率＞", unlike=("不超过",)),
    habit("<", f"(?:{_typed('<')})$", "含水率＜"),
    habit(
        "~",
        f"(?:(?<![节集签预履违制条简契公合规失])约|近|左右|{_typed('~')})$",
        "约",
        unlike=("节约", "签约", "预约", "履约"),
    ),
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
    "封顶": "<=",
    "为上限": "<=",
    "为限": "<=",
    "为下限": ">=",
    "保底": ">=",
}
"""Words right after a number."""

LIMIT = re.compile(f"(?P<ban>{NOT}(?:{LESS}|{MORE}))(?P<of>[^\\d，。；、（）]{{2,24}}?)(?P<share>的?)$")
"""A bound that stands before what it is measured by: 不得低于园区用水总量的(60%), 严禁低于保证率(90%)."""


def said_before(close: str, name: str = "") -> str:
    """Return the comparator that stands right before a number, or an empty text; name: what is measured, where `close` is not all of it."""
    sign = next((each.means for each in BEFORE if each.pattern.search(close)), "")
    return limit_by_name(close, sign, name or close)


_MONEY = "(?:万元|亿元|千元|元)"
_REACH = 40

OTHER_NUMBERS: tuple[Habit, ...] = (
    habit(
        "support",
        "(?:给予|奖励|补助|补贴|奖补|资助|扶持|贴息|返还|拨付)[^，。；]{0,16}#|"
        f"#{_MONEY}?[^，。；]{{0,10}}(?:补助|补贴|奖励|奖补|资助|扶持|贴息)|(?:最高|单个项目)[^，。；]{{0,8}}#{_MONEY}|"
        f"每(?:家|人|户|台|辆|个|千瓦时|千瓦|吨|亩|平方米)[^，。；]{{0,6}}#{_MONEY}|(?:补偿|扣减|扣缴|扣除)[^，。；]{{0,16}}#{_MONEY}",
        "按投资总额的30%给予扶持",
        "单个项目最高不超过100万元",
        "最高补助20万元",
        "对电动货船按每千瓦时500元予以补贴",
        "上游补偿下游1亿元",
        "每超标1次扣减200万元",
    ),
    habit(
        "money",
        f"(?:财政|资金|预算|专项|总投资额?|注册资本|贷款|授信)[^，。；]{{0,12}}#{_MONEY}|#{_MONEY}[^，。；]{{0,14}}(?:基金|额度|贷款)",
        "设立100亿元技改基金",
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
        "每(?:下降|上升|提高|降低|增加|减少|增长|低|高|超|少|多|延迟|落后|滞后|延误|推迟|晚|慢|差)[^，。；\\d]{0,2}#|(?:扣|加|得|计|减)[^，。；]{0,6}#分",
        "每下降1%扣减0.5分",
        "进度每落后1个百分点扣0.2分",
    ),
    habit(
        "condition",
        "(?:未达到?|达不到|不足|不满|未完成|没有达到|未超过)#|(?:低于|高于|超过|达到|不足)#[^，。；\\d]{0,6}的(?=$|，)|(?:低于|高于|超过|达到)#(?:及?以[上下])?的(?=，|[^，。；]{1,8}(?:，|企业|项目|单位))",
        "未达到100%的不予通过验收",
        "不足5万立方米的由市级审批",
        "上架率低于50%的，不予支持",
        unlike=("占比达到20%",),
    ),
    habit(
        "classes",
        "分(?:为|成)[^，。；]{0,30}#[^，。；]{0,30}(?:档|级|类|等次)|目标值(?:是|为)#|现状值(?:是|为)#",
        "将各县降耗目标分为13%、14%两档",
        "注：目标值是25%左右",
        unlike=("垃圾分类覆盖率达到95%",),
    ),
    habit(
        "exemption",
        "不受[^，。；]{0,12}#[^，。；]{0,4}限制|不(?:计入|纳入)[^，。；]{0,12}#",
        "电价不受上浮20%限制",
    ),
    habit(
        "threshold",
        "(?:对|对于|将|把|督促)[^，。；]{0,24}(?:(?:超过|达到?|高于|低于|大于|不足|在)#[^，。；]{0,16}的|#[^，。；]{0,8}以[上下]或)"
        "|#[^，。；%]{0,8}或[^，。；%]{0,16}\\d[^，。；]{0,12}以上的?[一-龥]|(?:范围|消费量|能耗)[^，。；]{0,4}#[^，。；%]{0,8}的(?:企业|单位|项目)"
        "|(?:面积|能耗|消费量|规模|半径|容量|产值|投资额?)[^，。；\\d]{0,4}(?:大于|超过|高于|小于|低于)#[^，。；%]{0,8}的(?!目标|要求|水平)[一-龥]"
        "|#[^，。；]{0,4}/年[一-龥]{2,24}(?:项目|工程|装置|生产线)|是指[^。]{0,40}#"
        "|(?:不低于|不高于|不少于|大于|小于|超过)#%?的[一-龥]{2,10}\\d",
        "将年综合能耗超过5000吨标准煤的工厂纳入管理",
        "建筑面积大于2万平方米的大型商场按二星级建设",
        "实施晨光公司12万吨/年废渣利用项目",
        "有效治理是指单个村60%及以上的农户得到治理",
        "对规模大于100个的站点逐一登记",
        "督促年用水量20万吨以上或排水10万吨以上企业报告",
        "年用能1000吨标准煤或年用电500万千瓦时以上的新建项目",
        unlike=("将回用率提高到30%", "用能较2020年下降3%的企业达到20家"),
    ),
    habit(
        "procedure",
        "(?:之日起|[布定收到后前]|结束|应当|进行)[^，。；]{0,8}#个?工作日|#个?工作日(?:内|前|之前)(?:报|向|完成|反馈|作出|告知)",
        "名单公布后10个工作日内报送",
        "自收到文书之日起5个工作日内公开",
        "活动结束10个工作日内提出申请",
        unlike=("审批时限压缩至5个工作日以内",),
    ),
    habit(
        "of others",
        "(?:惠及|受益)[^，。；]{0,6}#|(?:组织|服务)[^，。；]{0,10}#(?:家次|户次)|(?:走访|帮扶|约谈)[^，。；]{0,4}#家|(?:组织|督促|发动|动员|指导|用好|启动|约谈|走访)#(?:家|户|名|人|万?吨|万人)|(?:的|对|将|把|涉及|其中|选取的)#(?:家|户|名|件|起|宗)|涉及(?:企业|项目|单位|居民|群众|用户)#",
        "组织120家电力企业参加交易",
        "开展纳入交易的120家企业核查",
        "用好1500万吨能耗指标",
        "第一批转办的36件信访件全部办结",
        "惠及群众3.2万人",
        "每年组织诊断服务企业100家次",
        "走访企业50家",
        unlike=("组织演练2场", "推动10家企业改造"),
    ),
    habit(
        "what is dealt with",
        "(?:新发现|已发现|发现|排查出|查出|反馈|交办|移交|列入|纳入|摸排|梳理)(?:的|问题)?#[一-龥]",
        "新发现的11条黑臭水体逐一治理",
        "督察反馈的35个问题完成整改",
        unlike=("纳入管理的企业达到35家",),
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
        "what came before",
        "(?:在|于)[^，。；]{0,20}#[^，。；]{0,8}基础上",
        "在2024年压减20万吨的基础上",
        unlike=("压减煤炭消费25万吨",),
    ),
    habit(
        "frequency",
        "每(?:半年|(?:半|个)?(?:月|季度?|周|旬|日|天|学期))[^，。；]{0,14}#(?:次|场次?|轮|期|家次|人次)",
        "每月开展1次联合监测",
        "每季度交叉执法不少于1次",
        unlike=("全年开展演练2场", "每年新建雨水管网20公里"),
    ),
    habit(
        "of the place",
        "(?:辖区|境内|域内|辖内)(?:内|的)?#[一-龥]{0,2}",
        "辖区3条河道每日保洁",
        unlike=("辖区内新建站点3座",),
    ),
    habit(
        "validity",
        "(?:有效期|公示期|任期|试行期?|保存期|会期|工期|缓冲期|过渡期)[^，。；]{0,6}#",
        "有效期为180天",
        "公示期不得少于10个工作日",
    ),
    habit(
        "list of firms",
        "#(?:及?以上)?[^，。；]{0,12}(?:名单|名录|台账)",
        "提供综合能耗1万吨标准煤及以上企业名单",
    ),
    habit(
        "grade",
        "#[万亿千百]*(?:吨|千瓦|兆瓦|立方米|千伏|升|米|蒸吨|千瓦时|平方米|标箱)级",
        "开工建设两座10万吨级海水淡化厂",
        unlike=("创建3个国家级园区",),
    ),
    habit(
        "equipment",
        "(?:功率|容量|规格|车长|总质量|高度|时速|限速|口径|管径|厚度)[^，。；]{0,10}#(?:的|及?以[上下](?:的|[一-龥]))",
        "淘汰功率50千瓦以下的柴油机械",
    ),
    habit(
        "size of what goes",
        "(?:淘汰|关停|关闭|拆除|退出|取缔|更换|改造|整治)(?:每小时|单台|单机)?#[万亿千百]?(?:米|毫米|蒸吨|吨|千瓦时|千瓦|兆瓦|立方米|平方米|升)(?:及?以[上下])(?=[一-龥])",
        "淘汰4.3米以下焦炉",
        "关停30万千瓦以下机组",
        unlike=("淘汰老旧货车300辆以上", "淘汰落后产能200万吨以上"),
    ),
)
"""What a number is when it is none of ours."""


def is_other_number(before: str, shown: str, after: str) -> bool:
    """Tell whether a number (its measure and suffix in `shown`) is no commitment of the plan."""
    near = re.split("[，。；]", before)[-1][-_REACH:]
    words = f"{near}#{shown}{after[:_REACH]}"
    return any(each.pattern.search(words) for each in OTHER_NUMBERS)


_MAKES = f"(?:{'|'.join(sorted(MAKING, key=len, reverse=True))})"
MADE = f"{_MAKES}(?:了|各|省级|国家级|市级|不少于|不低于|至少|约|近|超过)?"
"""A verb of making with what may stand between it and its number."""
_OUTCOME = (
    f"(?:{REDUCED_TO}|{HELD_IN}|控制|{CHANGE}[到至为]?|重回|[保维]持(?:在)?|稳定在|增至|达到?|超过?|突破|[不大小低高多少]于|≥|≤|[＞＜><]|"
    "至少有?|最[少高低多]|力争|争取|累计|约|近)(?:了|约|近|分别|均|各|再|幅度|每平方公里)*"
)

COMMITTED: tuple[Habit, ...] = (
    habit("always", f"{MADE}#", "新建5座泵站", "培育龙头企业约10家"),
    habit(
        "always",
        "^(?:[一二三四五六七八九]是)?(?!聚焦|围绕|针对|涉及|包括|面向|依托|加强|分|共|现有|允许|[在以对向])[一-龥]{2,4}#",
        "评估30个项目",
        unlike=("聚焦8个行业", "以26个养殖大县为重点"),
    ),
    habit(
        "always",
        "^在#[^，。；内里中上]{2,12}?(?:安装|开展|建[设成立]|新建|实施|推[行广]|布[设局]|设立|完成|实现)",
        "在28所学校安装光伏",
        unlike=("在3个园区内开展试点",),
    ),
    habit(
        "always",
        f"{_OUTCOME}#(?![^|]*\\|的(?!目标|要求|水平|标准)[一-龥])",
        "储能规模达到50万千瓦",
        "推动约40公里河道整治",
        unlike=("鼓励年用水量超过10万立方米的企业设立水务经理", "优先发展离岸距离不少于10公里的海域"),
    ),
    habit(
        "always",
        "^(?!.*第[一二三四五六七八九十\\d]+批#).*(?<![未已待拟])(?:完成|形成|建成|创成|创建|打造|培育|新建|新增|新改建).*#",
        "完成清河等6条水流确权登记",
        unlike=("完成第一批5个领域底数摸排",),
    ),
    habit(
        "always",
        f"^(?!.*占).*#(?:%|‰|个?百分点)|{_OUTCOME}#(?:%|‰)",
        "城镇居住建筑执行75%节能标准",
        unlike=("水电占全省装机的30%",),
    ),
    habit(
        "always",
        "^(?!.*(?:的|[对向在给从由以将把]|涉及|其中|包括|约[为占]|仅为|是)#)(?!.*等#).*#[^|]*\\|(?:$|[，。；、）（和及与或并])",
        "敷设输水管线86公里",
        "学校安装光伏28所",
        unlike=("森林年固碳量约为450万吨", "涉及7家"),
    ),
    habit("always", f"{_MAKES}.*等#[^|]*\\|(?:$|[，。；、）])", "制修订能耗限额标准等20项左右"),
    habit("always", "^#[^|]*以上\\|", "80家以上公共机构开展后评估"),
    habit(
        "dated",
        f"^(?!.*第[一二三四五六七八九十\\d]+批#).*{_MAKES}.*#",
        "实施港河等13条沟渠治理",
        unlike=("推动实施第一批5个领域改造计划",),
    ),
    habit(
        "dated",
        "^#[^|]*\\|[^，。；]{2,24}(?:达到|完成|建成|实现|进入|成为|通过|纳入|投产|投运|开工|入选|创建|获得?|上市)",
        "5家企业进入全球前列",
        unlike=("12条河流治理成果巩固提升",),
    ),
)
"""What makes a number a commitment (# the number, | the end of its measure): where no date governs it, `always`; a count that stands
before a noun needs one of them under a date too, lest it only tell how many were mentioned (等8个行业, 第一批5个领域)."""


def is_committed(before: str, shown: str, after: str, *, dated: bool = True) -> bool:
    """Tell whether the words at a number (its measure and suffix in `shown`) say what is to become of it."""
    words = f"{re.split('[，。；：]', before)[-1]}#{shown}|{after[:_REACH]}"
    return any(each.pattern.search(words) for each in COMMITTED if dated or each.means == "always")


TOLD: tuple[Habit, ...] = (
    habit(
        "政策解读或问答",
        "解读|答记者问|问答|图解|一图(?:读懂|看懂|速览)|发布会(?:实录|文字|答问)|宣传(?:口径|提纲)|(?:编制|起草|制定|修订)(?:工作|情况)?的?说明",
        "《海州市碳达峰实施方案》政策解读",
        "一图读懂《海州市碳达峰实施方案》",
        "关于《海州市降碳行动计划（征求意见稿）》的起草说明",
        "海州市降碳行动计划新闻发布会实录",
    ),
    habit("讲话", "(?:上|时)的(?:讲话|发言|致辞)|讲话(?:稿|提纲)?$|致辞$|主持词$", "在全市大会上的讲话"),
    habit(
        "工作总结或报告",
        "(?:工作)?总结(?:报告)?$|报告(?:书|表)?(?:（[^（）]*）)?$|公报$|述职|(?:完成|进展|落实|考核)(?:情况|结果)?的?(?:通报|公示)?$|(?:评估|评价|自评|考核|评选)(?:结果|意见)?$|年鉴|[白蓝]皮书|简报(?:（[^（）]*）)?$",
        "海州市2022年法治政府建设工作总结",
        "2023年国民经济和社会发展统计公报",
        "海州市关于2023年生态环境状况的报告",
        "海州市2022年水污染防治工作完成情况通报",
        "海州市降碳行动计划中期评估",
        "海州市节能工作简报（第3期）",
        unlike=("落实政府工作报告重点任务责任分工", "关于抓好督察整改落实的通知"),
    ),
    habit(
        "研究或倡议",
        "^(?:浅?[论谈析]|试论)(?!证|坛|文)|(?:研究|思考|探讨|探析|分析|启示)$|倡议书?$|公开信$|判决书$",
        "海州市碳达峰路径研究",
        "论区域协同治理的路径",
        "海州市节能倡议书",
        unlike=("海州市碳达峰路径研究工作方案",),
    ),
)
"""Titles of what tells of a plan or of what came of it, whatever plan its title names."""

TITLES: tuple[Habit, ...] = (
    *TOLD,
    habit(
        "法规或管理制度",
        "(?:条例|办法|规定|细则|规则|准则|章程|法)(?:（[^（）]{1,12}）)?$",
        "海州市扬尘污染防治条例",
        "取水许可管理办法（试行）",
        unlike=("海州市降碳行动方案",),
    ),
    habit(
        "会议或事务通知",
        "关于(?:召开|举办|组织参加|调整|成立|公布|公示|表彰|申报|征集|开展[^，。]{0,12}(?:培训|考试|申报|评选))|会议(?:通知|纪要)|招标|采购公告|公示$|名单$|批复$|复函$|招聘|放假|调休|节假日|表扬的通报$",
        "关于召开全市碳达峰工作推进会的通知",
        "关于2025年端午节放假安排的通知",
        unlike=("关于做好2024年秸秆综合利用工作的通知",),
    ),
    habit(
        "补贴办法",
        "(?:奖励|补助|补贴|奖补|扶持|优惠)[一-龥]{0,6}(?:政策|措施|意见|标准|指南|公告|政策清单|政策指引)$",
        "海州市支持绿色制造若干奖励政策",
        unlike=("海州市节能减排财政支持方案",),
    ),
    habit(
        "会议或事务通知",
        "(?:申报|竞赛|遴选|征集|推荐|讲座|调研|宣传周|低碳日|履约|配额|专项资金|奖补|排放报告|报送|入库)[^，。]{0,40}(?:通知|指南|公告|规程)$|"
        "(?:申报|申请|实施|操作|技术|编制)(?:指南|规程)(?:（[^（）]{2,14}）)?》?(?:的通知)?$",
        "关于组织申报2022年科技发展计划项目的通知",
        "扶持计划操作规程",
        unlike=("关于下达2022年营造林任务的通知", "海州市节能宣传周活动方案"),
    ),
    habit(
        "分配规则",
        "(?:配额|用能权|排污权|排放权)[^，。]{0,16}(?:分配|设定|清缴)[^，。]{0,8}(?:方案|办法|规则)",
        "海州市2020年度碳排放配额分配实施方案",
        unlike=("海州市碳排放权交易市场建设方案",),
    ),
    habit("处罚决定", "(?:处罚|强制|责令)[一-龥]{0,10}(?:决定书|通知书|告知书)$", "行政处罚决定书"),
    habit(
        "新闻", "突破|圆满|顺利召开|成功举办|我市.{2,20}(?:获|居|达)|纪实|侧记|亮点|喜获", "我市绿色工厂数量突破百家"
    ),
)
"""What the title says."""

TEXTS: tuple[Habit, ...] = (
    habit(
        "新闻",
        "本报讯|新华社|日报讯|（记者|记者 ?从|通讯员|据介绍|据悉|消息称|新闻发布会",
        "青禾日报讯（记者 木石）",
        "据介绍，全市建成",
    ),
    habit("讲话", "同志们[：！，]|各位(?:代表|来宾|同志|领导)[：，！]", "同志们：今天召开大会"),
    habit("政策解读或问答", "(?:^|[。\n、])(?:问|答)：", "一、问：为什么"),
    habit("论文", "(?:^|\n)(?:关键词|参考文献)(?:：|\n|$)", "摘要\n关键词：碳达峰；治理"),
    habit(
        "法规或管理制度",
        "本(?:条例|办法|规定|细则|法)(?:自|由).{0,24}(?:施行|实施|解释)|(?:代表大会常务委员会)[^。]{0,20}通过",
        "本条例自2022年11月1日起施行",
        unlike=("本方案自印发之日起施行",),
    ),
)
"""What its own words say."""

_PLAN_TITLE = re.compile(
    "方案|计划|规划|意见|要点|措施|清单|分工|任务|安排|行动|纲要|路线图|责任书|台账|分解|目标|决定|举措|攻坚|整治|(?:做好|开展|推进|加强|加快|进一步|落实).{2,40}通知|若干"
)
_GOALS = re.compile(
    "(?:^|[\n、）])(?:主要|工作|总体|行动|具体|发展|年度)?(?:目标|指标|任务)(?:任务)?(?:。|：|$|\n)", re.MULTILINE
)
_HAN = re.compile("[一-龥]")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_FEW_HAN = 0.2
_HEAD = 400
_FEW_TASKS = 2
_WHOLLY = ("法规或管理制度", "政策解读或问答")
_SURE_TITLE = re.compile(
    "^(?!.*(?:解读|图解|读懂) ?[|｜：《]).*(?:方案|规划|行动计划|要点|任务清单|分工)(?:（[^（）]*）)?$"
)
_NEVER = re.compile(
    "关于(?:成立|调整)[^，。]{2,60}(?:小组|专班|委员会)[^，。]{0,8}通知$|(?:申报|征集|推荐|讲座|竞赛)[^，。]{0,30}通知$"
)
"""Titles of no plan, however many units their text names."""
_COVERING = re.compile("(?:做好|开展|推进|加强|加快|进一步|落实).{2,40}通知$|计划(?=专项|项目|（)|任务(?=书)")


def document_kind(title: str, text: str, *, tasks: int) -> str:
    """Return what a document is in Chinese (像新闻), when it is no plan; empty for a plan.

    `tasks` is how many rows it gives to units by name.
    """
    letters = sum(1 for letter in text if letter.isalpha())
    han = len(_HAN.findall(text))
    if letters and (han < letters * _FEW_HAN or len(_KANA.findall(text)) > han / 4):
        return "没有中文" if han < letters * _FEW_HAN else "不是中文"
    if _NEVER.search(title) and (own := first(TITLES, title)):
        return f"像{own.means}"
    if tasks:
        own = _told(title or text.split("\n", 1)[0]) or (
            None if _PLAN_TITLE.search(_COVERING.sub("", title)) else first(TITLES, title)
        )
        return f"像{own.means}" if own and (tasks <= _FEW_TASKS or own.means in _WHOLLY) else ""
    head = text[:_HEAD]
    names = [title] if _SURE_TITLE.search(title) else [title, *_lines(head)[:3]]
    found = next((each for name in names if (each := _told(name) or first(TITLES[len(TOLD) :], name))), None)
    if found and (found.means != "新闻" or not _PLAN_TITLE.search(title)):
        return f"像{found.means}"
    said = first(TEXTS, head) or first(TEXTS[2:], text)
    if said and not (said.means == "新闻" and _PLAN_TITLE.search(title) and _GOALS.search(text)):
        return f"像{said.means}"
    if not _PLAN_TITLE.search(title) and not _GOALS.search(text):
        return "没有方案的标题、目标或任务"
    return ""


def _told(title: str) -> Habit | None:
    """Return what a title says that tells of a plan; a plan's own title ends as one (政策解读工作要点)."""
    return None if _SURE_TITLE.search(title) else first(TOLD, title)


def _lines(text: str) -> Sequence[str]:
    return [line for line in text.split("\n") if line]


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
