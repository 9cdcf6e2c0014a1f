"""Turns: noted when an activity is held, looked up when somebody applies for a draw, forgotten by themselves."""

from contextlib import suppress
from datetime import datetime

from services.registration.application.ports import Contact, Ports
from services.registration.domain.draw import FULL_WEIGHT
from services.registration.domain.place import Status
from services.registration.domain.turns import Turn, TurnKind, Turns
from shared.errors import NotFound

_KINDS = {Status.ATTENDED: TurnKind.ATTENDED, Status.ABSENT: TurnKind.ABSENT}


class TurnHandlers:
    """What a person's earlier places mean for a draw. Keyed by the blind index of the number, as in the vault."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._turns = ports.turns

    async def note(self, point_id: str, ended_at: datetime) -> None:
        """Of everybody who had a place at a point whose door has closed for good; may be repeated."""
        roster = await self._ports.rosters.get(point_id)
        contacts = await self._ports.vault.contacts(point_id)
        for mine in roster.seated():
            if (kind := _KINDS.get(mine.status)) and (contact := contacts.get(mine.id)):
                await self._take(self._ports.vault.person(contact), mine.id, Turn(kind, ended_at))

    async def weight(self, contact: Contact, at: datetime) -> int:
        """How many lots this person draws, seen from `at`."""
        try:
            turns = await self._turns.get(self._ports.vault.person(contact))
        except NotFound:
            return FULL_WEIGHT
        return self._ports.turn_rule.weight(turns.taken.values(), at)

    async def ring(self, person: str, timer: str) -> None:
        """What no longer counts is forgotten, and then that there was anything."""
        await self._turns.ring(person, timer)
        await self._tidy(person)

    async def forget(self, person: str, registration_id: str) -> None:
        """The turn of this registration, if there is one; may be repeated."""
        with suppress(NotFound):
            await self._turns.change(person, lambda each: each.forget(registration_id))
            await self._tidy(person)

    async def _tidy(self, person: str) -> None:
        if not (await self._turns.get(person)).taken:
            await self._turns.delete(person)

    async def _take(self, person: str, registration_id: str, turn: Turn) -> None:
        await self._turns.change_or_create(
            person, lambda: Turns(id=person), lambda each: each.take(registration_id, turn)
        )
