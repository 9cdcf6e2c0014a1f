"""What scoring's application needs from outside."""

from dataclasses import dataclass

from services.scoring.domain.account import Account
from services.scoring.domain.card import ActivityCard
from services.scoring.domain.period import Period
from services.scoring.domain.roll import UnitEntry
from services.scoring.domain.rulebook import Rulebooks
from shared.metrics import Metrics
from shared.repository import Repository
from shared.time import Clock


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Filled in by `main`."""

    units: Repository[UnitEntry]
    cards: Repository[ActivityCard]
    accounts: Repository[Account]
    periods: Repository[Period]
    rulebooks: Rulebooks
    clock: Clock
    metrics: Metrics
