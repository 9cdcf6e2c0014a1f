"""Registration's table of contents: every command with its handler, and the queries."""

from services.registration.application import commands as c
from services.registration.application import notice_commands as n
from services.registration.application import planning as p
from services.registration.application.audit import Audit
from services.registration.application.handlers.activities import ActivityHandlers
from services.registration.application.handlers.door import DoorHandlers
from services.registration.application.handlers.exports import ExportHandlers
from services.registration.application.handlers.invitations import InvitationHandlers
from services.registration.application.handlers.notices import NoticeHandlers
from services.registration.application.handlers.offers import OfferHandlers
from services.registration.application.handlers.plans import PlanHandlers
from services.registration.application.handlers.programmes import ProgrammeHandlers
from services.registration.application.handlers.reconfirmations import ReconfirmationHandlers
from services.registration.application.handlers.reminders import ReminderHandlers
from services.registration.application.handlers.retention import RetentionHandlers
from services.registration.application.handlers.rosters import RosterHandlers
from services.registration.application.handlers.subjects import SubjectHandlers
from services.registration.application.handlers.supervision import SupervisionHandlers
from services.registration.application.handlers.tickets import TicketHandlers
from services.registration.application.handlers.units import UnitHandlers
from services.registration.application.handlers.uploads import UploadHandlers
from services.registration.application.keeping import Keeping
from services.registration.application.notice_ports import Notices
from services.registration.application.notice_queries import NoticeQueries
from services.registration.application.ports import Ports
from services.registration.application.proofs import Proofs
from services.registration.application.queries import Queries
from services.registration.application.subject import Subjects
from shared.commands import Command
from shared.dispatch import Dispatcher, Handlers, R


class Application:
    """What registration can do."""

    def __init__(self, ports: Ports, notices: Notices) -> None:
        units, plans, supervision = UnitHandlers(ports), PlanHandlers(ports), SupervisionHandlers(ports)
        programmes, invitations = ProgrammeHandlers(ports), InvitationHandlers(ports)
        activities, rosters = ActivityHandlers(ports), RosterHandlers(ports)
        tickets, door = TicketHandlers(ports, rosters.may_see), DoorHandlers(ports, rosters.own)
        offers = OfferHandlers(ports, rosters.may_see, rosters.draws.ring)
        reconfirmations = ReconfirmationHandlers(ports, rosters.may_see)
        exports, uploads = ExportHandlers(ports, rosters.own), UploadHandlers(ports, rosters.own, rosters.register)
        self.retention = RetentionHandlers(ports)
        telling = NoticeHandlers(ports, notices, rosters.own)
        self.reminders = ReminderHandlers(ports, notices, telling)
        subjects = SubjectHandlers(ports, rosters.may_see, rosters.cancel)
        handlers: Handlers = {
            p.RegisterUnit: units.register,
            p.CloseUnit: units.close,
            p.DraftProgramme: programmes.draft,
            p.EditProgramme: programmes.edit,
            p.OpenProgramme: programmes.open,
            p.RunProgramme: programmes.run,
            p.CloseProgramme: programmes.close,
            p.DraftPlan: plans.draft,
            p.CopyPlan: plans.copy,
            p.EditPlan: plans.edit,
            p.SubmitPlan: plans.submit,
            p.InviteCoHosts: invitations.invite,
            p.AnswerInvitation: invitations.answer,
            p.ReturnPlan: plans.send_back,
            p.FilePlan: plans.file,
            p.ApprovePlan: plans.approve,
            p.ApproveCap: plans.approve_cap,
            p.CommentOnPlan: supervision.comment,
            p.CountersignPlan: supervision.countersign,
            c.AnnounceActivity: activities.announce,
            c.RescheduleActivity: activities.reschedule,
            c.CancelActivity: activities.cancel,
            c.HoldActivity: activities.hold,
            c.Register: rosters.register,
            c.UploadList: uploads.upload,
            c.CancelRegistration: rosters.cancel,
            c.AcceptOffer: offers.accept,
            c.DeclineOffer: offers.decline,
            c.KeepPlace: reconfirmations.keep,
            c.CloseRegistration: rosters.close,
            c.ExtendRegistration: rosters.extend,
            c.HoldDraw: rosters.draws.hold,
            c.WaiveComposition: rosters.waive,
            c.LockRoster: rosters.lock,
            c.CheckIn: door.check_in,
            c.TakeInScans: door.take_in,
            c.UndoCheckIn: rosters.undo_check_in,
            c.ReissueTicket: tickets.reissue,
            c.ExportList: exports.export,
            c.PlaceHold: self.retention.hold,
            c.LiftHold: self.retention.lift,
            n.Tell: telling.tell,
            n.TellEverybody: telling.tell_everybody,
            n.FollowReminders: self.reminders.follow,
            n.SayNoMore: telling.say_no_more,
            n.SendNoticesAgain: telling.send_again,
            n.NoteReceipts: telling.note_receipts,
            n.NoteNoticesRead: telling.note_read,
            c.ErasePerson: subjects.erase,
        }
        self._dispatcher = Dispatcher(handlers, ports.metrics)
        self.queries = Queries(ports, rosters.may_see)
        self.keeping = Keeping(ports)
        self.proofs = Proofs(ports)
        self.notices = NoticeQueries(ports, notices, rosters.own)
        self.ring_roster = offers.ring
        self._audit = Audit(ports)
        self.subjects = Subjects(ports, rosters.may_see)
        self.ring_turns = rosters.draws.turns.ring

    async def handle(self, command: Command[R]) -> R:
        """Carry out a command; raises a Problem when it is refused."""
        await self._audit.asked(command)
        return await self._dispatcher.handle(command)
