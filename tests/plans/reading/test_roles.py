"""Responsibility brackets as they are printed: who leads, who takes part, who only guides, who has no name."""

from __future__ import annotations

import pytest

from tracker.plans.reading.model import Passage, Place
from tracker.plans.reading.responsibilities import read_responsibility
from tracker.plans.reading.responsibility_brackets import duties
from tracker.plans.reading.units import Naming, is_nameless, members_of

CASES = [
    ("省生态环境厅、发展改革委按职责分工负责", "joint", "省生态环境厅、省发展改革委", ""),
    ("自治区生态环境厅、林草局按职责分工负责", "joint", "自治区生态环境厅、自治区林草局", ""),
    ("市发改委、工信局、市场监管局、政务服务局分别负责", "joint", "市发改委、市工信局、市市场监管局、市政务服务局", ""),
    ("兵团生态环境局、发展改革委按职责分工负责", "joint", "兵团生态环境局、兵团发展改革委", ""),
    ("省财政厅、地方金融监管局、人民银行南京分行、江苏银保监局、气象局按职责分工负责", "joint",
     "省财政厅、省地方金融监管局、人民银行南京分行、江苏银保监局、省气象局", ""),
    ("市生态环境局、成都海关、国网成都供电公司负责", "joint", "市生态环境局、成都海关、国网成都供电公司", ""),
    ("省委组织部、宣传部，省教育厅、团省委、妇联等按职责分工负责", "joint",
     "省委组织部、省委宣传部、省教育厅、团省委、省妇联", ""),
    ("市住房和城乡建设局（市人防办）、城市管理局", "joint", "市住房和城乡建设局（市人防办）、市城市管理局", ""),
    ("生态环境部、国家发展改革委、工业和信息化部按职责分工负责", "joint", "生态环境部、国家发展改革委、工业和信息化部", ""),
    ("生态环境部负责", "sole", "生态环境部", ""),
    ("省深入打好污染防治攻坚战指挥部办公室、省生态环境厅牵头负责", "lead",
     "省深入打好污染防治攻坚战指挥部办公室、省生态环境厅", ""),
    ("省生态环境厅牵头，省发展改革委等配合", "lead", "省生态环境厅", "省发展改革委"),
    ("省住房和城乡建设厅牵头、自然资源厅参与", "lead", "省住房和城乡建设厅", "省自然资源厅"),
    ("省工业和信息化厅牵头负责，省通信管理局、大数据局参与配合", "lead", "省工业和信息化厅", "省通信管理局、省大数据局"),
    ("市生态环境局牵头，市发展改革委、市财政局按职责分工负责", "lead", "市生态环境局", "市发展改革委、市财政局"),
    ("由省发展改革委会同省财政厅、省税务局负责", "lead", "省发展改革委", "省财政厅、省税务局"),
    ("牵头单位：省生态环境厅；配合单位：省发展改革委、财政厅、各市人民政府", "lead", "省生态环境厅", "省发展改革委、省财政厅"),
    ("牵头单位:能源局 参加单位:发展改革委、国资委", "lead", "能源局", "发展改革委、国资委"),
    ("责任单位：市发展改革委、市生态环境局，各区县政府", "joint", "市发展改革委、市生态环境局", ""),
    ("责任领导：张三；牵头单位：市水利局；责任单位：市农业农村局、市城投集团", "lead", "市水利局", "市农业农村局、市城投集团"),
    ("主办：市生态环境局，协办：市水利局", "lead", "市生态环境局", "市水利局"),
    ("省生态环境厅负责排污许可管理，省发展改革委负责能耗双控", "joint", "省生态环境厅、省发展改革委", ""),
    ("市自然资源和规划局、市园林绿化局负责；市水务局指导", "joint", "市自然资源和规划局、市园林绿化局", ""),
    ("各相关部门、地方按职责分工负责", "joint", "", ""),
    ("待国家分工明确后确定", "tbd", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "mode", "leads", "participants"), CASES)
def test_a_bracket_is_found_and_read(words: str, mode: str, leads: str, participants: str) -> None:
    text = f"做好有关工作。（{words}）"
    found = duties(Passage(text, (0,), (Place(1),)))
    assert [duty.words for duty in found] == [words]
    read = read_responsibility(words, Naming())
    assert (read.mode, "、".join(read.leads), "、".join(read.participants)) == (mode, leads, participants)


@pytest.mark.parametrize("words", [case[0] for case in CASES])
def test_half_width_and_mixed_signs_read_the_same(words: str) -> None:
    half = words.replace("：", ":").replace("，", ",").replace("（", "(").replace("；", ";")
    text = f"做好有关工作。（{half})"
    assert len(duties(Passage(text, (0,), (Place(1),)))) == 1
    one, other = read_responsibility(words, Naming()), read_responsibility(half, Naming())
    assert (one.mode, one.participants, len(one.leads)) == (other.mode, other.participants, len(other.leads))


@pytest.mark.parametrize(
    "words",
    [
        "以下简称“三线一单”",
        "含电力",
        "征求意见稿",
        "生态保护红线、环境质量底线、资源利用上线和生态环境准入清单",
        "银川市、石嘴山市",
        "环综合〔2022〕42号",
        "不含光伏玻璃",
        "园区",
        "由企业负责",
        "个人、企业、社会组织参与",
        "国家核证自愿减排量",
    ],
)
def test_other_brackets_are_left_alone(words: str) -> None:
    assert duties(Passage(f"做好有关工作（{words}）。", (0,), (Place(1),))) == []


def test_a_rider_a_remark_and_guidance_are_kept_apart() -> None:
    read = read_responsibility(
        "省统计局（负责区域碳排放核算）、省能源局按职责分工负责，省发展改革委指导。以下均需各市、县（区）人民政府落实，不再列出",
        Naming(),
    )
    assert (read.leads, read.guidance, read.remarks) == (
        ("省统计局", "省能源局"),
        ("省发展改革委",),
        ("负责区域碳排放核算",),
    )
    assert read.rider == "以下均需各市、县（区）人民政府落实，不再列出"


def test_a_reference_to_another_plan_names_nobody() -> None:
    read = read_responsibility("具体参照《某省某行动方案（2021—2025年）》职责分工", Naming(), cell="lead")
    assert (read.mode, read.leads) == ("by_reference", ())


def test_an_elided_national_organ_is_restored_only_where_the_document_names_it() -> None:
    naming = Naming()
    assert read_responsibility("发展改革委、能源局负责", naming).leads == ("发展改革委", "能源局")
    naming.learn("（生态环境部、国家能源局按职责分工负责）")
    assert read_responsibility("发展改革委、能源局负责", naming).leads == ("发展改革委", "国家能源局")


@pytest.mark.parametrize(
    "name", ["各有关部门", "地方", "市级有关部门", "各区县政府", "省级相关部门", "县（市、区）人民政府", "各地区"]
)
def test_bodies_without_a_name(name: str) -> None:
    assert is_nameless(name)


@pytest.mark.parametrize(
    "name", ["省地方金融监管局", "地方金融监管局", "杭州市人民政府", "宁东管委会", "市政府口岸物流办"]
)
def test_bodies_with_a_name(name: str) -> None:
    assert not is_nameless(name)


def test_a_double_name_has_two_members() -> None:
    assert members_of("省发展改革委（省能源局）") == ("省发展改革委", "省能源局")
    assert members_of("省水利厅") == ()
