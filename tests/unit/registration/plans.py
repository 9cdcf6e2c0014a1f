"""Plans in collections in memory, with what an application does to them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, cast

from services.registration.adapters.events import published
from services.registration.application import planning as c
from services.registration.application.handlers.plans import PlanHandlers
from services.registration.application.ports import Ports
from services.registration.domain.plan import Plan, ReviewMode
from services.registration.domain.plan_content import Content
from services.registration.domain.plan_version import PlanVersion
from services.registration.domain.programme import Programme
from services.registration.domain.unit import Particulars, Unit, UnitKind
from shared.commands import Actor
from shared.metrics import Metrics
from shared.storage.aggregates import Aggregates
from shared.storage.ports import Document
from shared.time import Clock
from tests.support.collection import MemoryDocuments
from tests.unit.registration.test_plan_and_activity import AT, CONTENT

CLERK = Actor("clerk", frozenset({"unit_clerk"}), frozenset({"unit"}))
OFFICE = Actor("office", frozenset({"office"}))
UNIT = Particulars(
    "区审批局", "Approvals Bureau", UnitKind.DEPARTMENT, "district", None, True, "district", date(2020, 1, 1), None
)


class Standing:
    """A clock that stands."""

    def now(self) -> datetime:
        return AT


class Interrupted(MemoryDocuments):
    """A collection after whose next read, or next insertion, something else happens first."""

    def __init__(self) -> None:
        super().__init__()
        self.then: dict[str, Callable[[], Awaitable[None]]] = {}

    async def get(self, id_: str) -> Document | None:
        found = await super().get(id_)
        await self._interrupt("get")
        return found

    async def insert(self, document: Document) -> None:
        await super().insert(document)
        await self._interrupt("insert")

    async def _interrupt(self, call: str) -> None:
        then = self.then.pop(call, None)
        if then:
            await then()


class Desk:
    """Handlers over collections in memory, in a district where plans are filed before they are public."""

    def __init__(self, mode: ReviewMode = "file_before_publish") -> None:
        self.drawer, self.kept = Interrupted(), Interrupted()
        self.plans = _store("plan", Plan, self.drawer)
        self.versions = _store("plan_version", PlanVersion, self.kept)
        self.programmes = _store("programme", Programme, MemoryDocuments())
        self.units = _store("unit", Unit, MemoryDocuments())
        ports = SimpleNamespace(
            plans=self.plans,
            programmes=self.programmes,
            plan_versions=self.versions,
            units=self.units,
            plan_review_mode=mode,
            clock=Standing(),
        )
        self.handlers = PlanHandlers(cast(Ports, ports))

    async def drafted(self, content: Content = CONTENT) -> str:
        """A plan of a unit that is known; its id."""
        await self.know("unit")
        return (await self.handlers.draft(c.DraftPlan(actor=CLERK, content=content))).id

    async def know(self, unit_id: str, **particulars: Any) -> None:
        """Register or amend a unit."""
        known = replace(UNIT, **particulars)
        await self.units.change_or_create(
            unit_id, lambda: Unit.register(unit_id, known), lambda unit: unit.amend(known, AT.date())
        )

    async def edit(self, plan_id: str, content: Content) -> None:
        """As the lead's clerk."""
        await self.handlers.edit(c.EditPlan(actor=CLERK, plan_id=plan_id, content=content, version=None))

    async def submit(self, plan_id: str) -> None:
        """As the lead's clerk."""
        await self.handlers.submit(c.SubmitPlan(actor=CLERK, plan_id=plan_id))

    async def submit_and_return(self, plan_id: str) -> None:
        """The clerk sends it, the office sends it back."""
        await self.submit(plan_id)
        await self.handlers.send_back(c.ReturnPlan(actor=OFFICE, plan_id=plan_id, reason="请补充安全预案"))


def _store(name: str, kind: type[Any], documents: MemoryDocuments) -> Aggregates[Any]:
    return Aggregates(name, kind, documents, published, cast(Clock, Standing()), Metrics("test"))
