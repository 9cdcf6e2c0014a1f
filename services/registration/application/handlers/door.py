"""The door: one scan of a connected door, and what a door sends that was without a network."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from services.registration.application import commands as c
from services.registration.application.ports import Ports
from services.registration.application.recognition import UNKNOWN, Meant, Recognition
from services.registration.domain.door import LoggedScan, Result, Shown, Verdict, recalled, scanned_at
from services.registration.domain.door_answers import let_in
from services.registration.domain.place import Scan
from services.registration.domain.roster import Roster
from shared.commands import Actor
from shared.errors import Invalid
from shared.ids import derived_id

Own = Callable[[Actor, str], Awaitable[Roster]]


class DoorHandlers:
    """Handlers for scans.

    The roster decides and is written first, then the log: a scan that is sent again after a crash in between is known
    by its id, answered as before, and logged then.
    """

    def __init__(self, ports: Ports, own: Own) -> None:
        self._ports = ports
        self._own = own

    async def check_in(self, command: c.CheckIn) -> Scan:
        now = self._ports.clock.now()
        roster = await self._own(command.actor, command.point_id)
        shown = self._at_once(roster, command, now)
        if command.nonce and (known := await self._ports.scans.known([shown.scan_id])):
            return let_in(recalled(roster.registrations, known[shown.scan_id]))
        foreseen = roster.scan(shown).result  # on our own copy: what the log says of a refusal
        if foreseen not in (Result.ADMITTED, Result.DUPLICATE):
            await self._note(roster, command.actor, now, {shown: foreseen})
        scan = await self._ports.rosters.change(
            roster.id, lambda each: each.admit(shown), once=command.once, answer=Scan
        )
        await self._note(roster, command.actor, now, {shown: Result(scan.result)})
        if scan.result == Result.ADMITTED:
            self._count(roster, scan.category)
        return scan

    async def take_in(self, command: c.TakeInScans) -> list[Verdict]:
        now = self._ports.clock.now()
        roster = await self._own(command.actor, command.point_id)
        recognition = self._recognition(roster)
        sent = [_from_batch(recognition, roster, command, each, now) for each in command.scans]
        known = await self._ports.scans.known([each.scan_id for each in sent])
        fresh = sorted({each.scan_id: each for each in sent if each.scan_id not in known}.values(), key=_in_time)

        def answered(each: Roster) -> dict[str, Verdict]:
            verdicts = {scan.scan_id: each.scan(scan) for scan in fresh}
            return verdicts | {scan_id: recalled(each.registrations, line) for scan_id, line in known.items()}

        verdicts = await self._ports.rosters.change(roster.id, answered)
        await self._note(roster, command.actor, now, {each: verdicts[each.scan_id].result for each in fresh})
        for verdict in verdicts.values():
            if verdict.entered and verdict.category:
                self._count(roster, verdict.category)
        return [verdicts[each.scan_id] for each in sent]

    def _at_once(self, roster: Roster, command: c.CheckIn, now: datetime) -> Shown:
        nonce, when = command.nonce, command.scanned_at
        scan_id = _scan_id(roster, command.device, nonce, command.shown) if nonce else command.new_id("scan")
        at = scanned_at(when, None, now) if when else now
        return _shown(self._recognition(roster).meant(command.shown), scan_id, at, command.device, live=not when)

    def _recognition(self, roster: Roster) -> Recognition:
        return Recognition(self._ports.tickets, self._ports.codes, roster)

    async def _note(self, roster: Roster, actor: Actor, now: datetime, answers: dict[Shown, Result]) -> None:
        """Into the log, and into the count of what doors see."""
        await self._ports.scans.append(
            LoggedScan(
                scan_id=each.scan_id,
                point_id=roster.id,
                device=each.device,
                at=each.at,
                received_at=now,
                by=actor.subject,
                registration_id=each.registration_id,
                answered=answered,
            )
            for each, answered in answers.items()
        )
        for answered in answers.values():
            self._ports.metrics.count("scans_total", town=roster.town, result=answered)

    def _count(self, roster: Roster, category: str) -> None:
        self._ports.metrics.count("check_ins_total", town=roster.town, category=category)


def _from_batch(
    recognition: Recognition, roster: Roster, command: c.TakeInScans, scan: c.DoorScan, now: datetime
) -> Shown:
    scan_id = _scan_id(roster, command.device, scan.nonce, scan.shown)
    at = scanned_at(scan.scanned_at, command.sent_at, now)
    return _shown(_meant(recognition, scan.shown), scan_id, at, command.device, live=False)


def _meant(recognition: Recognition, shown: str) -> Meant:
    """In a batch a mistyped number is one bad scan among good ones."""
    try:
        return recognition.meant(shown)
    except Invalid:
        return UNKNOWN


def _scan_id(roster: Roster, device: str, nonce: str, shown: str) -> str:
    """The same for the same scan sent again. A door that begins its nonces anew does not swallow a person for that."""
    return derived_id("scan", roster.id, device, nonce, shown)


def _shown(meant: Meant, scan_id: str, at: datetime, device: str, *, live: bool) -> Shown:
    return Shown(scan_id, at, device, meant.registration_id, meant.edition, meant.fault, live)


def _in_time(shown: Shown) -> tuple[datetime, str]:
    return shown.at, shown.scan_id
