"""A second scoring, built from the topics alone: an empty database, a new group, copies of everybody's facts."""

import asyncio
from dataclasses import dataclass

from tests.faults.lab.mirror import Mirror
from tests.faults.lab.site import Site
from tests.faults.lab.supervised import Supervised
from tests.faults.oracle.quiet import OWNERS, NeverQuiet
from tests.outside.topics import TopicsAway, lags
from tests.support.waiting import eventually

QUIET = 60.0  # seconds


@dataclass
class Rebuild:
    """Reads along from the moment it is begun; `finish` waits until it has read everything there is."""

    site: Site
    prefix: str
    mirror: Mirror
    scoring: Supervised
    copying: asyncio.Task[int]

    @classmethod
    async def begin(cls, site: Site, number: int) -> "Rebuild":
        """Start it; the engines must be there."""
        prefix = f"{site.district.name}r{number}"
        mirror = Mirror(site.engines.kafka, site.district.name, prefix, len(site.engines.brokers))
        copying = asyncio.create_task(asyncio.to_thread(mirror.run))
        scoring = site.more(
            f"rebuilt-{number}",
            "scoring",
            OPENDAY_KAFKA__TOPIC_PREFIX=prefix,
            OPENDAY_KAFKA__BOOTSTRAP=site.engines.kafka,
            OPENDAY_MONGO__URL=site.engines.mongo,
            OPENDAY_MONGO__DATABASE=site.district.database(f"rebuilt_{number}"),
            OPENDAY_KAFKA__GROUP_SUFFIX=".rebuilt",
        )
        return cls(site, prefix, mirror, scoring, copying)

    async def finish(self) -> str:
        """Everything is copied and read: its base URL. Raises NeverQuiet, or what copying raised."""
        self.mirror.finish()
        await self.copying
        await self.scoring.ready()
        try:
            await eventually(self._read_all, QUIET)
        except AssertionError as late:
            raise NeverQuiet(f"the rebuilt scoring has not read everything: {late}") from late
        return self.scoring.url

    async def _read_all(self) -> bool:
        topics = [f"{self.prefix}.{owner}.events.v1" for owner in OWNERS]
        group = f"{self.prefix}.scoring.rebuilt"
        try:
            behind = await asyncio.to_thread(lags, self.site.engines.kafka, {group: topics})
        except TopicsAway:
            return False
        return not behind[group]

    async def end(self) -> None:
        """Stop it."""
        self.mirror.finish()
        await asyncio.gather(self.copying, return_exceptions=True)
        await self.scoring.stop()
        self.site.extras.remove(self.scoring)
