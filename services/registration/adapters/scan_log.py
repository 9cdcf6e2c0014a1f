"""The log of scans: one document for each, inserted once and never written again, so that it may grow without a bound.

{_id: the scan's, point_id, device, at, received_at, by, registration_id, answered}
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

from services.registration.application.ports import Swept
from services.registration.domain.door import LoggedScan, Result
from shared.storage.ports import Documents, DuplicateId


class MongoScanLog:
    """`application.ports.ScanLog`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def prepare(self) -> None:
        """Declare the index of a point's lines."""
        await self._documents.index([("point_id", 1), ("at", 1)])

    async def append(self, lines: Iterable[LoggedScan]) -> None:
        await asyncio.gather(*(self._insert(each) for each in lines))

    async def known(self, scan_ids: Sequence[str]) -> dict[str, LoggedScan]:
        found = await asyncio.gather(*(self._documents.get(each) for each in dict.fromkeys(scan_ids)))
        return {each["_id"]: _line(each) for each in found if each}

    async def of(self, point_id: str, at_most: int) -> list[LoggedScan]:
        found = await self._documents.find({"point_id": point_id}, sort=[("at", 1), ("_id", 1)], limit=at_most)
        return [_line(each) for each in found]

    async def forget(self, point_id: str, at_most: int, keep: Collection[str]) -> Swept:
        found = await self._documents.find({"point_id": point_id}, fields=("registration_id",))
        gone = [each["_id"] for each in found if each["registration_id"] not in keep][:at_most]
        return Swept(len(gone), sum(await asyncio.gather(*(self._documents.delete(each) for each in gone))))

    async def _insert(self, line: LoggedScan) -> None:
        document = {name: value for name, value in vars(line).items() if name != "scan_id"}
        with suppress(DuplicateId):  # answered before
            await self._documents.insert({"_id": line.scan_id, **document, "answered": str(line.answered)})


def _line(document: dict[str, Any]) -> LoggedScan:
    said = {name: value for name, value in document.items() if name not in ("_id", "answered")}
    return LoggedScan(scan_id=document["_id"], answered=Result(document["answered"]), **said)
