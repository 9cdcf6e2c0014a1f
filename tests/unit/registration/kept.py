"""A district's people as they are kept, in memory: an activity that is over, its roster, its vault, its logs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from services.registration.adapters.erasure_log import MongoErasureLog
from services.registration.adapters.events import published
from services.registration.adapters.export_log import MongoExportLog
from services.registration.adapters.scan_log import MongoScanLog
from services.registration.adapters.vault import MongoVault
from services.registration.application import commands as c
from services.registration.application.handlers.retention import RetentionHandlers
from services.registration.application.handlers.subjects import SubjectHandlers
from services.registration.application.handlers.turns import TurnHandlers
from services.registration.application.keeping import Keeping
from services.registration.application.ports import Contact, Ports
from services.registration.application.subject import Subjects
from services.registration.domain.activity import Activity
from services.registration.domain.admission import Admission
from services.registration.domain.door import LoggedScan, Result
from services.registration.domain.export import Export, ExportKind, FileFormat, Order
from services.registration.domain.retention import Group, Periods, Retention
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Sheet
from services.registration.domain.turns import TurnRule, Turns
from shared.metrics import Metrics
from shared.security.vault import Keys
from shared.storage.aggregates import Aggregates
from shared.storage.audit_log import AuditLog
from tests.support.collection import MemoryDocuments
from tests.unit.registration.rosters import RESIDENT
from tests.unit.registration.rosters import roster as opened
from tests.unit.registration.test_plan_and_activity import announced

PERIODS = Periods({Group.ID_NUMBER: 7, Group.NO_PLACE: 30, Group.CONTACT: 365, Group.SCANS: 365, Group.EXPORTS: 1095})
KEYS = Keys("k", {"k": b"k" * 32}, b"b" * 32, b"c" * 32)
ID_NUMBER = "11010519491231002X"
SEATS = 3


@dataclass
class Hand:
    """A clock that is moved by hand."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    async def pause(self, until: datetime | None, at_most: float) -> None:
        """Nobody waits here."""


@dataclass
class District:
    """What a test acts with. Two of them over the same documents are two replicas."""

    clock: Hand
    documents: dict[str, MemoryDocuments] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.metrics = Metrics("registration")
        self.vault = MongoVault(self._documents("vault"), KEYS)
        self.retentions = self._store("retention", Retention)
        self.activities = self._store("activity", Activity)
        self.rosters = self._store("roster", Roster)
        self.scans = MongoScanLog(self._documents("scan"))
        self.audit = AuditLog(self._documents("audit"))
        self.exports = MongoExportLog(self._documents("export"))
        ports = SimpleNamespace(
            vault=self.vault,
            retentions=self.retentions,
            activities=self.activities,
            rosters=self.rosters,
            sheets=self._store("sheet", Sheet),
            turns=self._store("turns", Turns),
            turn_rule=TurnRule(),
            scans=self.scans,
            exports=self.exports,
            audit=self.audit,
            erasures=MongoErasureLog(self._documents("erasure")),
            periods=PERIODS,
            clock=self.clock,
            metrics=self.metrics,
        )
        self.ports = cast(Ports, ports)
        self.handlers = RetentionHandlers(self.ports)
        self.subjects = SubjectHandlers(self.ports, _everybody, self._cancel)
        self.questions = Subjects(self.ports, _everybody)
        self.keeping = Keeping(self.ports)
        self.turns = TurnHandlers(self.ports)

    def _documents(self, name: str) -> MemoryDocuments:
        return self.documents.setdefault(name, MemoryDocuments())

    def _store(self, name: str, kind: type[Any]) -> Aggregates[Any]:
        return Aggregates(name, kind, self._documents(name), published, self.clock, self.metrics)

    def replica(self) -> "District":
        """Another process on the same database."""
        return District(self.clock, self.documents)

    async def hold_activity(self, people: int = 6) -> Activity:
        """People ask for the seats that there are; whoever comes late waits. Every second gave an ID number."""
        activity = announced()
        point = activity.points[0].id
        made = opened(cap=SEATS)
        made.id, made.activity_id = point, activity.id
        await self.activities.create(lambda: activity, activity.id)
        await self.rosters.create(lambda: made, point)
        await self.handlers.follow(activity.id, activity.session.ends_at)
        for number in range(people):
            contact = Contact(f"代表{number}", f"139{number:08d}", ID_NUMBER if number % 2 else None)
            async with self.vault.claim(activity.id, point, f"r{number}", contact):
                await self._register(point, f"r{number}")
        at = activity.session.starts_at
        await self.scans.append(
            [
                LoggedScan(f"s{number}", point, "east", at, at, "door", f"r{number}", Result.ADMITTED)
                for number in (0, 1)
            ]
        )
        await self.exports.add(
            Export("e1", point, ExportKind.ROSTER, FileFormat.CSV, True, Order.NAME, None, "clerk", at, 3), None
        )
        return activity

    async def another_point(self) -> str:
        """An open point of another activity, to which nobody came; its id."""
        made = opened(cap=SEATS)
        made.id, made.activity_id = "elsewhere", "another"
        await self.rosters.create(lambda: made, made.id)
        return made.id

    async def _cancel(self, command: c.CancelRegistration) -> Admission:
        return await self.rosters.change(
            command.point_id, lambda each: each.cancel(command.registration_id, self.clock.now())
        )

    async def _register(self, point: str, registration_id: str) -> None:
        await self.rosters.change(
            point, lambda each: each.register(registration_id, RESIDENT, grassroots=False, at=each.opens_at)
        )

    async def reach(self, moment: datetime) -> None:
        """Ring what is due on the way, in its order, as the kernel does."""
        self.clock.at = max(self.clock.at, moment)
        while due := self._due():
            for activity_id, timer in due:
                await self.handlers.ring(activity_id, timer)
            self.clock.at += timedelta(seconds=2)

    def _due(self) -> list[tuple[str, str]]:
        found = [
            (datetime.fromisoformat(due), each["_id"], timer)
            for each in self._documents("retention").all()
            for timer, due in each["state"]["timers"].items()
        ]
        return [(id_, timer) for due, id_, timer in sorted(found) if due <= self.clock.at]

    async def people(self) -> dict[str, Contact]:
        """Of whom what is still there."""
        points = [point.id for each in await self.activities.find() for point in each.points]
        return {
            id_: each
            for point in points
            for id_, each in (await self.vault.contacts(point, ("name", "phone", "id_number"))).items()
        }


async def _everybody(*_: object) -> None:
    """Who may see what is tried elsewhere."""
