"""The whole season on one running instance: every scene in order, then what came of it and what was expected."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from deploy.data.checks import DistrictData
from deploy.demo.api import connected
from deploy.demo.clock import SeasonClock
from deploy.demo.judge import Mismatch, judge
from deploy.demo.outcome import Outcome, gather
from deploy.demo.people import people
from deploy.demo.player import Disturbance, Heard, Player
from deploy.demo.quiet import Quiet
from deploy.demo.scenes.bonuses import Bonuses, YearEnd
from deploy.demo.scenes.forbidden_after import ForbiddenAfter
from deploy.demo.scenes.forbidden_before import ForbiddenBefore
from deploy.demo.scenes.materials import Materials
from deploy.demo.scenes.opinions import Opinions
from deploy.demo.scenes.plans import Plans
from deploy.demo.scenes.sign_up import SignUp
from deploy.demo.scenes.units import Units
from deploy.demo.scenes.visit import Visit
from deploy.demo.staff import Principal
from deploy.demo.stage import Stage
from deploy.demo.timeline import Scene, Step, timeline
from deploy.demo.traffic import Traffic, measure
from deploy.local.instance import DAY_OF_THE_NOTICE, Instance
from deploy.local.tokens import mint
from shared.messaging.kafka import group_offsets
from shared.settings import KafkaSettings


@dataclass(frozen=True)
class Run:
    """A season that was played. Empty `mismatches` mean that everything was as expected.

    `stops`: how often the clock stopped between steps because something was due.
    """

    stage: Stage
    outcome: Outcome
    traffic: Traffic
    mismatches: list[Mismatch]
    steps: int
    stops: int
    seconds: float


def steps_of(data: DistrictData) -> list[Step]:
    """The timeline of the district's season."""
    return timeline(_scenes(data))


async def play(
    instance: Instance,
    data: DistrictData,
    *,
    heard: Heard = lambda _, __: None,
    disturbance: Disturbance | None = None,
    keep_going: bool = False,
) -> Run:
    """Play, gather, judge. The instance must be up, empty, and at or before the day of the notice.

    Raises Unexpected for an answer that the season does not know (unless `keep_going`), NeverQuiet.
    """
    begun, steps = time.monotonic(), steps_of(data)

    def token(who: Principal) -> str:
        return mint(instance.plan, subject=who.subject, roles=who.roles, units=who.units)

    kafka = KafkaSettings(bootstrap=instance.addresses.kafka)
    async with connected(instance.addresses.services, token) as api, group_offsets(kafka) as offsets:
        stage = Stage(api, people())
        clock = SeasonClock(instance.steer, Quiet(api.clients, offsets), DAY_OF_THE_NOTICE)
        player = Player(stage, clock, heard, keep_going=keep_going)
        player.disturbance = disturbance or player.disturbance
        await player.play(steps)
        outcome = await gather(stage, data.season)
        traffic = await measure(api.clients, offsets, instance.addresses.topic_prefix)
    mismatches = [Mismatch("a step was refused", "", each) for each in player.failures]
    return Run(
        stage,
        outcome,
        traffic,
        mismatches + judge(data.expected, outcome, stage.attempts, traffic),
        len(steps),
        clock.stops,
        time.monotonic() - begun,
    )


def _scenes(data: DistrictData) -> Iterator[Scene]:
    """At the same time, what builds on another comes after it."""
    season = data.season
    yield Units(data.units, DAY_OF_THE_NOTICE)
    of_activities = (
        [Plans(each), SignUp(each), Visit(each), Opinions(each), Materials(each)] for each in season.activities
    )
    yield from chain.from_iterable(of_activities)
    yield from (Bonuses(each, season.year) for each in season.activities)
    yield YearEnd(season)
    yield ForbiddenBefore(season)
    yield ForbiddenAfter(season)
