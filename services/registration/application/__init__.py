"""Registration's table of contents: every command with its handler, and the queries."""

from services.registration.application import commands as c
from services.registration.application.handlers.units import UnitHandlers
from services.registration.application.ports import Ports
from services.registration.application.queries import Queries
from shared.commands import Command
from shared.dispatch import Dispatcher, Handlers, R


class Application:
    """What registration can do."""

    def __init__(self, ports: Ports) -> None:
        units = UnitHandlers(ports)
        handlers: Handlers = {
            c.RegisterUnit: units.register,
        }
        self._dispatcher = Dispatcher(handlers, ports.metrics)
        self.queries = Queries(ports)

    async def handle(self, command: Command[R]) -> R:
        """Carry out a command; raises a Problem when it is refused."""
        return await self._dispatcher.handle(command)
