"""Identifiers: time-ordered UUIDs for new things, derived UUIDs where a repeat must find the same thing."""

import hashlib
import hmac
import secrets
import time
import uuid


def new_id() -> str:
    """A fresh UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, the rest random."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return str(uuid.UUID(int=_stamped(value, version=7)))


def derived_id(*parts: str) -> str:
    """A UUIDv8 (RFC 9562 §5.8) that depends on nothing but `parts`."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return str(uuid.UUID(int=_stamped(int.from_bytes(digest[:16], "big"), version=8)))


def _stamped(value: int, *, version: int) -> int:
    value &= ~(0xF << 76) & ~(0x3 << 62) & ((1 << 128) - 1)
    return value | version << 76 | 0b10 << 62


_READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: codes are read aloud and typed by hand


def readable_code(secret: bytes, subject: str, length: int = 8) -> str:
    """A code for people (claim, check-in), the same for one `subject` every time, unguessable without `secret`."""
    number = int.from_bytes(hashlib.blake2b(subject.encode(), key=secret, digest_size=16).digest(), "big")
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(_READABLE))
        letters.append(_READABLE[index])
    return "".join(letters)


def same_code(code: str, typed: str) -> bool:
    """Whether `typed` means `code`: case, spaces and hyphens do not matter. Takes the same time either way."""
    meant = typed.replace("-", "").replace(" ", "").upper()
    return hmac.compare_digest(code.encode(), meant.encode(errors="replace"))
