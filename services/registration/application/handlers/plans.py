"""Plans: draft, copy, edit, submit, return, file, approve it or a larger cap."""

from services.registration.application import planning as c
from services.registration.application.plan_versions import PlanVersions
from services.registration.application.ports import Ports
from services.registration.application.programmes import Programmes
from services.registration.domain.invitation import must_be_agreed
from services.registration.domain.plan import Plan, PlanState, ReviewMode
from services.registration.domain.plan_content import Content
from services.registration.domain.plan_copy import copied
from services.registration.domain.plan_review import approve, put_on_record
from services.registration.domain.plan_rules import must_be_active
from shared.commands import Actor
from shared.time import day_of


class PlanHandlers:
    """Handlers for plans."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._plans = ports.plans
        self._versions = PlanVersions(ports.plan_versions)
        self._programmes = Programmes(ports.programmes, ports.plan_review_mode)

    async def draft(self, command: c.DraftPlan) -> Plan:
        await self._may_write(command.actor, command.content)
        plan_id, activity_id = command.new_id("plan"), command.new_id("activity")
        content, by, at = command.content, command.actor.subject, self._ports.clock.now()
        programme = await self._programmes.for_new(command.programme_id, content.planned_time, at)

        def begun() -> Plan:
            programme.must_take_drafts()
            return Plan.draft(plan_id, activity_id, content, by=by, programme_id=programme.id)

        return await self._plans.create(begun, plan_id, once=command.once)

    async def copy(self, command: c.CopyPlan) -> Plan:
        """Of the lead's staff; units that are no longer active are found out at the submission."""
        source, by = await self._plans.get(command.plan_id), command.actor.subject
        command.actor.must_act_for(source.content.lead)
        plan_id, activity_id = command.new_id("plan"), command.new_id("activity")
        programme = await self._programmes.for_new(command.programme_id, None, self._ports.clock.now())

        def begun() -> Plan:
            programme.must_take_drafts()
            return copied(source, plan_id, activity_id, by=by, programme_id=programme.id)

        return await self._plans.create(begun, plan_id, once=command.once)

    async def edit(self, command: c.EditPlan) -> None:
        plan = await self._plans.get(command.plan_id)
        command.actor.must_act_for(plan.content.lead)
        await self._may_write(command.actor, command.content)
        target = await self._ports.programmes.get(command.programme_id) if command.programme_id else None
        await self._versions.keep_last(plan)

        def written_over(each: Plan) -> None:
            each.must_be_edition(plan.edition)  # the one that was kept
            each.edit(command.content)
            if target and target.id != each.programme_id:
                target.must_take_drafts()
                each.move(target.id)

        await self._plans.change(plan.id, written_over, version=command.version)

    async def submit(self, command: c.SubmitPlan) -> None:
        at, plan = self._ports.clock.now(), await self._plans.get(command.plan_id)
        command.actor.must_act_for(plan.content.lead)
        inactive, programme = await self._inactive(plan.content), await self._programmes.of(plan)
        await self._versions.keep_last(plan)

        def sent(each: Plan) -> None:
            if each.state == PlanState.RETURNED:
                each.must_be_edition(plan.edition)  # the one that was kept
            again = bool(each.submissions)
            each.submit(self._programmes.mode(programme), at)
            must_be_active(inactive)
            asked = programme is not None and programme.terms.asks_co_hosts
            must_be_agreed(each.invitations, each.content, all_asked=asked)
            if programme:
                programme.must_take_plan(at, again=again)

        await self._plans.change(plan.id, sent, once=command.once)

    async def send_back(self, command: c.ReturnPlan) -> None:
        at = self._ports.clock.now()
        await self._plans.change(command.plan_id, lambda plan: plan.send_back(command.reason, at), once=command.once)

    async def file(self, command: c.FilePlan) -> None:
        at, mode = self._ports.clock.now(), await self._mode(command.plan_id)
        await self._plans.change(command.plan_id, lambda plan: put_on_record(plan, mode, at), once=command.once)

    async def approve(self, command: c.ApprovePlan) -> None:
        at, mode, by = self._ports.clock.now(), await self._mode(command.plan_id), command.actor.subject
        await self._plans.change(command.plan_id, lambda plan: approve(plan, mode, by=by, at=at), once=command.once)

    async def approve_cap(self, command: c.ApproveCap) -> None:
        approver = command.actor.subject
        await self._plans.change(
            command.plan_id, lambda plan: plan.approve_cap(command.slug, by=approver), once=command.once
        )

    async def _mode(self, plan_id: str) -> ReviewMode:
        return self._programmes.mode(await self._programmes.of(await self._plans.get(plan_id)))

    async def _may_write(self, actor: Actor, content: Content) -> None:
        """The lead's own staff, and only known, active units."""
        actor.must_act_for(content.lead)
        today = day_of(self._ports.clock.now())
        for unit_id in content.units:
            (await self._ports.units.get(unit_id)).must_be_active(today)

    async def _inactive(self, content: Content) -> list[str]:
        today = day_of(self._ports.clock.now())
        known = [await self._ports.units.get(each) for each in sorted(content.units)]
        return [each.id for each in known if not each.is_active(today)]
