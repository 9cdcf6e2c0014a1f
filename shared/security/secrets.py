"""Keys made at set-up, one folder per installation: never committed, never defaulted."""

import base64
import json
import os
import secrets
from pathlib import Path

from joserfc.jwk import ECKey

ISSUER_KEY = "issuer.jwk.json"
KEY_SET = "jwks.json"
VAULT_KEYS = "vault-keys.json"


def ensure(folder: Path) -> None:
    """Make what is missing, readable by the owner alone; what is there is kept."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / ISSUER_KEY).exists():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": secrets.token_hex(8)})
        _write(folder / KEY_SET, {"keys": [key.as_dict(private=False)]})
        _write(folder / ISSUER_KEY, key.as_dict(private=True))
    if not (folder / VAULT_KEYS).exists():
        kid = secrets.token_hex(4)
        keys = {"current": kid, "encryption": {kid: _fresh()}, "blind_index": _fresh(), "codes": _fresh()}
        _write(folder / VAULT_KEYS, keys)


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(file: Path, content: object) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(content, out, indent=1)
