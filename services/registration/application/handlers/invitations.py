"""Co-hosts of a joint activity: invite them, take their answers."""

from services.registration.application import planning as c
from services.registration.application.ports import Ports


class InvitationHandlers:
    """Handlers for invitations, which are a part of the plan: what a co-host accepts is what the plan says."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._plans = ports.plans

    async def invite(self, command: c.InviteCoHosts) -> None:
        at, plan = self._ports.clock.now(), await self._plans.get(command.plan_id)
        command.actor.must_act_for(plan.content.lead)
        await self._plans.change(
            plan.id, lambda each: each.invite(command.units, command.answer_by, at), once=command.once
        )

    async def answer(self, command: c.AnswerInvitation) -> None:
        at, by = self._ports.clock.now(), command.actor.subject
        command.actor.must_act_for(command.unit_id)
        await self._plans.change(
            command.plan_id,
            lambda each: each.answer(command.unit_id, accepts=command.accepts, reason=command.reason, by=by, at=at),
            once=command.once,
        )
