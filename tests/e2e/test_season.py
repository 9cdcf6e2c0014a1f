"""Hedong's season of 2021, from the day of the notice to the frozen scorecards."""

import asyncio

from deploy.demo.season import steps_of
from tests.e2e.districts import Played
from tests.history.check import Where, check


async def test_every_expected_outcome_is_met(played: Played) -> None:
    assert played.run.mismatches == []
    assert played.run.steps == len(steps_of(played.data))


async def test_what_the_rules_forbid_was_refused_in_the_right_words(played: Played) -> None:
    tried = played.run.stage.attempts
    assert [each for each in tried if not each.as_expected] == []
    assert len({each.what for each in tried if each.expected[:3] in {"401", "403", "404", "409", "422"}}) >= 20


async def test_nothing_was_said_twice_lost_or_set_aside(played: Played) -> None:
    traffic = played.run.traffic
    assert (traffic.lag, traffic.parked, traffic.dead_letters) == (0, 0, 0)
    assert [each.duplicates for each in traffic.topics] == [0, 0, 0, 0]
    assert all(each.events > 50 for each in traffic.topics)


async def test_timers_rang_at_their_time_between_the_steps(played: Played) -> None:
    assert played.run.stops >= 20
    assert played.instance.restarts.since_up() == []


async def test_every_open_point_kept_every_rule_in_every_prefix(played: Played) -> None:
    where = played.instance.addresses
    here = Where(kafka=where.kafka, api=where.services["registration"], prefix=where.topic_prefix)
    verdict = await asyncio.to_thread(check, here)
    assert verdict.word == "sound", str(verdict)
    assert verdict.counts["views"] == verdict.counts["open_points"] > 10
    assert verdict.counts["prefixes"] > 500
