"""Feedback's table of contents: every command with its handler, and the queries."""

from services.feedback.application import commands as c
from services.feedback.application.handlers.activities import ActivityHandlers
from services.feedback.application.handlers.assignments import AssignmentHandlers
from services.feedback.application.handlers.clocks import ClockHandlers
from services.feedback.application.handlers.opinions import OpinionHandlers
from services.feedback.application.handlers.replies import ReplyHandlers
from services.feedback.application.handlers.steps import Steps
from services.feedback.application.ports import Ports
from services.feedback.application.queries import Queries
from shared.commands import Command
from shared.dispatch import Dispatcher, Handlers, R


class Application:
    """What feedback can do."""

    def __init__(self, ports: Ports) -> None:
        steps = Steps(ports)
        activities, opinions = ActivityHandlers(ports), OpinionHandlers(ports, steps)
        assignments, replies = AssignmentHandlers(ports, steps), ReplyHandlers(steps)
        handlers: Handlers = {
            c.AnnounceActivity: activities.announce,
            c.HoldActivity: activities.hold,
            c.CancelActivity: activities.cancel,
            c.DeclareNilReturn: activities.declare_nil_return,
            c.ReceiveOpinion: opinions.receive,
            c.AnswerOnSite: opinions.answer_on_site,
            c.RateReply: opinions.rate,
            c.AssignOpinion: assignments.assign,
            c.AcceptAssignment: assignments.accept,
            c.ReturnAssignment: assignments.give_back,
            c.NoteProgress: assignments.note_progress,
            c.IssueSupervision: assignments.supervise,
            c.DraftReply: replies.draft,
            c.ReviewReply: replies.review,
            c.PublishReply: replies.publish,
        }
        self._dispatcher = Dispatcher(handlers, ports.metrics)
        self.queries = Queries(ports)
        self.clocks = ClockHandlers(ports)

    async def handle(self, command: Command[R]) -> R:
        """Carry out a command; raises a Problem when it is refused."""
        return await self._dispatcher.handle(command)
