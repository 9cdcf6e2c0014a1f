"""Years of one unit as hypothesis draws them."""

from dataclasses import replace

from hypothesis import strategies as st

from services.scoring.domain.claim import Claim
from services.scoring.domain.facts import Contribution, Filed
from tests.unit.scoring.records import claim, held, missed, overdue, proof, streamed

LEVELS = st.sampled_from(["city", "province", "national"])


@st.composite
def contributions(draw: st.DrawFn) -> list[Contribution]:
    """Up to nine activities, with every kind of fault."""
    return [_one(draw, f"a{each}") for each in range(draw(st.integers(0, 9)))]


def _one(draw: st.DrawFn, id_: str) -> Contribution:
    made = streamed(id_, *draw(st.sets(st.sampled_from(["live_blog", "live_video", "media"]))))
    if draw(st.booleans()):
        made = replace(made, filed=draw(st.sampled_from([None, Filed(False, 2, proof(f"{id_}-dos-2"))])))
    if draw(st.booleans()):
        made = replace(made, filing_missed=missed(id_))
    if draw(st.booleans()):
        made = replace(made, published=())
    if draw(st.booleans()):
        made = replace(made, overdue=overdue(f"{id_}-o", draw(st.integers(1, 2))))
    return replace(made, held=draw(st.sampled_from([None, held(id_), held(id_, composition_met=False)])))


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """Up to six accepted ones."""
    made = []
    for each in range(draw(st.integers(0, 6))):
        rule = draw(st.sampled_from(["replicable_case", "superior_publication"]))
        level = draw(LEVELS) if rule == "superior_publication" else None
        made.append(claim(f"c{each}", rule, level, draw(st.sampled_from([None, "a0", "a1"]))))
    return made
