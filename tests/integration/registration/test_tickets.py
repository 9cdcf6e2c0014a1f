"""Tickets through the API of a real service: who gets one, and that it names nobody."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.integration.registration.people import POINTS, Town, announced
from tests.support.service import Runner, Running


@pytest.fixture(scope="module")
async def service(running: Runner) -> AsyncIterator[Running]:
    async with running("registration") as made:
        yield made


async def asked(town: Town, person: dict[str, Any], what: str = "ticket", **headers: str) -> httpx.Response:
    """For a representative's ticket; with their claim code unless other headers are given."""
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/{what}"
    return await town.service.http.get(path, headers=headers or {"Claim-Code": person["claim_code"]})


async def test_a_confirmed_representative_gets_a_ticket_that_names_nobody(service: Running) -> None:
    town = await announced(service)
    person = (await town.register(name="某某某")).json()
    ticket = await asked(town, person)
    assert ticket.status_code == 200, ticket.text
    said = ticket.json()
    assert (said["registration_id"], said["open_point_id"], said["edition"]) == (
        person["registration_id"],
        town.point,
        1,
    )
    assert said["ticket"].startswith("OD1.")
    assert len(said["number"]) == 8
    assert "某" not in ticket.text
    assert person["claim_code"] not in ticket.text
    assert (await asked(town, person)).text == ticket.text
    staff = await asked(town, person, **town.clerk)
    assert staff.text == ticket.text


async def test_a_picture_of_the_ticket_comes_in_two_forms_and_is_kept_by_nobody_between(service: Running) -> None:
    town = await announced(service)
    person = (await town.register()).json()
    svg, png = await asked(town, person, "ticket.svg"), await asked(town, person, "ticket.png")
    assert (svg.headers["content-type"], png.headers["content-type"]) == ("image/svg+xml", "image/png")
    assert b"<svg" in svg.content
    assert png.content.startswith(b"\x89PNG")
    assert {each.headers["cache-control"] for each in (svg, png)} == {"no-store"}


@pytest.mark.parametrize("what", ["ticket", "ticket.svg", "ticket.png"])
async def test_without_the_code_or_a_place_there_is_none(service: Running, what: str) -> None:
    town = await announced(service, point={"cap": 1, "mix": {"resident_representative": 1}})
    person, waiting = (await town.register()).json(), (await town.register()).json()
    assert (await asked(town, person, what, **{"Claim-Code": "ABCDEFGH"})).status_code == 404
    stranger = service.bearer("unit_clerk", units=["other"])
    assert (await asked(town, person, what, **stranger)).json()["code"] == "other_unit"
    assert (await asked(town, person, what, **service.bearer("auditor"))).status_code == 404, (
        "an auditor enters nowhere"
    )
    refused = await asked(town, waiting, what)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_confirmed")
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_reissued_ticket_is_another_one_and_a_second_click_is_not_a_third(service: Running) -> None:
    town = await announced(service)
    person = (await town.register()).json()
    first = (await asked(town, person)).json()
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/ticket-reissues"
    headers = {"Claim-Code": person["claim_code"], "Idempotency-Key": f"reissue-{town.point}"}
    again = [await service.http.post(path, headers=headers) for _ in range(2)]
    assert [(each.status_code, each.json()["edition"]) for each in again] == [(201, 2)] * 2
    now = (await asked(town, person)).json()
    assert now == again[0].json()
    assert (now["ticket"] != first["ticket"], now["number"] != first["number"]) == (True, True)
    wrong = await service.http.post(path, headers={"Claim-Code": "ABCDEFGH"})
    assert wrong.status_code == 404
