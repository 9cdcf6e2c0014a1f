"""A season as reporting experiences it: other services' facts on their topics, its own API, its own topic."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from shared.events import feedback_v1, registration_v1
from shared.events.contract import Contract
from tests.support.service import Running
from tests.support.waiting import eventually

LEAD, CO_HOST, STRANGER = "zjj", "mzj", "wjj"
STARTS = datetime(2021, 10, 28, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai
HELD = datetime(2021, 10, 28, 3, 0, tzinfo=UTC)
DUE = datetime(2021, 11, 1, 16, 0, tzinfo=UTC)  # Thu + 2 = Sat 10-30, rolled to Mon 11-01, 24:00 in Shanghai
ATTENDED = {"npc_deputy": 2, "cppcc_member": 1, "resident_representative": 7, "media_representative": 1}


@dataclass
class Season:
    """One running reporting."""

    reporting: Running

    def activity(self) -> "OneActivity":
        """An activity that nobody has heard of yet."""
        return OneActivity(self.reporting, str(uuid.uuid4()))


class OneActivity:
    """The facts about one activity, and what reporting answers."""

    def __init__(self, reporting: Running, id_: str) -> None:
        self.id = id_
        self._reporting = reporting
        self._told = 0

    # other services

    async def announced(self, *, starts_at: datetime = STARTS, town: str = "taiping") -> None:
        await self._tell(
            registration_v1.ActivityAnnounced(
                activity_id=self.id,
                title="走进净水厂",
                town=town,
                theme="public_utilities",
                selection="first_come",
                hosts=hosts(),
                open_points=(),
                starts_at=starts_at,
                ends_at=starts_at,
                announced_at=datetime(2021, 10, 18, 1, 0, tzinfo=UTC),
                plan_filed_at=datetime(2021, 10, 15, 1, 0, tzinfo=UTC),
            )
        )

    async def rescheduled(self, to: datetime) -> None:
        await self._tell(
            registration_v1.ActivityRescheduled(
                activity_id=self.id, previous_starts_at=STARTS, starts_at=to, ends_at=to, rescheduled_at=STARTS
            )
        )

    async def cancelled(self) -> None:
        await self._tell(registration_v1.ActivityCancelled(activity_id=self.id, reason="epidemic", cancelled_at=STARTS))

    async def held(self, *, held_at: datetime = HELD, town: str = "taiping") -> None:
        await self._tell(
            registration_v1.ActivityHeld(
                activity_id=self.id,
                town=town,
                hosts=hosts(),
                starts_at=STARTS,
                held_at=held_at,
                announced_at=datetime(2021, 10, 18, 1, 0, tzinfo=UTC),
                plan_filed_at=datetime(2021, 10, 15, 1, 0, tzinfo=UTC),
                confirmed=ATTENDED,  # type: ignore[arg-type]
                attended=ATTENDED,  # type: ignore[arg-type]
                composition_met=True,
            )
        )

    async def opinion_received(self) -> None:
        opinion = str(uuid.uuid4())
        fact = feedback_v1.OpinionReceived(
            activity_id=self.id,
            opinion_id=opinion,
            unit_id=LEAD,
            serial="2021-0001",
            kind="suggestion",
            source="on_site",
            town="taiping",
            received_at=HELD,
        )
        await self._reporting.district.produce(fact, f"feedback.opinion.{opinion}", 1)

    async def nil_return_declared(self) -> None:
        fact = feedback_v1.NilReturnDeclared(activity_id=self.id, unit_id=LEAD, declared_at=HELD)
        await self._reporting.district.produce(fact, f"feedback.register.{self.id}", 1)

    async def _tell(self, fact: Contract) -> None:
        self._told += 1
        await self._reporting.district.produce(fact, f"registration.activity.{self.id}", self._told)

    # people

    def staff(self, unit: str = LEAD) -> dict[str, str]:
        return self._reporting.bearer("unit_clerk", units=[unit])

    @property
    def office(self) -> dict[str, str]:
        return self._reporting.bearer("office")

    async def upload(
        self, kind: str, content: Any, *, headers: dict[str, str] | None = None, unit: str = LEAD
    ) -> httpx.Response:
        return await self._reporting.http.post(
            f"{self._set}/items/{kind}/files", content=content, headers=self.staff(unit) | (headers or {})
        )

    async def uploaded(self, **contents: bytes) -> None:
        for kind, content in contents.items():
            answer = await self.upload(kind, content)
            assert answer.status_code == 201, answer.text

    async def submit(self, *, unit: str = LEAD, **headers: str) -> httpx.Response:
        return await self._reporting.http.post(f"{self._set}/submissions", headers=self.staff(unit) | headers)

    async def office_says(self, noun: str, body: dict[str, str] | None = None) -> httpx.Response:
        return await self._reporting.http.post(f"{self._set}/{noun}", json=body, headers=self.office)

    async def seen(self) -> httpx.Response:
        return await self._reporting.http.get(self._set, headers=self.office)

    async def until(self, **values: object) -> dict[str, Any]:
        """The material set, as soon as it shows these values."""

        async def shows() -> dict[str, Any] | None:
            answer = await self.seen()
            found = answer.json()
            matches = answer.status_code == 200 and all(found[name] == value for name, value in values.items())
            return found if matches else None

        shown = await eventually(shows)
        assert shown is not None
        return shown

    async def facts(self, at_least: int) -> list[Contract]:
        """What reporting published about it, once that many are there; no more may come afterwards."""

        async def there() -> list[Contract]:
            await self._reporting.settled()
            found = await self._reporting.district.consume("reporting")
            ours = {each.envelope.sequence: each.fact for each in found if each.fact.key == self.id}
            return [ours[number] for number in sorted(ours)]

        async def enough() -> bool:
            return len(await there()) >= at_least

        await eventually(enough)
        return await there()

    @property
    def _set(self) -> str:
        return f"/reporting/v1/activities/{self.id}/material-set"


def hosts() -> tuple[registration_v1.Host, ...]:
    """A joint activity; the lead does not stand first, as nothing promises that."""
    return (
        registration_v1.Host(unit_id=CO_HOST, role="co_host", credit=400, assessed=True, supervising_unit_id=None),
        registration_v1.Host(unit_id=LEAD, role="lead", credit=600, assessed=True, supervising_unit_id=None),
    )
