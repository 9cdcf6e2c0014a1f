"""Publicity."""

from datetime import UTC, datetime
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, StringConstraints

from services.reporting.api.schemas.common import Request, UnitId
from services.reporting.domain.publicity import Publicity, PublicityKind

Channel = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]


def _with_host(url: str) -> str:
    if not urlsplit(url).hostname:
        raise ValueError("an address needs a host")
    return url


Url = Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[^\s]+$"), AfterValidator(_with_host)]


def _utc(moment: datetime) -> datetime:
    """As instants are stored: UTC, whole milliseconds."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]


class PublicityBody(Request):
    """Something that is public. `unit_id` is needed only to record for another host than one's own."""

    unit_id: UnitId | None = None
    kind: PublicityKind
    channel: Channel
    url: Url
    published_at: Moment


class PublicityView(BaseModel):
    """Something that is public."""

    id: str
    unit_id: str
    kind: PublicityKind
    channel: str
    url: str
    published_at: datetime

    @classmethod
    def of(cls, publicity: Publicity) -> Self:
        """From the domain."""
        return cls(**vars(publicity))


class PublicityList(BaseModel):
    """All that is public about an activity, in the order of publication."""

    publicity: list[PublicityView]
