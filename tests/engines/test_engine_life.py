"""How an embedded engine starts, refuses, stops and fails: by itself, clearly, and without losing anything."""

import asyncio
import resource
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import psutil
import pytest
from pymongo.errors import PyMongoError

from deploy.engines.engine import EngineNotReady
from deploy.engines.mongo import MongoEngine
from deploy.engines.process import EngineProcess
from deploy.local.settings import ROOT
from tests.engines.conftest import NewMongo
from tests.engines.guarantees import Documents, client_of
from tests.support.engines import TestEngine, embedded_mongo
from tests.support.waiting import eventually

TERMINATED = 143  # what a JVM says that ended in order on SIGTERM
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def test_a_clean_stop_keeps_everything(new_mongo: NewMongo) -> None:
    process = new_mongo()
    people = [{"_id": f"p{number}", "phone": str(number)} for number in range(500)]
    with client_of(process.engine.address) as client:
        client["kept"]["people"].create_index("phone", unique=True)
        client["kept"]["people"].insert_many(people)

    assert process.stop() == TERMINATED
    process.restart()

    with client_of(process.engine.address) as client:
        assert list(client["kept"]["people"].find(sort=[("_id", 1)])) == sorted(people, key=lambda each: each["_id"])
        assert client["kept"]["people"].find_one({"phone": "7"}) == people[7]
        assert set(client["kept"]["people"].index_information()) == {"_id_", "phone_1"}


async def test_the_file_holds_what_is_alive_not_what_was_written(new_mongo: NewMongo) -> None:
    engine = new_mongo().engine
    assert isinstance(engine, MongoEngine)
    with client_of(engine.address) as client:
        states = client["growth"]["states"]
        states.insert_one({"_id": "s"})
        for number in range(1_500):
            states.replace_one({"_id": "s"}, {"n": number, "state": "x" * 20_000})

        def shrinks() -> bool:
            states.update_one({"_id": "s"}, {"$inc": {"n": 1}})
            return engine.store.stat().st_size < 5_000_000

        # 30 MB were written. What a change replaces stays for two seconds, then the next ones take its place.
        await eventually(shrinks, within=30)


def test_an_engine_that_cannot_write_its_file_ends_and_loses_nothing(new_mongo: NewMongo) -> None:
    process = new_mongo()
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
    with client_of(process.engine.address, patience_ms=200) as client:
        acknowledged = inserted_until_refused(client["full"]["states"])

    with pytest.raises(EngineNotReady, match="cannot write its store and ends"):
        process.wait_ready()
    process.restart()
    assert acknowledged > 10
    with client_of(process.engine.address) as client:
        assert client["full"]["states"].count_documents({}) in (acknowledged, acknowledged + 1)


def inserted_until_refused(states: Documents) -> int:
    """How many documents went in before one did not."""
    for number in count():
        try:
            states.insert_one({"_id": number, "state": "x" * 20_000})
        except PyMongoError:
            return number
    raise AssertionError


@pytest.mark.parametrize("engine", ["mongo_engine", "kafka_engine"])
def test_an_engine_listens_on_loopback_only(engine: str, request: pytest.FixtureRequest) -> None:
    in_use: TestEngine = request.getfixturevalue(engine)
    if in_use.process is None:
        pytest.skip("needs an engine whose process it may look into: run without the addresses of real ones")

    connections = psutil.Process(in_use.process.pid).net_connections(kind="inet")
    listening = {each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN}
    assert listening
    assert listening <= LOOPBACK


def test_a_store_is_opened_by_one_engine_at_a_time(new_mongo: NewMongo, tmp_path: Path) -> None:
    first = new_mongo()
    with pytest.raises(EngineNotReady, match="cannot serve"), embedded_mongo(tmp_path):
        pass
    assert first.exit_code is None


async def test_a_busy_port_ends_the_engine_with_a_sentence(new_mongo: NewMongo, tmp_path: Path) -> None:
    taken = new_mongo().engine
    assert isinstance(taken, MongoEngine)
    late = EngineProcess(replace(taken, data_dir=tmp_path / "late"), tmp_path / "late.log")
    late.start()
    try:
        assert await eventually(lambda: late.exit_code) == 1
        assert f"cannot serve {tmp_path / 'late' / 'openday.mv'} on /127.0.0.1:{taken.port}" in late.log
        assert "Address already in use" in late.log
    finally:
        late.stop()


RUNS_AN_ENGINE = """
import sys, threading
from pathlib import Path
from tests.support.engines import embedded_mongo

process = embedded_mongo(Path(sys.argv[1]))
process.restart()
print(process.pid, flush=True)
threading.Event().wait()
"""


async def test_a_killed_test_run_leaves_no_engine_behind(tmp_path: Path) -> None:
    program = [sys.executable, "-c", RUNS_AN_ENGINE, str(tmp_path)]
    run = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert run.stdout
    engine = psutil.Process(int(await run.stdout.readline()))
    assert engine.is_running()

    run.kill()
    await run.wait()

    await eventually(lambda: not engine.is_running())
