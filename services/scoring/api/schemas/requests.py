"""The shapes of scoring's requests. Unknown fields are refused."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from shared.http.text import LINES

UnitId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
ClaimId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,80}$")]
Year = Annotated[int, Path(ge=2000, le=2100)]
YearAsked = Annotated[int, Query(alias="year", ge=2000, le=2100)]

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
ActivityId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
SecureUrl = Annotated[str, StringConstraints(max_length=500, pattern=r"^https://[^\s]+$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), LINES]


class Request(BaseModel):
    """A body that people send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimBody(Request):
    """`level` for a rule with levels; `activity_id` names the achievement; `year` is the present one when absent."""

    rule: Code
    level: Code | None = None
    url: SecureUrl
    activity_id: ActivityId | None = None
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None


class DecisionBody(Request):
    """`level` only to accept at a lower level than claimed."""

    accepted: StrictBool
    reason: Reason
    level: Code | None = None
