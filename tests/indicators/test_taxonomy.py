"""Canonical codes, and finding a row's node in a local tree from what filers print."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.taxonomy import CANONICAL, Category, Tree

# A tree after a real district form, in which satisfaction stands under benefit, and one name stands twice.
TREE = Tree(
    (
        Category("output", "产出指标"),
        Category("output.quantity", "数量指标", "output"),
        Category("output.cost", "成本指标", "output"),
        Category("output.other", "其他指标", "output", "output.quality"),
        Category("benefit", "效益指标"),
        Category("benefit.social", "社会效益指标", "benefit"),
        Category("benefit.ecological", "生态效益指标", "benefit"),
        Category("environment", "环境效益指标", "benefit", "benefit.ecological"),
        Category("public", "社会公众及服务对象满意度指标", "benefit", "satisfaction.beneficiary"),
        Category("benefit.other", "其他指标", "benefit", "benefit.sustainability"),
    )
)


def test_every_canonical_parent_is_itself_canonical() -> None:
    level1 = {code for code in CANONICAL if "." not in code}
    assert level1 == {"cost", "output", "benefit", "satisfaction"}
    assert {code.partition(".")[0] for code in CANONICAL} == level1


def test_canonical_codes_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CANONICAL["new"] = "New"  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        TREE.categories[0].name = "另名"  # type: ignore[misc]


def test_a_category_means_its_own_code_unless_it_says_otherwise() -> None:
    assert Category("cost", "成本指标").canonical == "cost"
    assert Category("environment", "环境效益指标", "benefit", "benefit.ecological").canonical == "benefit.ecological"
    assert replace(TREE.categories[0], name="产出").canonical == "output"


def test_levels_keep_the_printed_order() -> None:
    assert [category.code for category in TREE.level1()] == ["output", "benefit"]
    assert [category.code for category in TREE.children("output")] == [
        "output.quantity",
        "output.cost",
        "output.other",
    ]
    assert TREE.children("nowhere") == ()


@pytest.mark.parametrize(
    ("level1", "level2", "code"),
    [
        ("产出指标", "数量指标", "output.quantity"),
        ("产出", "数量", "output.quantity"),
        (" 产出指标", "数量\n指标", "output.quantity"),
        ("产出指标　", "数 量 指 标", "output.quantity"),
        ("社会效益指标", "社会效益指标", "benefit.social"),
        ("社会效益指标", "生态效益指标", "benefit.ecological"),
        ("", "社会效益指标", "benefit.social"),
        ("产出指标", "社会效益指标", "benefit.social"),
        ("效益指标", "环境效益指标", "environment"),
        ("满意度指标", "社会公众及服务对象满意度指标", "public"),
        ("产出指标", "其他指标", "output.other"),
        ("效益指标", "其他指标", "benefit.other"),
        ("效益指标", "可持续性影响效益", "benefit"),
        ("效益指标", "", "benefit"),
        ("效益指标", "指标", "benefit"),
    ],
)
def test_find(level1: str, level2: str, code: str) -> None:
    found = TREE.find(level1, level2)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("level1", "level2"),
    [
        ("", ""),
        ("满意度指标", "别的"),
        ("指标", "指标"),
        ("社会效益指标", ""),
        # Two nodes have this name, and the parent says neither.
        ("社会效益指标", "其他指标"),
        ("", "其他指标"),
    ],
)
def test_find_nothing(level1: str, level2: str) -> None:
    assert TREE.find(level1, level2) is None
    assert TREE.code_of(level1, level2) == ""


def test_code_of_is_canonical() -> None:
    assert TREE.code_of("效益指标", "社会公众及服务对象满意度指标") == "satisfaction.beneficiary"
    assert TREE.code_of("效益指标", "环境效益指标") == "benefit.ecological"
    assert TREE.code_of("产出指标", "成本指标") == "output.cost"


@given(st.text(), st.text())
def test_any_two_names_give_a_canonical_code_or_none(level1: str, level2: str) -> None:
    assert TREE.code_of(level1, level2) in {"", *CANONICAL}


@given(st.sampled_from(TREE.categories))
def test_every_node_is_found_by_its_own_names(category: Category) -> None:
    names = {node.code: node.name for node in TREE.categories}
    if category.parent_code is None:
        assert TREE.find(category.name, "") == category
    else:
        assert TREE.find(names[category.parent_code], category.name) == category
