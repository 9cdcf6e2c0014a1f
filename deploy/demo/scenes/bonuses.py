"""Units claim bonuses, the assessor decides; the year ends by itself, and its scorecards are frozen."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from deploy.data.models import Activity, Season
from deploy.data.models.dossier import BonusClaim
from deploy.demo.staff import ASSESSOR, clerk
from deploy.demo.stage import Stage
from deploy.demo.timeline import Step


@dataclass(frozen=True)
class Bonuses:
    """The claims that rest on one activity."""

    activity: Activity
    year: int

    def steps(self) -> Iterable[Step]:
        """Each claim and its decision."""
        for number, claim in enumerate(self.activity.bonus_claims):
            key = f"{self.activity.id}.claim.{number}"
            act = partial(self.claim, key, claim)
            yield Step(claim.claimed_at, self.activity.id, "scoring", f"{claim.rule} claimed", act)
            word = "accepted" if claim.decision.accepted else "refused"
            act = partial(self.decide, key, claim)
            yield Step(claim.decision.at, self.activity.id, "scoring", f"{claim.rule} {word}", act)

    async def claim(self, key: str, claim: BonusClaim, stage: Stage) -> None:
        """With the address of the proof."""
        body = {
            "rule": claim.rule,
            "level": claim.level,
            "url": claim.url,
            "activity_id": stage.activities[self.activity.id].id,
            "year": self.year,
        }
        said = await stage.api.post("scoring", f"/units/{claim.unit}/bonus-claims", clerk(claim.unit), key, body)
        stage.claims[key] = said["id"]

    async def decide(self, key: str, claim: BonusClaim, stage: Stage) -> None:
        """With a reason either way."""
        path = f"/units/{claim.unit}/bonus-claims/{stage.claims[key]}/decisions"
        body = {"accepted": claim.decision.accepted, "reason": claim.decision.reason}
        await stage.api.post("scoring", path, ASSESSOR, f"{key}.decision", body)


@dataclass(frozen=True)
class YearEnd:
    """The close, which a timer makes, and the freeze, which the assessor orders."""

    season: Season

    def steps(self) -> Iterable[Step]:
        """Two."""
        close = self.season.close
        yield Step(close.closed_at, "district", "scoring", "the year is closed", self.closed)
        yield Step(close.frozen_at, "district", "scoring", "scorecards are frozen", self.freeze)

    async def closed(self, stage: Stage) -> None:
        """Nobody closes the year: its end does."""
        period = await stage.api.get("scoring", f"/periods/{self.season.year}")
        stage.found(f"the year {self.season.year} after its end", "closed", period["state"])

    async def freeze(self, stage: Stage) -> None:
        """From now on nothing changes."""
        year = self.season.year
        period = await stage.api.post("scoring", f"/periods/{year}/freezings", ASSESSOR, f"freezing.{year}")
        stage.found(f"the year {year} after the freeze", "frozen", period["state"])
