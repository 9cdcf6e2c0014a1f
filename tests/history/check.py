"""Checks one installation: the topic from its beginning, the public views, and the topic again until both agree."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from tests.history.findings import Verdict
from tests.history.history import History
from tests.history.public import NotRegistration, Public
from tests.outside.topics import Follower, TopicsAway, following

PATIENCE = 15.0  # seconds in which what is still on its way may arrive
PAUSE = 0.5  # seconds between two looks


class Unread(Exception):
    """The installation could not be read; the text says what."""


@dataclass(frozen=True)
class Where:
    """An installation. `kafka` bootstrap address, `api` root URL of registration, `options` librdkafka's own."""

    kafka: str
    api: str
    prefix: str = "openday"
    activity: str | None = None
    token: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """Registration's facts."""
        return f"{self.prefix}.registration.events.v1"


def check(where: Where, patience: float = PATIENCE) -> Verdict:
    """Blocks. Raises Unread."""
    headers = {"Authorization": f"Bearer {where.token}"} if where.token else {}
    try:
        with (
            following(where.kafka, [where.topic], where.options, must_exist=True) as follower,
            httpx.Client(base_url=where.api, headers=headers, timeout=20) as client,
        ):
            return _judged(follower, Public(client), where.activity, patience)
    except TopicsAway as away:
        raise Unread(f"the topic {where.topic} at {where.kafka}: {away}") from away
    except (httpx.HTTPError, httpx.InvalidURL, NotRegistration) as error:
        raise Unread(f"the API at {where.api}: {type(error).__name__}: {error}") from error


def _judged(follower: Follower, public: Public, only: str | None, patience: float) -> Verdict:
    history = History(only)
    announced = public.points(only)
    history.take(follower.news())
    wanted = {*history.points, *announced}
    deadline = time.monotonic() + patience
    while True:
        history.show({each: public.point(each) for each in sorted(wanted)})
        history.take(follower.news())
        if history.settled or time.monotonic() > deadline:
            history.prove({each: public.proof(each) for each in history.with_proof})
            return history.verdict()
        wanted = set(history.unlike)
        time.sleep(PAUSE)
