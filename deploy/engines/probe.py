"""The readiness questions: a real write and a real read, asked with the drivers that the services use."""

import asyncio
import logging
import socket
import uuid
from concurrent.futures import Future
from threading import Lock, Thread

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.engines.engine import EngineNotReady

PROBE_DATABASE = "openday_probe"
PROBE_TOPIC = "openday.probe"
TIMEOUT = 5.0  # seconds for one whole probe; the caller repeats it
CLOSING = 2.0  # more seconds for the clients to say goodbye


def mongo(address: str) -> None:
    """Replace the probe document and read it back; `address` is `host:port`. Raises EngineNotReady."""
    _port_open(address)
    url, nonce = f"mongodb://{address}", uuid.uuid4().hex
    limit = int(TIMEOUT * 1000)
    client: MongoClient[dict[str, str]] = MongoClient(
        url, serverSelectionTimeoutMS=limit, connectTimeoutMS=limit, socketTimeoutMS=limit
    )
    try:
        documents = client[PROBE_DATABASE]["probe"]
        documents.replace_one({"_id": "probe"}, {"nonce": nonce}, upsert=True)
        found = documents.find_one({"_id": "probe"})
    except PyMongoError as refusal:
        raise EngineNotReady(f"{address} takes no write and read yet: {type(refusal).__name__}.") from refusal
    finally:
        client.close()
    # Another prober may have written in between: any value of this shape shows that both ways work.
    if found is None or "nonce" not in found:
        raise EngineNotReady(f"{address} did not give back what was written.")


def kafka(bootstrap: str, copies: int = 1) -> None:
    """Send with acks=all, read the record back, commit its offset in a group. Raises EngineNotReady.

    The probe's topic is made with this many copies: in a cluster any node may be away later.
    """
    _port_open(bootstrap)
    answer: Future[None] = Future()
    # A thread of its own, because the caller may stand inside a running event loop; and one that nobody has to wait
    # for, because a client whose broker goes away can hang while it closes.
    Thread(target=lambda: _answer(answer, bootstrap, copies), daemon=True).start()
    try:
        with _HUSH:
            answer.result(TIMEOUT + CLOSING)
    except TimeoutError as refusal:
        raise EngineNotReady(f"{bootstrap} listens, but did not answer in {TIMEOUT:.0f} s.") from refusal
    except (KafkaError, OSError) as refusal:
        raise EngineNotReady(f"{bootstrap} takes no write and read yet: {type(refusal).__name__}.") from refusal


def _port_open(address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), TIMEOUT).close()
    except OSError as refusal:
        raise EngineNotReady(f"{address} does not listen yet: {refusal}.") from refusal


def _answer(answer: Future[None], bootstrap: str, copies: int) -> None:
    try:
        asyncio.run(_kafka(bootstrap, copies))
    except Exception as refusal:  # noqa: BLE001 - handed to the caller
        answer.set_exception(refusal)
    else:
        answer.set_result(None)


class _Hush:
    """What aiokafka has to say about a broker that is starting is our own answer. Several may ask at once.

    It lasts as long as somebody waits: a client that hangs while it closes would keep everybody's aiokafka silent.
    """

    def __init__(self) -> None:
        self._log = logging.getLogger("aiokafka")
        self._lock = Lock()
        self._inside = 0
        self._before = logging.NOTSET

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = self._log.level
                self._log.setLevel(logging.CRITICAL)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._log.setLevel(self._before)


_HUSH = _Hush()


async def _kafka(bootstrap: str, copies: int) -> None:
    async with asyncio.timeout(TIMEOUT):
        await _make_topic(bootstrap, copies)
        await _read_back(bootstrap, await _send(bootstrap))


async def _make_topic(bootstrap: str, copies: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        settings = {"retention.ms": "3600000", "segment.bytes": "1048576"}
        await admin.create_topics([NewTopic(PROBE_TOPIC, 1, copies, topic_configs=settings)])
    finally:
        await admin.close()


async def _send(bootstrap: str) -> int:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        sent = await producer.send_and_wait(PROBE_TOPIC, b"probe")
        return int(sent.offset)
    finally:
        await producer.stop()


async def _read_back(bootstrap: str, offset: int) -> None:
    place = TopicPartition(PROBE_TOPIC, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=PROBE_TOPIC, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([place])
        consumer.seek(place, offset)
        await consumer.getone(place)
        await consumer.commit({place: offset + 1})
    finally:
        await consumer.stop()
