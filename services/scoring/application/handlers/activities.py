"""Activities: fold what is known into the card, then tell every account that it counts for.

Three steps over several documents, each idempotent and each telling the whole: a crash between them is mended by the
repeat of the same event.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from services.scoring.application.books import Books, Told
from services.scoring.application.commands import NoteActivity
from services.scoring.application.ports import Ports
from services.scoring.domain.card import ActivityCard
from services.scoring.domain.facts import ActivityFact
from services.scoring.domain.ledger import Occasion
from services.scoring.domain.roll import UnitEntry
from services.scoring.domain.rulebook import Rulebooks


class ActivityHandlers:
    """Handlers for activities."""

    def __init__(self, ports: Ports, books: Books) -> None:
        self._cards = ports.cards
        self._units = ports.units
        self._rulebooks = ports.rulebooks
        self._books = books

    async def note(self, command: NoteActivity) -> None:
        """Facts that come together cost one write of the card and one of each account."""
        id_, rest = command.activity_id, command.facts
        while rest:
            noted = await self._cards.change_or_create(
                id_, lambda: ActivityCard(id=id_), partial(_noted, facts=rest, rulebooks=self._rulebooks)
            )
            await self._books.contribute(noted.pushes)
            if noted.answering:
                await self.tell(id_, noted.answering, _occasion(rest[noted.taken - 1]))
            rest = rest[noted.taken :]

    async def tell(self, activity_id: str, answering: tuple[str, ...], occasion: Occasion) -> None:
        """Learn how the `answering` units stand, then tell the accounts."""
        for unit_id in answering:
            await self._learn(activity_id, unit_id)
        pushes = await self._cards.change(activity_id, lambda card: card.pushes(self._rulebooks))
        await self._books.contribute([(push, occasion) for push in pushes])

    async def _learn(self, activity_id: str, unit_id: str) -> None:
        guidance = await self._units.change_or_create(
            unit_id, lambda: UnitEntry(id=unit_id), lambda unit: unit.answers_for(activity_id)
        )
        if guidance:
            await self._cards.change(activity_id, lambda card: card.learn(guidance))


class Noted(NamedTuple):
    """What became of the first `taken` facts: what accounts are to be told, and whose standing must be learned first.

    Where a standing must be learned, the last of these facts is not in `pushes` yet.
    """

    taken: int
    pushes: tuple[Told, ...]
    answering: tuple[str, ...]


def _noted(card: ActivityCard, *, facts: Sequence[ActivityFact], rulebooks: Rulebooks) -> Noted:
    pushes: list[Told] = []
    for count, fact in enumerate(facts, start=1):
        if answering := card.note(fact):
            return Noted(count, tuple(pushes), answering)
        pushes += [(push, _occasion(fact)) for push in card.pushes(rulebooks)]
    return Noted(len(facts), tuple(pushes), ())


def _occasion(fact: ActivityFact) -> Occasion:
    return Occasion(fact.proof.at, fact.proof.event)
