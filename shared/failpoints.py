"""Named places at which a test may kill, freeze, fail or delay this process; nothing at all unless asked for.

OPENDAY_FAILPOINTS="api.after_cas:kill@3,relay.before_send:delay"     (the third hit; the first when no number is given)

Each place acts once. `kill` is SIGKILL, `stop` is SIGSTOP (somebody outside sends SIGCONT), `raise` is a failure that
nobody expects, `delay` lets everything else go on for a while, `hang` for ever. Refused in the production profile
(`shared.settings`).
The command's places (`api.…`) are passed by every command, whether a person sent it or a fact gave rise to it.
"""

import asyncio
import os
import re
import signal
from dataclasses import dataclass
from typing import Literal, cast, get_args

from shared.logging import get_logger

Action = Literal["kill", "stop", "raise", "delay", "hang"]
POINTS = frozenset(
    {
        "api.received",
        "api.validated",
        "api.loaded",
        "api.before_cas",
        "api.after_cas",
        "api.before_reply",
        "relay.loaded",
        "relay.before_send",
        "relay.after_ack",
        "relay.before_mark",
        "relay.after_mark",
        "cons.fetched",
        "cons.decoded",
        "cons.before_effect",
        "cons.after_effect",
        "cons.before_commit",
        "cons.after_commit",
        "cons.before_dlq",
        "cons.after_dlq",
        "rebalance.revoked",
        "rebalance.assigned",
    }
)
DELAY = 2.0  # seconds

_ARMED = re.compile(r"(?P<point>[a-z_.]+):(?P<action>[a-z]+)(@(?P<hit>[1-9][0-9]{0,5}))?")


class FailpointReached(RuntimeError):
    """Raised on purpose."""


@dataclass
class Armed:
    """What happens at one place, and at which of its hits."""

    action: Action
    hit: int
    hits: int = 0


_armed: dict[str, Armed] = {}  # of the process, as a crash is: every layer passes here, and none is handed it


async def failpoint(point: str) -> None:
    """Pass `point`. Raises FailpointReached where that was asked for."""
    if _armed:
        await _pass(point)


def arm(text: str) -> None:
    """What `OPENDAY_FAILPOINTS` asks for, instead of what was armed before. Raises ValueError, see `parsed`."""
    _armed.clear()
    _armed.update(parsed(text))


def parsed(text: str) -> dict[str, Armed]:
    """`point:action@hit, …`. Raises ValueError that names the part and says what there is."""
    found: dict[str, Armed] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        matched = _ARMED.fullmatch(part)
        if not matched:
            raise ValueError(f"{part!r} is not <point>:<action> or <point>:<action>@<hit>")
        if matched["point"] not in POINTS:
            raise ValueError(f"{matched['point']!r} is no failpoint; there are {', '.join(sorted(POINTS))}")
        if matched["action"] not in get_args(Action):
            raise ValueError(f"{matched['action']!r} is no action; there are {', '.join(get_args(Action))}")
        found[matched["point"]] = Armed(cast(Action, matched["action"]), int(matched["hit"] or 1))
    return found


async def _pass(point: str) -> None:
    armed = _armed.get(point)
    if armed is None:
        return
    armed.hits += 1
    if armed.hits != armed.hit:
        return
    get_logger().warning("failpoint", point=point, action=armed.action, hit=armed.hit)
    if armed.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif armed.action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif armed.action == "delay":
        await asyncio.sleep(DELAY)
    elif armed.action == "hang":
        await asyncio.Event().wait()
    else:
        raise FailpointReached(point)
