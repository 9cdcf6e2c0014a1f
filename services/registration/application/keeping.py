"""What is kept of people: what of a group is still there, and the report of what should be gone and is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.registration.application.ports import Kept, Ports
from services.registration.domain.activity import Activity
from services.registration.domain.retention import IN_THE_VAULT, Group, Hold, Retention
from shared.errors import NotFound

GRACE = timedelta(hours=1)  # for a service that was down when the timer was to ring
NAMED = 100  # registrations in one line of the report


async def retention_of(ports: Ports, activity_id: str) -> Retention:
    """What is to become of an activity's people, and what keeps them; a bare one where nothing was ever set."""
    try:
        return await ports.retentions.get(activity_id)
    except NotFound:
        return Retention(id=activity_id)


async def stale(ports: Ports, group: Group, point_id: str) -> list[Kept]:
    """Who still stands in the vault with something of this group."""
    kept = await ports.vault.kept(point_id)
    if group == Group.CONTACT:
        return kept
    if group == Group.ID_NUMBER:
        return [each for each in kept if "id_number" in each.fields]
    seated = {each.id for each in (await ports.rosters.get(point_id)).seated()} if kept else set()
    return [each for each in kept if each.registration_id not in seated]


@dataclass(frozen=True)
class Leftover:
    """What of a group should be gone at an activity: `count` is left by mistake, `on_hold` is kept on purpose.

    `registration_ids` are the first of those left by mistake.
    """

    activity_id: str
    group: Group
    count: int
    on_hold: int
    registration_ids: tuple[str, ...]


LETTERS, PAGE = 2_000_000, 20  # of the audit log in one answer, and one page more; entries read at once


class Keeping:
    """Questions about what is kept."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.periods = ports.periods

    async def audit(self, after: int, at_most: int) -> Sequence[tuple[int, str, str]]:
        """Entries of the audit log, for auditors: fewer than `at_most` where they are long, none behind the last."""
        found, size = list[tuple[int, str, str]](), 0
        while len(found) < at_most and size < LETTERS:
            last = found[-1][0] if found else after
            page = await self._ports.audit.entries(last, min(PAGE, at_most - len(found)))
            if not page:
                break
            found += page
            size += sum(len(said) for _, said, _ in page)
        return found

    async def holds(self, activity_id: str) -> list[Hold]:
        """Every hold of an activity, the lifted ones too, as they were placed. Raises NotFound."""
        await self._ports.activities.get(activity_id)
        return sorted(
            (await retention_of(self._ports, activity_id)).holds.values(), key=lambda each: (each.at, each.id)
        )

    async def leftovers(self) -> list[Leftover]:
        """Looks itself, whatever retention believes to have done: into the vault, activity by activity."""
        found = []
        for activity in await self._ports.activities.find():
            due = self._ports.periods.due(activity.session.ends_at)
            late = [each for each in IN_THE_VAULT if due[each] + GRACE <= self._ports.clock.now()]
            if late:
                retention = await retention_of(self._ports, activity.id)
                found += [await self._leftover(activity, each, retention) for each in late]
        return [each for each in found if each.count or each.on_hold]

    async def _leftover(self, activity: Activity, group: Group, retention: Retention) -> Leftover:
        there = [each for point in activity.points for each in await stale(self._ports, group, point.id)]
        kept = sum(retention.keeps(each.registration_id) for each in there)
        left = sorted(each.registration_id for each in there if not retention.keeps(each.registration_id))
        return Leftover(activity.id, group, len(left), kept, tuple(left[:NAMED]))
