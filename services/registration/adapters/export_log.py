"""The log of exports: one document for each, inserted once and never written again. Nobody's name is in it.

{_id: the export's, point_id, kind, format, masked, order, reason, by, at, rows, digest: of the request that asked}
"""

import asyncio
from typing import Any

from services.registration.application.ports import Swept
from services.registration.domain.export import Export, ExportKind, FileFormat, Order
from shared.commands import Once
from shared.errors import key_reused
from shared.storage.ports import Documents, DuplicateId


class MongoExportLog:
    """`application.ports.ExportLog`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def prepare(self) -> None:
        """Declare the index of a point's lines."""
        await self._documents.index([("point_id", 1), ("at", 1)])

    async def add(self, export: Export, once: Once | None) -> Export:
        digest = once.digest if once else None
        said = {name: value for name, value in vars(export).items() if name != "id"}
        said |= {"kind": str(export.kind), "format": str(export.format), "order": str(export.order)}
        try:
            await self._documents.insert({"_id": export.id, **said, "digest": digest})
        except DuplicateId:
            kept = await self._documents.get(export.id)
            if kept is None or kept["digest"] != digest:
                raise key_reused() from None
            return _export(kept)
        return export

    async def get(self, export_id: str) -> Export | None:
        found = await self._documents.get(export_id)
        return _export(found) if found else None

    async def of(self, point_id: str, at_most: int) -> list[Export]:
        found = await self._documents.find({"point_id": point_id}, sort=[("at", -1), ("_id", -1)], limit=at_most)
        return [_export(each) for each in found]

    async def forget(self, point_id: str, at_most: int) -> Swept:
        found = await self._documents.find({"point_id": point_id}, limit=at_most, fields=("point_id",))
        return Swept(len(found), sum(await asyncio.gather(*(self._documents.delete(each["_id"]) for each in found))))


def _export(document: dict[str, Any]) -> Export:
    said = {name: value for name, value in document.items() if name not in ("_id", "digest")}
    said |= {
        "kind": ExportKind(said["kind"]),
        "format": FileFormat(said["format"]),
        "order": Order(said["order"]),
    }
    return Export(id=document["_id"], **said)
