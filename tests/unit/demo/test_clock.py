"""Time moves only when all has settled, and stops wherever something is due."""

from datetime import UTC, datetime, timedelta
from typing import cast

from deploy.demo.clock import SeasonClock
from deploy.demo.quiet import Quiet

BEGINNING = datetime(2021, 9, 1, tzinfo=UTC)


def hours(count: float) -> datetime:
    return BEGINNING + timedelta(hours=count)


class Timers:
    """Timers that ring, and one that sets another when it rings. Stands for the wait until all is settled."""

    def __init__(self, due: list[datetime], sets: dict[datetime, datetime] | None = None) -> None:
        self.due = due
        self.sets = sets or {}
        self.asked: list[datetime] = []

    async def wait(self, now: datetime) -> datetime | None:
        self.asked.append(now)
        rung = [each for each in self.due if each <= now]
        self.due = [each for each in self.due if each > now] + [self.sets[each] for each in rung if each in self.sets]
        return min(self.due, default=None)


def clock(timers: Timers) -> tuple[SeasonClock, list[datetime]]:
    moved: list[datetime] = []
    return SeasonClock(moved.append, cast(Quiet, timers), BEGINNING), moved


async def test_a_jump_stops_at_every_timer_on_the_way_and_at_none_beyond() -> None:
    played, moved = clock(Timers([hours(5), hours(2), hours(50)]))
    await played.reach(hours(10))
    assert moved == [hours(2), hours(5), hours(10)]
    assert played.stops == 2


async def test_a_timer_set_by_a_timer_rings_before_the_step() -> None:
    played, moved = clock(Timers([hours(2)], sets={hours(2): hours(3)}))
    await played.reach(hours(4))
    assert moved == [hours(2), hours(3), hours(4)]


async def test_a_timer_due_at_the_very_time_of_a_step_rings_first() -> None:
    timers = Timers([hours(4)])
    played, moved = clock(timers)
    await played.reach(hours(4))
    assert moved == [hours(4)]
    assert timers.asked == [BEGINNING, hours(4)]
    assert timers.due == []


async def test_without_timers_it_moves_at_once_and_never_back() -> None:
    timers = Timers([])
    played, moved = clock(timers)
    await played.reach(hours(4))
    await played.reach(hours(4))
    assert moved == [hours(4)]
    assert timers.asked == [BEGINNING, hours(4)]
