"""Units: register and amend."""

from services.registration.application.planning import RegisterUnit
from services.registration.application.ports import Ports
from services.registration.domain.unit import Unit


class UnitHandlers:
    """Handlers for units."""

    def __init__(self, ports: Ports) -> None:
        self._units = ports.units

    async def register(self, command: RegisterUnit) -> None:
        supervisor = command.particulars.supervising_unit_id
        if supervisor and supervisor != command.unit_id:
            await self._units.get(supervisor)
        await self._units.change_or_create(
            command.unit_id,
            lambda: Unit.register(command.unit_id, command.particulars),
            lambda unit: unit.amend(command.particulars),
        )
