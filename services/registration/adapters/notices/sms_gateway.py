"""The channel `sms`: an HTTP gateway that keeps the contract of `docs/howto/connect-an-sms-gateway.md`.

A message that is sent again has the same id, and the gateway makes one of the two. 4xx is final, except where it speaks
of our account or of the moment (401, 403, 408, 425, 429); whatever else is no 2xx is tried again.
"""

import hashlib
import hmac
import re
import time
from pathlib import Path

import httpx

from services.registration.application.notice_ports import Message
from services.registration.application.ports import Contact
from services.registration.domain.delivery import Outcome, Postponed, Refused, Sent
from services.registration.settings import SmsSettings

NOT_FINAL = frozenset({401, 403, 408, 425, 429})
SIGNED_WITHIN = 300  # seconds between the signature's time and ours
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


class SmsGateway:
    """`application.notice_ports.Channel`."""

    name = "sms"

    def __init__(self, settings: SmsSettings) -> None:
        """Raises ValueError when the token cannot be read."""
        token = secret(settings.token_file, "TOKEN_FILE")
        self._url = settings.url or ""
        self._client = httpx.AsyncClient(
            timeout=settings.timeout_seconds,
            trust_env=False,
            headers={"Authorization": f"Bearer {token}", "User-Agent": "openday"},
        )

    def reaches(self, contact: Contact) -> bool:
        return bool(contact.phone)

    async def send(self, message: Message) -> Outcome:
        said = {"id": message.id, "to": message.to.phone, "text": message.words.text, "kind": message.kind}
        try:
            answer = await self._client.post(self._url, json=said, headers={"Idempotency-Key": message.id})
        except httpx.TimeoutException:
            return Postponed("gateway_timeout")
        except httpx.HTTPError:
            return Postponed("gateway_away")
        if answer.is_success:
            return Sent(_reference(answer))
        error = f"gateway_{answer.status_code}"
        final = answer.is_client_error and answer.status_code not in NOT_FINAL
        return Refused(error) if final else Postponed(error)


class SignedReceipts:
    """`application.notice_ports.Signatures`: HMAC-SHA-256 over time and body, with a secret that both sides have."""

    def __init__(self, settings: SmsSettings) -> None:
        """Raises ValueError when the secret cannot be read."""
        self._secret = secret(settings.receipts_secret_file, "RECEIPTS_SECRET_FILE").encode()

    def holds(self, signature: str, body: bytes) -> bool:
        found = _SIGNATURE.fullmatch(signature)
        if not found or abs(int(found[1]) - time.time_ns() // 1_000_000_000) > SIGNED_WITHIN:
            return False
        return hmac.compare_digest(signed(self._secret, int(found[1]), body), signature)


def signed(key: bytes, at: int, body: bytes) -> str:
    """The signature of `body`, made `at` (Unix seconds, the machine's own time)."""
    return f"t={at},v1={hmac.new(key, f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


def secret(file: Path | None, name: str) -> str:
    """What the file holds. Raises ValueError that names the setting."""
    try:
        found = file.read_text(encoding="utf-8").strip() if file else ""
    except OSError as error:
        raise ValueError(f"OPENDAY_NOTICES__SMS__{name}: {file}: {error.strerror}") from error
    if not found:
        raise ValueError(f"OPENDAY_NOTICES__SMS__{name}: there must be a secret in the file that it names")
    return found


def _reference(answer: httpx.Response) -> str | None:
    """The gateway's own name of the message, where it says one."""
    try:
        said = answer.json()
    except ValueError:
        return None
    found = said.get("message_id") if isinstance(said, dict) else None
    return found[:100] if isinstance(found, str) else None
