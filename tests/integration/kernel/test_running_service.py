"""A service as it stands: ready, steered, publishing; ended by a signal."""

from shared.events.registration_v1 import UnitRegistered
from tests.support.service import Runner
from tests.support.waiting import eventually

UNIT = {
    "name": "教育局",
    "name_en": "Education Bureau",
    "kind": "department",
    "town": "hexi",
    "assessed": True,
    "active_from": "2020-01-01",
}


async def test_a_command_is_answered_published_and_survives_an_orderly_stop(running: Runner) -> None:
    async with running("registration") as registration:
        admin = registration.bearer("administrator")
        answer = await registration.http.put("/registration/v1/units/jyj", json=UNIT, headers=admin)
        assert answer.status_code == 200, answer.text

        async def published() -> bool:
            facts = await registration.district.consume("registration")
            return [each.fact.unit_id for each in facts if isinstance(each.fact, UnitRegistered)] == ["jyj"]

        await eventually(published)
        await registration.settled()
        assert await registration.stop() == 0, registration.tail()
