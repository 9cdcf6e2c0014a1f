"""The proof of a draw: all that a stranger needs to recompute it, and nothing about anybody. See `docs/draw`."""

from dataclasses import dataclass

from services.registration.domain.composition import Category
from services.registration.domain.draw import Draw, Places
from services.registration.domain.drawing import applicants, places
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from shared.errors import Conflict, NotFound


@dataclass(frozen=True)
class Proof:
    """`applicants` are those of the commitment, by id. The draw has its seed and its result once it was held."""

    activity_id: str
    places: Places
    seed_digest: str
    applicants: dict[str, Category]
    draw: Draw


def proof(roster: Roster) -> Proof:
    """The same from the draw on, whoever leaves later.

    Raises NotFound `no_draw` where places are not given by lot, Conflict `draw_not_committed` before the close.
    """
    if roster.selection != Selection.RANDOM_DRAW:
        raise NotFound("no_draw", "该开放点不抽签。", "Places at this open point are not drawn by lot.")
    if roster.draw is None or roster.seed_digest is None:
        raise Conflict(
            "draw_not_committed",
            "报名尚未截止，名单还未封存；截止后再来查看抽签证明。",
            "Registration has not closed, so no list is committed to yet; the proof begins at the close.",
            phase=roster.phase,
            closes_at=roster.closes_at.isoformat(),
            seed_digest=roster.seed_digest,
        )
    entered = dict(sorted(applicants(roster, roster.draw).items()))
    return Proof(roster.activity_id, places(roster), roster.seed_digest, entered, roster.draw)
