"""What an operator is shown. Events hold no personal data, so their bytes may be shown whole."""

from collections.abc import Iterable
from datetime import datetime

from shared.messaging.dead_letters import DeadLetter
from shared.messaging.ports import Received

DEAD_LETTER_COLUMNS = ("ID", "AGE", "STATE", "REASON", "EVENT", "ORIGIN")
HALTED = "the consumer is halted: too many in a row. Find out why (docs/runbooks), then: dead-letters resume"
PARKED_COLUMNS = ("ID", "WAITS FOR", "TYPE", "ORIGIN")


def dead_letter_row(letter: DeadLetter, wanted: int, now: datetime) -> tuple[str, ...]:
    """One line of the list; `wanted` is the sequence that its aggregate waits for."""
    envelope = letter.envelope
    event = envelope.id if envelope else "(headers unreadable)"
    state = "?" if envelope is None else "open" if envelope.sequence >= wanted else "done"
    return letter.id, age(now, letter.set_aside_at), state, letter.reason, event, letter.origin


def parked_row(aggregate: str, sequence: int, wanted: int, record: Received) -> tuple[str, ...]:
    """One line of the list."""
    kind = dict(record.headers).get("ce_type", b"?").decode(errors="replace")
    return f"{aggregate}:{sequence}", str(wanted), kind, place(record)


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Columns as wide as they need."""
    lines = [columns, *rows]
    widths = [max(len(each[column]) for each in lines) for column in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)).rstrip() for each in lines
    )


def whole(record: Received) -> str:
    """Headers, key and value: as text where they are text, else as hexadecimal."""
    headers = [f"  {name}: {readable(value)}" for name, value in record.headers]
    return "\n".join(
        ["headers", *headers, f"key\n  {readable(record.key)}", f"value ({_size(record)})\n  {readable(record.value)}"]
    )


def readable(raw: bytes | None) -> str:
    """Text, or `hex:…`, or `(none)`."""
    if raw is None:
        return "(none)"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return f"hex:{raw.hex()}"
    return text if text.isprintable() else f"hex:{raw.hex()}"


def age(now: datetime, then: datetime) -> str:
    """In the largest unit that fits."""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def place(record: Received) -> str:
    """Topic, partition and offset."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def _size(record: Received) -> str:
    return f"{len(record.value)} bytes" if record.value is not None else "none"
