"""Registration's composition root: settings → adapters → Application → Service. No logic."""

from services.registration.adapters.events import published
from services.registration.api.routes import router
from services.registration.application import Application
from services.registration.application.ports import Ports
from services.registration.domain.unit import Unit
from services.registration.settings import Settings
from shared.runtime import serving


async def main(settings: Settings) -> None:
    """Serve until told to stop."""
    async with serving("registration", settings) as service:
        ports = Ports(
            units=service.store("unit", Unit, published),
            clock=service.clock,
            metrics=service.metrics,
        )
        await service.run(router, Application(ports))
