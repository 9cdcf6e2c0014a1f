"""Exports: a list of people as a file."""

from collections.abc import Awaitable, Callable

from services.registration.application import commands as c
from services.registration.application.exports import note_unmasked
from services.registration.application.ports import Ports
from services.registration.application.sheets import Sheets
from services.registration.domain.export import Export, listed
from services.registration.domain.roster import Roster
from shared.commands import Actor

Own = Callable[[Actor, str], Awaitable[Roster]]


class ExportHandlers:
    """Handlers for exports."""

    def __init__(self, ports: Ports, own: Own) -> None:
        self._ports = ports
        self._own = own
        self._sheets = Sheets(ports.sheets)

    async def export(self, command: c.ExportList) -> Export:
        roster = await self._own(command.actor, command.point_id)
        asked = Export(
            id=command.new_id("export"),
            point_id=roster.id,
            kind=command.kind,
            format=command.format,
            masked=command.masked,
            order=command.order,
            reason=command.reason,
            by=command.actor.subject,
            at=self._ports.clock.now(),
            rows=len(listed(await self._sheets.whole(roster), command.kind)),
        )
        asked.must_exist_in_its_format()
        asked.must_be_justified(may_unmask=command.may_unmask)
        kept = await self._ports.exports.add(asked, command.once)
        if kept is asked:  # and not what was answered to the same click before
            note_unmasked(kept, "unmasked_export")
            self._ports.metrics.count("exports_total", kind=kept.kind, masked=str(kept.masked).lower())
        return kept
