"""What registration is told beyond what every service is told."""

from pathlib import Path
from typing import Literal

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`OPENDAY_VAULT_KEYS_FILE`: keys of the contact vault, made at set-up.

    `OPENDAY_PLAN_REVIEW_MODE`: `notify` (the policy: submission is filing) or `file_before_publish`.
    """

    vault_keys_file: Path
    plan_review_mode: Literal["notify", "file_before_publish"] = "notify"
