"""Before a fact: may this happen to this place, in this phase? The state machines, as tables."""

from collections.abc import Iterator

from tests.history.findings import Broken
from tests.history.point import LIVE, Place, Point
from tests.outside.facts import Fact

NOBODY = ""
MOVES: dict[tuple[str, str], set[str]] = {
    ("representative-applied", ""): {NOBODY},
    ("representative-confirmed", "first_come"): {NOBODY},
    ("representative-confirmed", "promotion"): {"waitlisted", "offered"},
    ("representative-offered", ""): {"waitlisted"},
    ("representative-offer-declined", ""): {"offered"},
    ("representative-offer-expired", ""): {"offered"},
    ("representative-confirmed", "draw"): {"applied"},
    ("representative-waitlisted", ""): {NOBODY},
    ("representative-waitlisted", "not_drawn"): {"applied"},
    ("representative-not-drawn", ""): {"applied"},
    ("representative-cancelled", ""): {"applied", "confirmed", "waitlisted"},
    ("representative-checked-in", ""): {"confirmed"},
    ("representative-check-in-undone", ""): {"attended"},
    ("representative-absent", ""): {"confirmed"},
}
"""Kind and way → the states that a place may have before it."""
PHASES: dict[tuple[str, str], set[str]] = {
    ("registration-opened", ""): {""},
    ("cap-raised", ""): {"open"},
    ("registration-closed", ""): {"open"},
    ("registration-extended", ""): {"open", "closed"},
    ("draw-committed", ""): {"closed"},
    ("draw-revealed", ""): {"closed"},
    ("composition-waived", ""): {"open", "closed"},
    ("roster-locked", ""): {"closed"},
    ("representative-applied", ""): {"open", "closed"},
    ("representative-not-drawn", ""): {"closed"},
    ("representative-confirmed", "first_come"): {"open"},
    ("representative-confirmed", "promotion"): {"open", "closed", "locked"},
    ("representative-confirmed", "draw"): {"closed"},
    ("representative-offered", ""): {"open", "closed", "locked"},
    ("representative-offer-declined", ""): {"open", "closed", "locked"},
    ("representative-offer-expired", ""): {"open", "closed", "locked"},
    ("representative-waitlisted", ""): {"open"},
    ("representative-waitlisted", "not_drawn"): {"closed"},
    ("representative-cancelled", ""): {"open", "closed", "locked"},
    ("representative-checked-in", ""): {"locked"},
    ("representative-check-in-undone", ""): {"locked"},
    ("representative-absent", ""): {"locked", "finished"},
}
"""Kind and way → the phases in which it may happen. Who applied for a draw may be told of until its list is sealed."""
DOOR = {"representative-checked-in", "representative-check-in-undone"}


def way(fact: Fact) -> str:
    """How somebody was confirmed, or that they wait because they were not drawn; empty for everything else."""
    if fact.name == "representative-confirmed":
        return str(fact.body["via"])
    return "not_drawn" if fact.body.get("reason") == "not_drawn" else ""


def in_its_phase(point: Point, fact: Fact) -> Iterator[Broken]:
    """Registering while open, drawing while closed, the door while locked."""
    allowed = PHASES.get((fact.name, way(fact)))
    if allowed is not None and point.phase not in allowed:
        invariant = "door" if fact.name in DOOR else "log" if not point.phase else "transition"
        yield Broken(invariant, f"a point that is {_either(allowed)}", point.phase or "one that was never opened")


def forward(point: Point, fact: Fact) -> Iterator[Broken]:
    """Applied, waiting, confirmed, attended or absent; cancelled for good."""
    allowed = MOVES.get((fact.name, way(fact)))
    if allowed is None:
        return
    id_ = fact.body["registration_id"]
    place = point.places.get(id_)
    state = place.state if place else NOBODY
    if state not in allowed:
        living = allowed == {NOBODY} and state in LIVE
        invariant = "door" if fact.name in DOOR else "one-place" if living else "transition"
        yield Broken(invariant, f"registration {id_} {_either(allowed)} before it", state or "not registered")
    if place:
        yield from _the_same_person(place, fact)


def _the_same_person(place: Place, fact: Fact) -> Iterator[Broken]:
    before = f"{place.category}, grassroots {place.grassroots}"
    now = f"{fact.body['category']}, grassroots {fact.body['grassroots']}"
    if before != now:
        yield Broken("one-place", f"registration {place.id} as {before}", now)
    if fact.name == "representative-cancelled" and place.state in LIVE and fact.body["was"] != place.state:
        yield Broken("transition", f"registration {place.id} was {place.state}", f"was {fact.body['was']}")


def _either(states: set[str]) -> str:
    return " or ".join(sorted(each or "not there" for each in states))
