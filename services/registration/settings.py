"""What registration is told beyond what every service is told."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from shared.settings import AttemptSettings, ServiceSettings

LOGS_AT_LEAST = 183  # days; Cybersecurity Law, article 21: six months


class RegistrationAttempts(AttemptSettings):
    """And requests for places: as many behind one address as a mobile network puts there, or a hall with its Wi-Fi."""

    registrations_per_phone: int = Field(default=10, ge=1)
    registrations_per_address: int = Field(default=300, ge=1)


class RetentionDays(BaseModel):
    """Days after the end of an activity for which each group is kept (PIPL, article 19: the shortest that is needed).

    The law names no numbers. ID numbers were needed at the door; who had no place has nothing to be told any more; who
    came may be asked again within a year. Logs: at least six months.
    """

    id_number: int = Field(default=7, ge=0)
    no_place: int = Field(default=30, ge=0)
    contact: int = Field(default=365, ge=0)
    scans: int = Field(default=365, ge=LOGS_AT_LEAST)
    exports: int = Field(default=1095, ge=LOGS_AT_LEAST)


class Settings(ServiceSettings):
    """`OPENDAY_VAULT_KEYS_FILE`: keys of the contact vault, made at set-up.

    `OPENDAY_PLAN_REVIEW_MODE`: `notify` (the policy: submission is filing), `file_before_publish`, or `approve`.
    `OPENDAY_ATTEMPTS__…`: how often the public may try. `OPENDAY_RETENTION_DAYS__…`: how long what is kept of people.
    """

    vault_keys_file: Path
    plan_review_mode: Literal["notify", "file_before_publish", "approve"] = "notify"
    attempts: RegistrationAttempts = RegistrationAttempts()
    retention_days: RetentionDays = RetentionDays()
