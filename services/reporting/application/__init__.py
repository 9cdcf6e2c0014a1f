"""Reporting's table of contents: every command with its handler, and the queries."""

from services.reporting.application import commands as c
from services.reporting.application.handlers.activities import ActivityHandlers
from services.reporting.application.handlers.materials import MaterialHandlers
from services.reporting.application.handlers.publicity import PublicityHandlers
from services.reporting.application.ports import Ports
from services.reporting.application.queries import Queries
from shared.commands import Command
from shared.dispatch import Dispatcher, Handlers, R


class Application:
    """What reporting can do."""

    def __init__(self, ports: Ports) -> None:
        activities = ActivityHandlers(ports)
        materials = MaterialHandlers(ports)
        publicity = PublicityHandlers(ports)
        handlers: Handlers = {
            c.OpenDossier: activities.open,
            c.MoveActivity: activities.move,
            c.CancelDossier: activities.cancel,
            c.StartClock: activities.start_clock,
            c.NoteOpinion: activities.note_opinion,
            c.NoteNilReturn: activities.note_nil_return,
            c.UploadFile: materials.upload,
            c.RemoveFile: materials.remove,
            c.SubmitMaterials: materials.submit,
            c.ReturnMaterials: materials.return_,
            c.AcceptMaterials: materials.accept,
            c.RecordPublicity: publicity.record,
        }
        self._dispatcher = Dispatcher(handlers, ports.metrics)
        self.queries = Queries(ports)

    async def handle(self, command: Command[R]) -> R:
        """Carry out a command; raises a Problem when it is refused."""
        return await self._dispatcher.handle(command)
