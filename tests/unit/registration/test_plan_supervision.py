"""What the supervising unit of a plan's lead may do to it: comment, and countersign the newest edition once."""

from dataclasses import replace

import bson
import pytest

from services.registration.adapters.events import published
from services.registration.domain.plan import Plan
from services.registration.domain.plan_history import Countersignature
from services.registration.domain.plan_supervision import MOST_COMMENTS, Comment, PlanComments, countersign
from shared.errors import Conflict
from shared.storage.document import Codec, Held
from tests.unit.registration.test_plan_and_activity import AT, plan

COMMENT = Comment(1, "bureau", "clerk-bureau", "请补充雨天预案", AT)


def submitted(times: int = 1) -> Plan:
    made = plan()
    made.submit("file_before_publish", AT)
    for _ in range(times - 1):
        made.send_back("请补充安全预案", AT)
        made.submit("file_before_publish", AT)
    return made


def signed(made: Plan, edition: int, by: str = "clerk-bureau") -> list[Countersignature]:
    countersign(made, edition, unit_id="bureau", by=by, at=AT)
    return made.countersignatures


def test_a_version_is_countersigned_once_by_whoever_was_first() -> None:
    made = submitted()
    for by in ("clerk-bureau", "clerk-bureau", "reviewer-bureau"):
        assert signed(made, 1, by) == [Countersignature(1, "bureau", "clerk-bureau", AT)]


def test_a_new_version_needs_a_new_countersignature_and_the_earlier_one_stays() -> None:
    made = submitted()
    signed(made, 1)
    made.send_back("请补充安全预案", AT)
    made.submit("file_before_publish", AT)
    assert [each.edition for each in signed(made, 2)] == [1, 2]


@pytest.mark.parametrize("edition", [1, 3])
def test_who_read_another_version_countersigns_nothing(edition: int) -> None:
    made = submitted(2)
    with pytest.raises(Conflict, match="edition_superseded") as refused:
        signed(made, edition)
    assert (refused.value.facts["edition"], made.countersignatures) == (2, [])


def test_a_draft_is_not_countersigned() -> None:
    with pytest.raises(Conflict, match="illegal_transition") as refused:
        signed(plan(), 0)
    assert refused.value.facts["allowed"] == ["edit", "invite", "answer", "submit"]


def test_a_comment_said_twice_is_said_once_and_another_is_another() -> None:
    comments = PlanComments(id="plan")
    for each in (COMMENT, COMMENT, replace(COMMENT, edition=2), COMMENT):
        comments.add(each)
    assert [each.edition for each in comments.comments] == [1, 2, 1]


def test_comments_are_bounded_and_the_most_of_them_keep_below_100_kb() -> None:
    comments = PlanComments(id="plan")
    for number in range(MOST_COMMENTS):
        comments.add(replace(COMMENT, text=f"{number:02d}".ljust(500, "言"), unit_id="u" * 40, by="b" * 60))
    with pytest.raises(Conflict, match="too_many_comments"):
        comments.add(COMMENT)
    assert 60_000 < len(bson.encode(Codec(PlanComments, published).document(Held(comments)))) < 90_000
