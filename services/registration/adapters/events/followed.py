"""What registration does about its own facts: who is concerned is told (`docs/adr/0017`)."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from services.registration.application import notice_commands as c
from services.registration.domain.notice import NoticeKind
from shared.commands import SYSTEM, Command
from shared.errors import Unavailable
from shared.events import registration_v1 as v1
from shared.events.contract import Contract
from shared.storage.document import Entry
from shared.storage.relay import Follow


class Handles(Protocol):
    """The application, as far as it is needed here."""

    async def handle(self, command: Command[Any]) -> Any:
        """Carry out a command."""


_VIA = {"promotion": NoticeKind.PROMOTED, "draw": NoticeKind.DRAWN}
_NOT_DRAWN = "not_drawn"


def following(application: Handles) -> Follow:
    """Facts of one person in their order, people side by side: a draw places hundreds at once."""

    async def follow(entries: Sequence[Entry]) -> None:
        commands: dict[str, list[Command[None]]] = defaultdict(list)
        for entry in entries:
            if heard := _HEARD.get(entry.type):
                contract, act = heard
                fact = contract.model_validate_json(entry.body)
                commands[getattr(fact, "registration_id", "")] += act(fact, entry)
        await _side_by_side([_one_after_another(application, each) for each in commands.values()])

    return follow


async def _one_after_another(application: Handles, commands: Sequence[Command[None]]) -> None:
    for each in commands:
        await application.handle(each)


async def _side_by_side(doing: Sequence[Awaitable[None]]) -> None:
    """Every one of them, whatever becomes of the others; then raise what one of them raised.

    An outage before all else: only for that the relay tries again, and a defect would be found again then.
    """
    done = await asyncio.gather(*doing, return_exceptions=True)
    raised = [each for each in done if isinstance(each, BaseException)]
    for each in sorted(raised, key=lambda each: not isinstance(each, Unavailable)):
        raise each


def _confirmed(fact: v1.RepresentativeConfirmed, entry: Entry) -> list[Command[None]]:
    return [_tell(fact, entry, _VIA.get(fact.via, NoticeKind.CONFIRMED))]


def _waitlisted(fact: v1.RepresentativeWaitlisted, entry: Entry) -> list[Command[None]]:
    kind = NoticeKind.NOT_DRAWN if fact.reason == _NOT_DRAWN else NoticeKind.WAITLISTED
    return [_tell(fact, entry, kind, position=str(fact.position))]


def _without_a_place(fact: v1.RepresentativeNotDrawn, entry: Entry) -> list[Command[None]]:
    return [_tell(fact, entry, NoticeKind.NO_PLACE)]


def _offered(fact: v1.RepresentativeOffered, entry: Entry) -> list[Command[None]]:
    return [_tell(fact, entry, NoticeKind.OFFERED, until=fact.answer_by.isoformat())]


def _gone(fact: v1.RepresentativeFact, _: Entry) -> list[Command[None]]:
    return [_say_no_more(fact, for_good=True)]


def _checked_in(fact: v1.RepresentativeCheckedIn, _: Entry) -> list[Command[None]]:
    return [_say_no_more(fact, for_good=False)]


def _rescheduled(fact: v1.ActivityRescheduled, entry: Entry) -> list[Command[None]]:
    earlier = fact.previous_starts_at.isoformat()
    told = _tell_everybody(fact.activity_id, entry, NoticeKind.CHANGED, earlier=earlier)
    return [told, *_remind(fact, entry)]


def _called_off(fact: v1.ActivityCancelled, entry: Entry) -> list[Command[None]]:
    return [_tell_everybody(fact.activity_id, entry, NoticeKind.CALLED_OFF), *_remind(fact, entry)]


def _remind(
    fact: v1.ActivityAnnounced | v1.ActivityRescheduled | v1.ActivityCancelled | v1.ActivityHeld, _: Entry
) -> list[Command[None]]:
    return [c.FollowReminders(actor=SYSTEM, activity_id=fact.activity_id)]


def _tell(fact: v1.RepresentativeFact, entry: Entry, kind: NoticeKind, **details: str) -> Command[None]:
    return c.Tell(
        actor=SYSTEM,
        activity_id=fact.activity_id,
        point_id=fact.open_point_id,
        registration_id=fact.registration_id,
        kind=kind,
        occasion=str(entry.seq),
        at=entry.time,
        details=details,
    )


def _tell_everybody(activity_id: str, entry: Entry, kind: NoticeKind, **details: str) -> Command[None]:
    return c.TellEverybody(
        actor=SYSTEM, activity_id=activity_id, kind=kind, occasion=str(entry.seq), at=entry.time, details=details
    )


def _say_no_more(fact: v1.RepresentativeFact, *, for_good: bool) -> Command[None]:
    return c.SayNoMore(
        actor=SYSTEM,
        activity_id=fact.activity_id,
        point_id=fact.open_point_id,
        registration_id=fact.registration_id,
        for_good=for_good,
    )


Act = Callable[[Any, Entry], list[Command[None]]]
_ACTS: dict[type[Contract], Act] = {
    v1.RepresentativeConfirmed: _confirmed,
    v1.RepresentativeWaitlisted: _waitlisted,
    v1.RepresentativeNotDrawn: _without_a_place,
    v1.RepresentativeOffered: _offered,
    v1.RepresentativeOfferDeclined: _gone,
    v1.RepresentativeOfferExpired: _gone,
    v1.RepresentativeCancelled: _gone,
    v1.RepresentativeCheckedIn: _checked_in,
    v1.ActivityAnnounced: _remind,
    v1.ActivityRescheduled: _rescheduled,
    v1.ActivityCancelled: _called_off,
    v1.ActivityHeld: _remind,
}
_HEARD = {contract.type(): (contract, act) for contract, act in _ACTS.items()}
