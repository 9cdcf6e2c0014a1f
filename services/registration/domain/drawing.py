"""What a draw does on the roster of its point: the list is committed to at the close, the drawn are seated."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from services.registration.domain import draw as lots
from services.registration.domain import roster_facts as facts
from services.registration.domain.admission import Reason
from services.registration.domain.composition import Category
from services.registration.domain.place import REGISTRATION, Registration, Status

if TYPE_CHECKING:  # the roster calls these, and is what they change
    from services.registration.domain.roster import Roster


def commit(roster: "Roster", at: datetime) -> None:
    """At the close: whoever is in the draw now is in it for good."""
    assert roster.seed_digest  # noqa: S101 a draw was announced with it
    mine = {each.id: each.category for each in roster.registrations.values() if each.status == Status.APPLIED}
    roster.draw = draw = lots.commit(places(roster), mine, at)
    about = (roster.activity_id, roster.id, at)
    listed = draw.applicants_digest
    roster.record(facts.DrawCommitted(*about, roster.seed_digest, listed, len(mine), draw.algorithm))


def hold(roster: "Roster", seed: str, at: datetime) -> None:
    """Each category up to its quota, the others wait in drawn order. Raises Conflict when the seed is another."""
    assert roster.draw  # noqa: S101 the close has committed to it
    lots.must_be_sealed(seed, roster.seed_digest)
    entered = applicants(roster, roster.draw)
    withdrawn = {each for each in entered if roster.registrations[each].status != Status.APPLIED}
    roster.draw = draw = lots.hold(roster.draw, places(roster), entered, withdrawn, seed, at)
    for mine in _placed(roster, draw.confirmed, Status.CONFIRMED):
        roster.record(facts.Confirmed(*_about(roster, mine, at), "draw"))
    queues = Counter[Category]()
    for mine in _placed(roster, draw.waiting, Status.WAITLISTED):
        queues[mine.category] += 1
        roster.record(facts.Waitlisted(*_about(roster, mine, at), Reason.NOT_DRAWN, queues[mine.category]))
    roster.record(facts.DrawRevealed(roster.activity_id, roster.id, at, seed, roster.confirmed()))


def places(roster: "Roster") -> lots.Places:
    """What is drawn for."""
    return lots.Places(roster.id, roster.cap, {each: roster.quota.get(each, 0) for each in Category})


def applicants(roster: "Roster", draw: lots.Draw) -> dict[str, Category]:
    """Who was in the draw at the close, whatever became of them."""
    return {each: roster.registrations[each].category for each in draw.lots}


def _placed(roster: "Roster", ids: Iterable[str], status: Status) -> Iterator[Registration]:
    """These get a status and, in this order, the next tickets."""
    for each in ids:
        roster.tickets += 1
        mine = roster.registrations[each]
        status = REGISTRATION.after(mine.status, "draw", status)
        roster.registrations[each] = replace(mine, ticket=roster.tickets, status=status)
        yield roster.registrations[each]


def _about(roster: "Roster", mine: Registration, at: datetime) -> tuple[str, str, datetime, str, Category, bool]:
    return roster.activity_id, roster.id, at, mine.id, mine.category, mine.grassroots
