"""The accounts as handlers use them: made when first needed, kept in step with their year, counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from services.scoring.application.ports import Ports
from services.scoring.domain.account import Account, Movement
from services.scoring.domain.card import AccountKey, Push
from services.scoring.domain.ledger import Occasion
from services.scoring.domain.period import Period, period_id
from services.scoring.domain.roll import Particulars
from services.scoring.domain.rulebook import Rulebook
from shared.time import start_of_year

Posting = Callable[[Account, Rulebook], Movement]
Told = tuple[Push, Occasion]


class Books:
    """All accounts of all years that have a rulebook."""

    def __init__(self, ports: Ports) -> None:
        self._accounts = ports.accounts
        self._periods = ports.periods
        self._rulebooks = ports.rulebooks
        self._clock = ports.clock
        self._metrics = ports.metrics
        self._seen: dict[int, Period] = {}

    async def contribute(self, pushes: Iterable[Told]) -> None:
        """Tell accounts what an activity means to them: everything that one account is to hear in one change."""
        heard: dict[AccountKey, list[Told]] = {}
        for push, occasion in pushes:
            heard.setdefault(push.account, []).append((push, occasion))
        for key, told in heard.items():
            await self.post(key, partial(_contributed, told=told), told[-1][1])

    async def know_unit(self, unit_id: str, particulars: Particulars, occasion: Occasion) -> None:
        """Tell the unit's accounts of every year what the unit is."""
        for year in self._rulebooks:
            key = AccountKey(unit_id, year)
            await self.post(key, lambda account, book: account.know_unit(particulars, book, occasion), occasion)

    async def post(self, key: AccountKey, posting: Posting, occasion: Occasion) -> None:
        """Change an account, then bring it into step with its year.

        A year's change of state is written before accounts are listed for it, an account before its year is read here:
        so none is missed, whichever comes first. How the year stood at the last look is enough to begin an account.
        """
        rulebook = self._rulebooks[key.year]
        seen = self._seen.get(key.year) or await self.period(key.year)
        movement = await self._accounts.change_or_create(
            key.id, lambda: Account.begin(key, seen), lambda account: posting(account, rulebook)
        )
        self._count(key, movement)
        period = await self.period(key.year)
        if period.wanted not in ("open", movement.state):
            await self.follow(key, period, occasion)

    async def follow(self, key: AccountKey, period: Period, occasion: Occasion) -> None:
        """Close or freeze an account whose year is."""
        rulebook = self._rulebooks[key.year]
        movement = await self._accounts.change_or_create(
            key.id, lambda: Account.begin(key, period), lambda account: account.follow(period, rulebook, occasion)
        )
        self._count(key, movement)

    async def period(self, year: int) -> Period:
        """The year, begun when it is first needed."""
        version = self._rulebooks[year].version
        begun: Period = await self._periods.change_or_create(
            period_id(year), lambda: Period.begin(year, version), lambda period: period
        )
        self._seen[year] = begun
        return begun

    def gauge(self, key: AccountKey, total: int) -> None:
        """Show the total of the newest year that has begun."""
        now = self._clock.now()
        if key.year == max((each for each in self._rulebooks if start_of_year(each) <= now), default=None):
            self._metrics.set("score_thousandths", total, unit=key.unit_id)

    def _count(self, key: AccountKey, movement: Movement) -> None:
        for each in movement.fresh:
            outcome = "entered" if each.reverses is None else "reversed"
            self._metrics.count("score_entries_total", rule=each.line.rule, outcome=outcome)
        if movement.fresh:
            self.gauge(key, movement.total)


def _contributed(account: Account, book: Rulebook, *, told: Sequence[Told]) -> Movement:
    movements = [account.contribute(push.contribution, book, occasion) for push, occasion in told]
    fresh = tuple(entry for each in movements for entry in each.fresh)
    return replace(movements[-1], fresh=fresh)
