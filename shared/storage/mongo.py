"""MongoDB's wire protocol through motor: the only importer of motor, pymongo and bson (`docs/adr/0001`)."""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

import pymongo
from bson import encode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import InsertOne, ReplaceOne
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from shared.errors import Unavailable
from shared.ids import new_id
from shared.settings import MongoSettings
from shared.storage.gathering import Gathering
from shared.storage.ports import Document, DuplicateId
from shared.storage.pulse import PATIENCE, Pulse, away

_DUPLICATE_KEY = 11000


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


class _Replacement(NamedTuple):
    """A document that is to stand where `rev` stands; it carries `write`, so that we know it again."""

    id: str
    rev: int
    write: str
    document: RawBSONDocument


class MongoDocuments:
    """`shared.storage.ports.Documents` over one motor collection.

    Every call through motor costs thread hops and a round trip, so reads by id, inserts and replaces that come together
    go together (`shared.storage.gathering`); the promise to each caller stays that of a call of its own. A document is
    encoded before it joins others, so that one that cannot be stored is its own caller's trouble.
    """

    def __init__(self, collection: AsyncIOMotorCollection[Document], pulse: Pulse) -> None:
        self._collection = collection
        self._ask = partial(_asked, pulse)
        self._reads: Gathering[str, Document | None] = Gathering(self._found)
        self._inserts: Gathering[RawBSONDocument, bool] = Gathering(self._inserted)
        self._replaces: Gathering[_Replacement, bool] = Gathering(self._replaced)

    async def get(self, id_: str) -> Document | None:
        return await self._reads.add(id_)

    async def insert(self, document: Document) -> None:
        if not await self._inserts.add(_encoded(document)):
            raise DuplicateId(str(document["_id"]))

    async def replace(self, document: Document, *, rev: int) -> bool:
        write = new_id()
        replacement = _Replacement(document["_id"], rev, write, _encoded({**document, "write": write}))
        return await self._replaces.add(replacement)

    async def delete(self, id_: str, *, rev: int | None = None) -> bool:
        done = await self._ask(self._collection.delete_one, {"_id": id_} if rev is None else {"_id": id_, "rev": rev})
        return bool(done.deleted_count)

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] = (),
    ) -> list[Document]:
        cursor = self._collection.find(where, list(fields) or None, sort=list(sort) or None, limit=limit)
        found: list[Document] = await self._ask(cursor.to_list, None)
        return found

    async def index(self, keys: Sequence[tuple[str, int]], *, unique: bool = False) -> None:
        await self._ask(self._collection.create_index, list(keys), unique=unique)

    async def _found(self, ids: Sequence[str]) -> list[Document | None]:
        wanted = ids[0] if len(ids) == 1 else {"$in": list(set(ids))}
        found = {each["_id"]: each for each in await self.find({"_id": wanted})}
        # who asks for the same gets a document of their own
        return [copy.deepcopy(found.get(each)) if each in ids[:at] else found.get(each) for at, each in enumerate(ids)]

    async def _inserted(self, documents: Sequence[RawBSONDocument]) -> list[bool | Exception]:
        refused, _ = await self._written([InsertOne(each) for each in documents])
        return [refused.get(at, True) for at in range(len(documents))]

    async def _replaced(self, replacements: Sequence[_Replacement]) -> list[bool | Exception]:
        """The database says how many it replaced, not which. When it was not all of them, we look."""
        refused, matched = await self._written(
            [ReplaceOne({"_id": each.id, "rev": each.rev}, each.document) for each in replacements]
        )
        sent = [at for at in range(len(replacements)) if at not in refused]
        if matched == len(sent):
            won: list[bool | Exception] = [True] * len(sent)
        elif matched == 0:
            won = [False] * len(sent)
        else:
            won = await self._told_apart([replacements[at] for at in sent], matched)
        answers: dict[int, bool | Exception] = {**refused, **dict(zip(sent, won, strict=True))}
        return [answers[at] for at in range(len(replacements))]

    async def _told_apart(self, sent: list[_Replacement], matched: int) -> list[bool | Exception]:
        """Which of them stand. Where others have written since, only the count can tell; if it cannot, nobody knows."""
        ids = [each.id for each in sent]
        found = await self._ask(self._collection.find({"_id": {"$in": ids}}, {"rev": 1, "write": 1}).to_list, None)
        now = {each["_id"]: each for each in found}
        verdicts = [_verdict(each, now.get(each.id)) for each in sent]
        open_cases, unseen = verdicts.count(None), matched - verdicts.count(True)
        if unseen not in (0, open_cases):
            return [_unknown() if each is None else each for each in verdicts]
        return [bool(unseen) if each is None else each for each in verdicts]

    async def _written(self, requests: list[Any]) -> tuple[dict[int, bool | Exception], int]:
        """What was not written, by place (False: a duplicate key), and how many documents were matched."""
        try:
            done = await self._ask(self._collection.bulk_write, requests, ordered=False)
        except BulkWriteError as partly:
            details = partly.details or {}
            if details.get("writeConcernErrors"):
                raise away(cause="WriteConcernError") from partly  # written, perhaps not kept
            return {each["index"]: _refusal(each) for each in details["writeErrors"]}, details["nMatched"]
        return {}, done.matched_count


def _encoded(document: Document) -> RawBSONDocument:
    return RawBSONDocument(encode(document))


def _verdict(sent: _Replacement, now: Document | None) -> bool | None:
    """Whether it was written; None when somebody has written, or deleted, since."""
    if now is None or now["rev"] != sent.rev + 1:
        return None
    return bool(now.get("write") == sent.write)


def _refusal(error: Mapping[str, Any]) -> bool | Exception:
    return False if error["code"] == _DUPLICATE_KEY else OperationFailure(error["errmsg"], error["code"])


def _unknown() -> Unavailable:
    return Unavailable(
        "busy", "同时办理的人较多，请稍后重试。", "Many are changing this at once; try again.", retry_after=1
    )


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
