"""The status page: what its holder was told is read once it was shown."""

from contextlib import suppress

from fastapi import Request

from services.registration.api.schemas.notices import language
from services.registration.application import Application
from services.registration.application import notice_commands as c
from services.registration.application.notice_queries import Told
from shared.commands import Actor
from shared.errors import Unavailable


async def shown(app: Application, actor: Actor, registration_id: str, request: Request) -> list[Told]:
    """What one person was told, and noted as read where it is not staff who look.

    Where somebody stands is shown also when that note cannot be written now.
    """
    told = await app.notices.told(registration_id, language(request))
    if not actor.roles and any(each.notice.read_at is None for each in told):
        with suppress(Unavailable):
            await app.handle(c.NoteNoticesRead(actor=actor, registration_id=registration_id))
            return await app.notices.told(registration_id, language(request))
    return told
