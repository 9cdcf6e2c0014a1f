"""Tokens for development, demonstrations and tests, signed by the key made at set-up. Production has a real issuer."""

import json
import time
from collections.abc import Iterable
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.security.permissions import Role
from shared.security.secrets import ISSUER_KEY
from shared.settings import Profile, SecuritySettings


class LocalIssuer:
    """Signs with the key in `folder` (`secrets.ensure`). Refuses the production profile with a ValueError."""

    def __init__(
        self, folder: Path, profile: Profile = "development", settings: SecuritySettings | None = None
    ) -> None:
        if profile == "production":
            raise ValueError("tokens are not minted here in the production profile: use the district's issuer")
        self._settings = settings or SecuritySettings()
        self._key = ECKey.import_key(json.loads((folder / ISSUER_KEY).read_text()))

    def mint(self, *, subject: str, roles: Iterable[Role], units: Iterable[str] = (), lifetime: int = 12 * 3600) -> str:
        """A token valid for `lifetime` seconds."""
        now = time.time_ns() // 1_000_000_000
        claims = {
            "iss": self._settings.issuer,
            "aud": self._settings.audience,
            "sub": subject,
            "roles": list(roles),
            "units": list(units),
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key, algorithms=["ES256"])
