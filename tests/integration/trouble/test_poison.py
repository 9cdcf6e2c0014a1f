"""A flood of events that nobody can read stops the consumer, not the service, and does not empty the topic."""

import asyncio
import sys

from shared.messaging.consumer import IN_A_ROW
from tests.integration.kernel.test_operator import operator
from tests.integration.kernel.test_process import consumed, log_of, unit
from tests.support.service import ROOT, Runner, Running
from tests.support.waiting import eventually

MORE = 20


async def test_it_halts_says_what_to_do_and_reads_on_when_told_to(running: Runner) -> None:
    async with running("scoring") as scoring:
        for number in range(IN_A_ROW + MORE):
            await scoring.district.produce(unit(f"unit-{number}"), f"unit-{number}", 1, value=b"<xml/>")
        await eventually(lambda: halted(scoring), 30)
        line = next(each for each in log_of(scoring) if each["event"] == "consumer_halted")
        assert line["then"] == "python -m shared.operator <service> dead-letters resume"
        assert await letters(scoring) == IN_A_ROW
        assert await scoring.ready(), "people go on asking and claiming"

        await scoring.stop()
        await scoring.restart()
        await eventually(lambda: halted(scoring), 30)
        assert await letters(scoring) == IN_A_ROW, "a restart sets nothing more aside"
        assert await scoring.metric("openday_dead_letters_total") == 0

        assert "the consumer is halted" in await told(scoring, "list")
        assert "reads on" in await told(scoring, "resume", "--because", "TICKET-204")
        await scoring.district.produce(unit("good"), "good", 1)
        await eventually(lambda: consumed(scoring, 1), 30)
        await eventually(lambda: all_set_aside(scoring), 30)  # partitions are read in no order among them
        assert not await halted(scoring)
        assert "consumer_resumed" in {each["event"] for each in log_of(scoring)}


async def halted(scoring: Running) -> bool:
    """As its metric says."""
    return await scoring.metric("openday_consumer_halted") == 1


async def all_set_aside(scoring: Running) -> bool:
    """As an operator sees it."""
    return await letters(scoring) == IN_A_ROW + MORE


async def letters(scoring: Running) -> int:
    """How many an operator is shown."""
    _, said = await operator(scoring, "dead-letters", "list")
    return sum("unit-" in line for line in said.splitlines())


async def told(scoring: Running, *act: str) -> str:
    """What the command says when it runs as a command."""
    done = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "shared.operator", "scoring", "dead-letters", *act),
        cwd=ROOT,
        env=scoring.environment,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await done.communicate()
    assert done.returncode == 0
    return out.decode()
