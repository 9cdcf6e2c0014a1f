"""Tickets from the installation's keys: signed texts, and numbers that no two places of a point share.

    OD1.<key id>.<what it says: 25 bytes in base 32>.<HMAC-SHA-256, 15 bytes of it in base 32>

An HMAC and not a public-key signature: only the service judges a ticket, and a short text makes a small QR code. Every
character is one of a QR code's alphanumeric mode. The key is derived from a key of the vault, so that a new current key
signs from then on and the earlier ones are taken until they are removed.
"""

import base64
import hashlib
import hmac
import re
import uuid

from services.registration.domain.ticket import EDITIONS, FORM, NUMBER_LENGTH, Ticket, with_check_digit
from shared.security.vault import Ring

SIGNATURE_BYTES = 15
PER_PLACE = EDITIONS + 1
NUMBERS = 10 ** (NUMBER_LENGTH - 1)
HALF = 12  # bits; two halves hold more than NUMBERS
ROUNDS = 10

_TEXT = re.compile(re.escape(FORM) + r"([^.]{1,64})\.([A-Z2-7]{40})\.([A-Z2-7]{24})")


class SignedTickets:
    """`application.ports.Tickets`."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._numbers = _derived(ring.latest().codes, "ticket-number")

    def sign(self, ticket: Ticket) -> str:
        raw = uuid.UUID(ticket.registration_id).bytes + bytes.fromhex(ticket.activity_tag + ticket.point_tag)
        said = base64.b32encode(raw + bytes([ticket.edition])).decode()
        keys = self._ring.latest()
        kid = keys.current.upper()
        return f"{FORM}{kid}.{said}.{_signature(keys.encryption[keys.current], kid, said)}"

    def read(self, text: str) -> Ticket | None:
        found = _TEXT.fullmatch(text.strip().upper())
        key = self._key(found[1]) if found else None
        if not found or key is None or not hmac.compare_digest(_signature(key, found[1], found[2]), found[3]):
            return None
        raw = base64.b32decode(found[2])
        return Ticket(str(uuid.UUID(bytes=raw[:16])), raw[16:20].hex(), raw[20:24].hex(), raw[24])

    def number(self, point_id: str, place: int, edition: int) -> str:
        shuffled = self._walk(point_id, place * PER_PLACE + edition, range(ROUNDS))
        return with_check_digit(f"{shuffled:0{NUMBER_LENGTH - 1}d}")

    def numbered(self, point_id: str, number: str) -> tuple[int, int]:
        place, edition = divmod(self._walk(point_id, int(number[:-1]), range(ROUNDS)[::-1]), PER_PLACE)
        return place, edition

    def _key(self, kid: str) -> bytes | None:
        """Of the vault, by its id in capitals."""
        known = self._ring.latest(kid.lower()).encryption
        return next((key for each, key in known.items() if each.upper() == kid), None)

    def _walk(self, point_id: str, value: int, rounds: range) -> int:
        """A keyed permutation of the numbers below NUMBERS: a Feistel network, walked until it is inside again."""
        key = _derived(self._numbers, point_id)
        value = _feistel(key, value, rounds)
        while value >= NUMBERS:
            value = _feistel(key, value, rounds)
        return value


def _signature(key: bytes, kid: str, said: str) -> str:
    whole = hmac.digest(_derived(key, "ticket"), f"{FORM}{kid}.{said}".encode(), "sha256")
    return base64.b32encode(whole[:SIGNATURE_BYTES]).decode()


def _feistel(key: bytes, value: int, rounds: range) -> int:
    """One pass over two halves; with the rounds reversed, the way back."""
    left, right = value >> HALF, value & (1 << HALF) - 1
    back = rounds.step < 0
    for each in rounds:
        if back:
            left, right = right ^ _mixed(key, each, left), left
        else:
            left, right = right, left ^ _mixed(key, each, right)
    return left << HALF | right


def _mixed(key: bytes, turn: int, half: int) -> int:
    digest = hashlib.blake2b(half.to_bytes(2, "big"), key=key, salt=bytes([turn]), digest_size=2).digest()
    return int.from_bytes(digest, "big") & (1 << HALF) - 1


def _derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose alone."""
    return hmac.digest(key, f"openday.{purpose}.1".encode(), "sha256")
