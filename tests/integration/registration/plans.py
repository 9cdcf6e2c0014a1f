"""Plans of a unit that another one guides, as clients of registration see them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from services.registration.domain.plan import ReviewMode
from tests.integration.registration.people import BASE, UNIT, plan_body
from tests.support.service import Runner, Running


@dataclass
class Plan:
    """A plan of `approvals`, which `bureau` guides."""

    service: Running
    id: str

    def headers(self, unit: str) -> dict[str, str]:
        """Of a unit's clerk."""
        return self.service.bearer("unit_clerk", units=[unit], subject=f"clerk-{unit}")

    async def post(self, path: str, body: Any = None, *, by: str = "approvals", **more: str) -> httpx.Response:
        """As a unit's clerk, or as the office."""
        who = self.service.bearer("office") if by == "office" else self.headers(by)
        return await self.service.http.post(f"{BASE}/plans/{self.id}{path}", json=body, headers=who | more)

    async def edit(self, body: dict[str, Any], **more: str) -> httpx.Response:
        """As the host's clerk."""
        headers = self.headers("approvals") | more
        return await self.service.http.put(f"{BASE}/plans/{self.id}", json=body, headers=headers)

    async def get(self, path: str = "", *, by: str = "approvals", **more: str) -> httpx.Response:
        """As a unit's clerk."""
        return await self.service.http.get(f"{BASE}/plans/{self.id}{path}", headers=self.headers(by) | more)


@asynccontextmanager
async def guided(running: Runner, mode: ReviewMode = "file_before_publish") -> AsyncIterator[Running]:
    """A service in a district of this mode; `bureau` guides `approvals`, nobody guides `school`."""
    async with running("registration", OPENDAY_PLAN_REVIEW_MODE=mode) as made:
        for unit, guide in {"bureau": None, "approvals": "bureau", "school": None}.items():
            (await put_unit(made, unit, supervising_unit_id=guide)).raise_for_status()
        yield made


async def put_unit(service: Running, unit: str, **changes: Any) -> httpx.Response:
    """Make a unit known, or correct it."""
    administrator = service.bearer("administrator")
    return await service.http.put(f"{BASE}/units/{unit}", json=UNIT | changes, headers=administrator)


async def drafted(service: Running, **changes: Any) -> Plan:
    """By the clerk of `approvals`."""
    headers = service.bearer("unit_clerk", units=["approvals"], subject="clerk-approvals")
    answer = await service.http.post(f"{BASE}/plans", json=plan_body(**changes), headers=headers)
    return Plan(service, answer.raise_for_status().json()["id"])


async def returned(service: Running) -> Plan:
    """Submitted once, and sent back by the office."""
    plan = await drafted(service)
    (await plan.post("/submissions")).raise_for_status()
    (await plan.post("/returns", {"reason": "请补充安全预案"}, by="office")).raise_for_status()
    return plan
