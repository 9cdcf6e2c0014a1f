"""A scene in several phases at once, made through the public API before anything is broken.

open    takes registrations (one of them by draw)        door    locked, people may come in
ending  over, not yet called held                         held    with materials ready to be filed
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.load import files
from tests.faults.load.moves import CATEGORIES, registration
from tests.faults.load.names import UNITS
from tests.faults.load.scene import Activity, Phase, Point, Scene
from tests.faults.load.sending import Sender, sending
from tests.faults.oracle.ledger import Ledger, Request, Said
from tests.faults.oracle.where import Where

PATIENCE = 30.0  # seconds for one step
SHAPE: dict[Phase, int] = {"open": 4, "door": 2, "ending": 4, "held": 3}
SMALL: dict[Phase, int] = {"open": 3, "door": 1, "ending": 2, "held": 2}
POINTS: dict[Phase, int] = {"open": 2, "door": 2, "ending": 1, "held": 1}
PEOPLE: dict[Phase, int] = {"open": 0, "door": 14, "ending": 0, "held": 3}
"""Registered beforehand at each point."""
HOUR = timedelta(hours=1)


class NotPrepared(Exception):
    """A step of the preparation was refused, or nobody answered."""


async def prepare(where: Where, seed: int, ledger: Ledger, shape: Mapping[Phase, int] = SHAPE) -> Scene:
    """Units, plans, so many activities in each phase; moves the steered clock by 18 hours. Raises NotPrepared."""
    scene = Scene(where, seed)
    async with sending(where, ledger) as sender:
        steps = _Steps(scene, sender, _shown(where), shape)
        await steps.units()
        await steps.announce()
        await steps.close_doors_of_registration()
        steps.steer(2 * HOUR)
        await steps.visit()
        steps.steer(18 * HOUR)
        await steps.hold()
        await steps.wait_for_readers()
        await steps.upload()
    return scene


@dataclass
class _Steps:
    scene: Scene
    sender: Sender
    begin: datetime
    shape: Mapping[Phase, int]
    numbers: Any = field(default_factory=count)

    async def units(self) -> None:
        for number, unit in enumerate(UNITS, start=1):
            body = {
                "name": f"试验单位{number}",
                "name_en": f"Unit {number}",
                "kind": "department",
                "town": "hedong",
                "assessed": True,
                "active_from": "2020-01-01",
            }
            await self._do("put_unit", unit, Request("registration", "PUT", f"/units/{unit}", "administrator", body))

    async def announce(self) -> None:
        phases = [phase for phase, number in self.shape.items() for _ in range(number)]
        made = await asyncio.gather(*(self._activity(number, each) for number, each in enumerate(phases)))
        self.scene.activities.extend(made)

    async def close_doors_of_registration(self) -> None:
        """People sign up where the day is near; then the lists are closed and locked."""
        for phase in ("door", "held", "ending"):
            for activity, point in self.scene.points(phase):
                for number in range(PEOPLE[phase]):
                    await self._sign_up(activity, point, CATEGORIES[number % 3])
                await self._point(point, "closings")
                await self._point(point, "locks")
        for _, point in self.scene.points("door"):
            listed = await self.sender.get("registration", f"/open-points/{point.id}/roster", "office")
            confirmed = {each["registration_id"] for each in listed["entries"] if each["status"] == "confirmed"}
            point.places = {id_: place for id_, place in point.places.items() if id_ in confirmed}

    async def visit(self) -> None:
        for _, point in self.scene.points("held"):
            for place in list(point.places.values())[:2]:
                body = {"registration_id": place.id}
                path = f"/open-points/{point.id}/check-ins"
                await self._do("check_in", place.id, Request("registration", "POST", path, "unit_clerk", body))

    async def hold(self) -> None:
        for activity in self.scene.of("held"):
            path = f"/activities/{activity.id}/holdings"
            await self._do("hold", activity.id, Request("registration", "POST", path, "unit_clerk"))

    async def wait_for_readers(self) -> None:
        """Feedback and reporting have heard of every activity, and that those were held."""
        for activity in self.scene.activities:
            wanted = "held" if activity.phase == "held" else "announced"
            await self._until(
                "feedback", f"/activities/{activity.id}/register", lambda found, w=wanted: found["state"] == w
            )
            known = (lambda found: bool(found["held_at"])) if activity.phase == "held" else bool
            await self._until("reporting", f"/activities/{activity.id}/material-set", known)

    async def upload(self) -> None:
        for activity in self.scene.of("held"):
            for item, type_ in files.ITEMS.items():
                body = {"file": f"{item}-{activity.id}", "type": type_}
                path = f"/activities/{activity.id}/material-set/items/{item}/files"
                await self._do("upload", activity.id, Request("reporting", "POST", path, "unit_clerk", body))
            opinion = {"kind": "praise", "source": "form", "text": "讲得清楚"}
            path = f"/activities/{activity.id}/opinions"
            await self._do("give_opinion", activity.id, Request("feedback", "POST", path, None, opinion))
            self.scene.filings[activity.id] = "submissions"

    def steer(self, after: timedelta) -> None:
        """Set the clock of every service."""
        now = self.begin + after
        file = Path(self.scene.where.clock)
        fresh = file.with_suffix(".next")
        fresh.write_text(now.isoformat())
        fresh.replace(file)
        self.scene.now = now.astimezone(UTC).isoformat()

    async def _activity(self, number: int, phase: Phase) -> Activity:
        units = [UNITS[number % len(UNITS)], UNITS[(number + 1) % len(UNITS)]]
        draw = phase == "open" and number == 0
        plan = (
            await self._do(
                "plan",
                units[0],
                Request("registration", "POST", "/plans", "unit_clerk", _plan(number, phase, units, draw=draw)),
            )
        ).body
        path = f"/plans/{plan['id']}/submissions"
        await self._do("submit_plan", plan["id"], Request("registration", "POST", path, "unit_clerk"))
        body = {"plan_id": plan["id"], **self._times(phase)}
        said = await self._do(
            "announce", plan["activity_id"], Request("registration", "POST", "/activities", "unit_clerk", body)
        )
        points = [Point(each["id"], each["unit_id"]) for each in said.body["open_points"]]
        return Activity(said.body["id"], phase, units[0], plan["id"], points)

    def _times(self, phase: Phase) -> dict[str, Any]:
        starts, lasts = {"open": (480, 4), "door": (20, 10), "ending": (2, 2), "held": (2, 2)}[phase]
        closes = starts - 4 if phase == "open" else 1

        def at(hours: int) -> str:
            return (self.begin + hours * HOUR).isoformat()

        return {
            "session": {"starts_at": at(starts), "ends_at": at(starts + lasts)},
            "registration_opens_at": at(0),
            "registration_closes_at": at(closes),
        }

    async def _sign_up(self, activity: Activity, point: Point, category: str) -> None:
        move = registration(self.scene, activity.id, point, category)
        move.done(await self._do(move.command, move.target, move.request))

    async def _point(self, point: Point, noun: str) -> None:
        path = f"/open-points/{point.id}/{noun}"
        await self._do(noun, point.id, Request("registration", "POST", path, "unit_clerk"))

    async def _do(self, command: str, target: str, request: Request) -> Said:
        key = f"{self.scene.seed}-{self.scene.where.prefix}-prepare-{next(self.numbers)}"
        said = await self.sender.until_definite(key, command, target, request, PATIENCE)
        if said.answer != "acked":
            raise NotPrepared(f"{command} {target}: {said.status} {said.code} {said.body}")
        return said

    async def _until(self, service: str, path: str, wanted: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = await self.sender.get(service, path, "office")
            if found and wanted(found):
                return
            await asyncio.sleep(0.05)
        raise NotPrepared(f"{service} does not know {path}")


def _shown(where: Where) -> datetime:
    return datetime.fromisoformat(Path(where.clock).read_text().strip())


def _plan(number: int, phase: Phase, units: list[str], *, draw: bool) -> dict[str, Any]:
    points = [
        {
            "slug": f"p{each}",
            "unit_id": units[each % 2],
            "name": f"开放点{each}",
            "place": "一号楼",
            "cap": 20,
            "mix": {"resident_representative": 8, "npc_deputy": 6, "cppcc_member": 6},
        }
        for each in range(POINTS[phase])
    ]
    return {
        "title": f"第{number}场政府开放日",
        "theme": "services",
        "town": ("hedong", "xicheng")[number % 2],
        "forms": ["office_visit"],
        "purpose": "让群众了解办事流程",
        "agenda": ["参观", "座谈"],
        "selection": "random_draw" if draw else "first_come",
        "hosts": [
            {"unit_id": units[0], "role": "lead", "credit": 600},
            {"unit_id": units[1], "role": "co_host", "credit": 400},
        ],
        "points": points,
    }
