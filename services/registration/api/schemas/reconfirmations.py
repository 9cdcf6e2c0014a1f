"""Those who have a place, asked again after a rescheduling."""

from typing import Annotated

from pydantic import Field

from services.registration.api.schemas.common import Id, Moment, View
from services.registration.domain.reconfirmation import Answer, Reconfirmation, count
from services.registration.domain.roster import Roster


class PlaceKeptView(View):
    """What one person was asked, and said. Giving up is a cancellation of the registration."""

    registration_id: Id
    answer: Answer
    asked_at: Moment
    answer_by: Moment

    @classmethod
    def of(cls, registration_id: str, found: Reconfirmation, answer: Answer) -> "PlaceKeptView":
        """From the domain."""
        asked = found.question
        return cls(registration_id=registration_id, answer=answer, asked_at=asked.asked_at, answer_by=asked.answer_by)


class ReconfirmationView(View):
    """Who was asked at an open point, and what each said; whoever did not answer still has the place.

    `overdue`: the time to answer is over.
    """

    point_id: Id
    asked_at: Moment
    answer_by: Moment
    overdue: bool
    counts: dict[Answer, Annotated[int, Field(ge=0)]]
    answers: dict[Id, Answer]

    @classmethod
    def of(cls, found: Reconfirmation, roster: Roster, *, overdue: bool) -> "ReconfirmationView":
        """From the domain."""
        answers = found.answers(roster)
        return cls(
            point_id=found.id,
            asked_at=found.question.asked_at,
            answer_by=found.question.answer_by,
            overdue=overdue,
            counts=count(answers.values()),
            answers=answers,
        )
