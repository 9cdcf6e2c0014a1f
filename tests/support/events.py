"""Events as records, good and bad, for trying readers."""

from dataclasses import replace
from datetime import UTC, datetime

from shared.events.catalogue import events_topic
from shared.events.envelope import Envelope
from shared.events.registration_v1 import RegistrationClosed
from shared.messaging.ports import Message

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)
FACT = RegistrationClosed(activity_id="activity-1", open_point_id="point-1", closed_at=NOON)
BODY = FACT.model_dump_json().encode()


def message(
    aggregate: str = "a", sequence: int = 1, *, prefix: str = "t", value: bytes | None = BODY, **headers: bytes | None
) -> Message:
    """A fact of registration; `headers` replace its own, None takes one away (`ce_type=b"…"`)."""
    envelope = Envelope(
        id=f"{aggregate}-{sequence}",
        source="/openday/registration",
        type=FACT.type(),
        aggregate=aggregate,
        sequence=sequence,
        time=NOON,
        key=FACT.key,
    )
    own = dict(envelope.headers()) | {name.replace("content_type", "content-type"): v for name, v in headers.items()}
    present = [(name, text) for name, text in own.items() if text is not None]
    return Message(events_topic("registration", prefix), FACT.key.encode(), value, present)


def poison(prefix: str = "t") -> dict[str, tuple[str, Message]]:
    """Every kind of record that can never be applied: the reason that must be given, and the record.

    Each belongs to an aggregate of its own, so that none stands in another's way.
    """
    kinds: dict[str, tuple[str, Message]] = {
        "not JSON": ("schema", message("p1", prefix=prefix, value=b"<xml/>")),
        "no bytes": ("schema", message("p2", prefix=prefix, value=b"")),
        "not text": ("schema", message("p3", prefix=prefix, value=b"\xff\xfe\x00")),
        "another shape": ("schema", message("p4", prefix=prefix, value=b'{"activity_id": 5}')),
        "a list": ("schema", message("p5", prefix=prefix, value=b"[]")),
        "deep nesting": ("schema", message("p6", prefix=prefix, value=b'{"a":' * 100_000 + b"1" + b"}" * 100_000)),
        "null value": ("no_value", message("p7", prefix=prefix, value=None)),
        "unknown major": ("major_version", message("p8", prefix=prefix, ce_type=_major(b"v2"))),
        "no type": ("headers", message("p9", prefix=prefix, ce_type=None)),
        "strange type": ("headers", message("p10", prefix=prefix, ce_type=b"com.example.thing")),
        "absurd major": ("headers", message("p11", prefix=prefix, ce_type=_major(b"v" + b"9" * 5000))),
        "no sequence": ("headers", message("p12", prefix=prefix, ce_sequence=None)),
        "sequence no number": ("headers", message("p13", prefix=prefix, ce_sequence=b"one")),
        "sequence zero": ("headers", message("p14", 0, prefix=prefix)),
        "sequence beyond all": ("headers", message("p15", 10**30, prefix=prefix)),
        "id of another": ("headers", message("p16", prefix=prefix, ce_id=b"other-1")),
        "subject too long": ("headers", message("p" * 5000, prefix=prefix)),
        "subject with blanks": ("headers", message("p 17", prefix=prefix)),
        "time without offset": ("headers", message("p18", prefix=prefix, ce_time=b"2021-09-01T12:00:00")),
        "no time": ("headers", message("p19", prefix=prefix, ce_time=b"yesterday")),
        "another specversion": ("headers", message("p20", prefix=prefix, ce_specversion=b"0.3")),
        "header not text": ("headers", message("p21", prefix=prefix, ce_source=b"\xff")),
    }
    none: list[tuple[str, bytes]] = []
    kinds["no headers"] = ("headers", replace(message("p22", prefix=prefix), headers=none))
    return kinds


def _major(major: bytes) -> bytes:
    return FACT.type().encode().replace(b"v1", major)
