"""A district with one announced activity, as a client of registration sees it. Phone numbers are made at run time."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.support.service import Running

_numbers = itertools.count()

UNIT = {
    "name": "区行政审批服务局",
    "name_en": "Approvals Bureau",
    "kind": "department",
    "town": "district",
    "assessed": True,
    "active_from": "2020-01-01",
}


def phone() -> str:
    """A number nobody has asked with before in this run."""
    return f"139{next(_numbers):08d}"


def plan_body(**changes: Any) -> dict[str, Any]:
    """A plan that keeps every rule."""
    point = {
        "slug": "hall",
        "unit_id": "approvals",
        "name": "政务服务大厅",
        "place": "一楼",
        "cap": 20,
        "mix": {"npc_deputy": 9, "resident_representative": 11},
    }
    return {
        "title": "走进政务服务大厅",
        "theme": "business",
        "town": "district",
        "forms": ["office_visit"],
        "purpose": "了解审批流程",
        "agenda": ["签到", "参观"],
        "selection": "first_come",
        "hosts": [{"unit_id": "approvals", "role": "lead", "credit": 1000}],
        "points": [point | changes.pop("point", {})],
    } | changes


@dataclass
class Town:
    """What a test acts with."""

    service: Running
    activity: dict[str, Any]
    starts_at: datetime
    closes_at: datetime

    @property
    def point(self) -> str:
        """The open point's id."""
        return str(self.activity["open_points"][0]["id"])

    @property
    def clerk(self) -> dict[str, str]:
        """Headers of the host's clerk."""
        return self.service.bearer("unit_clerk", units=["approvals"], subject="clerk")

    async def register(self, category: str = "resident_representative", **more: Any) -> httpx.Response:
        """One person asks for a place."""
        headers = more.pop("headers", {})
        body = {"category": category, "name": "代表", "phone": phone(), "consent": True} | more
        return await self.service.http.post(f"{POINTS}/{self.point}/registrations", json=body, headers=headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """As the clerk."""
        return await self.service.http.post(f"{BASE}{path}", json=body, headers=self.clerk | headers)

    async def view(self) -> dict[str, Any]:
        """The open point as the public sees it."""
        return dict((await self.service.http.get(f"{POINTS}/{self.point}")).json())


BASE = "/registration/v1"
POINTS = f"{BASE}/open-points"


async def announced(service: Running, **changes: Any) -> Town:
    """A unit, a filed plan, an announced activity whose registration is open now."""
    administrator = service.bearer("administrator")
    (await service.http.put(f"{BASE}/units/approvals", json=UNIT, headers=administrator)).raise_for_status()
    clerk = service.bearer("unit_clerk", units=["approvals"], subject="clerk")
    plan = await service.http.post(f"{BASE}/plans", json=plan_body(**changes), headers=clerk)
    plan_id = plan.raise_for_status().json()["id"]
    (await service.http.post(f"{BASE}/plans/{plan_id}/submissions", headers=clerk)).raise_for_status()
    now = service.district.now
    starts_at, closes_at = now + timedelta(hours=2), now + timedelta(hours=1)
    announcement = {
        "plan_id": plan_id,
        "session": {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=3)).isoformat()},
        "registration_opens_at": (now - timedelta(minutes=1)).isoformat(),
        "registration_closes_at": closes_at.isoformat(),
    }
    activity = await service.http.post(f"{BASE}/activities", json=announcement, headers=clerk)
    return Town(service, activity.raise_for_status().json(), starts_at, closes_at)
