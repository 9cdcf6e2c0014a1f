"""Sets the scene through the public API: a unit, and activities with open points that take registrations."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared.security.issuer import LocalIssuer
from tests.bench.client import post

UNIT = "bench"
_UNIT: dict[str, Any] = {
    "name": "测量",
    "name_en": "Bench",
    "kind": "department",
    "town": "district",
    "assessed": True,
    "active_from": "2020-01-01",
}


@dataclass
class Scene:
    """One registration service, asked by somebody who may do everything; activities start in so many hours."""

    port: int
    issuer: LocalIssuer
    starts_in: float = 48.0

    def bearer(self) -> dict[str, str]:
        """Headers of that somebody."""
        return {"Authorization": f"Bearer {self.issuer.mint(subject='bench', roles=['administrator', 'office'])}"}

    def client(self) -> httpx.Client:
        """A client of that somebody."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}/registration/v1", headers=self.bearer(), timeout=30, trust_env=False
        )

    def points(self, count: int, cap: int) -> list[str]:
        """Open points that take registrations now, twenty to an activity."""
        made: list[str] = []
        while len(made) < count:
            made += [each["id"] for each in self.activity(min(20, count - len(made)), cap)["open_points"]]
        return made

    def activity(self, points: int, cap: int = 20) -> Any:
        """An announced activity, as the API shows it."""
        with self.client() as http:
            http.put(f"/units/{UNIT}", json=_UNIT).raise_for_status()
            plan = http.post("/plans", json=_plan(points, cap)).raise_for_status().json()
            http.post(f"/plans/{plan['id']}/submissions").raise_for_status()
            for point in plan["content"]["points"] if cap > 20 else ():
                approval = {"point": point["slug"]}
                http.post(f"/plans/{plan['id']}/cap-approvals", json=approval).raise_for_status()
            announcement = {
                "plan_id": plan["id"],
                "session": {"starts_at": at(self.starts_in), "ends_at": at(self.starts_in + 2)},
                "registration_opens_at": at(-1),
                "registration_closes_at": at(self.starts_in / 2),
            }
            return http.post("/activities", json=announcement).raise_for_status().json()

    def locked(self, point: str) -> list[str]:
        """Closes and locks a point; the registrations of who is expected there."""
        with self.client() as http:
            http.post(f"/open-points/{point}/closings").raise_for_status()
            http.post(f"/open-points/{point}/locks").raise_for_status()
            roster = http.get(f"/open-points/{point}/roster").raise_for_status().json()
        return [each["registration_id"] for each in roster["entries"]]

    def scan(self, point: str, registration_id: str) -> bytes:
        """Somebody of that list comes to the door."""
        path = f"/registration/v1/open-points/{point}/check-ins"
        return post(
            path, {"registration_id": registration_id}, Idempotency_Key=f"bench-{uuid.uuid4()}", **self.bearer()
        )


def at(hours: float) -> str:
    """So many hours from now."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def registration(phone: int) -> dict[str, object]:
    """Somebody who wants a place; the number makes it somebody else each time."""
    return {
        "category": "resident_representative",
        "grassroots": False,
        "name": "代表",
        "phone": str(phone),
        "consent": True,
    }


def _plan(count: int, cap: int) -> dict[str, Any]:
    point = {
        "unit_id": UNIT,
        "name": "点",
        "place": "处",
        "cap": cap,
        "mix": {"resident_representative": cap},
        "cap_reason": "测量所需" if cap > 20 else None,
    }
    return {
        "title": "测量",
        "theme": "bench",
        "town": "district",
        "forms": ["site_visit"],
        "purpose": "测量",
        "agenda": ["测量"],
        "selection": "first_come",
        "hosts": [{"unit_id": UNIT, "role": "lead", "credit": 1000}],
        "points": [{**point, "slug": f"point-{number}"} for number in range(count)],
    }
