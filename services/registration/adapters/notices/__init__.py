"""Notices on their way out: the words from template files, the channels that the settings name."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from services.registration.adapters.notices.mail import Mail
from services.registration.adapters.notices.sms_gateway import SignedReceipts, SmsGateway
from services.registration.adapters.notices.spool import Spool
from services.registration.adapters.notices.templates import TemplateWording
from services.registration.application.notice_ports import Channel, Notices
from services.registration.domain.mailbox import Mailbox
from services.registration.domain.quiet_hours import QuietHours
from services.registration.domain.reminders import Reminders
from services.registration.settings import NoticeSettings
from shared.repository import Repository
from shared.time import Clock


def notices(settings: NoticeSettings, mailboxes: Repository[Mailbox], reminders: Repository[Reminders]) -> Notices:
    """What the application needs to know. Raises ValueError when a template cannot be used."""
    return Notices(
        mailboxes=mailboxes,
        reminders=reminders,
        wording=TemplateWording(),
        channels=settings.names,
        quiet_hours=QuietHours.parse(settings.quiet_hours),
        oldest=timedelta(hours=settings.oldest_hours),
        language=settings.language,
        receipts=SignedReceipts(settings.sms) if settings.sms.receipts_secret_file else None,
    )


def channels(settings: NoticeSettings, clock: Clock) -> list[Channel]:
    """Those that the settings name, in their order. Raises ValueError when a secret cannot be read."""
    made: dict[str, Callable[[], Channel]] = {
        "file": lambda: Spool(settings.spool_dir or Path(), clock),
        "mail": lambda: Mail(settings.mail),
        "sms": lambda: SmsGateway(settings.sms),
    }
    return [made[each]() for each in settings.names]
