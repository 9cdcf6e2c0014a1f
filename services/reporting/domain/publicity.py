"""Publicity (宣传报道): what the hosts and the media published about an activity. Policy clause six (2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Invalid

CLOCKS_DIFFER = timedelta(minutes=5)  # a portal's clock may be a little ahead of ours
PER_ACTIVITY = 200


class PublicityKind(StrEnum):
    """The notice before, the outcome after, how opinions were handled, live streams, reports by the media."""

    NOTICE = "notice"
    OUTCOME = "outcome"
    OPINIONS = "opinions"
    LIVE_BLOG = "live_blog"
    LIVE_VIDEO = "live_video"
    MEDIA = "media"


@dataclass(frozen=True)
class Publicity:
    """One thing that is public; `unit_id` is the host that recorded it."""

    id: str
    unit_id: str
    kind: PublicityKind
    channel: str
    url: str
    published_at: datetime

    def must_be_public(self, now: datetime) -> None:
        """Raises Invalid when it says that it will be published later."""
        if self.published_at > now + CLOCKS_DIFFER:
            raise Invalid(
                "published_in_future",
                "发布时间晚于当前时间，请在发布后再登记。",
                "published_at lies in the future; record it once it is public.",
            )

    def repeats(self, other: "Publicity") -> bool:
        """Whether the same unit has recorded the same address as the same kind before."""
        return (self.unit_id, self.kind, self.url) == (other.unit_id, other.kind, other.url)
