"""Years: begun with their rulebook, closed by a timer, frozen by an assessor."""

import asyncio

from services.scoring.application.books import Books
from services.scoring.application.commands import AdoptRulebooks, CloseYear, FreezeYear, RecallFreeze
from services.scoring.application.handlers.activities import ActivityHandlers
from services.scoring.application.ports import Ports
from services.scoring.application.queries import no_such_year
from services.scoring.domain.card import AccountKey
from services.scoring.domain.ledger import Occasion
from services.scoring.domain.period import Freeze, period_id
from shared.errors import Conflict


class PeriodHandlers:
    """Handlers for years."""

    def __init__(self, ports: Ports, books: Books, activities: ActivityHandlers) -> None:
        self._ports = ports
        self._periods = ports.periods
        self._books = books
        self._activities = activities

    async def adopt(self, _: AdoptRulebooks) -> None:
        fresh = [year for year in self._ports.rulebooks if await self._to_adopt(year)]
        if fresh:
            await self._post_everything()
        for year in fresh:
            await self._periods.change(period_id(year), lambda period: period.adoption_done())
        for account in await self._ports.accounts.find():
            if account.assessed:
                self._books.gauge(AccountKey(account.unit_id, account.year), account.total)

    async def close(self, command: CloseYear) -> None:
        """The timer comes off last, so that a crash repeats the whole, harmlessly; without a rulebook it stays."""
        rung = await self._periods.get(command.period_id)
        if rung.year not in self._ports.rulebooks or command.timer not in rung.timers:
            return
        due = await self._periods.change(command.period_id, lambda period: period.begin_closing())
        period = await self._periods.get(command.period_id)
        units = [each.id for each in await self._ports.units.find() if each.particulars]
        keys = {AccountKey(each, period.year) for each in units} | set(await self._accounts_of(period.year))
        await asyncio.gather(*(self._books.follow(key, period, Occasion(due, period.id)) for key in sorted(keys)))
        await self._periods.ring(command.period_id, command.timer)

    async def freeze(self, command: FreezeYear) -> None:
        if command.year not in self._ports.rulebooks:
            raise no_such_year(command.year)
        now, id_ = self._ports.clock.now(), period_id(command.year)
        if (await self._books.period(command.year)).freeze is None:
            await self._must_have_no_undecided(command.year)
        freeze = await self._periods.change(
            id_, lambda period: period.begin_freezing(now), once=command.once, answer=Freeze
        )
        period = await self._periods.get(id_)
        keys = await self._accounts_of(command.year)
        await asyncio.gather(*(self._books.follow(key, period, Occasion(freeze.at, id_)) for key in keys))
        await self._periods.change(id_, lambda period: period.freezing_done())

    async def recall(self, command: RecallFreeze) -> None:
        if command.year not in self._ports.rulebooks:
            return
        key, id_ = AccountKey(command.unit_id, command.year), period_id(command.year)
        occasion = Occasion(command.frozen_at, id_)
        await self._books.period(command.year)
        await self._periods.change(id_, lambda period: period.recall_freeze(command.frozen_at))
        await self._books.post(key, lambda account, book: account.recall_freeze(book, occasion), occasion)

    async def _to_adopt(self, year: int) -> bool:
        version = self._ports.rulebooks[year].version
        await self._books.period(year)
        return await self._periods.change(period_id(year), lambda period: period.adopt(version))

    async def _post_everything(self) -> None:
        for unit in await self._ports.units.find():
            if unit.particulars:
                await self._books.know_unit(unit.id, unit.particulars, Occasion(unit.particulars.recorded_at, None))
        for card in await self._ports.cards.find():
            await self._activities.tell(card.id, (), Occasion(self._ports.clock.now(), None))

    async def _accounts_of(self, year: int) -> list[AccountKey]:
        return [AccountKey(each.unit_id, each.year) for each in await self._ports.accounts.find({"year": year})]

    async def _must_have_no_undecided(self, year: int) -> None:
        accounts = await self._ports.accounts.find({"year": year})
        pending = sum(each.state == "pending" for account in accounts for each in account.claims.values())
        if pending:
            raise Conflict(
                "claims_undecided",
                f"尚有 {pending} 项加分申报未审定，请先审定再冻结。",
                f"{pending} bonus claims are not decided yet; decide them before freezing.",
                pending=pending,
            )
