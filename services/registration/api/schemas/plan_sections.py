"""The optional parts of a plan, and a time that need not be exact."""

from services.registration.api.schemas.common import Day, Request, Text, Title
from services.registration.domain.plan_sections import PlannedTime, Sections


class SectionsBody(Request):
    """Who is invited, how people sign up, who does what, what if it rains, who reports, what becomes of opinions."""

    invitees: Text | None = None
    sign_up: Text | None = None
    division_of_work: Text | None = None
    safety: Text | None = None
    publicity: Text | None = None
    feedback: Text | None = None

    def sections(self) -> Sections:
        """As the domain knows them."""
        return Sections(**self.model_dump())


class PlannedTimeBody(Request):
    """In words ("10月上旬，另行通知"), as a range of days, or both; the announcement gives the exact time."""

    said: Title | None = None
    earliest: Day | None = None
    latest: Day | None = None

    def time(self) -> PlannedTime:
        """As the domain knows it."""
        return PlannedTime(**self.model_dump())
