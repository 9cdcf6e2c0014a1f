"""How an account is kept: what its activities mean and what its lines say, each as one JSON text.

As trees they are most of the document, fifty small values for each activity, and the database would take them apart and
put them together at every write; only this service reads them, and only whole.
"""

from typing import Any

from pydantic import TypeAdapter

from services.scoring.domain.account import Account
from services.scoring.domain.facts import Contribution
from services.scoring.domain.ledger import Kept
from shared.storage.ports import Document

_CONTRIBUTIONS = TypeAdapter(dict[str, Contribution])
_FIELDS: dict[str, TypeAdapter[Any]] = {
    "activities": _CONTRIBUTIONS,
    "late": _CONTRIBUTIONS,
    "kept": TypeAdapter(dict[str, Kept]),
}


class AccountForm:
    """`shared.storage.document.Form` of accounts."""

    fields = frozenset(_FIELDS)

    def packed(self, aggregate: Account) -> Document:
        return {name: text.dump_json(getattr(aggregate, name)).decode() for name, text in _FIELDS.items()}

    def unpacked(self, state: Document) -> Document:
        return {**state, **{name: _read(text, state[name]) for name, text in _FIELDS.items()}}


def _read(text: TypeAdapter[Any], stored: Any) -> Any:
    """Also what was stored as a tree."""
    return text.validate_json(stored) if isinstance(stored, str) else text.validate_python(stored)
