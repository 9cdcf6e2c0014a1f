"""What registration and feedback tell about an activity, each fact perhaps more than once."""

from collections.abc import Callable

from services.reporting.application import commands as c
from services.reporting.application.ports import Ports
from services.reporting.domain.dossier import Dossier


class ActivityHandlers:
    """Handlers for other services' facts."""

    def __init__(self, ports: Ports) -> None:
        self._dossiers = ports.dossiers
        self._rule = ports.rule

    async def open(self, command: c.OpenDossier) -> None:
        await self._note(command.activity_id, lambda dossier: dossier.announced(command.activity, command.sequence))

    async def move(self, command: c.MoveActivity) -> None:
        await self._note(command.activity_id, lambda dossier: dossier.rescheduled(command.starts_at, command.sequence))

    async def cancel(self, command: c.CancelDossier) -> None:
        await self._note(command.activity_id, lambda dossier: dossier.cancelled(command.cancelled_at))

    async def start_clock(self, command: c.StartClock) -> None:
        deadline = self._rule.deadline(command.holding.held_at)
        await self._note(
            command.activity_id,
            lambda dossier: dossier.held(command.activity, command.holding, deadline, command.sequence),
        )

    async def note_opinion(self, command: c.NoteOpinion) -> None:
        await self._note(command.activity_id, Dossier.opinion_received)

    async def note_nil_return(self, command: c.NoteNilReturn) -> None:
        await self._note(command.activity_id, Dossier.nil_return)

    async def _note(self, activity_id: str, change: Callable[[Dossier], None]) -> None:
        await self._dossiers.change_or_create(activity_id, lambda: Dossier.shell(activity_id), change)
