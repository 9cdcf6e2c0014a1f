"""A draw that anyone can recompute: the sealed seed's digest is published at the close, the seed at the draw.

Within a category, applicants stand in the order of SHA-256(seed : registration id).
"""

import hashlib
from collections.abc import Iterable


def digest(text: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def applicants_digest(registration_ids: Iterable[str]) -> str:
    """What the list of applicants was, whatever order it came in."""
    return digest("\n".join(sorted(registration_ids)))


def order(seed: str, registration_ids: Iterable[str]) -> list[str]:
    """The order of the draw."""
    return sorted(registration_ids, key=lambda each: digest(f"{seed}:{each}"))
