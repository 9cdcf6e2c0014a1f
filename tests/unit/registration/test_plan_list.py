"""The pages of the list of plans: each once, and none missed by who goes on while others submit."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registration.application.plan_listing import plan_page
from services.registration.domain.plan import Plan
from tests.unit.registration.test_plan_and_activity import AT, plan

HOURS = st.lists(st.none() | st.integers(0, 5), max_size=12)


def shelf(hours: list[int | None]) -> dict[str, Plan]:
    """Submitted at these hours, or drafts."""
    return {f"{number:02d}": made(f"{number:02d}", each) for number, each in enumerate(hours)}


def made(name: str, hour: int | None) -> Plan:
    found = replace(plan(), id=name)
    if hour is not None:
        found.submit("file_before_publish", AT + timedelta(hours=hour))
    return found


@given(HOURS, st.integers(1, 5))
def test_every_plan_is_on_one_page(hours: list[int | None], limit: int) -> None:
    plans = shelf(hours)
    whole = [each.id for each in plan_page(plans.values(), 100).plans]
    assert sorted(whole) == sorted(plans)
    page = plan_page(plans.values(), limit)
    shown = [each.id for each in page.plans]
    while page.next:
        assert len(page.plans) == limit
        page = plan_page(plans.values(), limit, plans[page.next])
        shown += [each.id for each in page.plans]
    assert shown == whole


def test_the_newest_submission_comes_first_and_drafts_at_the_end() -> None:
    assert [each.id for each in plan_page(shelf([1, None, 3, 2]).values(), 9).plans] == ["02", "03", "00", "01"]


@given(HOURS.filter(lambda each: len(each) > 1))
def test_who_goes_on_behind_a_plan_that_was_submitted_since_misses_none(hours: list[int | None]) -> None:
    plans = shelf(hours)
    first = plan_page(plans.values(), 1)
    (seen,) = first.plans
    assert first.next == seen.id
    plans[seen.id] = made(seen.id, 9)
    rest = plan_page(plans.values(), 100, plans[seen.id])
    assert {seen.id, *(each.id for each in rest.plans)} == set(plans)
