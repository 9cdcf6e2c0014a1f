"""What reporting is told beyond what every service is told."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from shared.settings import ServiceSettings

MIB = 1024 * 1024


class Settings(ServiceSettings):
    """`OPENDAY_CALENDAR_DIR`: working days by year · `OPENDAY_STORE_DIR`: where filed materials are kept
    · `OPENDAY_FILING_READING`: how "within two days" is read, A, B or C · `OPENDAY_RECEIPT_PREFIX`: the district's
    letters on a filing receipt · `OPENDAY_MAX_FILE_BYTES`: the largest single file.
    """

    calendar_dir: Path
    store_dir: Path
    filing_reading: Literal["A", "B", "C"] = "B"
    receipt_prefix: Annotated[str, Field(pattern=r"^[a-z0-9]{1,8}$")] = "hd"
    max_file_bytes: Annotated[int, Field(ge=1024)] = 20 * MIB
