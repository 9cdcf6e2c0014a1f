"""The public list of activities, page by page, from a real service."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.registration.people import BASE, announced
from tests.support.service import Runner, Running
from tests.support.waiting import eventually

LIST = f"{BASE}/activities"


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def pages(service: Running, **asked: Any) -> list[list[str]]:
    """Titles, page by page."""
    found = (await service.http.get(LIST, params=asked)).raise_for_status().json()
    shown = [[each["title"] for each in found["activities"]]]
    while found["next"]:
        following = await service.http.get(LIST, params=asked | {"cursor": found["next"]})
        found = following.raise_for_status().json()
        shown.append([each["title"] for each in found["activities"]])
    return shown


async def test_it_comes_in_pages_what_lies_ahead_first_and_by_year(service: Running) -> None:
    assert await pages(service) == [[]]
    begun = service.district.now
    for title in ("去年", "上周", "今天", "下周"):
        days = {"去年": -250, "上周": -7, "今天": 0, "下周": 7}[title]
        await service.steer(begun + timedelta(days=days))
        await announced(service, title=title)
    await service.steer(begun)

    async def whole() -> bool:
        return await pages(service) == [["今天", "下周", "上周", "去年"]]

    await eventually(whole)
    assert await pages(service, limit=3) == [["今天", "下周", "上周"], ["去年"]]
    assert await pages(service, limit=2) == [["今天", "下周"], ["上周", "去年"]]
    assert await pages(service, year=2021, limit=2) == [["今天", "下周"], ["上周"]]
    assert await pages(service, year=2020) == [["去年"]]
    assert await pages(service, year=2019) == [[]]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"cursor": "bm8"}, "cursor_invalid"),
        ({"cursor": "not a cursor"}, "invalid_request"),
        ({"limit": 201}, "invalid_request"),
        ({"limit": 0}, "invalid_request"),
    ],
)
async def test_what_is_no_page_is_refused(service: Running, asked: dict[str, Any], code: str) -> None:
    refused = await service.http.get(LIST, params=asked)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.headers["Content-Type"] == "application/problem+json"
