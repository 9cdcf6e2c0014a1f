"""A consumer that hangs is noticed, and its process ends and says why, so that its supervisor starts another."""

import asyncio

from tests.integration.kernel.test_process import consumed, log_of, unit
from tests.support.service import Runner
from tests.support.waiting import eventually

SILENCE = "3"  # seconds


async def test_its_process_ends_and_the_next_one_applies_what_it_hung_at(running: Runner) -> None:
    hung = "cons.before_effect:hang"
    async with running("scoring", OPENDAY_FAILPOINTS=hung, OPENDAY_KAFKA__SILENCE_SECONDS=SILENCE) as scoring:
        await scoring.district.produce(unit("jyj"), "jyj", 1)
        assert await asyncio.wait_for(scoring.process.wait(), 30) == 1
        log = log_of(scoring)
        assert "failpoint" in {each["event"] for each in log}
        assert (
            "Stuck: no poll and no event handled" in next(each for each in log if each["event"] == "crashed")["failure"]
        )

        del scoring.environment["OPENDAY_FAILPOINTS"]
        await scoring.restart()
        await eventually(lambda: consumed(scoring, 1), 30)
        assert await scoring.metric("openday_dead_letters_total") == 0


async def test_control_an_effect_that_only_takes_its_time_is_waited_for(running: Runner) -> None:
    slow = "cons.before_effect:delay"
    async with running("scoring", OPENDAY_FAILPOINTS=slow, OPENDAY_KAFKA__SILENCE_SECONDS=SILENCE) as scoring:
        await scoring.district.produce(unit("jyj"), "jyj", 1)
        await eventually(lambda: consumed(scoring, 1), 30)
        assert scoring.process.returncode is None
        assert "failpoint" in {each["event"] for each in log_of(scoring)}
