"""The host files its materials with the office, and records what it made public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from deploy.data.models import Activity
from deploy.data.models.dossier import Publicity
from deploy.demo.files import files_of
from deploy.demo.staff import OFFICE, clerk
from deploy.demo.stage import Stage
from deploy.demo.timeline import Play, Step


@dataclass(frozen=True)
class Materials:
    """The dossier of one activity: the three items, and publicity."""

    activity: Activity

    def steps(self) -> Iterable[Step]:
        """Publicity as it appears; upload and submission, perhaps a correction, acceptance."""
        for number, each in enumerate(self.activity.publicity):
            yield self._step(each.published_at, f"{each.kind} made public", partial(self.publish, number, each))
        materials = self.activity.materials
        if materials is None:
            return
        yield self._step(materials.filed_at, "materials filed", self.file)
        if materials.correction:
            yield self._step(materials.correction.returned_at, "materials returned", self.send_back)
            yield self._step(materials.correction.resubmitted_at, "materials corrected", self.file_again)
        yield self._step(materials.accepted_at, "materials accepted", self.accept)

    async def publish(self, number: int, publicity: Publicity, stage: Stage) -> None:
        """The lead records it."""
        known = stage.activities[self.activity.id]
        body = {
            "kind": publicity.kind,
            "channel": publicity.channel,
            "url": publicity.url,
            "published_at": publicity.published_at.isoformat(),
        }
        lead = clerk(self.activity.lead.unit_id)
        key = f"{self.activity.id}.publicity.{number}"
        await stage.api.post("reporting", f"/activities/{known.id}/publicity", lead, key, body)

    async def file(self, stage: Stage) -> None:
        """All three items, then the submission that fixes lateness."""
        await upload(self.activity, stage)
        await self._post(stage, "submissions", "filing")

    async def send_back(self, stage: Stage) -> None:
        """The office asks for a correction."""
        materials = self.activity.materials
        if materials and materials.correction:
            await self._post(stage, "returns", "return", {"reason": materials.correction.reason})

    async def file_again(self, stage: Stage) -> None:
        """The correction; it changes nothing about when the set was filed first."""
        await upload(self.activity, stage)
        await self._post(stage, "submissions", "correction")

    async def accept(self, stage: Stage) -> None:
        """The office has what it needs."""
        await self._post(stage, "acceptances", "acceptance")

    async def _post(self, stage: Stage, noun: str, key: str, body: dict[str, Any] | None = None) -> None:
        who = clerk(self.activity.lead.unit_id) if noun == "submissions" else OFFICE
        path = f"{set_of(self.activity, stage)}/{noun}"
        await stage.api.post("reporting", path, who, f"{self.activity.id}.{key}", body)

    def _step(self, at: datetime, what: str, play: Play) -> Step:
        return Step(at, self.activity.id, "reporting", what, play)


async def upload(activity: Activity, stage: Stage) -> None:
    """Every file of the set; what is there already stays as it is."""
    for each in files_of(activity):
        path = f"{set_of(activity, stage)}/items/{each.item}/files"
        await stage.api.upload("reporting", path, clerk(activity.lead.unit_id), each.content, each.media_type)


def set_of(activity: Activity, stage: Stage) -> str:
    """The path of the activity's material set."""
    return f"/activities/{stage.activities[activity.id].id}/material-set"
