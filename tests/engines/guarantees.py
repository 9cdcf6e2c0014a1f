"""What the checks of the gate share: the failure that they raise, rivals that start together, names."""

import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

T = TypeVar("T")
Document = dict[str, Any]
Documents = Collection[Document]
Documentbase = Database[Document]


class Broken(AssertionError):
    """A guarantee that the product rests on does not hold; the sentence says what was seen."""


def holds(truth: bool, sentence: str) -> None:  # noqa: FBT001 - reads as what it asserts
    """Raise Broken with the sentence unless it is true."""
    if not truth:
        raise Broken(sentence)


def at_once(rivals: Iterable[Callable[[], T]]) -> list[T]:
    """Run every rival in a thread of its own, released together; their answers in order."""
    waiting = list(rivals)
    gate = threading.Barrier(len(waiting))

    def run(rival: Callable[[], T]) -> T:
        gate.wait()
        return rival()

    with ThreadPoolExecutor(len(waiting)) as threads:
        return list(threads.map(run, waiting))


def fresh_name(prefix: str = "openday_gate_") -> str:
    """A name that nothing else uses."""
    return f"{prefix}{uuid.uuid4().hex[:12]}"


def client_of(url: str, patience_ms: int = 5_000) -> MongoClient[Document]:
    """A client that repeats nothing by itself: what it says happened, happened once."""
    return MongoClient(
        url, retryWrites=False, retryReads=False, serverSelectionTimeoutMS=patience_ms, socketTimeoutMS=20_000
    )
