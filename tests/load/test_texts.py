"""What the load's clerks type changes something: a save that changes nothing would look as if it were lost."""

from __future__ import annotations

from random import Random

from tests.checks.kit import PLACES, real
from tests.load.texts import text_for


def test_no_text_is_one_of_a_real_sheet() -> None:
    known = {text for place in PLACES for subject in real(place) for _, text in subject.document.cells()}
    assert "≥95%" in known
    paths = ("title", "funding[total].amount", "indicators[i1].value")
    seeds = range(20)
    typed = {text_for(path, number, Random(seed)) for path in paths for number in range(1, 200) for seed in seeds}
    assert typed.isdisjoint(known)
