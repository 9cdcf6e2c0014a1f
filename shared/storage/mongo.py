"""MongoDB's wire protocol through motor: the only importer of motor, pymongo and bson (`docs/adr/0001`)."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import ConnectionFailure, DuplicateKeyError, ExecutionTimeout, PyMongoError, WTimeoutError

from shared.errors import Unavailable
from shared.settings import MongoSettings
from shared.storage.ports import Document, DuplicateId


class Database:
    """One service's database."""

    def __init__(self, database: AsyncIOMotorDatabase[Document]) -> None:
        self._database = database

    def collection(self, name: str) -> "MongoDocuments":
        """The documents of one collection."""
        options: CodecOptions[Document] = CodecOptions(tz_aware=True)
        return MongoDocuments(self._database.get_collection(name, codec_options=options))

    async def ping(self) -> None:
        """Raises Unavailable when the database does not answer."""
        with _answers():
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
    try:
        yield Database(client[settings.database or default_database])
    finally:
        client.close()


class MongoDocuments:
    """`shared.storage.ports.Documents` over one motor collection."""

    def __init__(self, collection: AsyncIOMotorCollection[Document]) -> None:
        self._collection = collection

    async def get(self, id_: str) -> Document | None:
        with _answers():
            found: Document | None = await self._collection.find_one({"_id": id_})
            return found

    async def insert(self, document: Document) -> None:
        with _answers():
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError as duplicate:
                raise DuplicateId(str(document["_id"])) from duplicate

    async def replace(self, document: Document, *, rev: int) -> bool:
        with _answers():
            done = await self._collection.replace_one({"_id": document["_id"], "rev": rev}, document)
            return bool(done.matched_count)

    async def delete(self, id_: str) -> bool:
        with _answers():
            done = await self._collection.delete_one({"_id": id_})
            return bool(done.deleted_count)

    async def find(
        self, where: Mapping[str, Any], *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> list[Document]:
        with _answers():
            cursor = self._collection.find(where, sort=list(sort) or None, limit=limit)
            return [document async for document in cursor]

    async def index(self, keys: Sequence[tuple[str, int]], *, unique: bool = False) -> None:
        with _answers():
            await self._collection.create_index(list(keys), unique=unique)


@contextmanager
def _answers() -> Iterator[None]:
    """A database that is away is said as such; a broken request stays an error of ours."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise Unavailable(
            "database_away",
            "数据库暂时无法访问，请稍后重试。",
            "The database does not answer; try again shortly.",
            cause=type(error).__name__,
        ) from error
    except PyMongoError as error:
        if error.has_error_label("RetryableWriteError") or error.timeout:
            raise Unavailable(
                "database_away", "数据库暂时无法访问，请稍后重试。", "The database is busy; try again shortly."
            ) from error
        raise
