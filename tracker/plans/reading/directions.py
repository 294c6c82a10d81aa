"""Which way a number is to move, as the verb before it or the name of what is measured says (docs/forms.md).

The one list of such words: whatever reads a number out of words or cells asks here, so that a reduction is never taken for
something to be reached. Verbs are known by what they end in (减至 falls, 提高到 rises, 控制在 holds), so that 精简, 核减 or 调减 need
not be listed; 达到 and 为 say nothing of their own: the name does (漏损率 falls, 利用率 rises), by its last word that tells. A verb
that ends in nothing known has no direction, and a person says which it is.
"""

import re
from functools import lru_cache

FALLING = (
    "下降|降低|减少|削减|压减|缩减|压缩|缩短|缩小|减小|减轻|压降|压低|调低|调减|调降|下调|收窄|收敛|收缩|收紧|回落|下跌|跌落|"
    "精简|简化|精减|消减|清减|核减|裁减|递减|去化|弱化|淡化|放慢|减慢|减弱|管控|严控|走低|下滑|瘦身|合并|整合|腾退|[减降压缩削砍裁跌]"
)
RISING = (
    "提高|提升|增长|增加|增|扩大|上升|升级|升|上调|扩展|拓展|推广|扩建|扩容|延长|延伸|壮大|发展|覆盖|普及|充实|补充|集聚|汇聚|"
    "培育|恢复|回升|翻番|上涨"
)
_TO = "(?:了|率|幅)?(?:到|至|为|成)"
_BESIDE = "(?:约|近|不足|不多于|不超过|仅)?"
FALLING_TO = re.compile(rf"(?:{FALLING}|(?<!最)[低少短窄落敛简弱慢控]){_TO}{_BESIDE}$")
"""A number to be reached from above: 减至, 降低为, 压减到, 缩短至, 精简到."""
_RISING_TO = re.compile(rf"(?:{RISING}|[高升增加多长强涨宽展广容建快满翻超足及盖伸充聚育]){_TO}{_BESIDE}$")
_VERB_TO = re.compile(
    r"(?P<verb>[一-龥]{1,2}了?(?:到|至|在|于)|[守压锁摁管稳控卡盯]住|锁死|[推迈]向|[一-龥](?:化|整|变|改|转|定|并|归)(?:为|成))(?:约|近)?$"
)
HELD_IN = "(?:控制|管控|严控|压控|稳控|遏制|遏止|约束|抑制|限制|限定|锁定)(?:在|到|至|于)"
"""Verbs of a ceiling: what they hold is not to be above the number after them."""
REDUCED_TO = rf"(?:{FALLING})了?(?:到|至|为)"
"""A verb of reduction with what leads to its number, to be taken off the name of what is measured."""
MORE = "(?:超过|超出|突破|超|大于|高于|多于|长于|逾越?|越过|跨越)"
LESS = "(?:低于|少于|小于|短于|跌破)"
NOT = (
    "(?:(?:[不别勿莫毋休未没无](?:得|能|应|可|宜|许|准|允许|让|要|再|会|该|必|敢|予|容|有|至于)*|严禁|禁止|禁绝|[严谨预慎以]防|防止|切忌|避免|"
    "免于|以免|杜绝|制止)(?:出现|发生|再|其|使|被|轻易|随意|擅自|任意|大幅)*)"
)
"""What turns 超过 into a ceiling and 低于 into a floor; what else stands before them is not known for a negation."""
COMPARED = re.compile(f"(?P<not>{NOT})?(?:{MORE}|(?P<less>{LESS}))(?P<equal>(?:或者?)?(?:等于|持平))?$")
"""A comparison in words right before a number."""
_VALUE_IS = "(?:[值线数])?(?:[为是]|[:：])?"
CEILING = f"(?:至多|顶多|最多|最高|最大|(?<!不)封顶|[上高]限|限[值额]|天花板|红线|峰值|(?<![年期权界有时局受无户])限){_VALUE_IS}"
FLOOR = f"(?:至少|最少|最低|最小|起码|保底|[下低]限|底线){_VALUE_IS}"
_BY_NAME = re.compile(f"(?:红|底)线{_VALUE_IS}$")
TAKEN_AWAY = (
    "退出|退役|关[停闭退]|淘汰|清退|清[理除]|拆除|取[缔消]|压采|替代|置换|化解|消[化纳]|出清|"
    "去除|裁撤|撤[并销]|报废|注销|处置|节[约能水煤电]"
)
"""Verbs whose number is what goes: 退出 120, 压采 500."""
WHAT_GOES = "[掉去了出煤碳排污]?"
"""What may close a verb of reduction: 砍掉, 减煤."""
ARROW = "(?:→|⇒|➔|➜|[-—=]+>)"
CHANGE = rf"(?:{FALLING}|{RISING}|达|调整|优化|压实)"
"""What may stand between the number that is and the number that is to be: 由30件减至10件."""

