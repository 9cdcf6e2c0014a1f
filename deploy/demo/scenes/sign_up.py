"""People sign up in the order in which they come, some give their place back, lots are drawn, the list is locked."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.data.models import Activity, Category, Mix, OpenPoint
from deploy.data.models.points import Withdrawal
from deploy.demo.people import Person
from deploy.demo.scenes.access import point_of, roster_of
from deploy.demo.staff import clerk
from deploy.demo.stage import Registered, Stage
from deploy.demo.timeline import Play, Step

VERIFIER = Path(__file__).resolve().parents[3] / "docs" / "draw" / "verify.py"


@dataclass(frozen=True)
class SignUp:
    """The rosters of one activity, until they are final."""

    activity: Activity

    def steps(self) -> Iterable[Step]:
        """Sign-up, withdrawals, draw, lock."""
        activity = self.activity
        heads = sum(point.applicants().total for point in activity.points)
        yield self._step(activity.sign_up.opens_at, f"{heads} people sign up", self.sign_up)
        for point in activity.points:
            for withdrawal in point.withdrawals:
                act = partial(self.withdraw, point, withdrawal)
                yield self._step(withdrawal.at, "a representative gives a place back", act)
        if activity.selection.drawn_at:
            yield self._step(activity.selection.drawn_at, "lots are drawn", self.draw)
        if activity.sign_up.locked_at:
            yield self._step(activity.sign_up.locked_at, "the list is locked", self.lock)

    async def sign_up(self, stage: Stage) -> None:
        """One after another at each point, the points beside each other."""
        coming = [(point, self._people(stage, point)) for point in self.activity.points]
        await asyncio.gather(*(self._at(stage, point, people) for point, people in coming))

    async def withdraw(self, point: OpenPoint, withdrawal: Withdrawal, stage: Stage) -> None:
        """With their own code; the first who waits takes the place."""
        known = point_of(stage, self.activity, point.slug)
        mine = [each for each in known.registered if each.category == withdrawal.category]
        leaving = mine[withdrawal.person - 1]
        key = f"{self.activity.id}.{point.slug}.{withdrawal.category}.{withdrawal.person}.withdrawal"
        path = f"/open-points/{known.id}/registrations"
        await stage.api.post(
            "registration", f"{path}/{leaving.id}/cancellations", None, key, claim_code=leaving.claim_code
        )
        if withdrawal.promotes:
            entries = await roster_of(stage, self.activity, point)
            promoted = [each["registration_id"] for each in entries if each["status"] == "confirmed"]
            places = point.planned.by_category()[withdrawal.promotes]
            moved_up = [each for each in known.registered if each.category == withdrawal.promotes][places]
            stage.found(f"{self.activity.id}: the first who waits takes the place", True, moved_up.id in promoted)

    async def draw(self, stage: Stage) -> None:
        """Anyone can recompute it: the published program does, from what it is given by the public interface."""
        for point in self.activity.points:
            path = f"/open-points/{point_of(stage, self.activity, point.slug).id}/draws/proof"
            saved = await stage.api.get("registration", path)
            await self._post(stage, point, "draws")
            drawn = await stage.api.get("registration", path)
            said = f"{self.activity.id}: the draw is recomputed as it was held"
            stage.found(said, True, bool(drawn["seed"]) and await asyncio.to_thread(recomputed, drawn, saved))

    async def lock(self, stage: Stage) -> None:
        """The list is final; who waits, waits in vain."""
        for point in self.activity.points:
            known = point_of(stage, self.activity, point.slug)
            known.confirmed = Mix.model_validate((await self._post(stage, point, "locks"))["confirmed"])
            waiting = [each for each in await roster_of(stage, self.activity, point) if each["status"] == "waitlisted"]
            known.waiting = Mix.model_validate(Counter(each["category"] for each in waiting))

    def _people(self, stage: Stage, point: OpenPoint) -> list[tuple[Category, bool, Person]]:
        return [
            (block.category, number < block.grassroots, stage.person())
            for block in point.arrivals
            for number in range(block.count)
        ]

    async def _at(self, stage: Stage, point: OpenPoint, people: list[tuple[Category, bool, Person]]) -> None:
        known = point_of(stage, self.activity, point.slug)
        for number, (category, grassroots, person) in enumerate(people, start=1):
            body = registration_body(self.activity, category, person, grassroots=grassroots)
            said = await stage.api.post(
                "registration",
                f"/open-points/{known.id}/registrations",
                None,
                f"{self.activity.id}.{point.slug}.{number}",
                body,
            )
            known.registered.append(Registered(said["registration_id"], category, said["claim_code"], person))

    async def _post(self, stage: Stage, point: OpenPoint, noun: str) -> Any:
        known = point_of(stage, self.activity, point.slug)
        return await stage.api.post(
            "registration",
            f"/open-points/{known.id}/{noun}",
            clerk(point.owner_unit_id),
            f"{self.activity.id}.{point.slug}.{noun}",
        )

    def _step(self, at: datetime, what: str, play: Play) -> Step:
        return Step(at, self.activity.id, "registration", what, play)


def recomputed(*proofs: dict[str, Any]) -> bool:
    """Whether the verifier of draws is content with a proof and what was saved of it before."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.json" for number in range(len(proofs))]
        for file, proof in zip(files, proofs, strict=True):
            file.write_text(json.dumps(proof), encoding="utf-8")
        command = [sys.executable, "-I", str(VERIFIER), *map(str, files)]
        return subprocess.run(command, stdout=subprocess.DEVNULL, timeout=30, check=False).returncode == 0


def registration_body(
    activity: Activity, category: Category, person: Person, *, grassroots: bool = False
) -> dict[str, Any]:
    """What the form asks: an ID number only where the plan gives a reason for it."""
    asked = any(each.field == "id_number" for each in activity.extra_fields)
    return {
        "category": category,
        "grassroots": grassroots,
        "name": person.name,
        "phone": person.phone,
        "id_number": person.id_number if asked else None,
        "consent": True,
    }
