"""The page for those who build doors says every result, no other, and its example is one that the service takes."""

import json
import re

from services.registration.api.schemas.door import BATCH, CheckInBatchBody
from services.registration.domain.door import CLOCKS_AGREE, DOOR_OPENS_BEFORE, Result
from tests.docs.documents import ROOT

PAGE = (ROOT / "docs" / "howto" / "connect-a-door.md").read_text(encoding="utf-8")


def test_every_result_is_explained_and_no_other() -> None:
    table = PAGE.partition("## What the answers mean")[2]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [each.value for each in Result]


def test_the_example_is_a_batch_that_is_taken() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert len(CheckInBatchBody.model_validate(json.loads(example)).scans) == 2


def test_the_figures_are_those_of_the_code() -> None:
    figures = (f"up to {BATCH} at a time", "more than three hours before", "more than five seconds off")
    assert [each in PAGE for each in figures] == [True] * 3
    assert (DOOR_OPENS_BEFORE.total_seconds(), CLOCKS_AGREE.total_seconds()) == (3 * 3600, 5)
