"""The people of a roster as its document has them: a line for most, a tree for those with more to tell."""

import base64
import uuid
from collections.abc import Iterable
from typing import Any

CATEGORIES = {
    "n": "npc_deputy",
    "c": "cppcc_member",
    "r": "resident_representative",
    "m": "media_representative",
}
STATES = {
    "p": "applied",
    "y": "confirmed",
    "w": "waitlisted",
    "x": "cancelled",
    "t": "attended",
    "a": "absent",
    "o": "not_drawn",
    "f": "offered",
    "d": "declined",
    "e": "expired",
}


def people(kept: "dict[str, Any] | Iterable[Any]") -> dict[str, dict[str, Any]]:
    """By id, with `id`, `category`, `status` and `ticket` at least."""
    if isinstance(kept, dict):
        return kept
    found = [_read(each) if isinstance(each, str) else each for each in kept]
    return {each["id"]: each for each in found}


def _read(line: str) -> dict[str, Any]:
    """`<id> <category, state, grassroots> <ticket> <microseconds>`; an id that is no UUID comes after `=`."""
    id_, flags, ticket, _ = line.rsplit(" ", 3)
    whole = id_[1:] if id_.startswith("=") else str(uuid.UUID(bytes=base64.urlsafe_b64decode(id_ + "==")))
    return {"id": whole, "category": CATEGORIES[flags[0]], "status": STATES[flags[1]], "ticket": int(ticket)}
