"""The lab itself: what it kills comes back, what it cuts is healed, what it arms acts once, nothing is left behind."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.faults.lab.go import why_not
from tests.faults.lab.lab import Lab, opened
from tests.faults.lab.rebuild import Rebuild
from tests.faults.lab.site import Site, keep
from tests.faults.lab.toxiproxy import Toxic
from tests.support.waiting import eventually

NO_PROXIES = why_not()
UNIT = {
    "name": "教育局",
    "name_en": "Education Bureau",
    "kind": "department",
    "town": "hexi",
    "assessed": True,
    "active_from": "2020-01-01",
}


@pytest.fixture(scope="module")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    async with opened(tmp_path_factory.mktemp("lab")) as made:
        yield made


@pytest.fixture(scope="module")
async def district(lab: Lab) -> AsyncIterator[Site]:
    async with lab.site() as made:
        yield made


async def test_a_killed_service_comes_back(district: Site) -> None:
    feedback = district.services["feedback"]
    ends, pid = len(feedback.ends), feedback.pid
    assert feedback.kill()
    await eventually(lambda: len(feedback.ends) > ends, 5)
    await feedback.ready()
    assert feedback.ends[ends] == -9
    assert feedback.pid != pid


async def test_one_that_is_held_down_stays_down_until_it_is_let_up(district: Site) -> None:
    feedback = district.services["feedback"]
    feedback.hold_down()
    await eventually(lambda: feedback.pid is None, 5)
    assert await feedback.status("/livez") == 0
    feedback.let_up()
    await feedback.ready()


async def test_a_failpoint_is_armed_for_one_life_only(district: Site) -> None:
    registration = district.services["registration"]
    registration.arm("api.received:kill")
    registration.kill()
    await eventually(lambda: len(registration.ends) == 1, 5)
    await registration.ready()
    assert await _command(district) == 0
    await eventually(lambda: len(registration.ends) == 2, 5)
    await registration.ready()
    assert await _command(district) == 200
    assert registration.ends == [-9, -9]
    assert registration.said('"event": "failpoint"', "api.received", "kill") == 1


async def test_a_frozen_service_answers_again_when_it_is_thawed(district: Site) -> None:
    reporting = district.services["reporting"]
    pid = reporting.pid
    reporting.freeze()
    await eventually(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED, 5)
    reporting.thaw()
    assert await reporting.status("/livez") == 200
    assert reporting.pid == pid


@pytest.mark.skipif(bool(NO_PROXIES), reason=NO_PROXIES)
async def test_one_service_alone_is_cut_off_from_an_engine_and_healed(lab: Lab, district: Site) -> None:
    network, services = lab.network, district.services
    assert network
    await network.cut("feedback", "mongo")
    await eventually(lambda: _unready(district, "feedback"), 10)
    assert await services["reporting"].takes_traffic()
    await network.renew("feedback", "mongo")
    await services["feedback"].ready(10)


@pytest.mark.skipif(bool(NO_PROXIES), reason=NO_PROXIES)
async def test_a_toxic_is_felt_and_gone_with_the_new_proxy(lab: Lab, district: Site) -> None:
    network, feedback = lab.network, district.services["feedback"]
    assert network
    await network.harm("feedback", "mongo", Toxic("timeout", "downstream", {"timeout": 0}))
    await eventually(lambda: _unready(district, "feedback"), 10)
    await network.renew("feedback", "mongo")
    await feedback.ready(15)


async def test_an_engine_that_was_killed_is_brought_back_with_its_data(lab: Lab, district: Site) -> None:
    assert await _command(district) == 200
    await lab.engines.kill("mongo")
    await lab.engines.kill("kafka")
    await eventually(lambda: _unready(district, "registration"), 10)
    await lab.heal()
    await district.ready()
    assert await _command(district) == 200


async def test_a_rebuild_reads_every_fact_there_is(district: Site) -> None:
    assert await _command(district) == 200
    rebuild = await Rebuild.begin(district, 1)
    await rebuild.finish()
    assert rebuild.mirror.copied >= 1
    assert await rebuild.scoring.metric("openday_consumed_total") >= 1
    await rebuild.end()


async def test_nothing_is_left_behind(tmp_path: Path) -> None:
    before = _offspring()
    async with opened(tmp_path) as lab:
        async with lab.site() as red, lab.site() as green:
            keep(red.folder, {"why": "red"})
            green.services["scoring"].freeze()
            red.services["registration"].hold_down()
            assert len(_offspring() - before) >= 9
        await lab.engines.kill("kafka")
        lab.engines.freeze("mongo")
        assert not green.folder.exists()
        assert {"registration.log", "why-kept.json"} <= {each.name for each in red.folder.iterdir()}
    assert _offspring() <= before


def _offspring() -> set[int]:
    return {each.pid for each in psutil.Process(os.getpid()).children(recursive=True)}


async def _unready(district: Site, service: str) -> bool:
    return await district.services[service].status("/readyz") == 503


async def _command(district: Site) -> int:
    """A unit is told to registration, as an administrator does; the status, 0 when no answer came."""
    bearer = f"Bearer {district.where.tokens['administrator']}"
    try:
        answer = await district.services["registration"].http.put(
            "/registration/v1/units/fault-unit-1", json=UNIT, headers={"Authorization": bearer}
        )
    except httpx.TransportError:
        return 0
    return answer.status_code
