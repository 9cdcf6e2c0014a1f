"""Feedback's composition root: settings → adapters → Application → Service. No logic."""

from services.feedback.adapters.codes import DerivedCodes
from services.feedback.adapters.events import effects, published
from services.feedback.api.routes import router
from services.feedback.application import Application
from services.feedback.application.givers import Givers
from services.feedback.application.ports import Ports
from services.feedback.domain.opinion import Opinion
from services.feedback.domain.register import Register
from services.feedback.domain.service_levels import ServiceLevels
from services.feedback.settings import Settings
from shared.runtime import serving
from shared.security.attempts import Attempts
from shared.security.claims import ClaimGuard
from shared.security.vault import Keys
from shared.time import WorkingCalendar


async def main(settings: Settings) -> None:
    """Serve until told to stop. Raises ValueError that names the file when keys or calendar cannot be read."""
    codes = DerivedCodes(Keys.read(settings.vault_keys_file).codes)
    calendar = WorkingCalendar.load(settings.calendar_dir)
    async with serving("feedback", settings) as service:
        application = Application(
            Ports(
                registers=service.store("register", Register, published),
                opinions=service.store("opinion", Opinion, published),
                codes=codes,
                claims=ClaimGuard(codes.matches, settings.attempts, service.metrics),
                givers=Givers(
                    Attempts(settings.attempts.opinions_per_address, settings.attempts.seconds), service.metrics
                ),
                calendar=calendar,
                clock=service.clock,
                metrics=service.metrics,
                levels=ServiceLevels(),
                serial_prefix=settings.serial_prefix,
            )
        )
        await service.run(router, application, effects=effects(application), rings={"opinion": application.clocks.ring})
