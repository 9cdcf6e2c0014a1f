"""What scoring is told beyond what every service is told."""

from pathlib import Path

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`OPENDAY_RULEBOOK_DIR`: the folder with one `rulebook*.yaml` per year."""

    rulebook_dir: Path
