"""What the kernel asks of a broker, and what the consumer asks of the service's own database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.events.envelope import Headers


@dataclass(frozen=True)
class Message:
    """What is sent: the exact bytes of an event, or of a dead letter."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True)
class Received:
    """A record as it came, with its place; `written_at` is the broker's, in milliseconds, 0 when unknown."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    written_at: int = 0


class PublishFailed(Exception):
    """Not acknowledged: perhaps sent, perhaps not. Sending again is harmless."""


class BrokerAway(Exception):
    """The broker does not answer."""


class Publisher(Protocol):
    """Sends, and returns when the broker has acknowledged (`acks=all`)."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """In order per key. Raises PublishFailed when any of them was not acknowledged."""


class Subscription(Protocol):
    """Membership of a consumer group. A partition is a (topic, number) pair; offsets are always the next to read."""

    async def poll(self, at_most: int, patience: float) -> dict[tuple[str, int], list[Received]]:
        """What arrived within `patience` seconds, per partition, in order."""

    async def commit(self, next_offsets: Mapping[tuple[str, int], int]) -> bool:
        """Says where to go on; False when a partition was taken away: its new owner repeats, harmlessly."""

    def rewind(self, tp: tuple[str, int], offset: int) -> None:
        """Read again from `offset`, but not before `resume`."""

    def resume(self, tp: tuple[str, int]) -> None:
        """Take up a paused partition."""

    def assignment(self) -> set[tuple[str, int]]:
        """The partitions that are ours now."""

    async def bounds(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Of each partition that is ours: the next offset to poll, and the end. Raises BrokerAway."""


class Member(Protocol):
    """Who is told when the partitions of a group are dealt anew; every partition is taken first, each time."""

    async def revoked(self) -> None:
        """Before the partitions go; the group waits for the return."""

    async def assigned(self) -> None:
        """After they came, before anything is polled from them."""


class Inbox(Protocol):
    """How far this service has applied the facts of every aggregate, and what waits for an earlier fact.

    What was applied is noted in memory and written by `keep`, before offsets are committed.
    """

    async def recall(self, aggregates: Sequence[str]) -> None:
        """Reads what is not remembered of these, together."""

    def remembered(self, aggregate: str) -> int | None:
        """The highest sequence applied without a hole, noted or written; None when it must be read first."""

    def may_wait(self, aggregate: str) -> bool:
        """Whether events of this aggregate may be parked; True also when that is not known."""

    async def applied(self, aggregate: str, *, fresh: bool = False) -> int:
        """The highest sequence applied without a hole; 0 at first. `fresh` asks the database, not the memory alone."""

    def forget(self) -> None:
        """Asks the database again for everything: other members may have applied events meanwhile.

        What is noted stays noted.
        """

    def note(self, aggregate: str, sequence: int) -> None:
        """`sequence` is applied; to be written by the next `keep`."""

    async def keep(self) -> None:
        """Writes all that is noted; what stands is never taken back. When it raises, everything is still noted."""

    async def park(self, aggregate: str, sequence: int, record: Received) -> None:
        """Keeps an event that came too early. Idempotent."""

    async def parked(self, aggregate: str, sequence: int) -> Received | None:
        """The parked event with this sequence."""

    async def unpark(self, aggregate: str, sequence: int) -> None:
        """Forgets a parked event."""

    async def parked_heads(self) -> list[tuple[str, int]]:
        """Of every aggregate with parked events, the lowest parked sequence."""

    async def count_parked(self) -> int:
        """How many events wait."""

    async def rotten(self) -> int:
        """How many dead letters there were without one good event between them; 0 at first."""

    async def set_rotten(self, count: int) -> None:
        """Keeps that number; it outlives the process."""
