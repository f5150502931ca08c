"""Charts: sizes follow the numbers; well-formed, escaped, named, and without inline styles."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from filings.renderers.charts import (
    HEIGHT,
    ROW,
    SHADES,
    Bar,
    Chart,
    ChartMark,
    StepLine,
    bar_chart,
    bar_sample,
    line_sample,
    step_chart,
)

NASTY = """<script>"'&"""


def tree(markup: str) -> ET.Element:
    return ET.fromstring(markup)


def boxes(svg: ET.Element) -> list[tuple[str | None, str | None]]:
    return [(box.get("x"), box.get("width")) for box in svg.iter("rect")]


def words(svg: ET.Element) -> list[str | None]:
    return [text.text for text in svg.iter("text")]


def test_bars_share_one_scale() -> None:
    rows = [Bar("产出", [("数量", 30), ("质量", 10)]), Bar("效益", [("社会", 20)])]
    svg = tree(bar_chart(Chart("mix", "构成", "说明"), rows))
    assert boxes(svg) == [("0.00%", "75.00%"), ("75.00%", "25.00%"), ("0.00%", "50.00%")]
    assert words(svg) == ["产出", "40", "30", "10", "效益", "20"], "one part needs no number of its own"
    assert [tip.text for tip in svg.findall(".//rect/title")] == ["数量：30", "质量：10", "社会：20"]
    assert svg.get("height") == f"{2 * ROW:g}em"


def test_a_number_stands_in_its_part_only_where_there_is_room() -> None:
    svg = tree(bar_chart(Chart("mix", "构成", "说明"), [Bar("产出", [("数量", 960), ("质量", 40)])]))
    assert words(svg) == ["产出", "1000", "960"]


def test_a_long_label_is_cut() -> None:
    rows = [Bar("一二三四五六七八九十一二三四", [("", 2)]), Bar("一二三四五六七八九十一二三四五", [("", 1)])]
    labels = words(tree(bar_chart(Chart("mix", "构成", "说明"), rows)))[::2]
    assert labels == ["一二三四五六七八九十一二三四", "一二三四五六七八九十一二三…"]


def test_parts_beside_each_other_look_different() -> None:
    svg = tree(bar_chart(Chart("mix", "构成", "说明"), [Bar("产出", [(str(n), 1) for n in range(SHADES + 1)])]))
    looks = [box.get("class") for box in svg.iter("rect")]
    assert all(one != other for one, other in pairwise(looks))
    assert len(set(looks)) == SHADES


@pytest.mark.parametrize("rows", [[], [Bar("空", [])], [Bar("零", [("零", 0)])]])
def test_bars_of_nothing(rows: list[Bar]) -> None:
    svg = tree(bar_chart(Chart("mix", "构成", "说明"), rows))
    assert [width for _, width in boxes(svg)] in ([], ["0.00%"])


def pieces(svg: ET.Element, look: str) -> list[tuple[str | None, ...]]:
    (group,) = (one for one in svg.iter("g") if one.get("class") == look)
    return [tuple(line.get(name) for name in ("x1", "x2", "y1", "y2")) for line in group]


def test_steps_go_up_at_their_place_and_on_to_the_end() -> None:
    """Heights 0, 5 and 10 of 10 lie at 15.2, 8.4 and 1.6 em from above."""
    line = StepLine("sent", [(0.25, 5), (0.5, 10)])
    svg = tree(step_chart(Chart("progress", "进度", "说明"), [line], [], 0.75, 10))
    assert pieces(svg, "sent") == [
        ("0.00%", "25.00%", "15.2em", "15.2em"),
        ("25.00%", "25.00%", "15.2em", "8.4em"),
        ("25.00%", "50.00%", "8.4em", "8.4em"),
        ("50.00%", "50.00%", "8.4em", "1.6em"),
        ("50.00%", "75.00%", "1.6em", "1.6em"),
    ]
    assert pieces(svg, "goal") == [("0.00%", "100.00%", "1.6em", "1.6em")]
    assert svg.get("height") == f"{HEIGHT}em"


def test_more_than_the_goal_stays_in_the_picture() -> None:
    svg = tree(step_chart(Chart("progress", "进度", "说明"), [StepLine("sent", [(0.5, 20)])], [], 1, 10))
    assert pieces(svg, "sent")[-1][2] == "1.6em"
    assert pieces(svg, "goal")[0][2] == "8.4em"


def test_steps_of_nothing() -> None:
    svg = tree(step_chart(Chart("progress", "进度", "说明"), [StepLine("sent", [])], [ChartMark(1, "截止")], 0, 0))
    assert pieces(svg, "sent") == [("0.00%", "0.00%", "15.2em", "15.2em")]
    assert words(svg) == ["截止"]


@pytest.mark.parametrize(("at", "anchor"), [(0, "start"), (0.5, "middle"), (1, "end")])
def test_words_of_a_mark_stay_inside(at: float, anchor: str) -> None:
    svg = tree(step_chart(Chart("progress", "进度", "说明"), [], [ChartMark(at, "截止")], 1, 1))
    assert [text.get("text-anchor") for text in svg.iter("text")] == [anchor]


PICTURES = [
    bar_chart(Chart("a", NASTY, NASTY), [Bar(NASTY, [(NASTY, 3)])]),
    step_chart(Chart("b", NASTY, NASTY), [StepLine("sent", [(0.5, 1)])], [ChartMark(0.5, NASTY)], 1, 1),
]


@pytest.mark.parametrize("markup", PICTURES)
def test_pictures_are_named_escaped_and_unstyled(markup: str) -> None:
    svg = tree(markup)
    named = {one.get("id"): one.text for one in svg if one.tag in ("title", "desc")}
    assert svg.get("role") == "img"
    assert (named[svg.get("aria-labelledby")], named[svg.get("aria-describedby")]) == (NASTY, NASTY)
    assert "<script" not in markup
    assert not [one.tag for one in svg.iter() if one.tag in ("style", "script", "image", "a")]
    assert not [name for one in svg.iter() for name in one.attrib if name == "style" or name.startswith("on")]


def test_samples_have_the_looks_of_what_they_explain() -> None:
    assert tree(bar_sample(SHADES + 1)).find("rect").get("class") == "seg-1"  # type: ignore[union-attr]
    assert tree(line_sample("goal")).find("g").get("class") == "goal"  # type: ignore[union-attr]
