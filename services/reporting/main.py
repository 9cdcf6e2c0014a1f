"""Reporting's composition root: settings → adapters → Application → Service. No logic."""

from services.reporting.adapters.events import effects, published
from services.reporting.adapters.files import ContentStore
from services.reporting.api.routes import UPLOADS, router
from services.reporting.application import Application
from services.reporting.application.ports import Ports
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.filing import FilingRule
from services.reporting.settings import Settings
from shared.runtime import serving
from shared.time import WorkingCalendar


async def main(settings: Settings) -> None:
    """Serve until told to stop."""
    calendar = WorkingCalendar.load(settings.calendar_dir)
    files = ContentStore(settings.store_dir, settings.max_file_bytes)
    files.prepare()
    async with serving("reporting", settings) as service:
        ports = Ports(
            dossiers=service.store("dossier", Dossier, published),
            files=files,
            rule=FilingRule(settings.filing_reading, calendar, settings.receipt_prefix),
            clock=service.clock,
            metrics=service.metrics,
        )
        application = Application(ports)
        await service.run(
            router, application, effects=effects(application), body_caps={UPLOADS: settings.max_file_bytes}
        )
