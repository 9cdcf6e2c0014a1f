"""Field encryption and blind index for contact data.

AES-256-GCM with a fresh 96-bit nonce; the additional data binds a value to its document, field and key. The blind
index is HMAC-SHA-256 with a key of its own, so equality can be tested without decrypting. Stored: `kid.nonce.ct`.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32


class Tampered(ValueError):
    """A stored value does not belong to this document or field, or was changed."""


@dataclass(frozen=True)
class Keys:
    """The keys of one installation; old ones decrypt only."""

    current: str
    encryption: dict[str, bytes]
    blind_index: bytes
    codes: bytes

    @classmethod
    def read(cls, file: Path) -> "Keys":
        """Raises ValueError that names the file, never its content."""
        try:
            stored = json.loads(file.read_text())
            encryption = {kid: base64.b64decode(key) for kid, key in stored["encryption"].items()}
            keys = cls(
                stored["current"],
                encryption,
                base64.b64decode(stored["blind_index"]),
                base64.b64decode(stored["codes"]),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"vault keys in {file} cannot be read ({type(error).__name__}): run `make setup`"
            ) from None
        if keys.current not in keys.encryption:
            raise ValueError(f"vault keys in {file}: the current key is not among them")
        if {len(each) for each in (*keys.encryption.values(), keys.blind_index, keys.codes)} != {KEY_BYTES}:
            raise ValueError(f"vault keys in {file}: every key must have {KEY_BYTES} bytes")
        return keys

    def latest(self, kid: str = "") -> "Keys":
        """Themselves: a Ring that is never turned."""
        return self


class Ring(Protocol):
    """The keys of a process, which an operator may change while it runs (`key_file`)."""

    def latest(self, kid: str = "") -> Keys:
        """As they are now; looked for again where `kid` is not among them."""


class FieldCipher:
    """Encrypts single values; `place` is `collection|id|field`."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    @property
    def current(self) -> str:
        """The id of the key that seals now."""
        return self._ring.latest().current

    def seal(self, value: str, place: str) -> str:
        """The stored form of `value`."""
        keys, nonce = self._ring.latest(), secrets.token_bytes(12)
        kid = keys.current
        sealed = _aes(keys.encryption[kid]).encrypt(nonce, value.encode(), f"{place}|{kid}".encode())
        return ".".join((kid, _text(nonce), _text(sealed)))

    def open(self, stored: str, place: str) -> str:
        """Raises Tampered."""
        try:
            kid, nonce, sealed = stored.split(".")
            key = _aes(self._ring.latest(kid).encryption[kid])
            return key.decrypt(_bytes(nonce), _bytes(sealed), f"{place}|{kid}".encode()).decode()
        except (ValueError, KeyError, InvalidTag) as error:
            raise Tampered(place) from error

    def blind(self, value: str) -> str:
        """The same for equal values, meaningless without the key."""
        return hmac.new(self._ring.latest().blind_index, value.encode(), hashlib.sha256).hexdigest()


_SEALED = re.compile(r"([^.]{1,64})\.[\w-]{16}\.[\w-]{22,}")


def sealed_with(value: object) -> str | None:
    """The id of the key with which a stored value was sealed; None when it is not a sealed one."""
    found = _SEALED.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


@lru_cache(maxsize=16)
def _aes(key: bytes) -> AESGCM:
    """Its schedule is made once for each key, not for each value."""
    return AESGCM(key)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
