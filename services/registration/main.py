"""Registration's composition root: settings → adapters → Application → Service. No logic."""

from services.registration.adapters.erasure_log import MongoErasureLog
from services.registration.adapters.events import following, published
from services.registration.adapters.export_log import MongoExportLog
from services.registration.adapters.heads import CHAINED, Heads
from services.registration.adapters.notices import channels, notices
from services.registration.adapters.roster_form import RosterForm
from services.registration.adapters.scan_log import MongoScanLog
from services.registration.adapters.tickets import SignedTickets
from services.registration.adapters.vault import KeyedCodes, MongoVault
from services.registration.api.routes import UPLOADS, router
from services.registration.api.uploads.reading import MOST_BYTES
from services.registration.application import Application
from services.registration.application.outgoing import Outgoing, WaysOut
from services.registration.application.ports import Ports
from services.registration.application.sign_ups import SignUps
from services.registration.domain.activity import Activity
from services.registration.domain.mailbox import Mailbox
from services.registration.domain.offering import OfferRule
from services.registration.domain.plan import Plan
from services.registration.domain.plan_supervision import PlanComments
from services.registration.domain.plan_version import PlanVersion
from services.registration.domain.programme import Programme
from services.registration.domain.reconfirmation import Reconfirmation
from services.registration.domain.reminders import Reminders
from services.registration.domain.retention import Group, Periods, Retention
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Sheet
from services.registration.domain.turns import TurnRule, Turns
from services.registration.domain.unit import Unit
from services.registration.settings import Settings
from shared.runtime import serving
from shared.security.attempts import Attempts
from shared.security.claims import ClaimGuard
from shared.security.key_file import KeyFile
from shared.storage.audit_log import AuditLog

HELD_MAILBOXES = 200
"""In hand: written thrice when somebody registers, and then seldom again."""


async def main(settings: Settings) -> None:
    """Serve until told to stop."""
    keys, limits = KeyFile(settings.vault_keys_file), settings.attempts
    codes = KeyedCodes(keys)
    async with serving("registration", settings) as service:
        scans = MongoScanLog(service.collection("scan"))
        exports = MongoExportLog(service.collection("export"))
        vault = MongoVault(service.collection("vault"), keys)

        audit = AuditLog(service.collection("audit"))
        heads = Heads({name: service.collection(name) for name in CHAINED}, audit, service.clock)

        async def prepare() -> None:
            await audit.prepare()
            await scans.prepare()
            await exports.prepare()
            await vault.prepare()
            await application.retention.follow_all()
            await application.reminders.follow_all()
            await heads.note_all()

        ports = Ports(
            units=service.store("unit", Unit, published),
            programmes=service.store("programme", Programme, published),
            plans=service.store("plan", Plan, published),
            plan_versions=service.store("plan_version", PlanVersion, published),
            plan_comments=service.store("plan_comments", PlanComments, published),
            activities=service.store("activity", Activity, published),
            rosters=service.store("roster", Roster, published, RosterForm()),
            sheets=service.store("sheet", Sheet, published),
            turns=service.store("turns", Turns, published),
            turn_rule=TurnRule(**settings.turns.model_dump()),
            offer_rule=OfferRule(**settings.offers.model_dump(), quiet_hours=settings.notices.quiet_hours),
            retentions=service.store("retention", Retention, published),
            periods=Periods({Group(name): days for name, days in settings.retention_days.model_dump().items()}),
            vault=vault,
            reconfirmations=service.store("reconfirmation", Reconfirmation, published),
            codes=codes,
            claims=ClaimGuard(codes.matches, limits, service.metrics),
            sign_ups=SignUps(
                Attempts(limits.registrations_per_phone, limits.seconds),
                Attempts(limits.registrations_per_address, limits.seconds),
                service.metrics,
            ),
            tickets=SignedTickets(keys),
            scans=scans,
            exports=exports,
            erasures=MongoErasureLog(service.collection("erasure")),
            audit=audit,
            plan_review_mode=settings.plan_review_mode,
            clock=service.clock,
            metrics=service.metrics,
        )
        mailboxes = service.store("mailbox", Mailbox, published, lanes=HELD_MAILBOXES)
        told = notices(settings.notices, mailboxes, service.store("reminders", Reminders, published))
        service.listen(heads)
        ways = channels(settings.notices, service.clock)
        out = WaysOut([Outgoing(each, ports, told, settings.notices.per_second) for each in ways])
        application = Application(ports, told)
        await service.run(
            router,
            application,
            rings={
                "retention": application.retention.ring,
                "reminders": application.reminders.ring,
                "mailbox": out.ring,
                "roster": application.ring_roster,
                "turns": application.ring_turns,
            },
            first=prepare,
            follow=following(application),
            loops=out.loops,
            body_caps={UPLOADS: MOST_BYTES},
        )
