"""The port through which an application reaches its aggregates; `shared.storage.aggregates` stands behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from shared.aggregate import A
from shared.commands import Once

R = TypeVar("R")


@dataclass(frozen=True)
class Versioned(Generic[A]):
    """An aggregate with the version that its ETag shows."""

    aggregate: A
    version: int


class Repository(Protocol[A]):
    """All aggregates of one kind. Everything raises Unavailable when the database is away."""

    async def get(self, id_: str) -> A:
        """As last written. Raises NotFound."""

    async def versioned(self, id_: str) -> Versioned[A]:
        """As last written, with its version. Raises NotFound."""

    async def recent(self, id_: str) -> A:
        """As this process last saw it: from memory where it can, so another replica may have changed it since.

        For what never changes, and for what is decided again inside `change`. Raises NotFound.
        """

    async def find(self, where: Mapping[str, Any] | None = None, *, limit: int = 0) -> list[A]:
        """All whose state has these values, by id. For lists, never on a hot path."""

    async def create(self, make: Callable[[], A], id_: str, *, once: Once | None = None) -> A:
        """Insert. A repeat with the same key answers as the first; otherwise 409 `already_exists`."""

    async def change(
        self,
        id_: str,
        change: Callable[[A], R],
        *,
        once: Once | None = None,
        answer: type[R] | None = None,
        version: int | None = None,
    ) -> R:
        """Apply a pure change: durable and applied once when this returns.

        With `once`, `answer` is the type of what `change` returns (a dataclass or a scalar), kept to repeat the answer
        to a repeated key. `version` is that of If-Match.
        Raises NotFound, whatever `change` raises, PreconditionFailed, Invalid (key reused), Unavailable.
        """

    async def change_or_create(
        self,
        id_: str,
        make: Callable[[], A],
        change: Callable[[A], R],
        *,
        once: Once | None = None,
        answer: type[R] | None = None,
        likely_new: bool = False,
    ) -> R:
        """Apply `change` to what is there, or to what `make` makes; `once` and `answer` as for `change`.

        `likely_new` saves the look where there is nothing yet, and costs a write that is refused where there is.
        """

    async def ring(self, id_: str, timer: str) -> None:
        """Let a timer that is due change its aggregate, exactly once."""
