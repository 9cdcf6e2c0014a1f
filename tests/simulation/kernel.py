"""The kernel as the simulation runs it: logs go nowhere or into the trace, and what costs time alone is spared."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import structlog

from shared.messaging import consumer
from shared.messaging.ports import Member
from shared.operator import desk
from shared.runtime import reading
from shared.storage import aggregates, lane
from shared.storage.document import Codec
from tests.simulation.loop import owner
from tests.simulation.model import OUTBOX_CAP
from tests.simulation.process import Reader

IDLE_POLL = 1.0  # seconds: an empty poll shows nothing, and costs real time
BATCH = 3
IN_A_ROW = 6


@contextmanager
def kernel(say: Callable[[str], None] | None = None) -> Iterator[None]:
    """Within this the simulation may run; with `say`, every line of a log goes there."""
    before = structlog.get_config()
    if say is None:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    else:
        structlog.configure(processors=[_told(say)], wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(consumer, "PATIENCE", IDLE_POLL)
            patch.setattr(consumer, "IN_A_ROW", IN_A_ROW)
            patch.setattr(desk, "IN_A_ROW", IN_A_ROW)
            patch.setattr(reading, "ensure_all", _there_already)
            patch.setattr(reading, "subscribe", _subscribe)
            patch.setattr(reading, "answers", _answers)
            patch.setattr(lane, "OUTBOX_CAP", OUTBOX_CAP)
            patch.setattr(lane, "BATCH", BATCH)
            patch.setattr(aggregates, "Codec", _codec)
            yield
    finally:
        structlog.configure(**before)


@cache
def _codec(kind: Any, publish: Any, form: Any) -> Codec[Any]:
    """Made once: a codec keeps nothing of what it translates."""
    return Codec(kind, publish, form)


def _subscribe(_: Any, group: str, topics: Sequence[str], member: Member) -> Any:
    process = owner.get()
    assert isinstance(process, Reader)
    return process.subscribe(group, topics, member)


async def _there_already(_: Any) -> None:
    """The topics of the simulated broker are made when somebody asks for them."""


async def _answers(_: Any) -> bool:
    """The simulated client does not hang by itself."""
    return False


def _told(say: Callable[[str], None]) -> Any:
    def processor(_: Any, method: str, event: dict[str, Any]) -> Any:
        say(f"{method}: {' '.join(f'{name}={value!r}' for name, value in event.items())}")
        raise structlog.DropEvent

    return processor
