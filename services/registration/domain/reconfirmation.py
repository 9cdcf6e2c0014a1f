"""After a rescheduling everybody with a place is asked again (改期确认): keep it at the new time, or give it up.

Whoever says nothing keeps the place and is shown as unanswered; a place that is given up goes the ordinary way to
whoever waits. It is kept beside the roster, under the point's id, so that an answer is no obstacle to a registration.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.registration.domain.phase import POINT
from services.registration.domain.place import SEATED
from services.registration.domain.roster import Roster
from shared.aggregate import Aggregate
from shared.errors import Conflict, Invalid, not_found


class Answer(StrEnum):
    """What is known of one who was asked."""

    KEPT = "kept"
    GIVEN_UP = "given_up"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Question:
    """Asked when, for which change of the activity's time, and until when an answer is hoped for."""

    edition: int
    asked_at: datetime
    answer_by: datetime


@dataclass(kw_only=True)
class Reconfirmation(Aggregate):
    """Who was asked at one open point after its last rescheduling, and who keeps the place."""

    question: Question
    asked: list[str]
    kept: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, roster: Roster, question: Question) -> "Reconfirmation":
        """Asks everybody with a place."""
        return cls(id=roster.id, question=question, asked=_asked(roster))

    def ask(self, roster: Roster, question: Question) -> None:
        """Again, for a later change: what was said was about another time. An older one, told late, asks nobody."""
        if question.edition > self.question.edition:
            self.question, self.asked, self.kept = question, _asked(roster), {}

    def keep(self, roster: Roster, registration_id: str, at: datetime) -> None:
        """The person comes at the new time. Saying it again changes nothing. Raises NotFound, Conflict."""
        self.must_have_asked(registration_id)
        POINT.must_allow(roster.phase, "cancel")  # as long as one may still give up, one may say that one comes
        if roster.registration(registration_id).status not in SEATED:
            raise Conflict(
                "place_given_up",
                "名额已放弃，不能再确认；可重新报名。",
                "The place was given up; register again for another one.",
            )
        self.kept.setdefault(registration_id, at)

    def must_have_asked(self, registration_id: str) -> None:
        """Raises NotFound for who had no place when the time was changed: nothing is asked of them."""
        if registration_id not in self.asked:
            raise not_found("reconfirmation")

    def answer(self, roster: Roster, registration_id: str) -> Answer:
        """What one of them said. Raises NotFound."""
        self.must_have_asked(registration_id)
        if roster.registration(registration_id).status not in SEATED:
            return Answer.GIVEN_UP
        return Answer.KEPT if registration_id in self.kept else Answer.UNANSWERED

    def answers(self, roster: Roster) -> dict[str, Answer]:
        """What each of them said, by registration."""
        return {each: self.answer(roster, each) for each in self.asked}


def answer_by(asked_for: datetime | None, closes_at: datetime, starts_at: datetime, at: datetime) -> datetime:
    """Until when an answer is hoped for: as the unit says, else until registration closes, else until the start.

    Raises Invalid for a time that is over, or after the start.
    """
    if asked_for is None:
        return closes_at if closes_at > at else starts_at
    if not at < asked_for <= starts_at:
        raise Invalid(
            "answer_by_invalid",
            "答复截止时间须在现在之后，且不晚于活动开始。",
            "The time to answer by must be after now and no later than the start.",
        )
    return asked_for


def count(answers: Collection[Answer]) -> dict[Answer, int]:
    """How many said what, everything named."""
    return {each: sum(said == each for said in answers) for each in Answer}


def _asked(roster: Roster) -> list[str]:
    return sorted(each.id for each in roster.seated())
