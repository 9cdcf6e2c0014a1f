"""Questions to reporting: they read, and change nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from services.reporting.application.ports import Ports
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.material import StoredFile
from services.reporting.domain.publicity import Publicity
from services.reporting.domain.state import State
from services.reporting.domain.statistics import Statistics, statistics
from shared.commands import Actor
from shared.errors import not_found
from shared.repository import Versioned


@dataclass(frozen=True)
class Wanted:
    """Which material sets a list is to show; `after` is the activity id that the page before ended with."""

    state: State | None
    overdue: bool | None
    after: str | None
    limit: int


class Queries:
    """Reads over the service's own aggregates."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def now(self) -> datetime:
        """The instant that answers are given at."""
        return self._ports.clock.now()

    async def material_set(self, actor: Actor, activity_id: str) -> Versioned[Dossier]:
        """For staff of its hosts and the district. Raises NotFound, Forbidden."""
        found = await self._ports.dossiers.versioned(activity_id)
        actor.must_act_for(*found.aggregate.known.hosts)
        return found

    async def material_sets(self, actor: Actor, wanted: Wanted) -> list[Dossier]:
        """Those that the actor may see, by activity id."""
        now = self.now()
        found = [
            each
            for each in await self._ports.dossiers.find({"state": wanted.state} if wanted.state else None)
            if _visible(actor, each)
            and (wanted.overdue is None or each.is_overdue(now) is wanted.overdue)
            and (wanted.after is None or each.id > wanted.after)
        ]
        return sorted(found, key=lambda each: each.id)[: wanted.limit]

    async def file(self, actor: Actor, sha256: str, activity_id: str | None) -> tuple[StoredFile, AsyncIterator[bytes]]:
        """A file of a set that the actor may see (of this activity, if one is named), with its content.

        Raises NotFound, Damaged.
        """
        holders = await self._holders(sha256, activity_id)
        files = [each for dossier in holders if _visible(actor, dossier) for each in dossier.files]
        file = next((each for each in files if each.sha256 == sha256), None)
        if file is None:
            raise not_found("file")
        return file, await self._ports.files.read(sha256)

    async def publicity(self, activity_id: str) -> list[Publicity]:
        """All that is recorded for an announced activity, in the order of publication. Raises NotFound."""
        dossier = await self._ports.dossiers.get(activity_id)
        dossier.known  # noqa: B018 a shell is not announced
        return sorted(dossier.publicity.values(), key=lambda each: (each.published_at, each.id))

    async def statistics(self, year: int) -> Statistics:
        """The district's figures of a year, as they stand now."""
        return statistics(await self._ports.dossiers.find(), year, self.now())

    async def _holders(self, sha256: str, activity_id: str | None) -> list[Dossier]:
        if activity_id is None:
            return await self._ports.dossiers.find({"files.sha256": sha256})
        return [await self._ports.dossiers.get(activity_id)]


def _visible(actor: Actor, dossier: Dossier) -> bool:
    hosts = dossier.activity.hosts if dossier.activity else ()
    return bool(hosts) and (actor.district_wide or not actor.units.isdisjoint(hosts))
