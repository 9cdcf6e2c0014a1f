"""The document of an aggregate: state, outbox, timers and the answers already given, all in one (`docs/adr/0002`).

    {_id, rev, version, seq, chain, schema, state, timer_at, pending, outbox: [Entry], answers: [Answer]}

`rev` counts writes (compare-and-set), `version` counts changes of state (ETag), `seq` counts facts, `chain` is the
digest over all of them. A long outbox is kept compressed, and a kind may keep fields in a form of its own: a document
stays small however much waits in it.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from pydantic import TypeAdapter

from shared.aggregate import A, Aggregate, Fact
from shared.commands import Once
from shared.errors import TooLarge
from shared.events.contract import Contract
from shared.events.envelope import link
from shared.storage.ports import Document

SCHEMA = 1
TIMERS = "state.timers"  # where a document keeps them
KEPT_ANSWERS = 50
LONG_OUTBOX = 40  # entries; while the broker is away they are most of a document, and much alike
EVENT_CAP = 256 * 1024  # bytes; a quarter of what the broker takes, so that no fact can ever block its aggregate


@dataclass(frozen=True)
class Entry:
    """One fact that waits to be published: the exact bytes, decided once."""

    seq: int
    type: str
    key: str
    time: datetime
    body: bytes
    chain: str
    traceparent: str | None


@dataclass(frozen=True)
class Answer:
    """What was answered to one `Idempotency-Key`: JSON, so that an engine has one value to read and not a tree."""

    key: str
    digest: str
    value: bytes


@dataclass(frozen=True)
class Held(Generic[A]):
    """An aggregate as it stands in the database, or as a lane is about to write it. `rev` 0: not there yet."""

    aggregate: A
    rev: int = 0
    version: int = 0
    seq: int = 0
    chain: str = ""
    outbox: tuple[Entry, ...] = ()
    answers: tuple[Answer, ...] = field(default=())

    def answered(self, once: Once) -> Answer | None:
        """The answer given before to this key, whatever came with it."""
        return next((each for each in self.answers if each.key == once.key), None)

    def with_answer(self, once: Once, value: bytes) -> "Held[A]":
        """Remembers an answer; the oldest are forgotten."""
        return replace(self, answers=(*self.answers, Answer(once.key, once.digest, value))[-KEPT_ANSWERS:])

    def without_published(self, seq: int) -> "Held[A]":
        """Drops what the broker has acknowledged, up to `seq`."""
        if not self.outbox or self.outbox[0].seq > seq:
            return self
        return replace(self, outbox=tuple(each for each in self.outbox if each.seq > seq))


Publish = Callable[[Any], Contract]
"""A service's translation of its own facts into contracts (`adapters/events.py`)."""


class Stamp(NamedTuple):
    """When and under which trace facts are recorded."""

    time: datetime
    traceparent: str | None


F = TypeVar("F", bound=Aggregate, contravariant=True)


class Form(Protocol[F]):
    """How a kind of aggregate keeps some of its fields, where the plain form would be too large."""

    fields: frozenset[str]

    def packed(self, aggregate: F) -> Document:
        """These fields alone, as they are stored."""

    def unpacked(self, state: Document) -> Document:
        """The state with these fields as the aggregate has them; also of one that was stored in the plain form."""


class Codec(Generic[A]):
    """Documents of one kind of aggregate, there and back."""

    def __init__(self, kind: type[A], publish: Publish, form: Form[A] | None = None) -> None:
        self._state: TypeAdapter[A] = TypeAdapter(kind)
        self._publish = publish
        self._form = form

    def entries(self, facts: list[Fact], held: Held[A], stamp: Stamp) -> list[Entry]:
        """The facts as outbox entries, numbered and chained after what `held` has recorded. Raises TooLarge."""
        made, chain = list[Entry](), held.chain
        for seq, contract in enumerate(map(self._publish, facts), start=held.seq + 1):
            body, type_ = _body(contract), contract.type()
            chain = link(chain, seq, type_, stamp.time, body)
            made.append(Entry(seq, type_, contract.key, stamp.time, body, chain, stamp.traceparent))
        return made

    def document(self, held: Held[A]) -> Document:
        """What is written."""
        return {
            "_id": held.aggregate.id,
            "rev": held.rev,
            "version": held.version,
            "seq": held.seq,
            "chain": held.chain,
            "schema": SCHEMA,
            "state": self._stored(held.aggregate),
            "timer_at": min(held.aggregate.timers.values(), default=None),
            "pending": len(held.outbox),
            "outbox": _kept(held.outbox),
            "answers": [vars(each) for each in held.answers],
        }

    def held(self, document: Document) -> Held[A]:
        """What was read. Raises ValueError when the document is not one of ours (quarantine, do not guess)."""
        return Held(
            aggregate=self.aggregate(document),
            rev=document["rev"],
            version=document["version"],
            seq=document["seq"],
            chain=document["chain"],
            outbox=_entries(document["outbox"]),
            answers=tuple(_answer(**each) for each in document["answers"]),
        )

    def aggregate(self, document: Document) -> A:
        """The state alone."""
        state = document["state"]
        return self._state.validate_python(self._form.unpacked(state) if self._form else state)

    def timers(self, document: Document) -> dict[str, datetime]:
        """The timers alone; for sweeps over very many, where whole states would keep the process from its work."""
        return _TIMERS.validate_python(document["state"]["timers"])

    def _stored(self, aggregate: A) -> Document:
        if not self._form:
            return dict(self._state.dump_python(aggregate, mode="json"))
        plain = self._state.dump_python(aggregate, mode="json", exclude=set(self._form.fields))
        return {**plain, **self._form.packed(aggregate)}


def _kept(outbox: Sequence[Entry]) -> list[dict[str, Any]] | bytes:
    if len(outbox) <= LONG_OUTBOX:
        return [vars(each) for each in outbox]
    lines = [vars(each) | {"time": each.time.isoformat(), "body": each.body.decode()} for each in outbox]
    return zlib.compress(json.dumps(lines, ensure_ascii=False).encode(), level=1)


def _entries(kept: Sequence[dict[str, Any]] | bytes) -> tuple[Entry, ...]:
    if not isinstance(kept, bytes):
        return tuple(Entry(**each) for each in kept)
    lines = json.loads(zlib.decompress(kept))
    return tuple(
        Entry(**line | {"time": datetime.fromisoformat(line["time"]), "body": line["body"].encode()}) for line in lines
    )


def _answer(key: str, digest: str, value: Any) -> Answer:
    """As written, or as it was written before answers were bytes."""
    return Answer(key, digest, value if isinstance(value, bytes) else json.dumps(value).encode())


_TIMERS = TypeAdapter(dict[str, datetime])


def _body(contract: Contract) -> bytes:
    body = contract.model_dump_json().encode()
    if len(body) > EVENT_CAP:
        raise TooLarge(
            "event_too_large", "内容过多，无法发布，请精简。", "This says more than one event can carry; say less."
        )
    return body
