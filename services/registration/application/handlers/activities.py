"""Activities: announce, reschedule, cancel, hold."""

from datetime import datetime
from functools import partial

from services.registration.application import commands as c
from services.registration.application.handlers.retention import RetentionHandlers
from services.registration.application.handlers.turns import TurnHandlers
from services.registration.application.ports import Ports
from services.registration.application.programmes import Programmes
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import Attendance, CreditedHost, OpenPoint, Session
from services.registration.domain.composition import USUAL_CAP, headcount
from services.registration.domain.draw import digest
from services.registration.domain.plan import Plan
from services.registration.domain.plan_content import Host, PlannedPoint, Selection
from services.registration.domain.reconfirmation import Question, Reconfirmation, answer_by
from services.registration.domain.roster import Roster
from services.registration.domain.unit import Particulars
from shared.errors import Invalid
from shared.ids import derived_id
from shared.time import day_of


class ActivityHandlers:
    """Handlers for activities.

    Rosters are made or changed first and the activity last, with the key of the request: so a command repeated after
    a crash goes on where it stopped, and one repeated after its end gets its first answer. Only a new time is the
    activity's first: its number decides which of several the rosters keep, in whatever order they hear of them.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._activities = ports.activities
        self._rosters = ports.rosters
        self._programmes = Programmes(ports.programmes, ports.plan_review_mode)
        self._retention = RetentionHandlers(ports)
        self._turns = TurnHandlers(ports)

    async def announce(self, command: c.AnnounceActivity) -> Activity:
        at = self._ports.clock.now()
        plan = await self._ports.plans.get(command.plan_id)
        command.actor.must_act_for(plan.content.lead)
        _check_window(command, at)
        programme = await self._programmes.of(plan)
        if programme:
            programme.must_allow_announcement(command.session.starts_at, at)
        frame = programme.frame if programme else None
        hosts = tuple([await self._credited(each, command.session.starts_at) for each in plan.content.hosts])
        points = tuple(_point(plan, each) for each in plan.content.points)
        activity = Activity.announce(plan, hosts, points, command.session, at, frame)
        for planned, point in zip(plan.content.points, points, strict=True):
            opened = partial(self._opened, activity, planned, point, command)  # may be made more than once
            await self._rosters.change_or_create(point.id, opened, _leave)
        await self._retention.follow(activity.id, command.session.ends_at)
        done = await self._activities.create(
            lambda: Activity.announce(plan, hosts, points, command.session, at, frame), activity.id, once=command.once
        )
        self._ports.metrics.count("activities_total", town=done.town, outcome="announced")
        return done

    async def reschedule(self, command: c.RescheduleActivity) -> None:
        at = self._ports.clock.now()
        activity = await self._activities.get(command.activity_id)
        command.actor.must_act_for(*activity.leads)
        _check_close(command.closes_at, command.session)
        until = answer_by(command.answer_by, command.closes_at, command.session.starts_at, at)
        if command.session == activity.session:  # a repeat, perhaps after a crash in between
            await self._follow(activity, activity.edition, command)
            await self._ask(activity, Question(activity.edition, at, until))
        hosts = activity.hosts
        if activity.is_ahead and command.session != activity.session:
            hosts = tuple([await self._credited(each.host, command.session.starts_at) for each in activity.hosts])
        edition = await self._activities.change(
            activity.id, lambda each: each.reschedule(command.session, at, hosts), once=command.once, answer=int
        )
        await self._follow(activity, edition, command)
        await self._retention.follow(activity.id, command.session.ends_at)
        await self._ask(activity, Question(edition, at, until))
        self._ports.metrics.count("activities_total", town=activity.town, outcome="rescheduled")

    async def cancel(self, command: c.CancelActivity) -> None:
        at = self._ports.clock.now()
        activity = await self._activities.get(command.activity_id)
        command.actor.must_act_for(*activity.leads)
        if activity.is_ahead:
            for point in activity.points:
                await self._rosters.change(point.id, lambda roster: roster.call_off())
        await self._activities.change(activity.id, lambda each: each.cancel(command.reason, at), once=command.once)
        self._ports.metrics.count("activities_total", town=activity.town, outcome="cancelled")

    async def hold(self, command: c.HoldActivity) -> Activity:
        at = self._ports.clock.now()
        activity = await self._activities.get(command.activity_id)
        command.actor.must_act_for(*activity.leads)
        attendance = activity.attendance or Attendance(headcount(()), headcount(()))
        hosts = activity.hosts
        if activity.is_ahead:
            activity.must_be_over(at)
            hosts = await self._final(activity)
            for point in activity.points:
                attendance = attendance.plus(await self._rosters.change(point.id, lambda roster: roster.finish(at)))
                await self._turns.note(point.id, activity.session.ends_at)
        final = attendance
        await self._activities.change(activity.id, lambda each: each.hold(final, at, hosts), once=command.once)
        self._ports.metrics.count("activities_total", town=activity.town, outcome="held")
        return await self._activities.get(activity.id)

    async def _follow(self, activity: Activity, edition: int, command: c.RescheduleActivity) -> None:
        session, closes_at = command.session, command.closes_at
        for point in activity.points:
            await self._rosters.change(
                point.id, lambda roster: roster.reschedule(session.starts_at, session.ends_at, closes_at, edition)
            )

    async def _ask(self, activity: Activity, question: Question) -> None:
        """Everybody who has a place now, once for each change of the time."""
        for point in activity.points:
            roster = await self._rosters.get(point.id)
            if roster.edition == question.edition and roster.seated():
                asked, again = partial(Reconfirmation.of, roster, question), partial(_ask_again, roster, question)
                await self._ports.reconfirmations.change_or_create(point.id, asked, again)

    async def _credited(self, host: Host, at: datetime) -> CreditedHost:
        """What holds on the day of the activity counts for it."""
        unit, day = await self._ports.units.get(host.unit_id), day_of(at)
        unit.must_be_active(day)
        return _as_of(host, unit.on(day))

    async def _final(self, activity: Activity) -> tuple[CreditedHost, ...]:
        """As it turned out on the day: a unit may have been moved or renamed since the announcement."""
        day = day_of(activity.session.starts_at)
        known = [(each.host, await self._ports.units.get(each.host.unit_id)) for each in activity.hosts]
        return tuple(_as_of(host, unit.on(day)) for host, unit in known)

    def _opened(
        self, activity: Activity, planned: PlannedPoint, point: OpenPoint, command: c.AnnounceActivity
    ) -> Roster:
        return Roster(
            id=point.id,
            activity_id=activity.id,
            unit_id=point.unit_id,
            town=activity.town,
            cap=point.cap,
            quota=dict(planned.mix),
            selection=activity.selection,
            seed_digest=self._sealed(activity, point),
            opens_at=command.opens_at,
            closes_at=command.closes_at,
            starts_at=command.session.starts_at,
            ends_at=command.session.ends_at,
            cap_approver=planned.cap_approver,
            offers=self._ports.offer_rule,
        ).open(USUAL_CAP)

    def _sealed(self, activity: Activity, point: OpenPoint) -> str | None:
        """The digest of the seed, where places are drawn by lot: public before anybody applies."""
        by_lot = activity.selection == Selection.RANDOM_DRAW
        return digest(self._ports.codes.draw_seed(point.id)) if by_lot else None


def _ask_again(roster: Roster, question: Question, reconfirmation: Reconfirmation) -> None:
    reconfirmation.ask(roster, question)


def _as_of(host: Host, held: Particulars) -> CreditedHost:
    return CreditedHost(host, held.assessed, held.supervising_unit_id, held.name, held.name_en)


def _point(plan: Plan, planned: PlannedPoint) -> OpenPoint:
    point_id = derived_id("open_point", plan.activity_id, planned.slug)
    return OpenPoint(point_id, planned.slug, planned.unit_id, planned.name, planned.place, planned.cap)


def _check_window(command: c.AnnounceActivity, at: datetime) -> None:
    if not command.opens_at < command.closes_at <= command.session.starts_at or command.closes_at <= at:
        raise Invalid(
            "window_invalid",
            "报名截止须在报名开始之后、活动开始之前，且尚未过期。",
            "Registration must close after it opens, before the start, and in the future.",
        )


def _check_close(closes_at: datetime, session: Session) -> None:
    if closes_at > session.starts_at:
        raise Invalid(
            "window_invalid", "报名截止须在活动开始之前。", "Registration must close before the activity starts."
        )


def _leave(_: Roster) -> None:
    """It is there already: a repeated announcement changes nothing."""
