"""The supervising unit's part in a plan: comment, countersign."""

from services.registration.application import planning as c
from services.registration.application.ports import Ports
from services.registration.domain.plan import Plan
from services.registration.domain.plan_supervision import Comment, PlanComments, countersign
from shared.commands import Actor
from shared.errors import Forbidden
from shared.time import day_of


class SupervisionHandlers:
    """Handlers for those who guide a plan."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._comments = ports.plan_comments

    async def comment(self, command: c.CommentOnPlan) -> None:
        at, plan = self._ports.clock.now(), await self._ports.plans.get(command.plan_id)
        guide = await self._guide(command.actor, plan)
        comment = Comment(plan.edition, guide, command.actor.subject, command.text, at)
        await self._comments.change_or_create(plan.id, lambda: PlanComments(id=plan.id), _leave)
        await self._comments.change(plan.id, lambda each: each.add(comment), once=command.once)

    async def countersign(self, command: c.CountersignPlan) -> None:
        at, by = self._ports.clock.now(), command.actor.subject
        guide = await self._guide(command.actor, await self._ports.plans.get(command.plan_id))
        await self._ports.plans.change(
            command.plan_id,
            lambda each: countersign(each, command.edition, unit_id=guide, by=by, at=at),
            once=command.once,
        )

    async def _guide(self, actor: Actor, plan: Plan) -> str:
        """The supervising unit of the lead, for its own staff. Raises Forbidden."""
        today = day_of(self._ports.clock.now())
        guide = (await self._ports.units.get(plan.content.lead)).on(today).supervising_unit_id
        if guide is None:
            raise Forbidden(
                "no_supervising_unit",
                "牵头单位没有主管部门，无需指导或会签。",
                "The leading unit has no supervising unit; nobody comments on its plan or countersigns it.",
            )
        actor.must_act_for(guide)
        return guide


def _leave(_: PlanComments) -> None:
    """Something was said before."""
