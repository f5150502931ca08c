"""What `make load` says about the knee: only what was measured."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.load.arrivals import Outcome, Run
from tests.load.report import Row, knee, print_goals


def row(rate: float, seconds: float, error: str = "") -> Row:
    """A rate at which every request took so many seconds."""
    return Row(Run(rate, 10, due=10, outcomes=[Outcome("save", seconds, error)] * 10, lasted=10))


def test_the_knee_is_the_highest_rate_that_holds() -> None:
    assert knee([row(20, 0.1), row(40, 0.4), row(60, 0.6)]) == 40
    assert knee([row(20, 0.1), row(40, 0.1, "500")]) == 20
    assert knee([row(20, 0.6)]) == 0


@pytest.mark.parametrize(
    ("rows", "floor", "said"),
    [
        ([row(80, 0.1)], [], "holds: knee"),
        ([row(60, 0.1), row(80, 0.9)], [], "FALLS SHORT: knee"),
        ([row(60, 0.1)], [], "not shown: knee"),
        ([row(60, 0.1), row(80, 0.9)], [row(300, 0.1), row(400, 0.9)], "holds: knee"),
        ([row(40, 0.1), row(80, 0.9)], [row(300, 0.1), row(400, 0.9)], "FALLS SHORT: knee"),
        ([row(60, 0.1), row(80, 0.9)], [row(300, 0.1)], "not shown: knee"),
    ],
)
def test_a_knee_is_judged_only_where_it_was_found(
    rows: Sequence[Row], floor: Sequence[Row], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_goals(rows, floor, is_packet_built=False)
    assert said in capsys.readouterr().out
