"""What people ask about their own data: erase it, withdraw the consent to it."""

from collections.abc import Awaitable, Callable

from services.registration.application import commands as c
from services.registration.application.audit import Audit
from services.registration.application.handlers.turns import TurnHandlers
from services.registration.application.keeping import retention_of
from services.registration.application.ports import Ports
from services.registration.application.queries import MaySee
from services.registration.application.sheets import Sheets
from services.registration.domain.admission import Admission
from services.registration.domain.roster import Roster
from services.registration.domain.subject import PersonErased, erased_at, has_left, held, may_leave, must_be_justified
from shared.errors import Conflict, Unavailable, not_found

Cancel = Callable[[c.CancelRegistration], Awaitable[Admission]]

RACES = 5


class SubjectHandlers:
    """Handlers for erasure on request.

    The place is given up first, then the act is noted, then the vault is emptied: each step repeated changes nothing,
    so a request that was cut off is finished by the next one, and the second gets the first one's answer.
    """

    def __init__(self, ports: Ports, may_see: MaySee, cancel: Cancel) -> None:
        self._ports = ports
        self._sheets = Sheets(ports.sheets)
        self._cancel = cancel
        self._may_see = may_see
        self._audit = Audit(ports)
        self._turns = TurnHandlers(ports)

    async def erase(self, command: c.ErasePerson) -> PersonErased:
        roster = await self._ports.rosters.get(command.point_id)
        await self._may_see(command.actor, roster, command.registration_id, command.claim_code)
        await self._audit.asked_by_holder(command)
        noted = erased_at(roster.id, await self._ports.erasures.get(command.registration_id))
        noted = noted or await self._note(command, roster)
        await self._empty(noted)
        return noted

    async def _note(self, command: c.ErasePerson, roster: Roster) -> PersonErased:
        must_be_justified(command.reason, by_staff=bool(command.actor.roles))
        if (await retention_of(self._ports, roster.activity_id)).keeps(command.registration_id):
            raise held()
        known = command.registration_id in (await self._sheets.whole(roster)).registrations
        if not known and await self._ports.vault.kept_of(roster.id, command.registration_id) is None:
            raise not_found("registration")
        await self._leave(command)
        now = await self._sheets.whole(await self._ports.rosters.get(roster.id))
        return await self._ports.erasures.add(
            PersonErased(
                registration_id=command.registration_id,
                activity_id=roster.activity_id,
                point_id=roster.id,
                cause=command.cause,
                reason=command.reason,
                by=command.actor.subject if command.actor.roles else None,
                at=self._ports.clock.now(),
                gave_up_place=has_left(now, command.registration_id),
            )
        )

    async def _leave(self, command: c.ErasePerson) -> None:
        """As anybody leaves; a second request at the same moment finds that it is done."""
        if not await self._may_leave(command):
            return
        cancellation = c.CancelRegistration(
            actor=command.actor,
            point_id=command.point_id,
            registration_id=command.registration_id,
            claim_code=command.claim_code,
        )
        try:
            await self._cancel(cancellation)
        except Conflict:
            if await self._may_leave(command):
                raise

    async def _may_leave(self, command: c.ErasePerson) -> bool:
        roster = await self._sheets.whole(await self._ports.rosters.get(command.point_id))
        return may_leave(roster, command.registration_id)

    async def _empty(self, noted: PersonErased) -> None:
        for _ in range(RACES):
            kept = await self._ports.vault.kept_of(noted.point_id, noted.registration_id)
            if kept is None:
                return
            await self._turns.forget(kept.person, kept.registration_id)  # nothing else leads there
            if await self._ports.vault.erase(kept):
                self._ports.metrics.count("erased_total", group="whole", cause=noted.cause)
        raise Unavailable("busy", "同时办理的人较多，请稍后重试。", "Many are changing this at once; try again.")
