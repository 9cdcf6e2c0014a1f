"""Times that people send: with an offset, and of our times, so that no zone and no sum leaves the calendar."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from services.registration.api.schemas.common import Moment
from shared.time import SHANGHAI

MOMENT: TypeAdapter[Moment] = TypeAdapter(Moment)


@pytest.mark.parametrize("said", ["1900-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z", "2200-12-31T23:59:59-12:00"])
def test_the_ends_of_our_times_can_be_reckoned_with(said: str) -> None:
    moment = MOMENT.validate_python(said)
    assert (moment - timedelta(days=365 * 300)).astimezone(SHANGHAI) < moment < moment + timedelta(days=365 * 300)


@pytest.mark.parametrize(
    "said", ["0001-01-01T00:00:00+08:00", "1899-12-31T23:59:59Z", "9999-12-31T23:59:59-05:00", "2021-09-01T01:00:00"]
)
def test_the_ends_of_time_and_times_without_an_offset_are_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(said)
