"""Units: register, amend, change from a day on, close."""

from datetime import date
from functools import partial

from services.registration.application import planning as c
from services.registration.application.ports import Ports
from services.registration.domain.unit import Unit
from services.registration.domain.unit_tree import must_fit, must_guide_nobody
from shared.aggregate import fork
from shared.errors import Conflict
from shared.time import day_of


class UnitHandlers:
    """Handlers for units.

    The tree is looked at before the change of one unit: two administrators who at the same moment put two units under
    each other are not found out. The tree then shows them at the top, and either of them may be put right.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._units = ports.units

    async def register(self, command: c.RegisterUnit) -> None:
        today = day_of(self._ports.clock.now())
        if command.particulars.supervising_unit_id:
            await self._must_fit(command, today)
        await self._units.change_or_create(
            command.unit_id,
            lambda: Unit.register(command.unit_id, command.particulars),
            partial(_said, command=command, today=today),
        )

    async def close(self, command: c.CloseUnit) -> None:
        today = day_of(self._ports.clock.now())
        known = await self._units.find()
        must_guide_nobody(known, command.unit_id, command.last_day)
        await self._must_host_nothing(command)
        await self._units.change(command.unit_id, lambda each: each.close(command.last_day, today), once=command.once)

    async def _must_fit(self, command: c.RegisterUnit, today: date) -> None:
        """Raises Invalid where the tree would not be one any more."""
        known = {each.id: each for each in await self._units.find()}
        there = known.get(command.unit_id)
        if there is None:
            meant, since = Unit.register(command.unit_id, command.particulars), command.particulars.active_from
        else:
            meant, since = fork(there), command.since or today
            _said(meant, command=command, today=today)
        must_fit(known, meant, since, today)

    async def _must_host_nothing(self, command: c.CloseUnit) -> None:
        """Raises Conflict while it hosts an announced activity of a later day."""
        announced = await self._ports.activities.find({"state": "announced"})
        later = [each for each in announced if day_of(each.session.starts_at) > command.last_day]
        hosted = [each.id for each in later if command.unit_id in each.unit_ids]
        if hosted:
            raise Conflict(
                "activities_ahead",
                f"该单位在此日之后还有 {len(hosted)} 项已公告的活动。",
                f"It hosts {len(hosted)} announced activities after that day.",
                activities=hosted,
            )


def _said(unit: Unit, *, command: c.RegisterUnit, today: date) -> None:
    if command.since is None:
        unit.amend(command.particulars, today)
    else:
        unit.change(command.particulars, command.since, today)
