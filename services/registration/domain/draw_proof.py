"""The proof of a draw: all that a stranger needs to recompute it, and nothing about anybody. See `docs/draw`."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.registration.domain.draw import Applicant, Draw, Places, Result
from services.registration.domain.drawing import places, result
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Application, applicants, withdrawn
from shared.errors import Conflict, NotFound


@dataclass(frozen=True)
class Proof:
    """`applicants` are those of the commitment, by id; `withdrawn` and `result` are there once the draw was held."""

    activity_id: str
    places: Places
    seed_digest: str
    applicants: Mapping[str, Applicant]
    draw: Draw
    withdrawn: frozenset[str]
    result: Result | None


def proof(roster: Roster, listed: Mapping[str, Application]) -> Proof:
    """The same from the draw on, whoever leaves later. `listed`: the sealed list.

    Raises NotFound `no_draw` where places are not given by lot, Conflict `draw_not_committed` before the commitment.
    """
    draw = committed(roster)
    entered = applicants(listed)
    held = roster.drawn and draw.seed is not None
    return Proof(
        roster.activity_id,
        places(roster),
        roster.seed_digest or "",
        dict(sorted(entered.items())),
        draw,
        withdrawn(listed) if held else frozenset(),
        result(roster, listed, draw.seed) if held and draw.seed else None,
    )


def committed(roster: Roster) -> Draw:
    """The draw, from its commitment on. Raises as `proof` does."""
    if roster.selection != Selection.RANDOM_DRAW:
        raise NotFound("no_draw", "该开放点不抽签。", "Places at this open point are not drawn by lot.")
    if roster.draw is None:
        raise Conflict(
            "draw_not_committed",
            "报名尚未截止，名单还未封存；截止后再来查看抽签证明。",
            "Registration has not closed, so no list is committed to yet; the proof begins at the close.",
            phase=roster.phase,
            closes_at=roster.closes_at.isoformat(),
            seed_digest=roster.seed_digest,
        )
    return roster.draw
