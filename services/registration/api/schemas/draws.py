"""Draws: the proof that anyone can check, the equity report."""

from services.registration.api.schemas.common import Id, Mix, Moment, View
from services.registration.domain.composition import Category
from services.registration.domain.draw_proof import Proof
from services.registration.domain.equity import FEWEST, Equity


class CommitmentView(View):
    """What was fixed before lots were drawn: the seed at the announcement, the list at the close."""

    seed_digest: str
    applicants_digest: str
    committed_at: Moment


class ApplicantView(View):
    """Somebody who was in the draw at the close: an id that only they can put a name to, a category, and their lots."""

    registration_id: Id
    category: Category
    weight: int


class ResultView(View):
    """In the order of the lots: `confirmed`, and the next 500, `waiting`, each in the queue of the category."""

    confirmed: list[Id]
    waiting: list[Id]


class DrawProofView(View):
    """The proof file. `docs/draw/verify.py` re-computes it; its field names are part of what is digested."""

    algorithm: str
    activity_id: Id
    open_point_id: Id
    cap: int
    quotas: Mix
    commitment: CommitmentView
    applicants: list[ApplicantView]
    withdrawn: list[Id]
    seed: str | None
    revealed_at: Moment | None
    result: ResultView | None

    @classmethod
    def of(cls, proof: Proof) -> "DrawProofView":
        """From the domain; without seed and result until lots were drawn."""
        draw, drawn = proof.draw, proof.result
        return cls(
            algorithm=draw.algorithm,
            activity_id=proof.activity_id,
            open_point_id=proof.places.point_id,
            cap=proof.places.cap,
            quotas=proof.places.quotas,
            commitment=CommitmentView(
                seed_digest=proof.seed_digest,
                applicants_digest=draw.applicants_digest,
                committed_at=draw.committed_at,
            ),
            applicants=[
                ApplicantView(registration_id=id_, category=one.category, weight=one.weight)
                for id_, one in proof.applicants.items()
            ],
            withdrawn=sorted(proof.withdrawn),
            seed=draw.seed if drawn else None,
            revealed_at=draw.held_at,
            result=ResultView(confirmed=list(drawn.confirmed), waiting=list(drawn.waiting)) if drawn else None,
        )


class CategoryShare(View):
    """Categories told together: how many applied by the close, how many of those were drawn."""

    categories: list[Category]
    applied: int
    confirmed: int


class GrassrootsShare(View):
    """Those with the tag, those without, or both together."""

    grassroots: list[bool]
    applied: int
    confirmed: int


class DrawEquityView(View):
    """One draw by category and by the tag. Groups of fewer than `k` drawn or not drawn people are told together."""

    open_point_id: Id
    k: int
    by_category: list[CategoryShare]
    by_grassroots: list[GrassrootsShare]

    @classmethod
    def of(cls, point_id: str, equity: Equity) -> "DrawEquityView":
        """From the domain."""
        return cls(
            open_point_id=point_id,
            k=FEWEST,
            by_category=[
                CategoryShare(categories=list(each.groups), applied=each.applied, confirmed=each.confirmed)
                for each in equity.by_category
            ],
            by_grassroots=[
                GrassrootsShare(grassroots=list(each.groups), applied=each.applied, confirmed=each.confirmed)
                for each in equity.by_grassroots
            ],
        )
