"""What the log says of a check that failed: where, and the shape of its input, but nothing that anyone typed."""

from __future__ import annotations

import logging
import re
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from filings.checks.finding import CheckSubject

log = logging.getLogger(__name__)

MOST_SHAPES = 40
"""Most different shapes of values that one line of the log names."""
LONGEST_SHAPE = 24


def log_crash(check: str, error: Exception, subjects: Sequence[CheckSubject]) -> None:
    """Log the name of the check, the kind and place of the error, and the shapes of the sheets."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    shapes = " | ".join(_sheet_shape(subject) for subject in subjects[:3])
    log.error("check %s failed: %s at %s; %s sheets: %s", check, type(error).__name__, place, len(subjects), shapes)


def _sheet_shape(subject: CheckSubject) -> str:
    """Form, rows by table, longest text, and the shapes of numbers and values: 9 a digit, a a letter, 字 another."""
    rows = ",".join(f"{name}={len(rows)}" for name, rows in subject.document.tables.items())
    longest = max((len(text) for _, text in subject.document.cells()), default=0)
    shapes = Counter(_value_shapes(subject))
    most = " ".join(shape for shape, _ in shapes.most_common(MOST_SHAPES))
    return f"{subject.layout.key} v{subject.layout.version} rows {rows} longest {longest} values {most}"


def _value_shapes(subject: CheckSubject) -> Iterator[str]:
    """The shape of each money, number, date, operator and target cell, cut where it is long."""
    for _, spec, text in subject.texts:
        if spec.kind.key in ("money", "number", "date", "operator", "target"):
            yield text_shape(text)


def text_shape(text: str) -> str:
    """A text with 9 for each run of digits, a for letters and 字 for other words; signs stay as they are."""
    shape = re.sub(r"[a-zA-Z]+", "a", text[: LONGEST_SHAPE * 4])
    shape = re.sub(r"\d+", "9", shape)
    return re.sub(r"[^\W\da]+", "字", shape).replace(" ", "_")[:LONGEST_SHAPE]
