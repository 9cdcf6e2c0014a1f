"""Questions to scoring: they read, and change nothing."""

from collections.abc import Iterable

from services.scoring.application.ports import Ports
from services.scoring.domain.account import Account
from services.scoring.domain.card import AccountKey
from services.scoring.domain.claim import Claim
from services.scoring.domain.period import Period, period_id
from services.scoring.domain.rulebook import Rulebook
from services.scoring.domain.scorecard import Scorecard
from shared.errors import NotFound, not_found


def no_such_year(year: int) -> NotFound:
    """The 404 for a year without a rulebook."""
    return NotFound(
        "year_unknown",
        f"没有 {year} 年的评分细则，请先由管理员导入。",
        f"There is no rulebook for {year}; an administrator must load one.",
        year=year,
    )


class Queries:
    """Reads over the service's own aggregates."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def rulebook(self, year: int) -> Rulebook:
        """Raises NotFound."""
        if year not in self._ports.rulebooks:
            raise no_such_year(year)
        return self._ports.rulebooks[year]

    async def period(self, year: int) -> Period:
        """Raises NotFound."""
        self.rulebook(year)
        return await self._ports.periods.get(period_id(year))

    async def account(self, unit_id: str, year: int) -> Account:
        """Of an assessed unit. Raises NotFound."""
        self.rulebook(year)
        account = await self._ports.accounts.get(AccountKey(unit_id, year).id)
        if not account.assessed:
            raise NotFound(
                "not_assessed",
                "该单位本年度不参加考核，没有评分。",
                "This unit is not assessed in this year and has no scorecard.",
                year=year,
            )
        return account

    async def scorecard(self, unit_id: str, year: int) -> Scorecard:
        """Raises NotFound."""
        return Scorecard.of(await self.account(unit_id, year), self.rulebook(year))

    async def scorecards(self, year: int) -> list[Scorecard]:
        """Of every assessed unit, by id. Raises NotFound."""
        return [Scorecard.of(each, self.rulebook(year)) for each in await self._accounts(year)]

    async def claims_of(self, unit_id: str, year: int) -> list[Claim]:
        """By time. Raises NotFound."""
        return _by_time((await self.account(unit_id, year)).claims.values())

    async def claims(self, year: int, state: str | None = None) -> list[Claim]:
        """Of every assessed unit, by time. Raises NotFound."""
        found = [claim for account in await self._accounts(year) for claim in account.claims.values()]
        return _by_time(each for each in found if state is None or each.state == state)

    async def account_of_claim(self, unit_id: str, claim_id: str) -> Account:
        """Raises NotFound."""
        for account in await self._ports.accounts.find({"unit_id": unit_id}):
            if claim_id in account.claims:
                return account
        raise not_found("bonus claim")

    async def _accounts(self, year: int) -> list[Account]:
        self.rulebook(year)
        return [each for each in await self._ports.accounts.find({"year": year}) if each.assessed]


def _by_time(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda each: (each.claimed_at, each.id))
