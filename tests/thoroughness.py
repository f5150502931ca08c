"""How much a run of the tests tries: the gate what fits into minutes, `make nightly` (PERFBUDGET_NIGHTLY) far more."""

from __future__ import annotations

import os

NIGHTLY = bool(os.environ.get("PERFBUDGET_NIGHTLY"))


def times(gate: int, nightly: int) -> int:
    """How often something random is tried."""
    return nightly if NIGHTLY else gate
