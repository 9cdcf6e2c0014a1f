"""Notices on their way out: the words from template files, the channels that the settings name."""

from datetime import timedelta

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
    )


def channels(settings: NoticeSettings, clock: Clock) -> list[Channel]:
    """Those that the settings name, in their order."""
    made: dict[str, Channel] = {}
    if settings.spool_dir:
        made["file"] = Spool(settings.spool_dir, clock)
    return [made[each] for each in settings.names]
