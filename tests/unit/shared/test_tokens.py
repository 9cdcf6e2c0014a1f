"""Bearer tokens: what is accepted, and everything that must not be."""

import asyncio
import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey, OKPKey, RSAKey

from shared.errors import Unauthenticated, Unavailable
from shared.security import secrets, tokens
from shared.security.issuer import LocalIssuer
from shared.security.secrets import KEY_SET
from shared.security.tokens import Verifier
from shared.settings import SecuritySettings

ISSUER, AUDIENCE = SecuritySettings().issuer, SecuritySettings().audience
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
STRANGER = ECKey.generate_key("P-256", {"kid": "ec"})
NOW = time.time_ns() // 1_000_000_000
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "somebody",
    "roles": ["office", "sorcerer"],
    "units": ["jyj"],
    "exp": NOW + 3600,
}


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "jwks.json"
    write(file, EC, RSA, ED)
    return file


@pytest.fixture
def verifier(key_file: Path) -> Verifier:
    return Verifier(SecuritySettings(jwks_file=key_file))


def write(file: Path, *keys: Key) -> None:
    file.write_text(json.dumps(KeySet(list(keys)).as_dict(private=False)))


def signed(key: Any = EC, alg: str = "ES256", header: dict[str, str] | None = None, **claims: Any) -> str:
    given = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid} | (header or {}), given, key, algorithms=[alg])


def unsigned(alg: str) -> str:
    parts = [json.dumps(each).encode() for each in ({"alg": alg, "kid": "ec"}, CLAIMS)]
    return ".".join(map(_text, parts)) + "."


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(
    ("key", "alg"), [(EC, "ES256"), (RSA, "RS256"), (RSA, "PS256"), (ED, "EdDSA"), (ED, "Ed25519")]
)
async def test_asymmetric_signatures_are_accepted(verifier: Verifier, key: Key, alg: str) -> None:
    actor = await verifier.actor(signed(key, alg))
    assert (actor.subject, actor.roles, actor.units) == ("somebody", frozenset({"office"}), frozenset({"jyj"}))


def confused() -> str:
    """The public key's text used as an HMAC secret: the classic confusion of algorithms."""
    parts = ".".join(map(_text, (json.dumps({"alg": "HS256", "kid": "rsa"}).encode(), json.dumps(CLAIMS).encode())))
    signature = hmac.digest(RSA.as_pem(private=False), parts.encode(), "sha256")
    return f"{parts}.{_text(signature)}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


