"""MongoDB's wire protocol through motor: the only importer of motor, pymongo and bson (`docs/adr/0001`)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pymongo
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import ConnectionFailure, DuplicateKeyError, ExecutionTimeout, PyMongoError, WTimeoutError

from shared.settings import MongoSettings
from shared.storage.ports import Document, DuplicateId
from shared.storage.pulse import PATIENCE, Pulse, away


class Database:
    """One service's database."""

    def __init__(self, database: AsyncIOMotorDatabase[Document]) -> None:
        self._database = database
        self.pulse = Pulse(self._heard)

    def collection(self, name: str) -> "MongoDocuments":
        """The documents of one collection."""
        options: CodecOptions[Document] = CodecOptions(tz_aware=True)
        return MongoDocuments(self._database.get_collection(name, codec_options=options), self.pulse)

    async def ping(self) -> None:
        """Raises Unavailable when the database does not answer."""
        await _asked(self.pulse, self._database.command, "ping")

    async def _heard(self) -> None:
        with pymongo.timeout(PATIENCE):  # a question that hangs gives its thread and its connection back
            await self._database.command("ping")


@asynccontextmanager
async def connect(settings: MongoSettings, default_database: str) -> AsyncIterator[Database]:
    """A client bound to the running loop, closed at the end. Connects at the first use, not here."""
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        settings.url,
        serverSelectionTimeoutMS=2000,
        connectTimeoutMS=2000,
        socketTimeoutMS=10_000,
        maxPoolSize=64,
        retryWrites=settings.retry_writes,
        tz_aware=True,
    )
    database = Database(client[settings.database or default_database])
    try:
        yield database
    finally:
        database.pulse.close()
        client.close()


class MongoDocuments:
    """`shared.storage.ports.Documents` over one motor collection."""

    def __init__(self, collection: AsyncIOMotorCollection[Document], pulse: Pulse) -> None:
        self._collection = collection
        self._ask = partial(_asked, pulse)

    async def get(self, id_: str) -> Document | None:
        found: Document | None = await self._ask(self._collection.find_one, {"_id": id_})
        return found

    async def insert(self, document: Document) -> None:
        try:
            await self._ask(self._collection.insert_one, document)
        except DuplicateKeyError as duplicate:
            raise DuplicateId(str(document["_id"])) from duplicate

    async def replace(self, document: Document, *, rev: int) -> bool:
        done = await self._ask(self._collection.replace_one, {"_id": document["_id"], "rev": rev}, document)
        return bool(done.matched_count)

    async def delete(self, id_: str) -> bool:
        done = await self._ask(self._collection.delete_one, {"_id": id_})
        return bool(done.deleted_count)

    async def find(
        self, where: Mapping[str, Any], *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        cursor = self._collection.find(where, sort=list(sort) or None, limit=limit)
        found: list[Document] = await self._ask(cursor.to_list, None)
        return found

    async def index(self, keys: Sequence[tuple[str, int]], *, unique: bool = False) -> None:
        await self._ask(self._collection.create_index, list(keys), unique=unique)


async def _asked(pulse: Pulse, operation: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
    """A database that is away is said as such; a broken request stays an error of ours."""
    try:
        return await pulse.ask(operation, *args, **kwargs)
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        pulse.suspect()
        raise away(cause=type(error).__name__) from error
    except PyMongoError as error:
        if error.has_error_label("RetryableWriteError") or error.timeout:
            raise away(cause=type(error).__name__) from error
        raise