_TELLS_NOTHING = re.compile(rf"(?:达|到达|达成|实现|完成|变){_TO}{_BESIDE}$")
"""What leads to a number whichever way it is to move: 浓度达到30, 利用率达到90%."""


def _words(text: str) -> re.Pattern[str]:
    """Return what finds the words of a list wherever they begin, the longest first; a word may be an expression."""
    return re.compile(f"(?=({'|'.join(sorted(text.split(), key=len, reverse=True))}))", re.IGNORECASE)


_GREEN = "(?:绿|再生|新能源|清洁|生物质|氢能?|有机|循环|替代|低碳|非常规水|中水|雨水|非化石|天然气)"
_FALLS = _words(
    "排放 排污 直排 溢流 碳强度 耗 浓度 强度 用量 用水 用能 用煤 能源消费 煤 化石 柴油 燃油 化肥 农药 地膜 取水 开采 "
    "超采 酸雨 酸沉降 臭 黑臭 劣 劣于?[ⅠⅡⅢⅣⅤIV一二三四五]{1,4}类 污染 颗粒物 PM2.5 PM10 氧化硫 氮氧化物 有机物 VOCs COD "
    "需氧量 氨氮 总磷 总氮 二氧化碳 温室气体 甲烷 空气质量指数 空气质量综合指数 污染指数 AQI 噪声 噪音 异味 扬尘 降尘 火点 "
    "焚烧 填埋 产生量 产生强度 事故 死亡 伤亡 受伤 火灾 灾害 受灾 案件 发案 警情 犯罪 违法 违规 违建 违章 投诉 信访 上访 "
    "举报 诉讼 复议 纠纷 差评 不满意 超标 超限 超期 逾期 超时 超载 延误 延迟 积压 欠 负债 债务 赤字 亏损 不良 不良贷款 "
    "失业 零就业 辍学 贫困 返贫 缺口 差距 收入比 流失 沙化 荒漠化 石漠化 退化 破损 故障 差错 错误 失误 退件 缺陷 漏 空置 "
    "空驶 空载 闲置 弃 浪费 损失 线损 占用 拥堵 拥挤 成本 费用 收费 税负 负担 库存 时限 时长 时间 用时 周期 回收期 天数 "
    "工作日 环节 材料 证明 跑动 排名 位次 名次 发病 患病 感染 近视 肥胖 吸烟 不合格 不达标 未达标 未处理 未完成 未整改 "
    "未办结 过剩 落后 老旧 隐患 风险 危房 棚户 裸露 裸地 蓝藻 水华 赤潮 病虫害 入侵 停电 停水 中断 泄漏 泄露 依存度 "
    "(?:涉企|入企)检查 建设用地 基尼系数 恩格尔系数 保证金 压覆 垃圾量 尾矿 赤泥 库容占用"
)
"""What is better the less there is of it."""
_LESSENED_AMOUNT = (
    "(?:减排|减碳|降碳|削减|减少|节约|节能|节水|节煤|压减|替代|去除|淘汰|关停|退出|下降|降低|化解)"
    "(?:量|率|比例|占比|幅度|面积|产能|数|数量|规模)|降幅|减量"
)
_RISES = _words(
    "办结 办理率 解决 答复 响应率 响应能力 回复 收集 利用 满意 达标 达标排放 合格 优良 优秀 良好 改善 处理 处置 治理 "
    "修复 整治 整改 消除 销号 回收 回用 再生 循环 完成 竣工 开工 投产 投运 投用 覆盖 普及 普惠 受益 惠及 有效 成功 及时 "
    "准确 可靠 完好 正常 在线 联网 接入 入网 入园 上线 上云 贯通 共享 公开 知晓 参与 参保 参训 签约 履约 就业 创业 升学 "
    "入学 巩固 到位 执行 兑现 落实 化率 化水平 智能化 数字化 绿化 资源化 无害化 减量化 装配 清洁 绿色 低碳 近零 超低排放 "
    "零排放 近零排放 低排放 排放标准 节能 节水 节约 节电 新能源 可再生 非化石 "
    "(?:可再生|非化石|清洁|绿色|新)能源(?:电力)?消费 光伏 风电 水电 核电 太阳能 地热 氢 储能 生物质 绿电 电煤 煤改 "
    "煤层气 抽水蓄能 装机 发电 供电 外送 消纳 充电 换电 加氢 碳汇 固碳 封存 捕集 森林 林草 湿地 绿地 公园 植被 盖度 蓄积 "
    "造林 种草 种植 植树 自然岸线 保有率 耕地保有量 保护 保持率 保存率 水土保持 栖息地 生态流量 高标准农田 基本农田 粮食 "
    "产量 亩产 单产 产值 产能利用 产出 产出强度 投入强度 投资强度 增加值 营收 营业收入 收入 利润 税收 生产总值 GDP 投资 "
    "投入 研发 引资 外资 出口 进出口 贸易额 交易额 交易量 成交 融资 贷款 市场主体 企业数量? 高新技术 专精特新 独角兽 "
    "专利 论文 创新 转化 成果 示范 试点 标杆 样板 培训 人才 技能 培育 引进 创建 建成 建设 新建 新增 改造 改建 扩建 更新 "
    "升级 推广 普查 监测 巡查 执法 抽查 查处 检测 评估 防治 防控 管控 通车 开通 里程 轨道 公交 公共交通 绿色出行 铁路 "
    "多式联运 集装箱 吞吐量 客运量 货运量 分担率 路网密度 管网密度 效率 效益 生产率 贡献率 自给率 供给 供应 供水 供热 "
    "供气 供暖 床位 医师 护士 托位 安全 保障 回应 挽回 控制率 替换 消减 "
    "学位 寿命 教育年限 养老 健康 体育 阅读 志愿者 注册 活跃 游客 接待 得分 评分 分值 能力 "
    "新材料 备案 纳管 建档 认证 认定 挂牌 贯标 排污许可 核发 发放 利用小时 运行时间 日照 优良天数 达标天数 良好天数 "
    r"有效天数 优于 Ⅲ类 III类 三类 溶解氧(?:浓度)? 负氧离子(?:浓度)? 进水[A-Za-z\d.一-龥]{0,8}浓度 有机肥 "
    f"{_GREEN}[一-龥]{{0,6}}(?:用水?电?|消费)量 (?:{_LESSENED_AMOUNT}) (?:回收|综合)?利用量 回用量 "
    "零[一-龥]{1,6}(?:天数?|占比|比例|[率数村]|企业|单位|社区|家庭) 无(?:事故|讼|访|案|毒|疫|违建|欠薪|投诉|火灾|废)[一-龥]{0,6}"
    "(?:天数?|占比|比例|[率数村]|企业|单位|社区|家庭) 安全[一-龥]{0,4}天数"
)
"""What is better the more there is of it; also what falls where its reduction is counted: 减排量, 去除率."""
_EITHER = _words(
    "(?:煤电|火电|燃煤|燃油|煤炭|油气)[一-龥]{0,6}(?:装机|发电|产能|产量|供应)[一-龥]{0,3}(?:占比|比重|比例)?"
)
"""What some plans want more of and others less."""
_DOES = re.compile(
    "^(?:全[省市县区国域]|年均|每年|累计|力争|确保|完成|推进|组织|开展|实施|新增|稳步|有序|依法|基本|全面|共)*"
    f"(?:{TAKEN_AWAY}|整治|治理|整改|改造|修复|查处|查办|腾退|更新|消除|销号|处理|回收|办理|办结|建成|建设|新建|"
    "创建|打造|培育|推广|培训|搬迁|解决)(?![率量数]|用地)"
)
"""A name that begins with what is done: 淘汰老旧车 counts those that are gone."""
_OF_WORK = re.compile("(?:率|比例|比重|占比|成本|费用|时间|时限|时长|周期|用时|天数|环节|浓度|强度|耗|得分|频次)$")
"""The measure of something, which tells more than what was done to it: 处理成本, 办理时限."""
_ASIDE = re.compile(r"[（(\[【][^（）()\[\]【】]*[）)\]】]")
_OF = re.compile("占(?![用地道比]).*比|占(?=.+的?(?:比例|比重)$)")
_LESSENS_BY = re.compile(f"(?:{FALLING}){WHAT_GOES}$")
_TAKES_AWAY = re.compile(f"(?:{TAKEN_AWAY})$")
_IS_MEASURE = re.compile("[量率度数额比重例值积模能费价差期]$")
"""What a measure ends in; the words before a number that end so are the name, not a verb."""
_LESSENING = re.compile(FALLING)
_IS_AMOUNT = re.compile(_LESSENED_AMOUNT)


