"""What must hold for any document: page breaks and line widths change nothing, and no text crashes or stalls the reader."""

from __future__ import annotations

import cProfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plans.reading.samples import numbers, read, tasks
from tracker.plans.reading.lexicon import words_of
from tracker.plans.reading.model import COLUMNS, FILES, Line, Place, Stream
from tracker.plans.reading.punctuation import brackets, shadow, tidy
from tracker.plans.reading.reader import read_plan
from tracker.plans.reading.responsibilities import read_responsibility
from tracker.plans.reading.units import Naming

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS = [
    "生态环境厅",
    "发展改革委",
    "工业和信息化厅",
    "住房和城乡建设厅",
    "交通运输厅",
    "农业农村厅",
    "文化和旅游厅",
    "市场监管局",
]
PIECES = list(
    words_of(
        "（ ） ( ) 《 》 “ ” 一、 （一） 1. 第一条 到2025年， 2030年底前 十四五期间 10%以上 50个 省生态环境厅 、 ， 。 ； ： "
        "牵头单位： 责任单位 "
        "按职责分工负责 牵头 配合 附件1 注： 等 和 以下均需 落实 分别 较2020年下降 | 甲 abc 999999999999999999999999"
    )
)
PIECES += ["\n", "\n\n", " ", "\t", "\f", "序号 任务 牵头单位", "1 做好工作", "— 3 —"]


@st.composite
def plans(draw: st.DrawFn) -> str:
    """Draw a plan of chapters and articles, one paragraph a line."""
    lines = ["某某省减污降碳协同增效实施方案", "为落实有关要求，结合实际，制定本实施方案。"]
    article = 0
    for chapter in "一二三"[: draw(st.integers(1, 3))]:
        lines.append(f"{chapter}、突出重点领域")
        for _ in range(draw(st.integers(1, 3))):
            article += 1
            names = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=6, unique=True))
            value = draw(st.integers(1, 99))
            filler = draw(
                st.sampled_from(
                    ["统筹推进各项工作，建立健全体制机制，强化全过程管理", "加强技术研发，推广先进适用的工艺和装备"]
                )
            )
            mark = "一二三四五六七八九"[article - 1]
            lines.append(
                f"（{mark}）推进第{mark}领域协同增效。{filler}，持续提升水平。到2025年，综合利用率达到{value}%以上，打造{value}个标杆项目。"
                f"{filler}。（省{'、'.join(names)}按职责分工负责）"
            )
    return "\n".join(lines)


@given(plans(), st.integers(18, 42), st.booleans())
def test_broken_lines_and_page_numbers_change_nothing(plan: str, width: int, paged: bool) -> None:
    broken: list[str] = []
    for line in plan.split("\n"):
        broken.extend(line[index : index + width] for index in range(0, len(line), width))
    if paged:
        step = 9
        broken = [
            part
            for index, line in enumerate(broken, 1)
            for part in ((line, f"— {index} —") if index % step == 0 else (line,))
        ]
    spaced = "\n\n".join(broken)
    whole, pieces = read(plan), read(spaced)
    assert tasks(pieces) == tasks(whole)
    assert numbers(pieces) == numbers(whole)
    assert [found.cells["text"] for found in pieces.of("target")] == [
        found.cells["text"] for found in whole.of("target")
    ]


@given(plans())
def test_a_plan_in_one_single_line_reads_the_same(plan: str) -> None:
    assert tasks(read(plan.replace("\n", ""))) == tasks(read(plan))


@given(plans())
def test_half_width_signs_read_the_same(plan: str) -> None:
    half = plan.replace("（", "(").replace("）", ")").replace("，", ",").replace("；", ";")
    assert tasks(read(half)) == tasks(read(plan))
    assert numbers(read(half)) == numbers(read(plan))


@given(
    st.lists(st.sampled_from(UNITS), min_size=1, max_size=8, unique=True),
    st.sampled_from(["省", "市", "自治区", "兵团", "县"]),
)
def test_an_elided_prefix_is_restored(names: list[str], prefix: str) -> None:
    elided = prefix + "、".join(names) + "按职责分工负责"
    full = "、".join(prefix + name for name in names) + "按职责分工负责"
    read_elided, read_full = read_responsibility(elided, Naming()), read_responsibility(full, Naming())
    assert read_elided.leads == read_full.leads == tuple(prefix + name for name in names)


@settings(max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=60).map("".join))
def test_no_text_crashes_the_reader(text: str) -> None:
    rows = read(text).rows()
    assert set(rows) == set(FILES.values())
    for kind, file in FILES.items():
        assert all(set(row) == set(COLUMNS[kind]) for row in rows[file])


@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.strip()])
def test_a_text_of_one_piece_over_and_over_gives_whole_rows(piece: str) -> None:
    # How its time grows is measured by benchmarks/read_hostile.py.
    rows = read(piece * (3_000 // len(piece))).rows()
    assert all(set(row) == set(COLUMNS[kind]) for kind, file in FILES.items() for row in rows[file])


@given(st.text())
def test_a_shadow_is_as_long_as_its_text_and_tidying_is_done_once(text: str) -> None:
    assert len(shadow(text)) == len(text)
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(alphabet="（）甲。", max_size=60))
def test_brackets_lie_apart_and_inside_the_text(text: str) -> None:
    last = 0
    for begin, end in brackets(text):
        assert last <= begin < len(text)
        assert text[begin] == "（"
        assert end == -1 or text[end - 1] == "）"
        last = end if end > 0 else len(text)


ROWS: dict[str, Callable[[int], str]] = {
    "figures": lambda i: ",".join(str(i * each) for each in range(1, 11)),
    "brackets": lambda i: f"治理河道{i}公里（市甲局负责），建设泵站{i}座（市乙局负责）。",
    "a bracket a line": lambda i: f"（{i}）开展第{i}项治理（市甲局牵头，市乙局配合）。",
    "labels": lambda i: ("责任单位：市甲局、市乙局", "完成时限：2025年6月底前", f"{i}.推进第{i}类工作。")[i % 3],
    "bars": lambda i: f"|{i}|建设{i}座泵站|市甲局|市乙局|2025年|",
}


@pytest.mark.parametrize("kind", ROWS)
def test_twice_the_lines_take_twice_the_steps(kind: str) -> None:
    # Calls of functions are counted, not seconds: they are the same on every machine.
    few, many = (_calls(["某市方案", "一、主要任务", *map(ROWS[kind], range(size))]) for size in (150, 300))
    assert many < 2.3 * few


def _calls(lines: list[str]) -> int:
    stream = Stream(tuple(Line(text, Place(number)) for number, text in enumerate(lines, 1)), "方案.txt")
    read_plan(stream, "x")  # what is cached, and imported, once is not counted
    profile = cProfile.Profile()
    profile.runcall(read_plan, stream, "x")
    return sum(each.callcount for each in profile.getstats())
