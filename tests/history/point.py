"""One open point, folded from its facts. Each fact costs the same however many came before it."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from tests.outside.facts import Fact

RESIDENT = "resident_representative"
SEATED = {"confirmed", "attended", "absent"}
LIVE = SEATED | {"applied", "waitlisted", "offered"}
PHASES = {
    "registration-closed": "closed",
    "roster-locked": "locked",
    "representative-absent": "finished",
}
"""What facts say of the phase. Some changes of it are told by the activity alone (`activities.py`)."""
STATES = {
    "representative-applied": "applied",
    "representative-not-drawn": "not_drawn",
    "representative-confirmed": "confirmed",
    "representative-waitlisted": "waitlisted",
    "representative-offered": "offered",
    "representative-offer-declined": "declined",
    "representative-offer-expired": "expired",
    "representative-cancelled": "cancelled",
    "representative-checked-in": "attended",
    "representative-check-in-undone": "confirmed",
    "representative-absent": "absent",
}
"""What facts say of a place."""


@dataclass(eq=False)
class Place:
    """One registration; `rank` is where it stands among all that ever waited here, `answer_by` of its offer."""

    id: str
    category: str
    grassroots: bool
    state: str
    rank: int = 0
    answer_by: str = ""


@dataclass(eq=False)
class Point:
    """`seats`, `offered` and `waiting` by category are kept as facts come; `quotas` are those that a draw has shown.

    `last` is the fact folded last, `phase` empty before the opening.
    """

    id: str
    activity: str
    phase: str = ""
    cap: int = 0
    raised: bool = False
    places: dict[str, Place] = field(default_factory=dict)
    seats: Counter[str] = field(default_factory=Counter)
    offered: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    queues: dict[str, deque[tuple[int, Place]]] = field(default_factory=dict)
    ranks: int = 0
    waived: bool = False
    seed_digest: str | None = None
    commit: dict[str, Any] | None = None
    entered: dict[str, str] = field(default_factory=dict)
    """Registration → category of everybody who was in the draw at its commitment."""
    drawn: list[tuple[Place, bool]] = field(default_factory=list)
    """Results of the draw in the order of the log, with whether they won; of those who have a seat or wait."""
    undrawn: list[Place] = field(default_factory=list)
    """Who neither won nor waits, in no order."""
    reveal: dict[str, Any] | None = None
    quotas: dict[str, int] = field(default_factory=dict)
    last: Fact | None = None

    # what is there now

    @property
    def total(self) -> int:
        """Seats taken."""
        return self.states["confirmed"] + self.states["attended"] + self.states["absent"]

    @property
    def residents(self) -> int:
        """Of them, residents'."""
        return self.seats[RESIDENT]

    @property
    def taken(self) -> int:
        """Seats that nobody else can have: taken, or held for somebody who has not answered."""
        return self.total + self.states["offered"]

    @property
    def taken_by_others(self) -> int:
        """Of them, all but residents'."""
        return self.taken - self.residents - self.offered[RESIDENT]

    @property
    def others_at_most(self) -> int:
        """Seats that others may hold while registration is open: cap - ceil(cap/3)."""
        return self.cap - -(-self.cap // 3)

    @property
    def short_by(self) -> int:
        """How many more residents it takes until 3r >= n."""
        return max(0, -((3 * self.residents - self.total) // 2))

    def obstacle(self, category: str) -> str | None:
        """Why one more of this category may not sit now: `capacity`, `quota` or `composition`; None when they may."""
        if self.taken >= self.cap:
            return "capacity"
        if category in self.quotas and self.seats[category] + self.offered[category] >= self.quotas[category]:
            return "quota"
        if category == RESIDENT:
            return None
        others = self.taken_by_others  # residents who have not answered may not come
        held_back = others >= self.others_at_most if self.phase == "open" else 2 * self.residents < others + 1
        return "composition" if held_back else None

    @property
    def being_drawn(self) -> bool:
        """Committed to and not revealed: who is told their result now may not be all of them."""
        return self.commit is not None and self.reveal is None

    def head(self, category: str) -> Place | None:
        """The first in a queue. Who has left it is dropped here, once."""
        queue = self.queues.get(category)
        while queue and (queue[0][1].state != "waitlisted" or queue[0][1].rank != queue[0][0]):
            queue.popleft()
        return queue[0][1] if queue else None

    def next_in(self) -> Place | None:
        """Who should have the next seat: of the first in each queue whom the rules admit, the earliest."""
        heads = [head for category in self.queues if (head := self.head(category))]
        return min(
            (each for each in heads if not self.obstacle(each.category)), key=lambda each: each.rank, default=None
        )

    # what facts do to it

    def fold(self, fact: Fact) -> None:
        """Take one fact, whether or not it should have happened. Raises KeyError or TypeError on a body that lacks."""
        if change := _CHANGES.get(fact.name):
            change(self, fact.body)
        if state := STATES.get(fact.name):
            self._move(fact.body, state)
        self.phase = PHASES.get(fact.name, self.phase)
        self.last = fact

    def _move(self, body: dict[str, Any], state: str) -> None:
        place = self.places.get(body["registration_id"])
        if place is None:
            place = Place(body["registration_id"], body["category"], bool(body["grassroots"]), "")
            self.places[place.id] = place
        drawn = place.state == "applied" and state in ("confirmed", "waitlisted")
        self._count(place, -1)
        place.state, place.answer_by = state, str(body.get("answer_by", ""))
        self._count(place, 1)
        if state == "waitlisted":
            self.ranks += 1
            place.rank = self.ranks
            self.queues.setdefault(place.category, deque()).append((place.rank, place))
        if drawn:
            self.drawn.append((place, state == "confirmed"))
        elif state == "not_drawn":
            self.undrawn.append(place)

    def _count(self, place: Place, step: int) -> None:
        if place.state:
            self.states[place.state] += step
        if place.state in SEATED:
            self.seats[place.category] += step
        if place.state == "offered":
            self.offered[place.category] += step
        if place.state == "waitlisted":
            self.waiting[place.category] += step

    def _open(self, body: dict[str, Any]) -> None:
        self.phase, self.cap, self.seed_digest = "open", int(body["cap"]), body.get("seed_digest")

    def _raise(self, body: dict[str, Any]) -> None:
        self.raised, self.cap = True, int(body["cap"])

    def _extend(self, body: dict[str, Any]) -> None:
        """Opened again after its close, the list is another: a waiver of the old one holds no longer."""
        if body["reopened"]:
            self.phase, self.waived = "open", False

    def _waive(self, _: dict[str, Any]) -> None:
        self.waived = True

    def _commit(self, body: dict[str, Any]) -> None:
        self.commit = body
        self.entered = {each.id: each.category for each in self.places.values() if each.state == "applied"}

    def _reveal(self, body: dict[str, Any]) -> None:
        """Where somebody was not drawn, as many were as the quota allows: so it is known wherever it is needed."""
        self.reveal = body
        losers = [*(place for place, won in self.drawn if not won), *self.undrawn]
        for lost in {place.category for place in losers}:
            self.quotas[lost] = sum(won for place, won in self.drawn if place.category == lost)


_CHANGES = {
    "registration-opened": Point._open,
    "cap-raised": Point._raise,
    "registration-extended": Point._extend,
    "composition-waived": Point._waive,
    "draw-committed": Point._commit,
    "draw-revealed": Point._reveal,
}
KINDS = {*_CHANGES, *PHASES, *STATES}
"""Everything that this fold understands."""
