"""Groups that move over the open points of a joint activity, by the clock (分组轮转).

The rule: whoever registers for a point is of the group that begins there. All groups stay equally long, then all move
on to the next point in the plan's order, the last point's group to the first. So a point never has two groups at a
time, and everybody sees every point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Invalid


@dataclass(frozen=True)
class Rota:
    """Minutes: until the first visit, at each point, and from one to the next."""

    stay_minutes: int
    transfer_minutes: int = 0
    begins_after_minutes: int = 0

    def minutes(self, points: int) -> int:
        """From the start of the session to the end of the last visit."""
        return self.begins_after_minutes + points * self.stay_minutes + (points - 1) * self.transfer_minutes


@dataclass(frozen=True)
class Visit:
    """A group is at a point; both are named by the point's id, a group by the one where it begins."""

    group: str
    point_id: str
    starts_at: datetime
    ends_at: datetime


def visits(rota: Rota, point_ids: Sequence[str], starts_at: datetime) -> list[Visit]:
    """Of all groups, by group and time."""
    made = []
    for first, group in enumerate(point_ids):
        for step in range(len(point_ids)):
            minutes = rota.begins_after_minutes + step * (rota.stay_minutes + rota.transfer_minutes)
            begins = starts_at + timedelta(minutes=minutes)
            there = point_ids[(first + step) % len(point_ids)]
            made.append(Visit(group, there, begins, begins + timedelta(minutes=rota.stay_minutes)))
    return made


def check_fit(rota: Rota | None, points: int, starts_at: datetime, ends_at: datetime) -> None:
    """Raises Invalid when the last visit would end after the session."""
    if rota is None:
        return
    minutes = rota.minutes(points)
    if starts_at + timedelta(minutes=minutes) > ends_at:
        raise Invalid(
            "rota_too_long",
            f"分组轮转共需 {minutes} 分钟，超过活动时长。",
            f"The groups need {minutes} minutes, more than the activity takes.",
            minutes=minutes,
        )
