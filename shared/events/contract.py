"""What a contract is: a frozen model of one published fact, and the only field types it may use.

No contract carries personal data or free text that a person wrote: strings are ids, codes or official titles,
so every string field uses one of the types below and a test refuses anything else.
"""

import re
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer, StringConstraints

from shared.events.envelope import instant

Id = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9._:-]+$")]
"""An opaque identifier of ours."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
"""A word of a closed or slowly growing list. Readers map words that they do not know to 'other'."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, hexadecimal."""

OfficialTitle = Annotated[str, StringConstraints(min_length=1, max_length=120)]
"""The public name of a unit or an activity, as announced."""

PublicUrl = Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[^\s]+$")]
"""The address of something published by a unit."""


Instant = Annotated[AwareDatetime, PlainSerializer(instant, return_type=str, when_used="json")]
"""UTC, milliseconds."""


class Part(BaseModel):
    """A structured value inside a contract."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Contract(Part):
    """One fact. Written closed (`extra="forbid"`), read open: within a major version only optional fields are added."""

    OWNER: ClassVar[str]
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "activity_id"
    """The field whose value is the Kafka key: order holds among facts of one key."""

    @classmethod
    def type(cls) -> str:
        """`openday.<owner>.<fact-in-kebab-case>.v<major>`, the CloudEvents type."""
        kebab = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()
        return f"openday.{cls.OWNER}.{kebab}.v{cls.VERSION}"

    @property
    def key(self) -> str:
        """The Kafka key."""
        return str(getattr(self, self.KEY))
