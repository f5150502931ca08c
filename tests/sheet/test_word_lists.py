"""Default word lists and limits: usable as they are, and replaced or extended by a profile."""

from __future__ import annotations

from decimal import Decimal

import pytest

from filings.sheet.problems import LayoutError
from filings.sheet.profile import load_profile
from filings.sheet.word_lists import LIMITS, WORDS
from indicators.number import normalize_width
from tests.factories import PROFILE


@pytest.mark.parametrize("name", sorted(WORDS))
def test_a_list_holds_folded_words(name: str) -> None:
    """Checks compare with folded text, so that a full-width word would never be found."""
    words = [word for word in WORDS[name] if name != "placeholders"]
    assert [word for word in words if normalize_width(word) != word] == []
    assert "" not in words


def test_typos_are_pairs_of_wrong_and_right() -> None:
    pairs = [word.split("=") for word in WORDS["typos"]]
    assert [pair for pair in pairs if len(pair) != 2 or not all(pair) or pair[0] == pair[1]] == []


def test_no_correction_is_itself_a_typo() -> None:
    wrong, right = zip(*(word.split("=") for word in WORDS["typos"]), strict=True)
    assert [(bad, good) for bad in wrong for good in right if bad in good] == []


def test_nothing_is_both_to_increase_and_to_reduce() -> None:
    assert set(WORDS["good"]) & set(WORDS["bad"]) == set()


def test_limits_are_positive() -> None:
    assert [name for name, limit in LIMITS.items() if limit <= 0] == []


def test_a_profile_replaces_or_extends_a_list_and_sets_limits() -> None:
    profile = load_profile(
        "profile.toml",
        PROFILE + '\n[words]\npublic = ["牧民"]\ntimely = ["+", "限时"]\n[limits]\nname_length = 30\n',
    )
    assert profile.words["public"] == ("牧民",)
    assert profile.words["timely"] == (*WORDS["timely"], "限时")
    assert profile.words["good"] == WORDS["good"]
    assert (profile.limits["name_length"], profile.limits["money_tolerance"]) == (Decimal(30), Decimal("0.005"))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("[words]\npubic = []", "words 有不认识的键 pubic"),
        ("[limits]\nname_lenght = 3", "limits 有不认识的键 name_lenght"),
        ('[limits]\nname_length = "long"', 'limits.name_length 应为数字，而不是 "long"'),
    ],
)
def test_a_profile_names_only_lists_and_limits_that_exist(more: str, reason: str) -> None:
    with pytest.raises(LayoutError, match=r"profile\.toml:") as caught:
        load_profile("profile.toml", f"{PROFILE}\n{more}\n")
    assert reason in caught.value.problems[0].reason
