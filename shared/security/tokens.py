"""Bearer tokens: asymmetric signatures from a known key set; issuer, audience and expiry checked on the real clock.

`none` and every HMAC are refused by the allow-list. Tokens live in real time even where business time is steered.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from shared.commands import Actor
from shared.errors import Unauthenticated, Unavailable
from shared.logging import get_logger
from shared.security.permissions import ROLES
from shared.settings import SecuritySettings

ALGORITHMS = ["ES256", "ES384", "RS256", "PS256", "Ed25519", "EdDSA"]
LEEWAY = 30  # seconds
_NO_KEY_SET = (ValueError, TypeError, KeyError, AttributeError)
RETRY_AFTER = 2.0  # seconds between two attempts to get the first key set
REFETCH_AFTER = 60.0  # seconds between two fetches of a key set because of an unknown key id


@dataclass
class KeySource:
    """The issuer's public keys, from a file or a fixed URL; the last good set is kept when the issuer is away."""

    file: Path | None
    url: str | None
    _keys: KeySet | None = None
    _fetched: float = -REFETCH_AFTER
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def keys(self, *, refresh: bool = False) -> KeySet:
        """Raises Unavailable when there is no set at all."""
        async with self._lock:
            if self._due(refresh=refresh):
                self._fetched = time.monotonic()
                try:
                    self._keys = KeySet.import_key_set(await self._read())
                except (OSError, *_NO_KEY_SET, httpx.HTTPError, JoseError) as error:
                    get_logger().warning("key_set_unreadable", cause=type(error).__name__)
            if self._keys is None:
                raise Unavailable("issuer_away", "身份服务暂不可用，请稍后重试。", "The issuer's keys cannot be read.")
            return self._keys

    def _due(self, *, refresh: bool) -> bool:
        silent = time.monotonic() - self._fetched
        return silent > RETRY_AFTER if self._keys is None else refresh and silent > REFETCH_AFTER

    async def _read(self) -> Any:
        if self.file:
            return json.loads(self.file.read_text())
        if not self.url:
            raise ValueError("neither OPENDAY_SECURITY__JWKS_FILE nor OPENDAY_SECURITY__JWKS_URL is set")
        async with httpx.AsyncClient(timeout=3) as client:
            answer = await client.get(self.url)
            return answer.raise_for_status().json()


class Verifier:
    """Turns a token into an Actor, or refuses."""

    def __init__(self, settings: SecuritySettings) -> None:
        self._source = KeySource(settings.jwks_file, settings.jwks_url)
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def actor(self, token: str) -> Actor:
        """Raises Unauthenticated; says why in the log only."""
        try:
            claims = (await self._decode(token)).claims
            self._claims.validate(claims)
            roles = frozenset(each for each in _words(claims, "roles") if each in ROLES)
            return Actor(str(claims["sub"]), roles, frozenset(_words(claims, "units")))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            get_logger().info("token_refused", cause=type(error).__name__)
            raise Unauthenticated(
                "token_invalid",
                "登录凭证无效或已过期，请重新登录。",
                "The token is invalid or has expired; sign in again.",
            ) from error

    async def _decode(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, await self._source.keys(), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(token, await self._source.keys(refresh=True), algorithms=ALGORITHMS)


def _words(claims: dict[str, Any], name: str) -> list[str]:
    """A claim that is a list of strings; raises TypeError for anything else, so that nothing is read into it."""
    found = claims.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise TypeError(f"{name} must be a list of strings")
    return found
