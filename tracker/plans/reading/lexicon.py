"""The words plans are written in: provinces and cities, endings of organisations, headings of columns.

General knowledge of administrative writing only; nothing here belongs to one plan.
"""

from __future__ import annotations

import re


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text that lists them with spaces."""
    return tuple(text.split())


PROVINCES: dict[str, str] = {
    **{name: f"{name}市" for name in words_of("北京 天津 上海 重庆")},
    **{
        name: f"{name}省"
        for name in words_of(
            "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 "
            "陕西 甘肃 青海 台湾"
        )
    },
    "内蒙古": "内蒙古自治区",
    "广西": "广西壮族自治区",
    "西藏": "西藏自治区",
    "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区",
    "香港": "香港特别行政区",
    "澳门": "澳门特别行政区",
}
"""Short name of a province → its full name."""

PROVINCE_SIGNS = dict(
    zip(
        "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇陕甘青藏新",
        words_of(
            "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 "
            "陕西 甘肃 青海 西藏 新疆"
        ),
        strict=True,
    )
)
"""The sign of a province in document numbers (豫政办〔2023〕4号); 宁 is also a city's, 蒙 stands second."""

CITIES = frozenset(
    words_of(
        "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 "
        "忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 沈阳 大连 鞍山 抚顺 "
        "本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 延边 哈尔滨 "
        "齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭 南京 无锡 徐州 常州 苏州 "
        "南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 "
        "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 "
        "三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 "
        "淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 "
        "鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 武汉 黄石 十堰 宜昌 襄阳 鄂州 "
        "荆门 孝感 荆州 黄冈 咸宁 随州 恩施 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 "
        "娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 "
        "潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 "
        "三沙 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 "
        "资阳 阿坝 甘孜 凉山 贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山 昭通 丽江 "
        "普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲 阿里 西安 铜川 "
        "宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 "
        "陇南 临夏 甘南 西宁 海东 海北 黄南 果洛 玉树 海西 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 "
        "吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰 雄安"
    )
)
"""Prefecture-level cities: a unit whose name begins with one carries its own place and takes no prefix."""

ORGAN_ENDINGS = words_of(
    "办公室 委员会 管委会 指挥部 领导小组 工作组 中心 集团 公司 银行 支行 分行 营管部 办事处 海关 法院 检察院 "
    "政府 大学 学院 协会 学会 商会 总会 联合会 总工会 妇联 科协 工商联 残联 侨联 文联 供销社 团省委 团市委 "
    "团委 党校 总队 支队 军区 机关 专班 新区 高新区 经开区 开发区 示范区 园区 研究院 研究所 监测站 电网 电力 "
    "铁塔 移动 电信 联通 团中央 共青团中央 电厂 热电厂 水厂 机场 车务段 厅 局 委 办 部 院 署 会 社 行 司 处 队 所 校 组 馆 台"
)
"""How the name of an organisation ends; longer endings first."""

OWN_STARTS = words_of(
    "国家 国务院 中国 中央 中共 全国 人民银行 人行 国网 南方电网 长江 黄河 淮河 海河 珠江 太湖 松辽 团省委 "
    "团市委 团区委 团县委 共青团 武警 驻 银保监 证监会 税务总局 华能 华电 大唐 国电 广铁 中石油 中石化 中海油"
)
"""A name that begins so stands in its own right and never takes an elided prefix."""

OWN_ENDINGS = words_of(
    "海关 海事局 证监局 银保监局 金融监管局分局 铁路局 铁路办事处 中心支行 分行 支行 营管部 管委会 公司 集团 "
    "电厂 热电厂 水厂 机场 车务段 大学 学院 银行 新区 高新区 经开区 开发区 园区 电网 村委会 居委会 村 社区 镇政府 乡政府 镇人民政府 "
    "乡人民政府 街道 街道办事处 中学 小学 幼儿园 卫生院"
)
"""A name that ends so keeps what is printed when the list elides its prefix."""

PARTY_BODIES = words_of("组织部 宣传部 统战部 政法委 网信办 编办 改革办 农办 军民融合办 外办 台办 党校 政研室 老干部局")
"""Organs of a party committee: after 省委宣传部 an elided 组织部 is 省委组织部."""

PREFIXES = ("自治区", "兵团", "省", "市", "州", "盟", "县", "区", "旗")
"""What a list prints once and elides afterwards."""

MAKING = words_of(
    "覆盖 选拔 招引 引育 储备 培训 举办 新设 增设 设立 更换 拆除 取缔 清理 压减 置换 绿化 投运 开通 购置 采购 布设 配置 编制 推出 "
    "放流 选择 选取 孵化 攻克 转化 回收 处置 消纳 整合 腾退 搬迁 验收 营造 划定 奖励 检查 抽查 改扩建 升级 入库 储备 谋划 "
    "成立 制修订 创建 打造 新增 建成 建设 完成 修复 改造 治理 淘汰 培育 新建 更新 更新淘汰 新改建 推广 实施 建立 开展 "
    "形成 组建 培养 遴选 认定 推动 布局 引进 扶持 选树 整治 退出 关停 关闭 种植 造林 发展 建 投放 安装 配备 "
    "创成 推进 支持 至少有 有 评选 发布 出台 制定"
)
"""Verbs whose object a plan counts off."""

SCENE_HEADING = re.compile(
    "^(?!.*(?:夯实|强化|加强|筑牢|打牢|做好|摸清|巩固|推进|建设|提升|完善|加快|确保|力争|取得新|见成效))"
    ".*(?:成效(?:显著|明显|突出)?$|成就|回顾$|面临|机遇|挑战|存在的?(?:主要|突出)?问题|形势|背景|现状|基础(?=$|[和与、及])|指导思想|总体思路|工作思路|工作原则|基本原则|战略路径|存在问题)"
)
"""A heading that opens a part that sets the scene; numbers in it are no commitments."""

GOAL_HEADING = re.compile(
    "(?:目标|指标)(?![一-龥]{0,2}(?:完成|实现|执行)情况|考核|责任|管理|评价|分解|体系|约束|引领|导向|清单管理)"
)
"""A heading that opens the part that states the plan's targets and general aims."""
