"""What was told to whom, as a test sees it from outside: the spool, the status page, the staff's view."""

import json
from typing import Any

from tests.integration.registration.people import POINTS, Town
from tests.support.service import Running
from tests.support.waiting import eventually


def spooled(service: Running, registration_id: str = "") -> list[dict[str, Any]]:
    """Every message in the spool, or those of one registration, as they were written."""
    folder = service.district.folder / "spool"
    found = [json.loads(each.read_text(encoding="utf-8")) for each in folder.glob("*.json")]
    return sorted((each for each in found if each["id"].startswith(registration_id)), key=lambda each: each["id"])


def kinds(service: Running, registration_id: str) -> list[str]:
    """Of one person's messages."""
    return sorted(each["kind"] for each in spooled(service, registration_id))


async def told(service: Running, registration_id: str, *wanted: str) -> None:
    """Wait until these kinds, and no others, have gone to this person."""
    await eventually(lambda: kinds(service, registration_id) == sorted(wanted), 10)


async def status(town: Town, person: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    """What the status page shows its holder."""
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}"
    answer = await town.service.http.get(path, headers={"Claim-Code": person["claim_code"], **headers})
    return list(answer.raise_for_status().json()["notices"])


async def overview(town: Town) -> dict[str, Any]:
    """How the point's notices stand, for its clerk."""
    answer = await town.service.http.get(f"{POINTS}/{town.point}/notices", headers=town.clerk)
    return dict(answer.raise_for_status().json())


async def counted(town: Town, kind: str, **states: int) -> None:
    """Wait until so many of a kind stand so."""

    async def there() -> bool:
        return bool((await overview(town))["counts"].get(kind, {}) == states)

    await eventually(there, 10)
