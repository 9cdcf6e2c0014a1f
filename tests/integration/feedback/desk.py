"""Feedback as its users meet it: units and the office over HTTP, registration through its topic."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from shared.events.contract import Contract
from shared.events.registration_v1 import ActivityAnnounced, ActivityCancelled, ActivityHeld, Host, PointSummary
from tests.support.service import Running
from tests.support.waiting import eventually

ROOT = "/feedback/v1"
LEAD, CO_HOST, ELSEWHERE = "lkjjq", "zjj", "rsj"
BODY = {"kind": "suggestion", "source": "dialogue", "text": "希望增加晚间班次"}
REPLY = {"public_summary": "建议增加晚间班次", "text": "自下月起延长至21时。", "adoption": "adopted"}
HOSTS = (
    Host(unit_id=LEAD, role="lead", credit=700, assessed=True, supervising_unit_id=None),
    Host(unit_id=CO_HOST, role="co_host", credit=300, assessed=True, supervising_unit_id=None),
)


@dataclass
class Desk:
    """One running feedback service."""

    service: Running
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def announce(self, activity_id: str) -> None:
        """An activity of the lead and a co-host, who owns the point `<activity>-p2`."""
        now = self.service.district.now
        await self.hear(
            ActivityAnnounced(
                activity_id=activity_id,
                title="政策直通车",
                town="fenghuangling",
                theme="business_environment",
                selection="first_come",
                hosts=HOSTS,
                open_points=(
                    PointSummary(open_point_id=f"{activity_id}-p1", unit_id=LEAD, cap=20),
                    PointSummary(open_point_id=f"{activity_id}-p2", unit_id=CO_HOST, cap=20),
                ),
                starts_at=now + timedelta(days=10),
                ends_at=now + timedelta(days=10, hours=2),
                announced_at=now,
                plan_filed_at=now,
            ),
            1,
        )
        await self.until(activity_id, "announced")

    async def hold(self, activity_id: str, *, sequence: int = 2) -> None:
        """The activity took place."""
        now = self.service.district.now
        attended = {"resident_representative": 10, "npc_deputy": 5}
        await self.hear(
            ActivityHeld.model_validate(
                {
                    "activity_id": activity_id,
                    "town": "fenghuangling",
                    "hosts": HOSTS,
                    "starts_at": now,
                    "held_at": now,
                    "announced_at": now,
                    "plan_filed_at": now,
                    "confirmed": attended,
                    "attended": attended,
                    "composition_met": True,
                }
            ),
            sequence,
        )
        await self.until(activity_id, "held")

    async def cancel(self, activity_id: str, *, sequence: int = 2) -> None:
        """It will not take place."""
        fact = ActivityCancelled(activity_id=activity_id, reason="epidemic", cancelled_at=self.service.district.now)
        await self.hear(fact, sequence)
        await self.until(activity_id, "cancelled")

    async def hear(self, fact: Contract, sequence: int) -> None:
        """A fact of registration's."""
        await self.service.district.produce(fact, fact.key, sequence)

    async def until(self, activity_id: str, state: str) -> None:
        """Wait until feedback knows."""

        async def known() -> bool:
            return bool((await self.register(activity_id))["state"] == state)

        await eventually(known)

    async def give(self, activity_id: str, *, key: str | None = None, **changes: Any) -> httpx.Response:
        """An opinion from the public."""
        return await self.post(f"/activities/{activity_id}/opinions", BODY | changes, None, key=key)

    async def given(self, activity_id: str, **changes: Any) -> dict[str, str]:
        """An opinion that was received: id, serial, claim_code."""
        receipt: dict[str, str] = answered(await self.give(activity_id, **changes))
        return receipt

    async def step(
        self, opinion_id: str, noun: str, body: Any, who: dict[str, str] | None, *, key: str | None = None
    ) -> httpx.Response:
        """A step with one opinion."""
        return await self.post(f"/opinions/{opinion_id}/{noun}", body, who, key=key)

    async def post(self, path: str, body: Any, who: dict[str, str] | None, *, key: str | None = None) -> httpx.Response:
        """With a key of its own unless one is given."""
        headers = {"Idempotency-Key": key or f"{self.service.district.name}-{next(self._numbers)}"} | (who or {})
        return await self.service.http.post(f"{ROOT}{path}", json=body, headers=headers)

    async def get(self, path: str, who: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        """A read."""
        return await self.service.http.get(f"{ROOT}{path}", headers=who, params=params)

    async def register(self, activity_id: str) -> Any:
        """An activity's figures, as the office sees them."""
        return answered(await self.get(f"/activities/{activity_id}/register", self.office))

    async def assigned(self, activity_id: str, unit_id: str = LEAD) -> str:
        """The id of an opinion that a unit has accepted."""
        opinion_id = (await self.given(activity_id))["id"]
        answered(await self.step(opinion_id, "assignments", {"unit_id": unit_id}, self.office))
        answered(await self.step(opinion_id, "acceptances", None, self.clerk(unit_id)))
        return opinion_id

    async def reviewed(self, activity_id: str, unit_id: str = LEAD) -> str:
        """The id of an opinion whose reply has passed its review."""
        opinion_id = await self.assigned(activity_id, unit_id)
        answered(await self.step(opinion_id, "replies", REPLY, self.clerk(unit_id)))
        answered(await self.step(opinion_id, "reply-reviews", {"decision": "pass"}, self.reviewer(unit_id)))
        return opinion_id

    async def steer(self, to: datetime) -> None:
        """Let time pass."""
        await self.service.steer(to)

    @property
    def office(self) -> dict[str, str]:
        """Somebody of the Open Government Office."""
        return self.service.bearer("office", subject="office-1")

    def clerk(self, unit_id: str, subject: str = "clerk-1") -> dict[str, str]:
        """Somebody who writes for a unit."""
        return self.service.bearer("unit_clerk", units=[unit_id], subject=subject)

    def reviewer(self, unit_id: str, subject: str = "reviewer-1") -> dict[str, str]:
        """Somebody who reviews for a unit."""
        return self.service.bearer("unit_reviewer", units=[unit_id], subject=subject)


def answered(response: httpx.Response) -> Any:
    """The answer of what must have worked."""
    assert response.status_code in (200, 201), response.text
    return response.json()


def refused(response: httpx.Response, status: int) -> str:
    """The code of a refusal, which must look like one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["code"])
