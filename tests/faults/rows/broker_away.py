"""F5: the broker is away and comes back: commands are accepted until an outbox is full, then refused politely."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.faults.lab.stage import Stage
from tests.faults.lab.trial import Row
from tests.faults.load.sending import sending
from tests.faults.oracle.ledger import Request

OUTBOX_CAP = 100
AT_ONCE = 8


async def killed(stage: Stage) -> Callable[[], Awaitable[None]]:
    """SIGKILL; what brings it back."""
    await stage.lab.engines.kill("kafka")
    return lambda: stage.lab.engines.revive("kafka")


async def frozen(stage: Stage) -> Callable[[], Awaitable[None]]:
    """SIGSTOP; what lets it go on."""
    stage.lab.engines.freeze("kafka")

    async def thaw() -> None:
        stage.lab.engines.thaw("kafka")

    return thaw


def away(name: str, seconds: float, how: Callable[[Stage], Awaitable[Callable[[], Awaitable[None]]]]) -> Row:
    """For so long."""

    async def inject(stage: Stage) -> None:
        since = time.monotonic()
        back = await how(stage)
        stage.did(f"the broker {how.__name__} for {seconds:g} s")
        await fill_an_outbox(stage)
        await asyncio.sleep(max(0.0, since + seconds - time.monotonic()))
        answers = stage.answers(since + 0.5)
        await back()
        accepted = sum(each.status < 300 and each.status > 0 for each in answers)
        stage.expect(accepted >= seconds, f"{accepted} commands were accepted in {seconds:g} s without a broker")
        stage.expect(not stage.traffic.refused_rudely(), "a 503 without Retry-After")
        strange = {each.status for each in answers if each.status >= 500 and each.status != 503}
        stage.expect(not strange, f"answers {strange} while the broker was away")

    return Row(name=name, title=f"broker {how.__name__} for {seconds:g} s", inject=inject)


async def fill_an_outbox(stage: Stage) -> None:
    """More facts about one activity than its outbox holds: beyond the cap they are refused, with Retry-After."""
    activity = stage.chance.choice(stage.scene.of("held"))
    statuses: list[tuple[int, float | None]] = []
    numbers = iter(range(OUTBOX_CAP + 4 * AT_ONCE))

    async with sending(stage.site.where, stage.ledger) as sender:

        async def one_after_another() -> None:
            for number in numbers:
                body = {
                    "unit_id": activity.lead,
                    "kind": "media",
                    "channel": "portal",
                    "url": f"https://www.example.gov.cn/full/{number}",
                    "published_at": stage.scene.now,
                }
                path = f"/activities/{activity.id}/publicity"
                request = Request("reporting", "POST", path, "unit_clerk", body)
                key = f"{stage.scene.seed}-{stage.site.where.prefix}-full-{number}"
                said = await sender.once(key, "publish", activity.id, request)
                statuses.append((said.status, said.retry_after))

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    accepted = sum(status < 300 and status > 0 for status, _ in statuses)
    refused = [after for status, after in statuses if status == 503]
    stage.expect(accepted >= OUTBOX_CAP - 10, f"only {accepted} facts were accepted before the outbox was full")
    stage.expect(accepted <= OUTBOX_CAP, f"{accepted} facts were accepted, an outbox holds {OUTBOX_CAP}")
    stage.expect(refused and all(refused), f"beyond the cap: {statuses[-AT_ONCE:]}, not 503 with Retry-After")
    stage.did(f"an outbox filled: {accepted} accepted, {len(refused)} refused with 503")


F5 = away("F5", 5, killed)
F5_MINUTE = away("F5-60s", 60, killed)
F5_TEN_MINUTES = away("F5-600s", 600, killed)
F5_FROZEN = away("F5-frozen", 30, frozen)
