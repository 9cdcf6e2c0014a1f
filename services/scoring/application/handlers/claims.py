"""Bonus claims: lodged by units, decided by assessors, recalled from our own facts in a rebuild."""

from services.scoring.application.books import Books
from services.scoring.application.commands import ClaimBonus, DecideClaim, RecallClaim, RecallDecision
from services.scoring.application.ports import Ports
from services.scoring.application.queries import Queries
from services.scoring.domain.card import AccountKey
from services.scoring.domain.claim import Claim, Decision
from services.scoring.domain.ledger import Occasion
from shared.time import day_of


class ClaimHandlers:
    """Handlers for bonus claims."""

    def __init__(self, ports: Ports, books: Books, queries: Queries) -> None:
        self._ports = ports
        self._accounts = ports.accounts
        self._books = books
        self._queries = queries

    async def lodge(self, command: ClaimBonus) -> Claim:
        command.actor.must_act_for(command.unit_id)
        now = self._ports.clock.now()
        year = command.year or day_of(now).year
        account = await self._queries.account(command.unit_id, year)
        claim = Claim(
            id=command.new_id("bonus_claim"),
            unit_id=command.unit_id,
            year=year,
            rule=command.rule,
            level=command.level,
            url=command.url,
            activity_id=command.activity_id,
            claimed_at=now,
            claimed_by=command.actor.subject,
        )
        rulebook = self._ports.rulebooks[year]
        return await self._accounts.change(
            account.id, lambda each: each.claim(claim, rulebook), once=command.once, answer=Claim
        )

    async def decide(self, command: DecideClaim) -> Claim:
        account = await self._queries.account_of_claim(command.unit_id, command.claim_id)
        decision = Decision(
            accepted=command.accepted,
            level=command.level,
            reason=command.reason,
            decided_at=self._ports.clock.now(),
            decided_by=command.actor.subject,
        )
        rulebook, units = self._ports.rulebooks[account.year], command.actor.units
        decided = await self._accounts.change(
            account.id,
            lambda each: each.decide(command.claim_id, decision, units, rulebook),
            once=command.once,
            answer=Claim,
        )
        # Should the process die here, reading back our own fact of the decision enters the line all the same.
        key, occasion = AccountKey(account.unit_id, account.year), Occasion(decision.decided_at, command.claim_id)
        await self._books.post(key, lambda each, book: each.reconcile(book, occasion), occasion)
        return decided

    async def recall(self, command: RecallClaim) -> None:
        claim = command.claim
        if claim.year in self._ports.rulebooks:
            key, occasion = AccountKey(claim.unit_id, claim.year), Occasion(claim.claimed_at, claim.id)
            await self._books.post(key, lambda account, book: account.recall_claim(claim, book, occasion), occasion)

    async def recall_decision(self, command: RecallDecision) -> None:
        key, decision = AccountKey(command.unit_id, command.year), command.decision
        occasion = Occasion(decision.decided_at, command.claim_id)
        if command.year in self._ports.rulebooks:
            await self._books.post(
                key,
                lambda account, book: account.recall_decision(command.claim_id, decision, book, occasion),
                occasion,
            )
