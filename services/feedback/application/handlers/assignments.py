"""Assignments: the office hands out and presses, units accept, return and say how far they are."""

from services.feedback.application.commands import (
    AcceptAssignment,
    AssignOpinion,
    IssueSupervision,
    NoteProgress,
    ReturnAssignment,
)
from services.feedback.application.handlers.steps import Steps
from services.feedback.application.ports import Ports
from services.feedback.domain.opinion import Standing


class AssignmentHandlers:
    """Handlers for what lies between receipt and reply."""

    def __init__(self, ports: Ports, steps: Steps) -> None:
        self._calendar = ports.calendar
        self._levels = ports.levels
        self._steps = steps

    async def assign(self, command: AssignOpinion) -> Standing:
        by, now = command.actor.subject, self._steps.clock.now()
        clocks = self._levels.clocks(self._calendar, now, is_complex=command.is_complex)
        return await self._steps.take(
            command,
            "assigned",
            lambda opinion: opinion.assign(command.unit_id, clocks, is_complex=command.is_complex, by=by, at=now),
        )

    async def accept(self, command: AcceptAssignment) -> Standing:
        now = self._steps.clock.now()
        return await self._steps.by_unit(command, "accepted", lambda opinion: opinion.accept(at=now))

    async def give_back(self, command: ReturnAssignment) -> Standing:
        by, now = command.actor.subject, self._steps.clock.now()
        return await self._steps.by_unit(
            command, "returned", lambda opinion: opinion.give_back(command.reason, by=by, at=now)
        )

    async def note_progress(self, command: NoteProgress) -> Standing:
        by, now = command.actor.subject, self._steps.clock.now()
        return await self._steps.by_unit(
            command, "progress_noted", lambda opinion: opinion.note_progress(command.text, by=by, at=now)
        )

    async def supervise(self, command: IssueSupervision) -> Standing:
        by, now = command.actor.subject, self._steps.clock.now()
        return await self._steps.take(
            command, "supervised", lambda opinion: opinion.supervise(command.text, by=by, at=now)
        )
