"""Commands: what a caller intends, who asks, and the key that makes a repeat harmless. Pure."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from shared.errors import Forbidden
from shared.ids import derived_id, new_id

R = TypeVar("R")


@dataclass(frozen=True)
class Once:
    """An `Idempotency-Key` with the digest of what it was sent with; the same pair is the same request."""

    key: str
    digest: str


@dataclass(frozen=True)
class Actor:
    """Who asks: a verified staff member with roles and units, or the public (no roles)."""

    subject: str
    roles: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    origin: str = field(default="", repr=False, compare=False)
    """From which address, where attempts are counted; empty when not known. Never kept, logged or published."""

    @property
    def district_wide(self) -> bool:
        """Whether the roles reach beyond the actor's own units."""
        return bool(self.roles & {"administrator", "office", "assessor", "auditor"})

    def must_act_for(self, *unit_ids: str) -> None:
        """Raises Forbidden unless the actor belongs to one of these units or to the district's office."""
        if not self.district_wide and not self.units.intersection(unit_ids):
            raise Forbidden(
                "other_unit",
                "该事项不属于您的单位，不能办理。",
                "This belongs to another unit; ask that unit or the Open Government Office.",
            )


PUBLIC = Actor(subject="public")
SYSTEM = Actor(subject="system", roles=frozenset({"office"}))
"""A service that acts on a fact or a timer. Asked for by identity (`is`): a token can say "system", too."""


@dataclass(frozen=True, kw_only=True)
class Command(Generic[R]):
    """An intent that is answered with an `R`, or refused with a Problem."""

    actor: Actor
    once: Once | None = field(default=None)

    def new_id(self, kind: str) -> str:
        """The id of what this command creates: the same again when the same request is repeated."""
        return derived_id(kind, self.once.key) if self.once else new_id()
