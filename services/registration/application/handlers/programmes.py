"""Programmes: draft, edit, open for plans, run, close."""

from services.registration.application import planning as c
from services.registration.application.ports import Ports
from services.registration.application.programmes import said_where
from services.registration.domain.programme import Programme, year_programme_id


class ProgrammeHandlers:
    """Handlers for the office."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._programmes = ports.programmes

    async def draft(self, command: c.DraftProgramme) -> Programme:
        terms = command.terms
        id_ = command.new_id("programme") if terms.open_months else year_programme_id(terms.year)
        return await said_where(
            id_, self._programmes.create(lambda: Programme.draft(id_, terms), id_, once=command.once)
        )

    async def edit(self, command: c.EditProgramme) -> None:
        await self._programmes.change(
            command.programme_id, lambda each: each.edit(command.terms), version=command.version
        )

    async def open(self, command: c.OpenProgramme) -> None:
        at = self._ports.clock.now()
        await self._programmes.change(command.programme_id, lambda each: each.open(at), once=command.once)

    async def run(self, command: c.RunProgramme) -> None:
        await self._programmes.change(command.programme_id, lambda each: each.run(), once=command.once)

    async def close(self, command: c.CloseProgramme) -> None:
        at = self._ports.clock.now()
        found = await self._ports.activities.find({"frame.programme_id": command.programme_id, "state": "announced"})
        await self._programmes.change(command.programme_id, lambda each: each.close(len(found), at), once=command.once)
