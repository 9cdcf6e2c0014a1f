"""What registration is told beyond what every service is told."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.settings import AttemptSettings, ServiceSettings


class RegistrationAttempts(AttemptSettings):
    """And requests for places: as many behind one address as a mobile network puts there, or a hall with its Wi-Fi."""

    registrations_per_phone: int = Field(default=10, ge=1)
    registrations_per_address: int = Field(default=300, ge=1)


class Settings(ServiceSettings):
    """`OPENDAY_VAULT_KEYS_FILE`: keys of the contact vault, made at set-up.

    `OPENDAY_PLAN_REVIEW_MODE`: `notify` (the policy: submission is filing), `file_before_publish`, or `approve`.
    `OPENDAY_ATTEMPTS__…`: how often the public may try.
    """

    vault_keys_file: Path
    plan_review_mode: Literal["notify", "file_before_publish", "approve"] = "notify"
    attempts: RegistrationAttempts = RegistrationAttempts()
