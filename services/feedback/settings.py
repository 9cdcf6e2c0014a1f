"""What feedback is told beyond what every service is told."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.settings import AttemptSettings, ServiceSettings


class FeedbackAttempts(AttemptSettings):
    """And opinions: as many behind one address as a hall with its Wi-Fi holds."""

    opinions_per_address: int = Field(default=300, ge=1)


class Settings(ServiceSettings):
    """`OPENDAY_VAULT_KEYS_FILE`: the key of claim codes. `OPENDAY_CALENDAR_DIR`: working days, a file per year.

    `OPENDAY_SERIAL_PREFIX`: how the district's serial numbers begin. `OPENDAY_ATTEMPTS__…`: how often one may try.
    """

    vault_keys_file: Path
    calendar_dir: Path
    serial_prefix: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,8}$")] = "hd"
    attempts: FeedbackAttempts = FeedbackAttempts()
