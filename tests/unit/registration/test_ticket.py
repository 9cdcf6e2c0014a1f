"""What is shown at the door: who may have it, what a forger or a tired typist can do with it."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.adapters.tickets import SignedTickets
from services.registration.domain.ticket import EDITIONS, Ticket, checked_number, is_number, tag, with_check_digit
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import derived_id
from shared.security.vault import Keys
from tests.unit.registration.rosters import CLOSES, OPENS, STARTS, fill, roster

KEYS = Keys("ab12cd34", {"ab12cd34": b"a" * 32}, b"b" * 32, b"c" * 32)
TICKETS = SignedTickets(KEYS)
POINT, ELSEWHERE = derived_id("point", "hall"), derived_id("point", "library")
MINE = Ticket(derived_id("registration", "one"), tag("activity"), tag(POINT), 1)


def test_a_ticket_says_what_was_signed_and_fits_a_small_code() -> None:
    text = TICKETS.sign(MINE)
    assert TICKETS.read(text) == MINE
    assert TICKETS.read(f" {text.lower()}\n") == MINE, "a scanner may change case and add a line end"
    assert len(text) <= 90, "version 4 of a QR code, with correction M"
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"), "the alphanumeric mode of a QR code"
    assert TICKETS.sign(MINE) == text, "derived, so it is the same whenever it is asked for"


def test_no_character_of_a_ticket_can_be_changed() -> None:
    text = TICKETS.sign(MINE)
    for at, each in enumerate(text):
        for other in "A7B" if each != "A" else "B7C":
            forged = text[:at] + other + text[at + 1 :]
            assert TICKETS.read(forged) is None or forged == text, at


@pytest.mark.parametrize("text", ["", "OD1.", "OD1...", "OD2.AB12CD34.A.B", "https://example.org/", "代表" * 900])
def test_what_is_no_ticket_of_ours_says_nothing(text: str) -> None:
    assert TICKETS.read(text) is None


def test_a_key_that_was_retired_still_opens_and_one_that_was_removed_does_not() -> None:
    earlier = TICKETS.sign(MINE)
    rotated = replace(KEYS, current="99999999", encryption=KEYS.encryption | {"99999999": b"n" * 32})
    assert SignedTickets(rotated).read(earlier) == MINE
    later = SignedTickets(rotated).sign(MINE)
    assert (later != earlier, TICKETS.read(later)) == (True, None), "signed with a key that is unknown here"
    removed = replace(rotated, encryption={"99999999": b"n" * 32})
    assert SignedTickets(removed).read(earlier) is None
    stolen_name = replace(KEYS, encryption={"ab12cd34": b"x" * 32})
    assert SignedTickets(stolen_name).read(earlier) is None, "the key id alone proves nothing"


def test_numbers_are_unique_within_a_point_and_lead_back() -> None:
    places = list(itertools.product(range(1, 501), (1, 2)))
    numbers = [TICKETS.number(POINT, *each) for each in places]
    assert len(set(numbers)) == len(places)
    assert {len(each) for each in numbers} == {8}
    assert [TICKETS.numbered(POINT, checked_number(each)) for each in numbers] == places
    assert not set(numbers[:50]) & {TICKETS.number(ELSEWHERE, *each) for each in places[:50]}, "each point has its own"
    assert numbers[:50] != sorted(numbers[:50]), "the next one is not the next number"


@pytest.mark.parametrize("place", [(0, 0), (1, 1), (99_999, EDITIONS)])
def test_the_whole_range_of_numbers_leads_back(place: tuple[int, int]) -> None:
    assert TICKETS.numbered(POINT, TICKETS.number(POINT, *place)) == place


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789", min_size=7, max_size=7))
def test_every_mistyped_digit_and_every_swap_is_caught(body: str) -> None:
    number = with_check_digit(body)
    assert checked_number(f" {number[:4]}-{number[4:]}") == number
    mistyped = {number[:at] + digit + number[at + 1 :] for at in range(8) for digit in "0123456789"}
    swapped = {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(7)}
    for wrong in (mistyped | swapped) - {number}:
        with pytest.raises(Invalid) as refused:
            checked_number(wrong)
        assert (refused.value.code, "八位数字" in refused.value.sentence.zh) == ("ticket_number_mistyped", True)


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "0000 000"])
def test_too_few_or_too_many_digits_are_a_mistyped_number(typed: str) -> None:
    with pytest.raises(Invalid, match="ticket_number_mistyped"):
        checked_number(typed)


def test_digits_of_other_scripts_and_claim_codes_are_no_numbers() -> None:
    assert [is_number(each) for each in ("1234 5678", "ABCD2345", "１２３４５６７８", "²²²²²²²²", "")] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_only_a_confirmed_place_has_a_ticket() -> None:
    point = roster(cap=1)
    person, waiting = fill(point, residents=2)
    assert point.ticket_holder(person).ticket_edition == 1
    with pytest.raises(Conflict, match="not_confirmed") as refused:
        point.ticket_holder(waiting)
    assert refused.value.facts == {"state": "waitlisted"}
    with pytest.raises(NotFound):
        point.ticket_holder("stranger")
    point.cancel(person, OPENS)
    with pytest.raises(Conflict, match="not_confirmed"):
        point.ticket_holder(person)
    assert point.ticket_holder(waiting).id == waiting, "who moved up has one"
    point.call_off()
    with pytest.raises(Conflict, match="activity_cancelled"):
        point.ticket_holder(waiting)


def test_a_ticket_is_reissued_until_its_holder_is_inside_and_not_for_ever() -> None:
    point = roster()
    person, other = fill(point, residents=2)
    assert [point.reissue_ticket(person) for _ in range(3)] == [2, 3, 4]
    for _ in range(EDITIONS - 1):
        point.reissue_ticket(other)
    with pytest.raises(Conflict, match="too_many_reissues"):
        point.reissue_ticket(other)
    point.close(CLOSES)
    point.lock(CLOSES)
    point.check_in(person, STARTS + timedelta(minutes=1))
    with pytest.raises(Conflict, match="checked_in"):
        point.reissue_ticket(person)
