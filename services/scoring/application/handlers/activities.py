"""Activities: fold what is known into the card, then tell every account that it counts for.

Three steps over several documents, each idempotent and each telling the whole: a crash between them is mended by the
repeat of the same event.
"""

from services.scoring.application.books import Books
from services.scoring.application.commands import NoteActivity
from services.scoring.application.ports import Ports
from services.scoring.domain.card import ActivityCard, Push
from services.scoring.domain.ledger import Occasion
from services.scoring.domain.roll import UnitEntry


class ActivityHandlers:
    """Handlers for activities."""

    def __init__(self, ports: Ports, books: Books) -> None:
        self._cards = ports.cards
        self._units = ports.units
        self._rulebooks = ports.rulebooks
        self._books = books

    async def note(self, command: NoteActivity) -> None:
        id_, fact = command.activity_id, command.fact

        def noted(card: ActivityCard) -> tuple[tuple[str, ...], tuple[Push, ...]]:
            answering = card.note(fact)
            return answering, () if answering else card.pushes(self._rulebooks)

        answering, pushes = await self._cards.change_or_create(id_, lambda: ActivityCard(id=id_), noted)
        occasion = Occasion(fact.proof.at, fact.proof.event)
        if answering:
            await self.tell(id_, answering, occasion)
        for push in pushes:
            await self._books.contribute(push, occasion)

    async def tell(self, activity_id: str, answering: tuple[str, ...], occasion: Occasion) -> None:
        """Learn how the `answering` units stand, then tell the accounts."""
        for unit_id in answering:
            await self._learn(activity_id, unit_id)
        for push in await self._cards.change(activity_id, lambda card: card.pushes(self._rulebooks)):
            await self._books.contribute(push, occasion)

    async def _learn(self, activity_id: str, unit_id: str) -> None:
        guidance = await self._units.change_or_create(
            unit_id, lambda: UnitEntry(id=unit_id), lambda unit: unit.answers_for(activity_id)
        )
        if guidance:
            await self._cards.change(activity_id, lambda card: card.learn(guidance))
