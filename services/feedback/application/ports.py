"""What feedback's application needs from outside."""

from dataclasses import dataclass
from typing import Protocol

from services.feedback.application.givers import Givers
from services.feedback.domain.opinion import Opinion
from services.feedback.domain.register import Register
from services.feedback.domain.service_levels import ServiceLevels
from shared.metrics import Metrics
from shared.repository import Repository
from shared.security.claims import ClaimGuard
from shared.time import Clock, WorkingCalendar


class ClaimCodes(Protocol):
    """Codes that let whoever gave an opinion follow it, anonymous as they are; derived, never stored."""

    def of(self, opinion_id: str) -> str:
        """The code of an opinion."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Filled in by `main`."""

    registers: Repository[Register]
    opinions: Repository[Opinion]
    codes: ClaimCodes
    claims: ClaimGuard
    givers: Givers
    calendar: WorkingCalendar
    clock: Clock
    metrics: Metrics
    levels: ServiceLevels
    serial_prefix: str
