"""Dead letters: events that a consumer set aside, with their original bytes and the reason.

Written by the consumer, read by an operator (`python -m shared.operator`).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.events.envelope import Envelope, Malformed
from shared.messaging.ports import Message, Received

OURS = "openday_"
"""Begins the headers that the consumer adds; an event's own begin with `ce_`."""


def dead_letter(topic: str, record: Received, consumer: str, reason: str, detail: str) -> Message:
    """The record as it came, with who set it aside, why, and where it stood."""
    added = {
        "consumer": consumer,
        "reason": reason,
        "detail": detail[:500],
        "origin": f"{record.topic}/{record.partition}/{record.offset}",
    }
    headers = [*record.headers, *((f"{OURS}{name}", text.encode()) for name, text in added.items())]
    return Message(topic, record.key, record.value, headers)


@dataclass(frozen=True)
class DeadLetter:
    """What an operator sees. `id` is its place in the dead-letter topic, `record` the event as it first came."""

    id: str
    reason: str
    detail: str
    origin: str
    set_aside_at: datetime
    record: Received

    @classmethod
    def read(cls, stored: Received) -> "DeadLetter":
        """From the dead-letter topic."""
        added = {
            name.removeprefix(OURS): value.decode(errors="replace")
            for name, value in stored.headers
            if name.startswith(OURS)
        }
        own = [(name, value) for name, value in stored.headers if not name.startswith(OURS)]
        return cls(
            id=f"{stored.partition}-{stored.offset}",
            reason=added.get("reason", ""),
            detail=added.get("detail", ""),
            origin=added.get("origin", ""),
            set_aside_at=datetime.fromtimestamp(stored.written_at / 1000, UTC),
            record=replace(stored, headers=own),
        )

    @property
    def envelope(self) -> Envelope | None:
        """The event's attributes; None when its headers are what is wrong."""
        try:
            return Envelope.read(self.record.headers)
        except Malformed:
            return None
