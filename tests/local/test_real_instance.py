"""The real thing, once: engines and four services on free ports, from nothing to nothing."""

from collections.abc import Iterator

import httpx
import pytest

from deploy.data.load import load_units
from deploy.local.instance import Instance
from deploy.local.instances import private
from deploy.local.ports import is_taken
from deploy.local.service_programs import SERVICES
from deploy.local.settings import LocalSettings
from deploy.local.units import put_units

pytestmark = pytest.mark.timeout(300)
UNITS = load_units().units


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    instance = private("real", tmp_path_factory.mktemp("real"), LocalSettings())
    instance.up()
    yield instance
    instance.down()


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=10).raise_for_status()


def units_of(district: Instance) -> list[dict[str, object]]:
    root = district.addresses.services["registration"]
    found: list[dict[str, object]] = get(f"{root}/registration/v1/units").json()["units"]
    return sorted(found, key=lambda unit: str(unit["id"]))


@pytest.mark.parametrize("service", SERVICES)
def test_every_address_of_the_table_answers(district: Instance, service: str) -> None:
    assert "swagger" in get(district.addresses.docs(service)).text
    assert "openday_" in get(f"{district.addresses.services[service]}/metrics").text


def test_units_are_loaded_and_loading_them_again_changes_nothing(district: Instance) -> None:
    assert units_of(district) == []
    put_units(district, UNITS)
    once = units_of(district)
    assert [unit["id"] for unit in once] == sorted(unit.id for unit in UNITS)
    put_units(district, UNITS)
    assert units_of(district) == once


def test_a_unit_that_was_renamed_since_is_not_put_back(district: Instance) -> None:
    put_units(district, UNITS)
    before = units_of(district)
    renamed = [UNITS[0].model_copy(update={"name": "另一个名称"}), *UNITS[1:]]
    put_units(district, renamed)
    assert units_of(district) == before


@pytest.mark.parametrize("program", ["scoring", "mongo"])
def test_what_is_killed_comes_back_ready_and_is_said(district: Instance, program: str) -> None:
    district.kill(program)
    district.wait_ready(patience=120)
    assert district.restarts.of(program)[-1].startswith(f"{program} exited with -9 (SIGKILL) at ")


def test_data_survives_down_and_up_and_down_frees_every_port(district: Instance) -> None:
    before = units_of(district)
    assert before
    district.down()
    ports = [port for program in district.plan.programs for port in program.ports.values()]
    assert not any(is_taken(port) for port in ports)
    district.up()
    assert units_of(district) == before
