"""Reminders: set when an activity is announced or moved, given when their time has come."""

from services.registration.application import notice_commands as c
from services.registration.application.handlers.notices import NoticeHandlers
from services.registration.application.notice_ports import Notices
from services.registration.application.ports import Ports
from services.registration.domain.notice import NoticeKind
from services.registration.domain.reminders import Reminders, occasion
from shared.commands import SYSTEM
from shared.errors import NotFound


class ReminderHandlers:
    """Handlers for the clock of an activity.

    The activity is asked for its time whenever a fact of it is told and whenever a timer rings, so the order in which
    facts come does not matter. A timer is taken off last: a crash repeats what the mailboxes know already.
    """

    def __init__(self, ports: Ports, notices: Notices, telling: NoticeHandlers) -> None:
        self._ports = ports
        self._reminders = notices.reminders
        self._telling = telling

    async def follow(self, command: c.FollowReminders) -> None:
        now = self._ports.clock.now()
        activity = await self._ports.activities.get(command.activity_id)
        starts_at = activity.session.starts_at if activity.is_ahead else None
        await self._reminders.change_or_create(
            activity.id, lambda: Reminders(id=activity.id), lambda each: each.follow(starts_at, now)
        )

    async def follow_all(self) -> None:
        """Activities that were announced before there were reminders."""
        known = {each.id for each in await self._reminders.find()}
        for each in await self._ports.activities.find({"state": "announced"}):
            if each.id not in known:
                await self.follow(c.FollowReminders(actor=SYSTEM, activity_id=each.id))

    async def ring(self, activity_id: str, timer: str) -> None:
        """For the timers."""
        now, kind = self._ports.clock.now(), NoticeKind(timer)
        reminders = await self._reminders.get(activity_id)
        due_at = reminders.timers.get(timer)
        if due_at is None or due_at > now:
            return
        try:
            activity = await self._ports.activities.get(activity_id)
        except NotFound:  # the announcement was never finished
            activity = None
        if activity and activity.is_ahead and reminders.is_due(kind, starts_at := activity.session.starts_at, now):
            await self._telling.tell_everybody(
                c.TellEverybody(
                    actor=SYSTEM, activity_id=activity_id, kind=kind, occasion=occasion(starts_at), at=now, details={}
                )
            )
        await self._reminders.change(activity_id, lambda each: _taken_off(each, timer))


def _taken_off(reminders: Reminders, timer: str) -> None:
    reminders.timers.pop(timer, None)
