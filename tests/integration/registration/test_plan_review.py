"""A district that lets its office approve plans, through the API of a real service."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.registration.plans import drafted, guided
from tests.support.service import Runner, Running


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with guided(running, "approve") as made:
        yield made


async def test_a_plan_is_approved_once_by_the_office_and_not_filed(service: Running) -> None:
    plan = await drafted(service)
    early = await plan.post("/approvals", by="office")
    assert (early.status_code, early.json()["code"]) == (409, "illegal_transition")
    assert (await plan.post("/submissions")).json()["state"] == "submitted"
    filed = await plan.post("/filings", by="office")
    assert (filed.status_code, filed.json()["code"]) == (409, "approval_needed")
    assert (await plan.post("/approvals")).json()["code"] == "role_missing"
    key = {"Idempotency-Key": f"approve-{plan.id}"}
    for _ in "ab":
        done = await plan.post("/approvals", by="office", **key)
        assert (done.status_code, done.json()["state"], done.json()["approved_by"]) == (201, "filed", "tester")
    assert (await plan.post("/approvals", by="office")).json()["facts"]["state"] == "filed"
