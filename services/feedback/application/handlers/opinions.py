"""Opinions: receive, answer at once, rate."""

from services.feedback.application.commands import AnswerOnSite, RateReply, Receipt, ReceiveOpinion
from services.feedback.application.handlers.steps import Steps
from services.feedback.application.ports import Ports
from services.feedback.domain.opinion import Opinion, Said, Standing
from services.feedback.domain.register import Noted
from shared.errors import Invalid, not_found


class OpinionHandlers:
    """Handlers for opinions outside an assignment."""

    def __init__(self, ports: Ports, steps: Steps) -> None:
        self._ports = ports
        self._steps = steps

    async def receive(self, command: ReceiveOpinion) -> Receipt:
        """First the number in the register, one atomic fact; then the opinion, whose id depends on the key alone.

        A crash between the two is healed by the repeat of the same request, so a key is needed here.
        Raises TooManyRequests.
        """
        if command.once is None:
            raise Invalid(
                "idempotency_key_missing",
                "请在请求头中提供 Idempotency-Key，以便重试时不会重复登记。",
                "Send an Idempotency-Key, so that a retry does not count twice.",
            )
        if not command.actor.roles:  # staff write down what many say
            self._ports.givers.note(command.actor.origin, command.once)
        opinion_id, now = command.new_id("opinion"), self._ports.clock.now()
        triage_by = self._ports.levels.triage_by(self._ports.calendar, now)
        noted = await self._ports.registers.change(
            command.activity_id,
            lambda register: register.note(opinion_id, command.open_point_id, self._ports.serial_prefix, now),
            once=command.once,
            answer=Noted,
        )
        await self._ports.opinions.create(
            lambda: Opinion.receive(
                opinion_id, command.activity_id, noted, _said(command), at=now, triage_by=triage_by
            ),
            opinion_id,
            once=command.once,
        )
        self._ports.metrics.count("opinions_total", town=noted.town, outcome="received")
        return Receipt(opinion_id, noted.serial, self._ports.codes.of(opinion_id))

    async def answer_on_site(self, command: AnswerOnSite) -> Standing:
        by, now = command.actor.subject, self._steps.clock.now()
        return await self._steps.by_unit(
            command, "answered_on_site", lambda opinion: opinion.answer_on_site(command.text, by=by, at=now)
        )

    async def rate(self, command: RateReply) -> Standing:
        """A wrong code is answered as an unknown opinion. Raises TooManyRequests."""
        if not self._ports.claims.opens(command.opinion_id, command.claim_code, command.actor.origin):
            raise not_found("opinion")
        now = self._steps.clock.now()
        return await self._steps.take(command, "rated", lambda opinion: opinion.rate(command.stars, at=now))


def _said(command: ReceiveOpinion) -> Said:
    staff = command.actor.subject if command.actor.roles else None
    return Said(command.open_point_id, command.kind, command.source, command.text, command.category, staff)