REFUSED = {
    "none": unsigned("none"),
    "None": unsigned("None"),
    "an HMAC": signed(OctKey.generate_key(256, {"kid": "ec"}), "HS256"),
    "an HMAC with the public key": confused(),
    "another's signature": signed(STRANGER),
    "a key of another kind": signed(RSA, "RS256", {"kid": "ec"}),
    "wrong audience": signed(aud="elsewhere"),
    "wrong issuer": signed(iss="https://elsewhere.example"),
    "no audience": signed(aud=None),
    "no issuer": signed(iss=None),
    "expired": signed(exp=NOW - 60),
    "no expiry": signed(exp=None),
    "not yet": signed(nbf=NOW + 3000),
    "from the future": signed(iat=NOW + 3000),
    "nobody": signed(sub=None),
    "unknown key": signed(EC, header={"kid": "other"}),
    "roles as a word": signed(roles="office"),
    "roles as numbers": signed(roles=[1]),
    "units as a mapping": signed(units={"jyj": True}),
    "units as a number": signed(units=5),
    "no token": "nonsense",
    "two parts": "a.b",
    "an encrypted one": "a.b.c.d.e",
    "empty parts": "..",
    "not base64": "ü.ü.ü",
    "long": "a" * 100_000 + ".b.c",
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_token_is_refused(verifier: Verifier, kind: str) -> None:
    with pytest.raises(Unauthenticated, match="token_invalid"):
        await verifier.actor(REFUSED[kind])


async def test_a_tampered_payload_is_refused(verifier: Verifier) -> None:
    header, _, signature = signed().split(".")
    forged = _text(json.dumps(CLAIMS | {"roles": ["administrator"]}).encode())
    with pytest.raises(Unauthenticated):
        await verifier.actor(f"{header}.{forged}.{signature}")


async def test_an_audience_among_others_is_ours(verifier: Verifier) -> None:
    assert (await verifier.actor(signed(aud=["other", AUDIENCE]))).subject == "somebody"


async def test_some_seconds_of_difference_between_clocks_are_borne(verifier: Verifier) -> None:
    now = time.time_ns() // 1_000_000_000
    assert (await verifier.actor(signed(exp=now - 5, nbf=now + 5))).subject == "somebody"


async def test_a_new_key_is_found_without_a_restart_but_not_asked_for_at_every_turn(
    verifier: Verifier, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await verifier.actor(signed())).subject == "somebody"
    fresh = ECKey.generate_key("P-256", {"kid": "fresh"})
    write(key_file, EC, fresh)
    with pytest.raises(Unauthenticated):  # read a moment ago
        await verifier.actor(signed(fresh))
    monkeypatch.setattr(tokens, "REFETCH_AFTER", 0)
    assert (await verifier.actor(signed(fresh))).subject == "somebody"


async def test_the_last_good_keys_are_kept_while_the_issuer_is_away(
    verifier: Verifier, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "REFETCH_AFTER", 0)
    assert (await verifier.actor(signed())).subject == "somebody"
    for damage in ("", "[]", '{"keys": 5}', '{"keys": [{"kty": "XX"}]}'):
        await asyncio.to_thread(key_file.write_text, damage)
        with pytest.raises(Unauthenticated):
            await verifier.actor(signed(EC, header={"kid": "unknown"}))
        assert (await verifier.actor(signed())).subject == "somebody"


@pytest.mark.parametrize("settings", [SecuritySettings(), SecuritySettings(jwks_file=Path("/nowhere/jwks.json"))])
async def test_without_any_key_set_the_service_says_that_it_cannot_know(settings: SecuritySettings) -> None:
    with pytest.raises(Unavailable, match="issuer_away"):
        await Verifier(settings).actor(signed())


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    secrets.ensure(tmp_path / "secrets")
    before = {each.name: each.read_bytes() for each in (tmp_path / "secrets").iterdir()}
    secrets.ensure(tmp_path / "secrets")
    assert {each.name: each.read_bytes() for each in (tmp_path / "secrets").iterdir()} == before
    assert all(each.stat().st_mode & 0o077 == 0 for each in (tmp_path / "secrets").iterdir())
    assert '"d"' not in (tmp_path / "secrets" / KEY_SET).read_text(), "the published set holds no private part"


async def test_local_tokens_are_accepted_and_refused_in_production(tmp_path: Path) -> None:
    secrets.ensure(tmp_path)
    token = LocalIssuer(tmp_path).mint(subject="clerk", roles=["unit_clerk"], units=["jyj"])
    actor = await Verifier(SecuritySettings(jwks_file=tmp_path / KEY_SET)).actor(token)
    assert (actor.subject, actor.roles, actor.units) == ("clerk", frozenset({"unit_clerk"}), frozenset({"jyj"}))
    with pytest.raises(ValueError, match="production"):
        LocalIssuer(tmp_path, "production")


async def test_control_with_hmac_allowed_a_public_key_would_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The allow-list is what refuses an HMAC: with it gone, a symmetric key in the set would do."""
    secret = OctKey.generate_key(256, {"kid": "oct"})
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [secret.as_dict()]}))
    verifier = Verifier(SecuritySettings(jwks_file=file))
    with pytest.raises(Unauthenticated):
        await verifier.actor(signed(secret, "HS256"))
    monkeypatch.setattr(tokens, "ALGORITHMS", ["HS256"])
    assert (await verifier.actor(signed(secret, "HS256"))).subject == "somebody"
