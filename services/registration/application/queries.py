"""Questions to registration: they read, and change nothing."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from services.registration.application.audit import Audit
from services.registration.application.exports import Exported, note_unmasked, wanted
from services.registration.application.joint import Representatives
from services.registration.application.listing import Mark, Page
from services.registration.application.plan_listing import PlanPage, plan_page
from services.registration.application.plan_versions import PlanVersions
from services.registration.application.ports import Contact, Ports
from services.registration.application.schedule import Schedule, Schedules
from services.registration.application.sheets import Sheets
from services.registration.application.tickets import issued
from services.registration.domain.activity import Activity
from services.registration.domain.admission import Admission
from services.registration.domain.door import LoggedScan, with_entrances
from services.registration.domain.draw_proof import committed
from services.registration.domain.equity import Equity, equity
from services.registration.domain.export import Export
from services.registration.domain.plan import Plan, PlanState
from services.registration.domain.plan_content import Selection
from services.registration.domain.plan_differences import Change, differences
from services.registration.domain.plan_supervision import Comment
from services.registration.domain.plan_version import PlanVersion
from services.registration.domain.programme import Programme, ProgrammeState
from services.registration.domain.programme_progress import Progress, progress
from services.registration.domain.reconfirmation import Answer, Reconfirmation
from services.registration.domain.roster import Roster
from services.registration.domain.ticket import IssuedTicket
from services.registration.domain.unit import Unit, UnitKind
from services.registration.domain.unit_tree import Branch, tree
from shared.commands import Actor
from shared.errors import NotFound, Sentence, not_found
from shared.repository import Versioned
from shared.time import day_of

MaySee = Callable[[Actor, Roster, str, str | None], Awaitable[None]]


class Queries:
    """Reads over the service's own aggregates."""

    def __init__(self, ports: Ports, may_see: MaySee) -> None:
        self._ports = ports
        self._may_see = may_see
        self._sheets = Sheets(ports.sheets)
        self._audit = Audit(ports)
        self._versions = PlanVersions(ports.plan_versions)
        self._schedules = Schedules(ports.activities, ports.clock)

    async def unit(self, unit_id: str) -> Unit:
        """Raises NotFound."""
        return await self._ports.units.get(unit_id)

    async def units(self, on: date | None, kind: UnitKind | None) -> list[Unit]:
        """All units by id, or those that existed on a day; of a kind, as it was on that day or is today."""
        day = on or self.today()
        known = [each for each in await self._ports.units.find() if on is None or each.on(day).exist_on(day)]
        return [each for each in known if kind in (None, each.on(day).kind)]

    async def unit_tree(self, day: date) -> tuple[Branch, ...]:
        """Who guided whom on a day."""
        return tree(await self._ports.units.find(), day)

    async def programme(self, actor: Actor, programme_id: str) -> Versioned[Programme]:
        """Drafts are for the district's offices. Raises NotFound."""
        found = await self._ports.programmes.versioned(programme_id)
        if found.aggregate.state == ProgrammeState.DRAFT and not actor.district_wide:
            raise not_found("programme")
        return found

    async def programmes(self, actor: Actor, year: int | None) -> list[Programme]:
        """Of a year or of all, the latest year first; drafts for the district's offices only."""
        found = await self._ports.programmes.find({"terms.year": year} if year else None)
        seen = [each for each in found if actor.district_wide or each.state != ProgrammeState.DRAFT]
        return sorted(seen, key=lambda each: (-each.terms.year, each.terms.open_months, each.id))

    async def programme_progress(self, actor: Actor, programme_id: str) -> Progress:
        """What is planned, announced and held by each unit; a unit sees itself and those that it guides."""
        programme = (await self.programme(actor, programme_id)).aggregate
        plans = await self._ports.plans.find({"programme_id": programme.id})
        activities = await self._ports.activities.find({"frame.programme_id": programme.id})
        made = progress(programme, await self._ports.units.find(), plans, activities, self.today())
        return made if actor.district_wide else made.seen_by(actor.units)

    async def plan(self, actor: Actor, plan_id: str) -> Versioned[Plan]:
        """For the hosting units, those who guide them, and the district's offices."""
        found = await self._ports.plans.versioned(plan_id)
        hosts = [each.unit_id for each in found.aggregate.content.hosts]
        today = self.today()
        guides = [(await self._ports.units.get(each)).on(today).supervising_unit_id or each for each in hosts]
        actor.must_act_for(*hosts, *guides)
        return found

    async def plans(
        self, actor: Actor, state: PlanState | None, programme_id: str | None, limit: int, after: str | None
    ) -> PlanPage:
        """A page of the plans that this actor may see. Raises NotFound, or Forbidden, for `after`."""
        mark = (await self.plan(actor, after)).aggregate if after else None
        where = {"state": state.value if state else None, "programme_id": programme_id}
        found = await self._ports.plans.find({name: value for name, value in where.items() if value})
        if not actor.district_wide:
            known = await self._ports.units.find()
            guided = {each.id for each in known if each.on(self.today()).supervising_unit_id in actor.units}
            seen = actor.units | guided
            found = [each for each in found if seen.intersection(host.unit_id for host in each.content.hosts)]
        return plan_page(found, limit, mark)

    async def plan_version(self, actor: Actor, plan_id: str, edition: int) -> PlanVersion:
        """What one submission said, for those who may see the plan. Raises NotFound."""
        plan = (await self.plan(actor, plan_id)).aggregate
        return await self._versions.of(plan, edition)

    async def plan_differences(self, actor: Actor, plan_id: str, edition: int, against: int) -> tuple[Change, ...]:
        """What one submission says otherwise than another. Raises NotFound."""
        plan = (await self.plan(actor, plan_id)).aggregate
        earlier, later = [(await self._versions.of(plan, each)).content for each in (against, edition)]
        known = [(await self._ports.units.get(each)) for each in sorted(earlier.units | later.units)]
        held = {each.id: each.on(self.today()) for each in known}
        names = {unit_id: Sentence(each.name, each.name_en) for unit_id, each in held.items()}
        return differences(earlier, later, names)

    async def plan_comments(self, actor: Actor, plan_id: str) -> list[Comment]:
        """What the supervising unit said, for those who may see the plan."""
        plan = (await self.plan(actor, plan_id)).aggregate
        try:
            return (await self._ports.plan_comments.get(plan.id)).comments
        except NotFound:  # nobody said anything
            return []

    async def activity(self, activity_id: str) -> Activity:
        """Raises NotFound."""
        return await self._ports.activities.get(activity_id)

    async def activities(
        self, year: int | None, limit: int, after: Mark | None = None, programme_id: str | None = None
    ) -> Page:
        """What lies ahead, then what is over: of one year, one programme, or all. May be a few seconds old."""
        return await self._schedules.page(year, limit, after, programme_id)

    async def schedule(self, town: str | None, unit_id: str | None) -> Schedule:
        """What lies ahead and what ended lately: of one town, one host, or all. May be a few seconds old."""
        return await self._schedules.of(town, unit_id)

    async def representatives(self, actor: Actor, activity_id: str) -> Representatives:
        """Of all points for the lead and the district's offices, of their own for those who own some."""
        activity = await self._ports.activities.get(activity_id)
        actor.must_act_for(*activity.leads, *(each.unit_id for each in activity.points))
        whole = actor.district_wide or bool(actor.units.intersection(activity.leads))
        seen = [each.id for each in activity.points if whole or each.unit_id in actor.units]
        return Representatives.of(activity, [await self._ports.rosters.get(each) for each in seen])

    async def roster(self, point_id: str) -> Roster:
        """Raises NotFound."""
        return await self._ports.rosters.get(point_id)

    async def roster_with_contacts(self, actor: Actor, point_id: str) -> tuple[Roster, dict[str, Contact]]:
        """For staff of the activity's units."""
        roster = await self._own(actor, point_id)
        return await self._sheets.whole(roster), await self._ports.vault.contacts(point_id)

    async def reconfirmation(self, actor: Actor, point_id: str) -> tuple[Reconfirmation, Roster]:
        """Who was asked again and who said what, for staff of the point and of the lead. Raises NotFound."""
        roster = await self._own(actor, point_id)
        return await self._ports.reconfirmations.get(roster.id), roster

    async def place_kept(
        self, actor: Actor, point_id: str, registration_id: str, code: str | None
    ) -> tuple[Reconfirmation, Answer]:
        """What one representative was asked and said. Raises NotFound where nothing was asked."""
        roster = await self._ports.rosters.get(point_id)
        await self._may_see(actor, roster, registration_id, code)
        found = await self._ports.reconfirmations.get(roster.id)
        return found, found.answer(roster, registration_id)

    async def draw_equity(self, actor: Actor, point_id: str) -> Equity:
        """For staff of the activity's units. Raises NotFound, Conflict before the draw."""
        roster = await self._own(actor, point_id)
        committed(roster)
        return equity(roster, await self._sheets.listed(roster))

    async def admission(self, actor: Actor, point_id: str, registration_id: str, code: str | None) -> Admission:
        """Where one representative stands."""
        roster = await self._ports.rosters.get(point_id)
        await self._may_see(actor, roster, registration_id, code)
        if registration_id not in roster.registrations and roster.selection == Selection.RANDOM_DRAW:
            return await self._applied(point_id, registration_id)
        return roster.admission(registration_id)

    async def ticket(self, actor: Actor, point_id: str, registration_id: str, code: str | None) -> IssuedTicket:
        """What one representative shows at the door. Raises Conflict where no place is confirmed."""
        roster = await self._ports.rosters.get(point_id)
        await self._may_see(actor, roster, registration_id, code)
        return issued(self._ports.tickets, roster, registration_id)

    async def scans(self, actor: Actor, point_id: str, at_most: int) -> tuple[Roster, list[LoggedScan]]:
        """The log of a point's door up to so many lines, for staff of the activity's units."""
        roster, lines = await self._own(actor, point_id), await self._ports.scans.of(point_id, at_most)
        whole = len(lines) < at_most
        return roster, with_entrances(point_id, roster.registrations, lines) if whole else lines

    async def exports(self, actor: Actor, point_id: str, at_most: int) -> list[Export]:
        """The log of a point's exports, the latest first, for staff of the activity's units."""
        await self._own(actor, point_id)
        return await self._ports.exports.of(point_id, at_most)

    async def exported(self, actor: Actor, point_id: str, export_id: str, *, may_unmask: bool) -> Exported:
        """What an export's file is made from, as it stands now. Raises NotFound, Forbidden, Gone."""
        roster = await self._own(actor, point_id)
        export = await self._ports.exports.get(export_id)
        if export is None or export.point_id != roster.id:
            raise not_found("export")
        export.must_be_fetchable(by=actor.subject, may_unmask=may_unmask, now=self.now())
        activity = await self._ports.activities.get(roster.activity_id)
        if not export.masked:
            await self._audit.list_revealed(actor, export, wanted(export.kind))
        contacts = await self._ports.vault.contacts(roster.id, wanted(export.kind))
        note_unmasked(export, "unmasked_export_fetched")
        return Exported(export, await self._sheets.whole(roster), activity, contacts)

    def now(self) -> datetime:
        """The service's time."""
        return self._ports.clock.now()

    def today(self) -> date:
        """In the district."""
        return day_of(self.now())

    def claim_code(self, registration_id: str) -> str:
        """What the person keeps."""
        return self._ports.codes.claim_code(registration_id)

    async def _applied(self, point_id: str, registration_id: str) -> Admission:
        """Of somebody on a sheet; or, if lots were drawn this moment, on the roster."""
        found = await self._sheets.application(point_id, registration_id)
        if found and not found.on_the_roster:
            return found.admission
        return (await self._ports.rosters.get(point_id)).admission(registration_id)

    async def _own(self, actor: Actor, point_id: str) -> Roster:
        roster = await self._ports.rosters.get(point_id)
        activity = await self._ports.activities.get(roster.activity_id)
        actor.must_act_for(roster.unit_id, *activity.leads)
        return roster
