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
            if self._keys is None or (refresh and time.monotonic() - self._fetched > REFETCH_AFTER):
                self._fetched = time.monotonic()
                try:
                    self._keys = KeySet.import_key_set(await self._read())
                except (OSError, ValueError, httpx.HTTPError, JoseError) as error:
                    get_logger().warning("key_set_unreadable", cause=type(error).__name__)
            if self._keys is None:
                raise Unavailable("issuer_away", "身份服务暂不可用，请稍后重试。", "The issuer's keys cannot be read.")
            return self._keys

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
            decoded = await self._decode(token)
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            get_logger().info("token_refused", cause=type(error).__name__)
            raise Unauthenticated(
                "token_invalid",
                "登录凭证无效或已过期，请重新登录。",
                "The token is invalid or has expired; sign in again.",
            ) from error
        roles = frozenset(each for each in decoded.claims.get("roles", []) if each in ROLES)
        return Actor(str(decoded.claims["sub"]), roles, frozenset(map(str, decoded.claims.get("units", []))))

    async def _decode(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, await self._source.keys(), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            return jwt.decode(token, await self._source.keys(refresh=True), algorithms=ALGORITHMS)
