"""What an operator does from the command line, and what the running reader makes of it."""

import asyncio
import contextlib
import io
import sys
from pathlib import Path

from shared.messaging.ports import Message
from shared.operator.__main__ import Settings, act, parser
from shared.operator.desk import Refused
from shared.settings import MongoSettings
from tests.integration.kernel.test_process import consumed, unit
from tests.support.service import ROOT, Districts, Runner, Running
from tests.support.waiting import eventually

HEADER_TO_MEND = "ce_time"


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


async def test_it_runs_as_a_command_with_the_variables_of_its_service(running: Runner, new_district: Districts) -> None:
    district = new_district()
    async with running("scoring", district=district) as scoring:
        await district.produce(unit("jyj"), "unit-1", 2)
        await eventually(lambda: _parked(scoring, 1), 20)
        done = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "shared.operator", "scoring", "parked", "list"),
            cwd=ROOT,
            env={**scoring.environment, "OPENDAY_OF_NOBODY": "1"},
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await done.communicate()
        assert (done.returncode, "unit-1:2" in out.decode()) == (0, True)


async def test_a_set_aside_event_is_listed_shown_mended_and_applied_in_its_turn(
    running: Runner, new_district: Districts, tmp_path: Path
) -> None:
    district = new_district()
    async with running("scoring", district=district) as scoring:
        await district.produce(unit("jyj"), "unit-1", 1, value=b'{"unit_id": "jyj"}')
        await district.produce(unit("jyj"), "unit-1", 2)
        await district.produce(unit("wjw"), "unit-2", 1)
        await eventually(lambda: consumed(scoring, 1), 20)

        async def listed() -> bool:
            return "unit-1-1" in (await operator(scoring, "dead-letters", "list"))[1]

        await eventually(listed, 20)
        code, letters = await operator(scoring, "dead-letters", "list")
        (line,) = [each for each in letters.splitlines() if "unit-1-1" in each]
        id_, _, reason = line.split()[:3]
        assert (code, reason) == (0, "schema")
        _, parked = await operator(scoring, "parked", "list")
        assert "unit-1:2" in parked
        _, shown = await operator(scoring, "dead-letters", "show", id_)
        assert '{"unit_id": "jyj"}' in shown
        assert "ce_sequence: 1" in shown
        _, shown = await operator(scoring, "parked", "show", "unit-1:2")
        assert "ce_sequence: 2" in shown

        mended = tmp_path / "mended.json"
        mended.write_text(unit("jyj").model_dump_json())
        code, said = await operator(scoring, "dead-letters", "replay", id_, "--value", str(mended))
        assert code == 0, said
        await eventually(lambda: consumed(scoring, 3), 20)
        assert "nothing is parked" in (await operator(scoring, "parked", "list"))[1]
        code, said = await operator(scoring, "dead-letters", "replay", id_, "--value", str(mended))
        assert (code, "is past this event" in said) == (1, True)


async def test_an_event_that_cannot_be_mended_is_skipped_once_and_only_in_its_turn(
    running: Runner, new_district: Districts
) -> None:
    district = new_district()
    async with running("scoring", district=district) as scoring:
        await district.produce(unit("jyj"), "unit-1", 1, value=b"<xml/>")
        await district.produce(unit("jyj"), "unit-1", 3)
        await eventually(lambda: _parked(scoring, 1), 20)
        code, said = await operator(scoring, "parked", "skip", "unit-1:2", "--because", "ticket-7")
        assert (code, "waits for 1" in said) == (1, True)
        code, said = await operator(scoring, "dead-letters", "skip", "0-0", "--because", "ticket-7")
        assert (code, "is skipped" in said) == (0, True)
        assert (await operator(scoring, "parked", "skip", "unit-1:2", "--because", "ticket-7"))[0] == 0
        await eventually(lambda: consumed(scoring, 1), 20)


async def test_a_damaged_header_is_mended_too(running: Runner, new_district: Districts) -> None:
    district = new_district()
    async with running("scoring", district=district) as scoring:
        envelope = await district.produce(unit("jyj"), "unit-1", 1)
        await eventually(lambda: consumed(scoring, 1), 20)
        headers = dict(envelope.headers()) | {"ce_sequence": b"2", "ce_id": b"unit-1-2", HEADER_TO_MEND: b"yesterday"}
        body = unit("jyj").model_dump_json().encode()
        topic = f"{district.name}.registration.events.v1"
        await district.publish([Message(topic, b"jyj", body, list(headers.items()))])

        async def there() -> bool:
            return "headers unreadable" in (await operator(scoring, "dead-letters", "list"))[1]

        await eventually(there, 20)
        code, said = await operator(scoring, "dead-letters", "replay", "0-0")
        assert (code, "--header" in said) == (1, True)
        code, said = await operator(
            scoring, "dead-letters", "replay", "0-0", "--header", f"{HEADER_TO_MEND}=2021-09-01T00:00:00Z"
        )
        assert code == 0, said
        await eventually(lambda: consumed(scoring, 2), 20)


async def test_what_is_not_there_and_what_is_no_command_is_said(running: Runner) -> None:
    async with running("scoring") as scoring:
        asked = {
            ("dead-letters", "list"): (0, "no dead letters"),
            ("dead-letters", "show", "0-99"): (1, "no dead letter 0-99"),
            ("parked", "show", "unit-1:1"): (1, "nothing is parked as unit-1:1"),
            ("parked", "show", "unit-1"): (1, "<aggregate>:<sequence>"),
            ("parked", "skip", "unit-1:1"): (2, "--because"),
            ("parked", "skip", "unit-1:1", "--because", "because of 张三"): (2, "no sentence"),
            ("parked", "eat", "unit-1:1"): (2, "invalid choice"),
        }
        for arguments, (wanted, word) in asked.items():
            code, said = await operator(scoring, *arguments)
            assert (code, word in said) == (wanted, True), said


async def _parked(service: Running, count: int) -> bool:
    return await service.metric("openday_parked_events") == count
