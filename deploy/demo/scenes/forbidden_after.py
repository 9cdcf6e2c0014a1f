"""What people try after the day although the rules forbid it. Each has one right answer and changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from deploy.data.models import Activity, Opinion, Season
from deploy.demo.scenes.forbidden_before import STRANGER
from deploy.demo.scenes.materials import set_of, upload
from deploy.demo.staff import Principal, clerk
from deploy.demo.stage import Stage
from deploy.demo.timeline import Step

_HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class ForbiddenAfter:
    """Attempts on opinions, material sets and scores; each at an activity whose data fit."""

    season: Season

    def steps(self) -> Iterable[Step]:
        """At times that the season has; once half an hour before."""
        over = self._at("a01").sessions[-1].ends_at
        opinion = self._opinion("a01-o2")
        yield Step(over, "a01", "feedback", "attempt: nil return, with opinions", self.false_nil_return)
        yield Step(over, "a01", "reporting", "attempt: nothing filed, by anyone", self.empty_filing)
        yield Step(_when(opinion, "replied"), "a01", "feedback", "attempt: public without review", self.unreviewed)
        yield Step(_when(opinion, "published"), "a01", "feedback", "attempt: rated by another", self.stranger_rates)
        undeclared = self._at("a04").nil_return
        if undeclared:
            at = undeclared.declared_at - _HALF_AN_HOUR
            yield Step(at, "a04", "reporting", "attempt: filed without a word on opinions", self.silent_filing)
        cancelled = self._at("a09").cancellation
        if cancelled:
            yield Step(cancelled.at, "a09", "feedback", "attempt: an opinion of nothing", self.opinion_of_nothing)
        claimed = self._at("a10").bonus_claims[0].claimed_at
        yield Step(claimed, "a10", "scoring", "attempt: a unit decides its own claim", self.own_decision)
        yield Step(self.season.close.frozen_at, "a10", "scoring", "attempt: a claim on a frozen year", self.late_claim)

    async def false_nil_return(self, stage: Stage) -> None:
        """A nil return says that there was nothing; there was."""
        path = f"/activities/{stage.activities['a01'].id}/nil-returns"
        answer = await stage.api.attempt("feedback", path, self._lead("a01"), "a01.false-nil-return")
        stage.refused("a01: a nil return although there are opinions", answer, 409, "opinions_noted")

    async def empty_filing(self, stage: Stage) -> None:
        """Policy, part 6 (二): plan, pictures and text, summary; all three, by the host."""
        path = f"{set_of(self._at('a01'), stage)}/submissions"
        answer = await stage.api.attempt("reporting", path, self._lead("a01"), "a01.empty-filing")
        stage.refused("a01: filed without the three items", answer, 409, "incomplete")
        answer = await stage.api.attempt("reporting", path, STRANGER, "a01.foreign-filing")
        stage.refused("a01: another unit files", answer, 403, "other_unit")

    async def unreviewed(self, stage: Stage) -> None:
        """Nothing unreviewed is public, and nobody reviews what they wrote."""
        known, writer = stage.opinions["a01-o2"], self._lead("a01")
        path = f"/opinions/{known.id}/publications"
        answer = await stage.api.attempt("feedback", path, writer, "a01-o2.unreviewed")
        stage.refused("a01-o2: published before its review", answer, 409, "illegal_transition")
        both = replace(writer, roles=("unit_clerk", "unit_reviewer"))
        path = f"/opinions/{known.id}/reply-reviews"
        answer = await stage.api.attempt("feedback", path, both, "a01-o2.own-review", {"decision": "pass"})
        stage.refused("a01-o2: reviewed by its writer", answer, 409, "writer_reviews_own")

    async def stranger_rates(self, stage: Stage) -> None:
        """Only the holder of the claim code; an unknown code looks like an unknown opinion."""
        path, code = f"/opinions/{stage.opinions['a01-o2'].id}/ratings", stage.opinions["a01-o3"].claim_code
        answer = await stage.api.attempt("feedback", path, None, "a01-o2.stranger", {"stars": 1}, claim_code=code)
        stage.refused("a01-o2: rated with another's code", answer, 404, "not_found")

    async def silent_filing(self, stage: Stage) -> None:
        """Complete files, but nobody said whether there were opinions."""
        await upload(self._at("a04"), stage)
        path = f"{set_of(self._at('a04'), stage)}/submissions"
        answer = await stage.api.attempt("reporting", path, self._lead("a04"), "a04.silent-filing")
        stage.refused("a04: filed before opinions or a nil return", answer, 409, "opinions_undeclared")

    async def opinion_of_nothing(self, stage: Stage) -> None:
        """A cancelled activity takes no opinions."""
        path = f"/activities/{stage.activities['a09'].id}/opinions"
        body = {"kind": "praise", "source": "online", "text": "活动很好。"}
        answer = await stage.api.attempt("feedback", path, None, "a09.opinion", body)
        stage.refused("a09: an opinion of a cancelled activity", answer, 409, "activity_cancelled")

    async def own_decision(self, stage: Stage) -> None:
        """An assessor decides."""
        claim = self._at("a10").bonus_claims[0]
        path = f"/units/{claim.unit}/bonus-claims/{stage.claims['a10.claim.0']}/decisions"
        body = {"accepted": True, "reason": "自评"}
        answer = await stage.api.attempt("scoring", path, clerk(claim.unit), "a10.own-decision", body)
        stage.refused("a10: a unit decides on its own claim", answer, 403, "role_missing")

    async def late_claim(self, stage: Stage) -> None:
        """A frozen year is never rewritten."""
        claim = self._at("a10").bonus_claims[0]
        body: dict[str, Any] = {"rule": claim.rule, "level": "national", "url": claim.url, "year": self.season.year}
        path = f"/units/{claim.unit}/bonus-claims"
        answer = await stage.api.attempt("scoring", path, clerk(claim.unit), "a10.late-claim", body)
        stage.refused("a10: a claim on the frozen year", answer, 409, "period_frozen")

    def _at(self, activity_id: str) -> Activity:
        return next(each for each in self.season.activities if each.id == activity_id)

    def _opinion(self, opinion_id: str) -> Opinion:
        return next(each for each in self._at(opinion_id[:3]).opinions if each.id == opinion_id)

    def _lead(self, activity_id: str) -> Principal:
        return clerk(self._at(activity_id).lead.unit_id)


def _when(opinion: Opinion, done: str) -> datetime:
    return next(step.at for step in opinion.steps if step.do == done)
