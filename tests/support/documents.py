"""A collection that counts what is asked of it and, when told to, fails before or after the act."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from shared.errors import Unavailable
from shared.storage.ports import Document, Documents

Moment = Literal["before", "after"]


def away() -> Unavailable:
    """What the driver's fence says of a database that does not answer."""
    return Unavailable("database_away", "数据库暂时无法访问。", "The database does not answer.")


class Watched:
    """`shared.storage.ports.Documents`, watched."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.calls: Counter[str] = Counter()
        self.fails: dict[str, Moment] = {}

    async def get(self, id_: str) -> Document | None:
        self._noted("get", "before")
        return await self._documents.get(id_)

    async def insert(self, document: Document) -> None:
        self._noted("insert", "before")
        await self._documents.insert(document)
        self._failing("insert", "after")

    async def replace(self, document: Document, *, rev: int) -> bool:
        self._noted("replace", "before")
        done = await self._documents.replace(document, rev=rev)
        self._failing("replace", "after")
        return done

    async def delete(self, id_: str, *, rev: int | None = None) -> bool:
        self._noted("delete", "before")
        return await self._documents.delete(id_, rev=rev)

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] = (),
    ) -> list[Document]:
        self._noted("find", "before")
        return await self._documents.find(where, sort=sort, limit=limit, fields=fields)

    async def index(self, keys: Sequence[tuple[str, int]], *, unique: bool = False) -> None:
        await self._documents.index(keys, unique=unique)

    def _noted(self, call: str, moment: Moment) -> None:
        self.calls[call] += 1
        self._failing(call, moment)

    def _failing(self, call: str, moment: Moment) -> None:
        if self.fails.get(call) == moment:
            raise away()