def change_beside(words: str) -> str:
    """Return what the words between a name and a number make of it, where nothing leads to the number (至, 到, 为).

    decrease_by after a verb of reduction (压减 30), `unknown` after what is neither one nor the end of a measure: a person says.
    """
    if _LESSENS_BY.search(words):
        return "decrease_by"
    last = max((found.end(1) for each in (_FALLS, _RISES) for found in each.finditer(words)), default=0)
    return "" if last == len(words) or _IS_MEASURE.search(words) else "unknown"


def limit_by_name(close: str, sign: str, name: str) -> str:
    """Return the comparator of a number after 红线 or 底线, which is whichever its name wants: the 红线 of 耕地 is a floor."""
    way = presumed(name) if sign and _BY_NAME.search(close) else ""
    return {"up": ">=", "down": "<="}.get(way, sign)


def direction_to(close: str, name: str = "") -> tuple[str, str]:
    """Return the direction that the words right before a number give it, and the verb where its direction is not known.

    Without a verb, or with one that leads either way (达到), the name says it: a 浓度 of 30 is not reached from below. Neither where
    neither tells. name: what is measured, where `close` may not hold all of it.
    """
    if FALLING_TO.search(close):
        return "down", ""
    if _RISING_TO.search(close):
        return "up", ""
    neutral = _TELLS_NOTHING.search(close)
    found = None if neutral else _VERB_TO.search(close)
    return (
        ("", found["verb"])
        if found is not None
        else (presumed(name or close[: neutral.start() if neutral else None]), "")
    )


@lru_cache(maxsize=4096)
def presumed(name: str) -> str:
    """Return the direction that a name suggests, by its last word that tells: 投诉办结率 up, 办结成本 down; empty where none does.

    What is said in brackets, and the whole of a share (占能源消费的比重), tell nothing. What ends in what is done with it (老旧车淘汰) is
    the amount of that.
    """
    bare = _OF.split(_ASIDE.sub("", name) or name)[0].rstrip("的")
    if (_DOES.search(bare) and not _OF_WORK.search(bare)) or _TAKES_AWAY.search(bare):
        return "up"
    ends = [
        (found.end(1), len(found[1]), way)
        for way, words in (("down", _FALLS), ("up", _RISES), ("", _EITHER))
        for found in words.finditer(bare)
    ]
    return max(ends)[2] if ends else ""


def is_reduction(name: str) -> bool:
    """Say whether a name tells of a reduction that leaves open whether its figure is what remains or what goes: 审批环节压减."""
    return _LESSENING.search(name) is not None and _IS_AMOUNT.search(name) is None
