"""What an operator does from the command line, and what the running reader makes of it."""

import asyncio
import contextlib
import io
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.messaging.ports import Message
from shared.operator.__main__ import Settings, act, parser
from shared.operator.desk import Refused
from shared.settings import MongoSettings
from tests.integration.kernel.test_process import unit
from tests.support.service import ROOT, Districts, Runner, Running
from tests.support.waiting import eventually


async def operator(service: Running, *arguments: str) -> tuple[int, str]:
    """Exit code, and what it says."""
    told = io.StringIO()
    mongo = MongoSettings(url=service.district.mongo_url, database=service.district.database(service.name))
    try:
        with contextlib.redirect_stderr(told):
            asked = parser().parse_args([service.name, *arguments])
        return 0, await act(asked, Settings(mongo=mongo, kafka=service.district.kafka))
    except SystemExit as wrong:
        return int(str(wrong.code)), told.getvalue()
    except Refused as refusal:
        return 1, str(refusal)


async def letter_of(scoring: Running, event: str) -> list[str]:
    """The listed line of the dead letter of an event, as words; waits until it is there."""

    async def listed() -> list[str]:
        _, said = await operator(scoring, "dead-letters", "list")
        return next((each.split() for each in said.splitlines() if event in each), [])

    return await eventually(listed, 20)


@pytest.fixture(scope="module")
async def scoring(running: Runner) -> AsyncIterator[Running]:
    """A reader; every test has aggregates of its own."""
    async with running("scoring") as service:
        yield service


async def test_it_runs_as_a_command_with_the_variables_of_its_service(scoring: Running) -> None:
    await scoring.district.produce(unit("a1"), "command-a", 2)
    await eventually(lambda: _is_parked(scoring, "command-a:2"), 20)
    done = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "shared.operator", "scoring", "parked", "list"),
        cwd=ROOT,
        env={**scoring.environment, "OPENDAY_OF_NOBODY": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await done.communicate()
    assert (done.returncode, "command-a:2" in out.decode()) == (0, True)


async def test_a_set_aside_event_is_listed_shown_mended_and_applied_in_its_turn(
    scoring: Running, tmp_path: Path
) -> None:
    district = scoring.district
    await district.produce(unit("jyj"), "mend-a", 1, value=b'{"unit_id": "jyj"}')
    await district.produce(unit("jyj"), "mend-a", 2)
    id_, _, state, reason, *_ = await letter_of(scoring, "mend-a-1")
    assert (state, reason) == ("open", "schema")
    await eventually(lambda: _is_parked(scoring, "mend-a:2"), 20)
    _, shown = await operator(scoring, "dead-letters", "show", id_)
    assert '{"unit_id": "jyj"}' in shown
    assert "ce_sequence: 1" in shown
    _, shown = await operator(scoring, "parked", "show", "mend-a:2")
    assert "ce_sequence: 2" in shown

    mended = tmp_path / "mended.json"
    mended.write_text(unit("jyj").model_dump_json())
    code, said = await operator(scoring, "dead-letters", "replay", id_, "--value", str(mended))
    assert code == 0, said
    await eventually(lambda: _is_past(scoring, "mend-a", 2), 20)
    assert (await letter_of(scoring, "mend-a-1"))[2] == "done"
    code, said = await operator(scoring, "dead-letters", "replay", id_, "--value", str(mended))
    assert (code, "is past this event" in said) == (1, True)
    assert not await _is_parked(scoring, "mend-a:")


async def test_an_event_that_cannot_be_mended_is_skipped_once_and_only_in_its_turn(scoring: Running) -> None:
    district = scoring.district
    await district.produce(unit("wjw"), "skip-a", 1, value=b"<xml/>")
    await district.produce(unit("wjw"), "skip-a", 3)
    id_ = (await letter_of(scoring, "skip-a-1"))[0]
    await eventually(lambda: _is_parked(scoring, "skip-a:3"), 20)
    code, said = await operator(scoring, "parked", "skip", "skip-a:2", "--because", "ticket-7")
    assert (code, "waits for 1" in said) == (1, True)
    code, said = await operator(scoring, "dead-letters", "skip", id_, "--because", "ticket-7")
    assert (code, "is skipped" in said) == (0, True)
    assert (await operator(scoring, "parked", "skip", "skip-a:2", "--because", "ticket-7"))[0] == 0
    await eventually(lambda: _is_past(scoring, "skip-a", 3), 20)


async def test_a_damaged_header_is_mended_too(scoring: Running) -> None:
    district = scoring.district
    envelope = await district.produce(unit("gaj"), "header-a", 1)
    damaged = {"ce_sequence": b"2", "ce_id": b"header-a-2", "ce_time": b"yesterday"}
    headers = dict(envelope.headers()) | damaged
    topic = f"{district.name}.registration.events.v1"
    await district.publish([Message(topic, b"gaj", unit("gaj").model_dump_json().encode(), list(headers.items()))])
    id_ = (await letter_of(scoring, "headers unreadable"))[0]
    code, said = await operator(scoring, "dead-letters", "replay", id_)
    assert (code, "--header" in said) == (1, True)
    code, said = await operator(scoring, "dead-letters", "skip", id_, "--because", "ticket-7")
    assert (code, "name no aggregate" in said) == (1, True)
    mended = "ce_time=2021-09-01T00:00:00Z"
    code, said = await operator(scoring, "dead-letters", "replay", id_, "--header", mended)
    assert code == 0, said
    await eventually(lambda: _is_past(scoring, "header-a", 2), 20)


async def test_what_is_not_there_and_what_is_no_command_is_said(scoring: Running) -> None:
    asked = {
        ("dead-letters", "show", "0-99"): (1, "no dead letter 0-99"),
        ("parked", "show", "nobody:1"): (1, "nothing is parked as nobody:1"),
        ("parked", "show", "nobody"): (1, "<aggregate>:<sequence>"),
        ("parked", "skip", "nobody:1"): (2, "--because"),
        ("parked", "skip", "nobody:1", "--because", "because of 张三"): (2, "no sentence"),
        ("parked", "eat", "nobody:1"): (2, "invalid choice"),
        ("parked", "resume", "--because", "ticket-7"): (2, "invalid choice"),
        ("dead-letters", "resume"): (2, "--because"),
        ("dead-letters", "resume", "--because", "ticket-7"): (1, "it is not halted"),
    }
    for arguments, (wanted, word) in asked.items():
        code, said = await operator(scoring, *arguments)
        assert (code, word in said) == (wanted, True), said


async def test_where_nothing_is_wrong_it_says_so(scoring: Running, new_district: Districts) -> None:
    quiet = replace(scoring, district=new_district())
    await quiet.district.publish([])
    assert await operator(quiet, "dead-letters", "list") == (0, "no dead letters")
    assert await operator(quiet, "parked", "list") == (0, "nothing is parked")


async def _is_parked(scoring: Running, place: str) -> bool:
    return place in (await operator(scoring, "parked", "list"))[1]


async def _is_past(scoring: Running, aggregate: str, sequence: int) -> bool:
    """Whether the reader has applied it: only then is the next one what an operator could skip."""
    _, said = await operator(scoring, "parked", "skip", f"{aggregate}:{10**6}", "--because", "only-asking")
    return f"waits for {sequence + 1}" in said
