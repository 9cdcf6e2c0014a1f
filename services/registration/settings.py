"""What registration is told beyond what every service is told."""

from pathlib import Path

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`OPENDAY_VAULT_KEYS_FILE`: keys of the contact vault, made at set-up."""

    vault_keys_file: Path
