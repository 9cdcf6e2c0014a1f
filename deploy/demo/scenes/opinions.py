"""What was said on the day, and what became of it: answered at once, or handed on until a reply is public."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from deploy.data.models import Activity, Opinion
from deploy.data.models.opinions import Assigned, OpinionStep, Transferred
from deploy.demo import stage as played
from deploy.demo.scenes.access import point_of
from deploy.demo.staff import OFFICE, Principal, clerk, reviewer
from deploy.demo.stage import Stage
from deploy.demo.timeline import Play, Step

# Said in a conversation, so that somebody of the host writes it down; all else comes from the person's own hand.
_WRITTEN_DOWN = frozenset({"dialogue", "phone"})
_NOUNS = {
    "assigned": "assignments",
    "transferred": "assignments",
    "accepted": "acceptances",
    "returned": "returns",
    "progress_noted": "progress-notes",
    "supervised": "supervisions",
    "replied": "replies",
    "reply_reviewed": "reply-reviews",
    "published": "publications",
    "rated": "ratings",
}


@dataclass(frozen=True)
class Opinions:
    """The register of one activity."""

    activity: Activity

    def steps(self) -> Iterable[Step]:
        """Receipt and on-site answer, or the way to a reply; or the declaration that there was nothing."""
        for opinion in self.activity.opinions:
            yield self._step(opinion.received_at, f"{opinion.id} received", partial(self.receive, opinion))
            if opinion.on_site:
                yield self._step(opinion.on_site.at, f"{opinion.id} answered on site", partial(self.answer, opinion))
            for number, (step, who) in enumerate(_handled(opinion)):
                act = partial(self.handle, opinion, number, step, who)
                yield self._step(step.at, f"{opinion.id} {step.do.replace('_', ' ')}", act)
        if self.activity.nil_return:
            yield self._step(self.activity.nil_return.declared_at, "nil return declared", self.declare_nil)

    async def receive(self, opinion: Opinion, stage: Stage) -> None:
        """Everyone gets a receipt with a claim code, with a name or without."""
        known = stage.activities[self.activity.id]
        body = {
            "open_point_id": point_of(stage, self.activity, opinion.point).id,
            "kind": opinion.kind,
            "source": opinion.source,
            "text": opinion.text,
            "category": None if opinion.raised_by == "anonymous" else opinion.raised_by,
        }
        who = clerk(self.activity.lead.unit_id) if opinion.source in _WRITTEN_DOWN else None
        receipt = await stage.api.post("feedback", f"/activities/{known.id}/opinions", who, opinion.id, body)
        stage.opinions[opinion.id] = played.Opinion(receipt["id"], receipt["claim_code"])

    async def answer(self, opinion: Opinion, stage: Stage) -> None:
        """At once, by the owner of the open point."""
        owner = next(each.owner_unit_id for each in self.activity.points if each.slug == opinion.point)
        if opinion.on_site:
            await _post(stage, opinion, "on-site-answers", clerk(owner), {"text": opinion.on_site.text})

    async def handle(self, opinion: Opinion, number: int, step: OpinionStep, who: Principal, stage: Stage) -> None:
        """One step on the way; the rating comes from whoever holds the claim code."""
        rated = step.do == "rated"
        await _post(stage, opinion, _NOUNS[step.do], None if rated else who, body_of(step), number=number, claim=rated)

    async def declare_nil(self, stage: Stage) -> None:
        """An empty register is not enough: somebody says that there was nothing."""
        known = stage.activities[self.activity.id]
        lead = clerk(self.activity.lead.unit_id)
        key = f"{self.activity.id}.nil-return"
        await stage.api.post("feedback", f"/activities/{known.id}/nil-returns", lead, key)

    def _step(self, at: datetime, what: str, play: Play) -> Step:
        return Step(at, self.activity.id, "feedback", what, play)


def body_of(step: OpinionStep) -> dict[str, Any] | None:
    """What the step's form holds."""
    match step.do:
        case "assigned" | "transferred":
            return {"unit_id": step.unit}
        case "returned":
            return {"reason": step.reason}
        case "progress_noted" | "supervised":
            return {"text": step.text}
        case "replied":
            return {"public_summary": step.summary, "text": step.text, "adoption": step.adoption}
        case "reply_reviewed":
            return {"decision": "pass"}
        case "rated":
            return {"stars": step.stars}
        case _:
            return None


def _handled(opinion: Opinion) -> Iterator[tuple[OpinionStep, Principal]]:
    """Every step with who takes it: the office hands out and presses, the unit that has it does the rest."""
    unit = ""
    for step in opinion.steps:
        if isinstance(step, Assigned | Transferred):
            unit = step.unit
        if step.do in {"assigned", "transferred", "supervised"}:
            yield step, OFFICE
        else:
            yield step, (reviewer if step.do in {"reply_reviewed", "published"} else clerk)(unit)


async def _post(
    stage: Stage,
    opinion: Opinion,
    noun: str,
    who: Principal | None,
    body: dict[str, Any] | None,
    *,
    number: int = 0,
    claim: bool = False,
) -> None:
    known = stage.opinions[opinion.id]
    path, key = f"/opinions/{known.id}/{noun}", f"{opinion.id}.{number}.{noun}"
    await stage.api.post("feedback", path, who, key, body, claim_code=known.claim_code if claim else None)
