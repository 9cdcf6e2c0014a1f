"""Units: enter them into the roll; tell their accounts, and the activities that wait to hear of them."""

from services.scoring.application.books import Books
from services.scoring.application.commands import EnterUnit
from services.scoring.application.handlers.activities import ActivityHandlers
from services.scoring.application.ports import Ports
from services.scoring.domain.ledger import Occasion
from services.scoring.domain.roll import UnitEntry


class UnitHandlers:
    """Handlers for units."""

    def __init__(self, ports: Ports, books: Books, activities: ActivityHandlers) -> None:
        self._units = ports.units
        self._books = books
        self._activities = activities

    async def enter(self, command: EnterUnit) -> None:
        known = command.particulars
        waiting = await self._units.change_or_create(
            command.unit_id, lambda: UnitEntry(id=command.unit_id), lambda unit: unit.register(known)
        )
        entry = await self._units.get(command.unit_id)
        occasion = Occasion(known.recorded_at, command.event)
        await self._books.know_unit(command.unit_id, entry.particulars or known, occasion)
        for activity_id in waiting:
            await self._activities.tell(activity_id, (command.unit_id,), occasion)
