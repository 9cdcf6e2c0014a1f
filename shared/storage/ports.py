"""What the kernel asks of a document database: so little that the embedded engine and MongoDB answer alike."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Document = dict[str, Any]


class DuplicateId(Exception):
    """A document with this `_id` (or another unique key) is there already."""


class Documents(Protocol):
    """One collection. Every method raises `shared.errors.Unavailable` when the database is away."""

    async def get(self, id_: str) -> Document | None:
        """By `_id`; the hot path."""

    async def insert(self, document: Document) -> None:
        """Raises DuplicateId."""

    async def replace(self, document: Document, *, rev: int) -> bool:
        """Compare-and-set: True when the stored `rev` was `rev` and `document` now stands in its place."""

    async def delete(self, id_: str, *, rev: int | None = None) -> bool:
        """True when there was one, and with `rev` one whose stored `rev` that was."""

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] = (),
    ) -> list[Document]:
        """All that match (`fields`: these alone, and `_id`). A full scan, unless by `_id`: never on a hot path."""

    async def index(self, keys: Sequence[tuple[str, int]], *, unique: bool = False) -> None:
        """Declare an index; a no-op where the engine keeps none."""
