"""Scoring's table of contents: every command with its handler, and the queries."""

from services.scoring.application import commands as c
from services.scoring.application.books import Books
from services.scoring.application.handlers.activities import ActivityHandlers
from services.scoring.application.handlers.claims import ClaimHandlers
from services.scoring.application.handlers.periods import PeriodHandlers
from services.scoring.application.handlers.units import UnitHandlers
from services.scoring.application.ports import Ports
from services.scoring.application.queries import Queries
from shared.commands import Command
from shared.dispatch import Dispatcher, Handlers, R


class Application:
    """What scoring can do."""

    def __init__(self, ports: Ports) -> None:
        self.queries = Queries(ports)
        books = Books(ports)
        activities = ActivityHandlers(ports, books)
        units = UnitHandlers(ports, books, activities)
        periods = PeriodHandlers(ports, books, activities)
        claims = ClaimHandlers(ports, books, self.queries)
        handlers: Handlers = {
            c.AdoptRulebooks: periods.adopt,
            c.EnterUnit: units.enter,
            c.NoteActivity: activities.note,
            c.CloseYear: periods.close,
            c.FreezeYear: periods.freeze,
            c.ClaimBonus: claims.lodge,
            c.DecideClaim: claims.decide,
            c.RecallClaim: claims.recall,
            c.RecallDecision: claims.recall_decision,
            c.RecallFreeze: periods.recall,
        }
        self._dispatcher = Dispatcher(handlers, ports.metrics)

    async def handle(self, command: Command[R]) -> R:
        """Carry out a command; raises a Problem when it is refused."""
        return await self._dispatcher.handle(command)
