"""Who has a place is asked again after a rescheduling; silence keeps it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.domain.reconfirmation import Answer, Question, Reconfirmation, answer_by, count
from services.registration.domain.roster import Roster
from shared.errors import Conflict, Invalid, NotFound
from tests.unit.registration.rosters import CLOSES, OPENS, RESIDENT, STARTS, roster

LATER = STARTS + timedelta(days=7)


def question(edition: int = 1) -> Question:
    return Question(edition, OPENS, CLOSES)


def moved(people: int = 3, cap: int = 2) -> tuple[Roster, Reconfirmation]:
    """A full point whose activity was rescheduled, and what its people are asked; one more waits."""
    made = roster(cap=cap)
    for at in range(people):
        made.register(f"p{at}", RESIDENT, grassroots=False, at=OPENS)
    made.reschedule(LATER, LATER + timedelta(hours=3), CLOSES, 1)
    return made, Reconfirmation.of(made, question())


def test_whoever_has_a_place_is_asked_and_nobody_else() -> None:
    made, asked = moved()
    assert asked.answers(made) == {"p0": Answer.UNANSWERED, "p1": Answer.UNANSWERED}
    with pytest.raises(NotFound):
        asked.keep(made, "p2", OPENS)


def test_a_place_that_is_given_up_goes_to_who_waits_and_who_got_it_is_not_asked() -> None:
    made, asked = moved()
    made.cancel("p0", OPENS)
    asked.keep(made, "p1", OPENS)
    assert asked.answers(made) == {"p0": Answer.GIVEN_UP, "p1": Answer.KEPT}
    assert {each.id for each in made.seated()} == {"p1", "p2"}
    assert count(asked.answers(made).values()) == {Answer.KEPT: 1, Answer.GIVEN_UP: 1, Answer.UNANSWERED: 0}


def test_silence_keeps_the_place_and_a_late_answer_is_an_answer() -> None:
    made, asked = moved()
    made.close(CLOSES)
    made.lock(CLOSES)
    assert {each.id for each in made.seated()} == {"p0", "p1"}
    asked.keep(made, "p0", LATER - timedelta(hours=1))
    assert asked.answer(made, "p0") == Answer.KEPT


def test_who_gave_up_does_not_keep_and_nobody_keeps_what_was_called_off() -> None:
    made, asked = moved()
    made.cancel("p0", OPENS)
    with pytest.raises(Conflict, match="place_given_up"):
        asked.keep(made, "p0", OPENS)
    made.call_off()
    with pytest.raises(Conflict, match="illegal_transition"):
        asked.keep(made, "p1", OPENS)


def test_saying_it_twice_says_it_once_and_who_kept_may_still_give_up() -> None:
    made, asked = moved()
    asked.keep(made, "p0", OPENS)
    asked.keep(made, "p0", CLOSES)
    assert asked.kept == {"p0": OPENS}
    made.cancel("p0", CLOSES)
    assert asked.answer(made, "p0") == Answer.GIVEN_UP


def test_another_change_asks_anew_and_an_older_one_asks_nobody() -> None:
    made, asked = moved()
    asked.keep(made, "p0", OPENS)
    for edition in (0, 1):
        asked.ask(made, question(edition))
        assert asked.kept == {"p0": OPENS}
    made.cancel("p1", OPENS)
    asked.ask(made, question(2))
    assert asked.answers(made) == {"p0": Answer.UNANSWERED, "p2": Answer.UNANSWERED}


@pytest.mark.parametrize(
    ("asked_for", "closes_at", "expected"),
    [
        (None, CLOSES, CLOSES),
        (None, OPENS, STARTS),
        (OPENS + timedelta(hours=1), CLOSES, OPENS + timedelta(hours=1)),
        (STARTS, CLOSES, STARTS),
    ],
)
def test_an_answer_is_hoped_for_until_registration_closes_or_as_the_unit_says(
    asked_for: object, closes_at: object, expected: object
) -> None:
    assert answer_by(asked_for, closes_at, STARTS, OPENS) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [OPENS, OPENS - timedelta(days=1), STARTS + timedelta(milliseconds=1)])
def test_no_answer_is_asked_for_before_now_or_after_the_start(wrong: object) -> None:
    with pytest.raises(Invalid, match="answer_by_invalid"):
        answer_by(wrong, CLOSES, STARTS, OPENS)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["keep", "cancel", "register"]), st.integers(0, 7)), max_size=25))
def test_in_any_order_answers_add_up_and_only_a_cancellation_takes_a_place(acts: list[tuple[str, int]]) -> None:
    made, asked = moved(people=5, cap=3)
    left: set[str] = set()
    for act, number in acts:
        name = f"p{number}"
        try:
            if act == "keep":
                asked.keep(made, name, OPENS)
            elif act == "cancel":
                made.cancel(name, OPENS)
                left.add(name)
            else:
                made.register(f"n{number}", RESIDENT, grassroots=False, at=OPENS)
        except (Conflict, NotFound):
            continue
    answers = asked.answers(made)
    assert set(answers) == set(asked.asked) == {"p0", "p1", "p2"}
    assert {each for each, said in answers.items() if said == Answer.GIVEN_UP} == left & set(answers)
    assert sum(count(answers.values()).values()) == len(answers)
