"""Words and bounds that several shapes share."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Request as HttpRequest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from services.registration.domain.composition import Category
from shared.errors import Sentence
from shared.http.text import LINE, LINES

FIRST_YEAR, LAST_YEAR = 1900, 2200

UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{1,39}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), LINE]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), LINES]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500), LINES]
Seats = Annotated[int, Field(ge=0, le=200)]
Mix = dict[Category, Seats]


def _with_offset(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _of_our_times(value: datetime) -> datetime:
    """The ends of time overflow in another zone. A clock that lost its battery says 1970, and that can be read."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


Moment = Annotated[
    AwareDatetime, AfterValidator(_of_our_times), PlainSerializer(_with_offset, return_type=str, when_used="json")
]
"""An instant of our times, always with an offset."""


def _of_our_days(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


Day = Annotated[date, AfterValidator(_of_our_days)]
"""A day of our times: its beginning and end are instants in every zone."""


class Request(BaseModel):
    """A body that people send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def said(sentence: Sentence, request: HttpRequest) -> str:
    """In the reader's language."""
    english = request.headers.get("accept-language", "").lower().startswith("en")
    return sentence.en if english else sentence.zh
