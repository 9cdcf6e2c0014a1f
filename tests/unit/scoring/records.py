"""Facts about one unit, in few words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.scoring.domain.claim import Claim, Decision
from services.scoring.domain.evaluation import evaluate
from services.scoring.domain.facts import (
    Contribution,
    Filed,
    FilingMissed,
    Held,
    OpinionOverdue,
    Proof,
    Published,
    Standing,
)
from services.scoring.domain.lines import Line
from services.scoring.domain.record import Record
from services.scoring.domain.rulebook import Rulebook
from tests.unit.scoring.memory import RULEBOOKS

BOOK = RULEBOOKS[2021]
UNIT = "scjgj"
STARTS = datetime(2021, 10, 20, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai
HOST = Standing(UNIT, assessed=True, supervising_unit_id=None)


def proof(event: str, at: datetime = STARTS) -> Proof:
    return Proof(event, at)


def held(id_: str = "a1", hosts: tuple[Standing, ...] = (HOST,), **changes: Any) -> Held:
    """An activity of which everything is as it should be."""
    fact = Held(
        hosts=hosts,
        starts_at=STARTS,
        held_at=STARTS + timedelta(hours=2),
        announced_at=STARTS - timedelta(days=9),
        plan_filed_at=STARTS - timedelta(days=12),
        composition_met=True,
        proof=proof(f"{id_}-9"),
    )
    return replace(fact, **changes)


def activity(id_: str = "a1", *, complete: bool = True, **changes: Any) -> Contribution:
    """What an activity means to its host; `complete`: filed in time and published."""
    made = Contribution(id_, 1, held=held(id_))
    if complete:
        outcome = Published(f"{id_}-p", "outcome", proof(f"{id_}-pub-1"))
        made = replace(made, filed=Filed(True, 0, proof(f"{id_}-dos-1")), published=(outcome,))
    return replace(made, **changes)


def late(id_: str = "a1", days: int = 3) -> Contribution:
    """An activity whose materials came late."""
    return activity(id_, filed=Filed(False, days, proof(f"{id_}-dos-2")), filing_missed=missed(id_))


def missed(id_: str = "a1") -> FilingMissed:
    return FilingMissed(proof(f"{id_}-dos-1"))


def streamed(id_: str, *kinds: str) -> Contribution:
    """An activity with an outcome and these other publications."""
    whole = activity(id_)
    more = tuple(Published(f"{id_}-{kind}", kind, proof(f"{id_}-{kind}-1")) for kind in kinds)
    return replace(whole, published=whole.published + more)


def overdue(opinion: str = "o1", times: int = 1) -> tuple[OpinionOverdue, ...]:
    reply_by = datetime(2021, 11, 26, 16, 0, tzinfo=UTC)  # 24:00 of 26 November in Shanghai
    return tuple(OpinionOverdue(opinion, UNIT, reply_by, proof(f"{opinion}-{each}")) for each in range(1, times + 1))


def claim(id_: str, rule: str = "replicable_case", level: str | None = None, about: str | None = None) -> Claim:
    """An accepted claim."""
    return Claim(
        id=id_,
        unit_id=UNIT,
        year=2021,
        rule=rule,
        level=level,
        url=f"https://city.example/{id_}",
        activity_id=about,
        claimed_at=STARTS,
        claimed_by="clerk",
        decision=Decision(accepted=True, level=level, reason="属实", decided_at=STARTS, decided_by="assessor"),
    )


def lines(
    *contributions: Contribution,
    claims: tuple[Claim, ...] = (),
    closed: bool = False,
    assessed: bool = True,
    book: Rulebook = BOOK,
) -> list[Line]:
    """What `evaluate` says of them."""
    return evaluate(book, Record.of(2021, contributions, claims, assessed=assessed, closed=closed))


def points(*contributions: Contribution, **options: Any) -> dict[str, list[int]]:
    """Points by rule, in the order of lines."""
    found: dict[str, list[int]] = {}
    for each in lines(*contributions, **options):
        found.setdefault(each.rule, []).append(each.points)
    return found
