"""What a draw does on the roster of its point: the list is committed to after the close, the drawn are seated."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.registration.domain import draw as lots
from services.registration.domain import roster_facts as facts
from services.registration.domain.admission import Reason
from services.registration.domain.composition import Category
from services.registration.domain.phase import POINT
from services.registration.domain.place import REGISTRATION, Registration, Status
from services.registration.domain.plan_content import Selection
from services.registration.domain.sheet import Application, applicants, withdrawn
from shared.errors import Conflict

if TYPE_CHECKING:  # these change it
    from services.registration.domain.roster import Roster

COMMIT, DRAW = "commit", "draw"
"""Timers: what was begun goes on by itself if whoever began it is gone."""
AGAIN = timedelta(seconds=30)


def commit(roster: "Roster", listed: Mapping[str, Application], at: datetime) -> None:
    """Who is on the sealed sheets is in the draw for good. Committing twice changes nothing. Raises Conflict."""
    roster.timers.pop(COMMIT, None)
    if roster.draw:
        return
    POINT.must_allow(roster.phase, "draw")  # it may have been called off since whoever commits looked
    assert roster.seed_digest  # noqa: S101 a draw was announced with it
    roster.draw = draw = lots.commit(places(roster), applicants(listed), at)
    about = (roster.activity_id, roster.id, at)
    roster.record(
        facts.DrawCommitted(*about, roster.seed_digest, draw.applicants_digest, draw.applicants, draw.algorithm)
    )


def begin(roster: "Roster", at: datetime) -> None:
    """Lots are going to be drawn, and nothing stops that any more. Raises Conflict where there is nothing to draw."""
    POINT.must_allow(roster.phase, "draw")
    if roster.selection != Selection.RANDOM_DRAW or roster.drawn:
        raise _no_draw()
    if roster.draw is None:
        raise Conflict(
            "draw_not_committed",
            "报名已截止，名单正在封存，请稍后再抽签。",
            "Registration has closed and the list is being sealed; draw in a moment.",
        )
    roster.timers[DRAW] = at + AGAIN


def seat(roster: "Roster", result: lots.Result, listed: Mapping[str, Application], seed: str, at: datetime) -> None:
    """Each category up to its quota, the others wait in drawn order. Seating twice changes nothing.

    Raises Conflict when the seed is another than the sealed one, and where there is nothing to draw any more.
    """
    assert roster.draw  # noqa: S101 it has begun
    if roster.draw.seed:
        return
    POINT.must_allow(roster.phase, "draw")  # it may have been called off since the draw began
    lots.must_be_sealed(seed, roster.seed_digest)
    roster.draw = replace(roster.draw, seed=seed)
    for mine in _placed(roster, (listed[each] for each in result.confirmed), Status.CONFIRMED):
        roster.record(facts.Confirmed(*_about(roster, mine, at), "draw"))
    queues = Counter[Category]()
    for mine in _placed(roster, (listed[each] for each in result.waiting), Status.WAITLISTED):
        queues[mine.category] += 1
        roster.record(facts.Waitlisted(*_about(roster, mine, at), Reason.NOT_DRAWN, queues[mine.category]))


def reveal(roster: "Roster", at: datetime) -> None:
    """Everybody has an answer: the seed is public. Raises Conflict the second time."""
    POINT.must_allow(roster.phase, "draw")
    if roster.draw is None or roster.draw.seed is None or roster.drawn:
        raise _no_draw()
    roster.timers.pop(DRAW, None)
    roster.draw = replace(roster.draw, held_at=at)
    roster.record(facts.DrawRevealed(roster.activity_id, roster.id, at, roster.draw.seed or "", roster.confirmed()))


def result(roster: "Roster", listed: Mapping[str, Application], seed: str) -> lots.Result:
    """Of the draw that was committed to, by a seed that need not be public yet."""
    assert roster.draw  # noqa: S101 it is committed to
    digest = roster.draw.applicants_digest
    return lots.result(digest, places(roster), applicants(listed), withdrawn(listed), seed)


def places(roster: "Roster") -> lots.Places:
    """What is drawn for."""
    return lots.Places(roster.id, roster.cap, {each: roster.quota.get(each, 0) for each in Category})


def _no_draw() -> Conflict:
    return Conflict("no_draw", "该开放点无需抽签或已抽签。", "There is no draw to hold here.")


def _placed(roster: "Roster", drawn: Iterable[Application], status: Status) -> Iterator[Registration]:
    """These get a status and, in this order, the next tickets."""
    for each in drawn:
        roster.tickets += 1
        led = REGISTRATION.after(Status.APPLIED, "draw", status)
        mine = Registration(each.id, each.category, each.grassroots, led, roster.tickets, each.at)
        roster.registrations[mine.id] = mine
        yield mine


def _about(roster: "Roster", mine: Registration, at: datetime) -> tuple[str, str, datetime, str, Category, bool]:
    return roster.activity_id, roster.id, at, mine.id, mine.category, mine.grassroots
