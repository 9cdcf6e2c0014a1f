"""Retention: what is due is erased, unless a legal hold keeps it; holds are placed and lifted."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.registration.application import commands as c
from services.registration.application.keeping import stale
from services.registration.application.ports import Kept, Ports, Swept
from services.registration.application.sheets import Sheets
from services.registration.domain.activity import Activity
from services.registration.domain.retention import IN_THE_VAULT, Group, Hold, Retention
from shared.errors import NotFound, not_found

PORTION = 200  # looked at, and erased, at one ring of a timer; other timers have their turn before the next
LOOKS = 2  # at one ring: of what is no portion, the second finds that nothing is left
REST = timedelta(seconds=1)


class RetentionHandlers:
    """Handlers for what is kept of people.

    Erasing again changes nothing, and the timer is taken off last, after a look that found nothing: so a crash, a
    second replica or a second ring only repeats what is done already. The activity is asked for its end at every ring,
    however often it was moved.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._retentions = ports.retentions

    async def follow(self, activity_id: str, ends_at: datetime) -> None:
        """The activity ends then."""
        due = self._ports.periods.due(ends_at)
        await self._retentions.change_or_create(
            activity_id, lambda: Retention(id=activity_id), lambda each: each.follow(due)
        )

    async def follow_all(self) -> None:
        """Activities that are older than their retention, and periods that the district has changed."""
        known = {each.id: each.due for each in await self._retentions.find()}
        for each in await self._ports.activities.find():
            if known.get(each.id) != self._ports.periods.due(each.session.ends_at):
                await self.follow(each.id, each.session.ends_at)

    async def ring(self, activity_id: str, timer: str) -> None:
        """A group has come due."""
        now, group = self._ports.clock.now(), Group(timer)
        retention = await self._retentions.get(activity_id)
        rung = retention.timers.get(group)
        if rung is None or rung > now:
            return
        try:
            activity = await self._ports.activities.get(activity_id)
        except NotFound:  # the announcement was never finished, so nobody registered
            await self._retentions.change(activity_id, lambda each: each.timers.clear())
            return
        due = self._ports.periods.due(activity.session.ends_at)
        if due[group] > now:
            await self._retentions.change(activity_id, lambda each: each.follow(due))
        elif retention.on_hold:
            await self._retentions.change(activity_id, lambda each: each.wait(group, rung))
        else:
            await self._come_due(group, rung, activity, retention.held)

    async def _come_due(self, group: Group, rung: datetime, activity: Activity, held: frozenset[str]) -> None:
        erased = 0
        for _ in range(LOOKS):
            look = await self._erase(group, activity, held)
            erased += look.erased
            if not look.found or look.found >= PORTION:
                break
        done, now = not look.found, self._ports.clock.now()
        await self._retentions.change(
            activity.id, lambda each: each.note(group, rung, erased, done=done, held=held, again_at=now + REST, at=now)
        )
        self._ports.metrics.count("erased_total", erased, group=group, cause="retention")

    async def hold(self, command: c.PlaceHold) -> Hold:
        at, office = self._ports.clock.now(), command.actor.subject
        activity = await self._ports.activities.get(command.activity_id)
        if command.registration_id:
            await self._must_be_here(activity, command.registration_id)
        await self.follow(activity.id, activity.session.ends_at)
        hold_id = command.new_id("legal_hold")
        return await self._retentions.change(
            activity.id,
            lambda each: each.hold(hold_id, command.registration_id, command.reason, by=office, at=at),
            once=command.once,
            answer=Hold,
        )

    async def lift(self, command: c.LiftHold) -> Hold:
        at, office = self._ports.clock.now(), command.actor.subject
        return await self._retentions.change(
            command.activity_id,
            lambda each: each.lift(command.hold_id, command.reason, by=office, at=at),
            once=command.once,
            answer=Hold,
        )

    async def _must_be_here(self, activity: Activity, registration_id: str) -> None:
        for point in activity.points:
            if registration_id in (await self._ports.rosters.get(point.id)).registrations:
                return
            if await Sheets(self._ports.sheets).application(point.id, registration_id):
                return
        raise not_found("registration")

    async def _erase(self, group: Group, activity: Activity, held: frozenset[str]) -> Swept:
        """At most PORTION of it, but nothing of the registrations in `held`; nothing more once the holds are others."""
        found = erased = 0
        for point in activity.points:
            there = await stale(self._ports, group, point.id) if group in IN_THE_VAULT else []
            holds = await self._retentions.get(activity.id)
            if holds.on_hold or holds.held != held:
                return Swept(PORTION, erased)  # as if there was more: it is looked at anew, with these holds
            left = PORTION - found
            if group == Group.SCANS:
                swept = await self._ports.scans.forget(point.id, left, held)
            elif group == Group.EXPORTS:
                swept = await self._ports.exports.forget(point.id, left)
            else:
                swept = await self._erase_contacts(
                    group, [each for each in there if each.registration_id not in held][:left]
                )
            found, erased = found + swept.found, erased + swept.erased
            if found >= PORTION:
                break
        return Swept(found, erased)

    async def _erase_contacts(self, group: Group, gone: Sequence[Kept]) -> Swept:
        field = "id_number" if group == Group.ID_NUMBER else None
        return Swept(len(gone), sum(await asyncio.gather(*(self._ports.vault.erase(each, field) for each in gone))))
