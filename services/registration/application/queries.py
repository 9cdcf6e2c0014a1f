"""Questions to registration: they read, and change nothing."""

from services.registration.application.ports import Ports
from services.registration.domain.unit import Unit


class Queries:
    """Reads over the service's own aggregates."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def unit(self, unit_id: str) -> Unit:
        """Raises NotFound."""
        return await self._ports.units.get(unit_id)

    async def units(self) -> list[Unit]:
        """All units, by id."""
        return await self._ports.units.find()
