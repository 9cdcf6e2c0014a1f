"""F1, F2, F3: a process dies between two steps of its work, at a named place and a certain hit."""

import asyncio
from collections.abc import Mapping, Sequence

from tests.faults.lab.stage import Stage
from tests.faults.lab.supervised import Supervised
from tests.faults.lab.trial import Row

REACHED = 30.0  # seconds; a reader that was killed is let into its group again after six
HITS = 6


async def strike(stage: Stage, service: Supervised, failpoint: str) -> None:
    """Restart it with this failpoint, and wait until it has acted."""
    point, _, action = failpoint.partition("@")[0].partition(":")
    words = ('"event": "failpoint"', f'"point": "{point}"', f'"action": "{action}"')
    before = service.said(*words)
    await service.reborn(failpoint)
    await stage.expect_soon(
        lambda: service.said(*words) > before, REACHED, f"{service.name} did not come to {failpoint}"
    )
    stage.did(f"{service.name} {failpoint}")


def at(name: str, title: str, places: Mapping[str, Sequence[str]]) -> Row:
    """A kill at one of the places for each service, chosen by the seed, all at the same time."""

    async def inject(stage: Stage) -> None:
        await asyncio.gather(
            *(
                strike(stage, stage.service(service), f"{stage.chance.choice(points)}:kill@{_hit(stage)}")
                for service, points in places.items()
            )
        )

    return Row(name=name, title=title, inject=inject)


def _hit(stage: Stage) -> int:
    return stage.chance.randint(1, HITS)


_ANSWER = ("api.after_cas", "api.before_reply")
_RELAY = ("relay.before_send", "relay.after_ack", "relay.before_mark")
_READER = ("cons.before_effect", "cons.after_effect", "cons.before_commit")

F1 = at(
    "F1",
    "kill -9 after the write is acknowledged, before the answer",
    {"registration": _ANSWER, "feedback": _ANSWER, "reporting": ("api.after_cas",)},
)
F2 = at(
    "F2",
    "kill -9 of a relay before the send, after the broker's acknowledgement, before the mark",
    {"registration": _RELAY, "feedback": _RELAY, "reporting": _RELAY},
)
F3 = at(
    "F3",
    "kill -9 of a reader before its effect, after it, before the commit",
    {"reporting": _READER, "scoring": _READER, "feedback": ("cons.before_commit",)},
)
