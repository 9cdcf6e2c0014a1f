"""Field encryption and blind index for contact data.

AES-256-GCM with a fresh 96-bit nonce; the additional data binds a value to its document, field and key. The blind
index is HMAC-SHA-256 with a key of its own, so equality can be tested without decrypting. Stored: `kid.nonce.ct`.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

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


class FieldCipher:
    """Encrypts single values; `place` is `collection|id|field`."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, value: str, place: str) -> str:
        """The stored form of `value`."""
        kid, nonce = self._keys.current, secrets.token_bytes(12)
        sealed = AESGCM(self._keys.encryption[kid]).encrypt(nonce, value.encode(), f"{place}|{kid}".encode())
        return ".".join((kid, _text(nonce), _text(sealed)))

    def open(self, stored: str, place: str) -> str:
        """Raises Tampered."""
        try:
            kid, nonce, sealed = stored.split(".")
            key = AESGCM(self._keys.encryption[kid])
            return key.decrypt(_bytes(nonce), _bytes(sealed), f"{place}|{kid}".encode()).decode()
        except (ValueError, KeyError, InvalidTag) as error:
            raise Tampered(place) from error

    def blind(self, value: str) -> str:
        """The same for equal values, meaningless without the key."""
        return hmac.new(self._keys.blind_index, value.encode(), hashlib.sha256).hexdigest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
