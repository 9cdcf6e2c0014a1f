"""Scoring's composition root: settings → adapters → Application → Service. No logic."""

from services.scoring.adapters import rulebooks
from services.scoring.adapters.account_form import AccountForm
from services.scoring.adapters.events import effects, published
from services.scoring.api.routes import router
from services.scoring.application import Application
from services.scoring.application.commands import AdoptRulebooks, CloseYear
from services.scoring.application.ports import Ports
from services.scoring.domain.account import Account
from services.scoring.domain.card import ActivityCard
from services.scoring.domain.period import Period
from services.scoring.domain.roll import UnitEntry
from services.scoring.settings import Settings
from shared.commands import SYSTEM
from shared.runtime import serving

CARDS = 500  # kept in hand: a card is looked at in the weeks of its activity


async def main(settings: Settings) -> None:
    """Serve until told to stop. Raises ValueError when a rulebook cannot be used."""
    known = rulebooks.load(settings.rulebook_dir)
    async with serving("scoring", settings) as service:
        ports = Ports(
            units=service.store("unit", UnitEntry, published),
            cards=service.store("card", ActivityCard, published, lanes=CARDS),
            accounts=service.store("account", Account, published, AccountForm()),
            periods=service.store("period", Period, published),
            rulebooks=known,
            clock=service.clock,
            metrics=service.metrics,
        )
        application = Application(ports)

        async def close_year(period_id: str, timer: str) -> None:
            await application.handle(CloseYear(actor=SYSTEM, period_id=period_id, timer=timer))

        async def begin_years() -> None:
            await application.handle(AdoptRulebooks(actor=SYSTEM))

        await service.run(
            router, application, effects=effects(application), rings={"period": close_year}, first=begin_years
        )
