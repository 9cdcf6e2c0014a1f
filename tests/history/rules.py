"""The rules of clause three against one open point: before a fact, after it, and between two commands."""

from collections.abc import Callable, Iterator
from datetime import datetime

from tests.history import draws
from tests.history.findings import Broken
from tests.history.moves import forward, in_its_phase, way
from tests.history.point import RESIDENT, Place, Point
from tests.outside.facts import Fact

USUAL_CAP = 20  # clause three: "in principle" at most 20 people to an open point

# before


def the_earliest_moves_up(point: Point, fact: Fact) -> Iterator[Broken]:
    """A free seat is given or offered to the earliest whom the rules admit; a newcomer passes nobody who waits in the
    same category."""
    place = point.places.get(fact.body.get("registration_id", ""))
    if way(fact) == "promotion" and place and place.state == "offered":
        yield from _accepted(point, place, fact)
    elif way(fact) == "promotion" or fact.name == "representative-offered":
        due = point.next_in()
        if place and due and due is not place:
            yield Broken("queue-order", f"registration {due.id}, {_where(due)}", f"{place.id}, {_where(place)}")
        yield from _admissible(point, fact)
    elif way(fact) == "first_come" and (first := point.head(fact.body["category"])):
        yield Broken("queue-order", f"registration {first.id}, {_where(first)}", "somebody new")


def _accepted(point: Point, place: Place, fact: Fact) -> Iterator[Broken]:
    """The seat was held; but a deadline is one, and so is the strict rule, which counts who is confirmed alone."""
    if datetime.fromisoformat(fact.body["at"]) >= datetime.fromisoformat(place.answer_by):
        yield Broken("transition", f"registration {place.id} confirmed before {place.answer_by}", fact.body["at"])
    if place.category != RESIDENT and point.phase != "open" and 3 * point.residents < point.total + 1:
        with_them = f"{point.residents} residents of {point.total + 1}"
        yield Broken("strict-composition", "no offer accepted by others while 3r < n + 1", with_them)


def _admissible(point: Point, fact: Fact) -> Iterator[Broken]:
    """The cap and the reserved seats show after the fact; what else may hold somebody back shows only before it."""
    obstacle, category = point.obstacle(fact.body["category"]), fact.body["category"]
    if obstacle == "composition" and point.phase != "open":
        with_them = f"{point.residents} residents of {point.total + 1}"
        yield Broken("strict-composition", "nobody but residents to move up while 3r < n + 1", with_them)
    elif obstacle == "quota":
        yield Broken("draw", f"at most {point.quotas[category]} {category}", f"{point.seats[category] + 1}")


def numbers_before(point: Point, fact: Fact) -> Iterator[Broken]:
    """A place in the queue, a shortage that is waived, heads at the lock."""
    if fact.name == "representative-waitlisted":
        yield from _same("position", point.waiting[fact.body["category"]] + 1, fact.body["position"])
    elif fact.name == "registration-extended":
        yield from _same("reopened", point.phase == "closed", fact.body["reopened"])
        if point.commit:
            yield Broken("draw", "the list that was committed to", "registration for a longer one")
    elif fact.name == "composition-waived":
        yield from _same("short_by", point.short_by, fact.body["short_by"])
        if not point.short_by:
            yield Broken("counts", "a composition that is short", "one that is met")
    elif fact.name == "roster-locked":
        yield from _same("confirmed", point.seats, fact.body["confirmed"])
        yield from _same("waiting", point.waiting.total(), fact.body["waiting"])
        yield from _same("waived", bool(point.short_by), fact.body["waived"])


def a_third_at_the_lock(point: Point, fact: Fact) -> Iterator[Broken]:
    """The strict rule; or the office waived it, in a fact of its own."""
    if fact.name == "roster-locked" and point.short_by and not point.waived:
        yield Broken("strict-composition", "3r >= n or a waiver", f"{point.residents} residents of {point.total}")


# after


def within_the_cap(point: Point, _: Fact) -> Iterator[Broken]:
    """In every prefix; a seat that is held is taken."""
    if point.phase and point.taken > point.cap:
        yield Broken("cap", f"at most {point.cap} seats taken", str(point.taken))


def seats_kept_for_residents(point: Point, _: Fact) -> Iterator[Broken]:
    """In every prefix while registration is open."""
    others = point.taken_by_others
    if point.phase == "open" and others > point.others_at_most:
        yield Broken("reserved-seats", f"at most {point.others_at_most} of {point.cap} for others", str(others))


# between two commands


def no_idle_seat(point: Point) -> Iterator[Broken]:
    """Nobody waits whom the rules admit. While a draw tells its results, how many seats are whose is not known yet."""
    if point.being_drawn:
        return
    if point.phase in ("open", "closed", "locked") and (due := point.next_in()):
        yield Broken("idle-seat", f"registration {due.id} confirmed", f"waiting beside {point.cap - point.taken} free")


def a_larger_cap_is_told(point: Point) -> Iterator[Broken]:
    """More than 20 needs a reason and an approver: a fact says so in the command that opens the point."""
    if point.cap > USUAL_CAP and not point.raised:
        yield Broken("cap", f"at most {USUAL_CAP}, or a fact that the cap was raised", f"a cap of {point.cap}")


BEFORE: tuple[Callable[[Point, Fact], Iterator[Broken]], ...] = (
    in_its_phase,
    forward,
    the_earliest_moves_up,
    a_third_at_the_lock,
    numbers_before,
    draws.committed,
    draws.revealed,
)
AFTER: tuple[Callable[[Point, Fact], Iterator[Broken]], ...] = (within_the_cap, seats_kept_for_residents)
BETWEEN: tuple[Callable[[Point], Iterator[Broken]], ...] = (no_idle_seat, a_larger_cap_is_told)


def _same(name: str, folded: object, said: object) -> Iterator[Broken]:
    if _whole(folded) != _whole(said):
        yield Broken("counts", f"{name} {_whole(folded)}", f"{_whole(said)}")


def _whole(value: object) -> object:
    """Categories with nobody in them may be named or not."""
    return {name: count for name, count in sorted(value.items()) if count} if isinstance(value, dict) else value


def _where(place: Place) -> str:
    return (
        f"rank {place.rank} among all who waited, {place.category}" if place.rank else f"not waiting, {place.category}"
    )
