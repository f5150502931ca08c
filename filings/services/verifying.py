"""Verification codes: from the code at the foot of a sheet back to the revision it was printed from."""

from __future__ import annotations

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which people read wrongly."""
CHECK = 12
"""Characters that prove the code, 60 bits; those before them count revisions."""


def code_of(revision_pk: int, ref: str, number: int, sha256: str) -> str:
    """The code of a revision, in groups of four: its number and a proof that nobody can guess without its content."""
    proof = int.from_bytes(
        hashlib.sha256(f"verify\n{revision_pk}\n{ref}\n{number}\n{sha256}".encode()).digest()[:8], "big"
    )
    text = _base32(revision_pk, 4) + _base32(proof >> 4, CHECK)
    text = text.zfill(-(-len(text) // 4) * 4)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _base32(number: int, least: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 32)
        text = ALPHABET[rest] + text
    return text.zfill(least)
