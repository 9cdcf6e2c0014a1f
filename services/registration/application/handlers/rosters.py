"""Rosters: register, cancel, close, extend, waive, lock, undo a check-in. What a draw does otherwise: `draws`."""

from services.registration.application import commands as c
from services.registration.application.handlers.draws import DrawHandlers
from services.registration.application.keeping import retention_of
from services.registration.application.ports import Place, Ports
from services.registration.domain.admission import Admission
from services.registration.domain.composition import Headcount
from services.registration.domain.id_number import is_id_number
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from shared.commands import Actor
from shared.errors import Conflict, Invalid, not_found


class RosterHandlers:
    """Handlers for one open point at a time."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._rosters = ports.rosters
        self.draws = DrawHandlers(ports, self.own)

    async def register(self, command: c.Register) -> Admission:
        registration_id = command.new_id("registration")
        roster = await self._rosters.recent(command.point_id)  # `register` decides; here only what never changes counts
        if await self._is_here(roster, registration_id, command):
            return await self._admit(command, roster, registration_id)
        if not command.actor.roles:  # staff sign up many, for people on the telephone
            self._ports.sign_ups.note(self._ports.vault.person(command.contact), command.actor.origin, command.once)
        await self._must_fit(roster, command)
        where = (roster.activity_id, roster.id, registration_id, command.contact)
        async with self._ports.vault.claim(*where) as place:
            if place.holder != registration_id:
                await self._displace(place, roster.activity_id)
                if not await self._ports.vault.take_over(*where):
                    raise _registered_already()
            admission = await self._admit(command, roster, registration_id)
        self._count(roster, command.category, admission.status)
        return admission

    async def cancel(self, command: c.CancelRegistration) -> Admission:
        at = self._ports.clock.now()
        roster = await self._rosters.get(command.point_id)
        await self.may_see(command.actor, roster, command.registration_id, command.claim_code)
        if roster.selection == Selection.RANDOM_DRAW:
            admission, category = await self.draws.cancel(command)
            self._count(roster, category, "cancelled")
            return admission
        admission = await self._rosters.change(
            roster.id, lambda each: each.cancel(command.registration_id, at), once=command.once, answer=Admission
        )
        self._count(roster, roster.registration(command.registration_id).category, "cancelled")
        return admission

    async def close(self, command: c.CloseRegistration) -> None:
        at = self._ports.clock.now()
        roster = await self.own(command.actor, command.point_id)
        await self._rosters.change(roster.id, lambda each: each.close(at), once=command.once)
        await self.draws.commit(roster.id)

    async def extend(self, command: c.ExtendRegistration) -> None:
        at, clerk = self._ports.clock.now(), command.actor.subject
        roster = await self.own(command.actor, command.point_id)
        await self._rosters.change(
            roster.id,
            lambda each: each.extend(command.closes_at, command.reason, by=clerk, at=at),
            once=command.once,
        )

    async def waive(self, command: c.WaiveComposition) -> None:
        at, office = self._ports.clock.now(), command.actor.subject
        await self._rosters.change(
            command.point_id, lambda each: each.waive(command.reason, by=office, at=at), once=command.once
        )

    async def lock(self, command: c.LockRoster) -> Headcount:
        at = self._ports.clock.now()
        roster = await self.own(command.actor, command.point_id)
        return await self._rosters.change(roster.id, lambda each: each.lock(at), once=command.once, answer=Headcount)

    async def undo_check_in(self, command: c.UndoCheckIn) -> Admission:
        at, clerk = self._ports.clock.now(), command.actor.subject
        roster = await self.own(command.actor, command.point_id)
        admission = await self._rosters.change(
            roster.id,
            lambda each: each.undo_check_in(command.registration_id, command.reason, by=clerk, at=at),
            once=command.once,
            answer=Admission,
        )
        self._count(roster, roster.registration(command.registration_id).category, "check_in_undone")
        return admission

    async def may_see(self, actor: Actor, roster: Roster, registration_id: str, claim_code: str | None) -> None:
        """The holder of the code, or staff. Unknown and foreign look alike. Raises TooManyRequests."""
        if actor.roles:
            await self.own(actor, roster.id)
        elif not self._ports.claims.opens(registration_id, claim_code, actor.origin):
            raise not_found("registration")

    async def _is_here(self, roster: Roster, registration_id: str, command: c.Register) -> bool:
        """Whether this very request was carried out before."""
        if registration_id in roster.registrations:
            return True
        by_lot = roster.selection == Selection.RANDOM_DRAW
        return by_lot and command.once is not None and await self.draws.knows(roster, registration_id)

    async def _admit(self, command: c.Register, roster: Roster, registration_id: str) -> Admission:
        if roster.selection == Selection.RANDOM_DRAW:
            return await self.draws.apply(command, registration_id)
        at = self._ports.clock.now()
        return await self._rosters.change(
            command.point_id,
            lambda each: each.register(registration_id, command.category, grassroots=command.grassroots, at=at),
            once=command.once,
            answer=Admission,
        )

    async def own(self, actor: Actor, point_id: str) -> Roster:
        """The roster, for staff of the point's unit, of the lead of its activity, or of the office."""
        roster = await self._rosters.get(point_id)
        if not actor.district_wide and roster.unit_id not in actor.units:
            activity = await self._ports.activities.get(roster.activity_id)
            actor.must_act_for(*activity.leads)
        return roster

    async def _must_fit(self, roster: Roster, command: c.Register) -> None:
        """ID numbers are asked for where the plan gives a reason, and refused everywhere else."""
        activity = await self._ports.activities.recent(roster.activity_id)  # what the plan said, for good
        if bool(activity.id_number_reason) != bool(command.contact.id_number):
            raise Invalid(
                "id_number",
                "该活动要求填写身份证号。" if activity.id_number_reason else "该活动不收集身份证号，请勿填写。",
                "An ID number is required." if activity.id_number_reason else "No ID number is collected here.",
            )
        if command.contact.id_number and not is_id_number(command.contact.id_number):
            raise Invalid("id_number", "身份证号有误，请核对。", "The ID number is wrong; check its digits.")

    async def _displace(self, place: Place, activity_id: str) -> None:
        """One person, one place: an earlier registration that lives stands, and one on legal hold keeps its contact."""
        if not await self._voided(await self._rosters.get(place.holder_point_id), place.holder):
            raise _registered_already()
        if (await retention_of(self._ports, activity_id)).keeps(place.holder):
            raise _on_hold()

    async def _voided(self, roster: Roster, registration_id: str) -> bool:
        if roster.selection == Selection.RANDOM_DRAW:
            return await self.draws.void(roster, registration_id)
        return await self._rosters.change(roster.id, lambda each: each.void(registration_id))

    def _count(self, roster: Roster, category: str, outcome: str) -> None:
        self._ports.metrics.count("registrations_total", town=roster.town, category=category, outcome=outcome)


def _registered_already() -> Conflict:
    return Conflict(
        "already_registered", "这个手机号已报名，不用再报。", "This number is already registered for this activity."
    )


def _on_hold() -> Conflict:
    return Conflict(
        "legal_hold",
        "这个手机号先前的报名信息须依法留存，不能在线重新报名，请联系主办单位。",
        "What was given with this number before must be kept by law, so it cannot register anew; ask the hosting unit.",
    )
