"""What a validator of PDF/A and PDF/UA objects to."""

from __future__ import annotations

import re

import page


def failures(data: bytes, profile: str) -> list[tuple[str, str]]:
    """What the validator objects to.

    It takes a line feed that follows a stream's last byte for half of the end of the line if that byte is a carriage
    return, and then says that the length is wrong: such a stream is looked at here.
    """
    report = page.validate_pdf_bytes(data, profile=profile)
    found = [(failure.rule_id, failure.message) for failure in report.failures]
    if found and {rule for rule, _ in found} == {"PDFA2A-STREAM-LENGTH-001"}:
        return [one for one in found if not has_exact_lengths(data)]
    return found


def has_exact_lengths(data: bytes) -> bool:
    """Whether every stream is as long as it says, and ended by a line feed."""
    begins = [one.end() for one in re.finditer(rb">>\nstream\n", data)]
    assert len(begins) == data.count(b"endstream"), "a stream begins otherwise"
    lengths = [int(re.findall(rb"/Length (\d+)", data[max(0, at - 400) : at])[-1]) for at in begins]
    return all(data[at + length :].startswith(b"\nendstream\n") for at, length in zip(begins, lengths, strict=True))
