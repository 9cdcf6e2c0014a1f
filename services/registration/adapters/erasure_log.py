"""The log of erasures on request: one document for each, inserted once. It names a registration and nobody.

{_id: the registration's, activity_id, point_id, cause, reason, by, at, gave_up_place}
"""

from typing import Any

from services.registration.domain.subject import Cause, PersonErased
from shared.storage.ports import Documents, DuplicateId


class MongoErasureLog:
    """`application.ports.ErasureLog`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def add(self, erased: PersonErased) -> PersonErased:
        said = {name: value for name, value in vars(erased).items() if name != "registration_id"}
        try:
            await self._documents.insert({"_id": erased.registration_id, **said, "cause": str(erased.cause)})
        except DuplicateId:
            return await self.get(erased.registration_id) or erased
        return erased

    async def get(self, registration_id: str) -> PersonErased | None:
        found = await self._documents.get(registration_id)
        return _erased(found) if found else None


def _erased(document: dict[str, Any]) -> PersonErased:
    said = {name: value for name, value in document.items() if name not in ("_id", "cause")}
    return PersonErased(registration_id=document["_id"], cause=Cause(document["cause"]), **said)
