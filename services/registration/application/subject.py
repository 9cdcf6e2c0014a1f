"""Everything that is held about one person, for that person."""

from dataclasses import dataclass

from services.registration.application.audit import Audit
from services.registration.application.keeping import retention_of
from services.registration.application.ports import Contact, Kept, Ports
from services.registration.application.queries import MaySee
from services.registration.application.sheets import Sheets
from services.registration.domain.activity import Activity
from services.registration.domain.door import LoggedScan
from services.registration.domain.export import Export
from services.registration.domain.place import Registration
from services.registration.domain.retention import Periods
from services.registration.domain.subject import PersonErased, erased_at
from services.registration.domain.turns import Turn
from shared.commands import Actor
from shared.errors import NotFound, not_found

MOST = 1000  # lines of a point's logs that are looked through


@dataclass(frozen=True)
class Held:
    """`contact` is None where nothing is in the vault any more, `registration` where the roster has forgotten it.

    `exports`: lists with whole names and numbers that were made while the person stood on them. `turn`: of this
    registration; only the number in the vault leads to it.
    """

    activity: Activity
    point_id: str
    registration: Registration | None
    contact: Contact | None
    scans: tuple[LoggedScan, ...]
    exports: tuple[Export, ...]
    turn: Turn | None
    erased: PersonErased | None
    on_hold: bool
    periods: Periods


class Subjects:
    """Questions of people about themselves."""

    def __init__(self, ports: Ports, may_see: MaySee) -> None:
        self._ports = ports
        self._may_see = may_see
        self._audit = Audit(ports)

    async def held(self, actor: Actor, point_id: str, registration_id: str, code: str | None) -> Held:
        """For whoever has the claim code. Raises NotFound, TooManyRequests."""
        roster = await self._ports.rosters.get(point_id)
        await self._may_see(actor, roster, registration_id, code)
        roster = await Sheets(self._ports.sheets).whole(roster)
        mine = roster.registrations.get(registration_id)  # who left long ago is forgotten there
        kept = await self._ports.vault.kept_of(roster.id, registration_id)
        erased = erased_at(roster.id, await self._ports.erasures.get(registration_id))
        if mine is None and kept is None and erased is None:
            raise not_found("registration")
        if kept:
            await self._audit.person_revealed(actor, point_id, registration_id, tuple(sorted(kept.fields)))
        scans = await self._ports.scans.of(point_id, MOST)
        exports = await self._ports.exports.of(point_id, MOST)
        return Held(
            activity=await self._ports.activities.get(roster.activity_id),
            point_id=point_id,
            registration=mine,
            contact=await self._ports.vault.opened(kept) if kept else None,
            scans=tuple(each for each in scans if each.registration_id == registration_id),
            exports=tuple(each for each in exports if mine and not each.masked and each.at >= mine.at),
            turn=await self._turn(kept) if kept else None,
            erased=erased,
            on_hold=(await retention_of(self._ports, roster.activity_id)).keeps(registration_id),
            periods=self._ports.periods,
        )

    async def _turn(self, kept: Kept) -> Turn | None:
        try:
            return (await self._ports.turns.get(kept.person)).taken.get(kept.registration_id)
        except NotFound:
            return None
