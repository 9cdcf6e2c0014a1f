"""What people bring to a door, as the place that it means."""

import pytest

from services.registration.adapters.tickets import SignedTickets
from services.registration.adapters.vault import KeyedCodes
from services.registration.application.recognition import UNKNOWN, Meant, Recognition
from services.registration.domain.door import Result
from services.registration.domain.roster import Roster
from services.registration.domain.ticket import Ticket
from shared.errors import Invalid
from shared.ids import derived_id
from shared.security.vault import Keys
from tests.unit.registration.rosters import OPENS, RESIDENT, roster

KEYS = Keys("ab12cd34", {"ab12cd34": b"a" * 32}, b"b" * 32, b"c" * 32)
TICKETS, CODES = SignedTickets(KEYS), KeyedCodes(KEYS)
ONE, TWO = derived_id("registration", "one"), derived_id("registration", "two")


def point(id_: str = "hall", activity_id: str = "activity") -> Roster:
    """Two people; the second's ticket was reissued."""
    made = roster()
    made.id, made.activity_id = id_, activity_id
    for each in (ONE, TWO):
        made.register(each, RESIDENT, grassroots=False, at=OPENS)
    made.reissue_ticket(TWO)
    return made


def text(of: Roster, registration_id: str = ONE) -> str:
    return TICKETS.sign(Ticket.of(of.registration(registration_id), of.activity_id, of.id))


HALL = point()
NUMBER = TICKETS.number("hall", 1, 1)
CODE = CODES.claim_code(ONE)


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        (text(HALL), Meant(ONE, 1)),
        (f"  {text(HALL).lower()}\r\n", Meant(ONE, 1)),
        (text(HALL, TWO), Meant(TWO, 2)),
        (text(point("library")), Meant(ONE, fault=Result.WRONG_POINT)),
        (text(point(activity_id="another")), Meant(ONE, fault=Result.WRONG_ACTIVITY)),
        (text(HALL)[:-1], Meant(fault=Result.BAD_SIGNATURE)),
        ("od1.", Meant(fault=Result.BAD_SIGNATURE)),
        (ONE, Meant(ONE)),
        ("0" * 36, Meant("0" * 36)),
        (f"{CODE[:4].lower()}-{CODE[4:]}", Meant(ONE)),
        (NUMBER, Meant(ONE, 1)),
        (f"{NUMBER[:4]} {NUMBER[4:]}", Meant(ONE, 1)),
        (TICKETS.number("hall", 2, 1), Meant(TWO, 1)),
        (TICKETS.number("hall", 2, 2), Meant(TWO, 2)),
        (TICKETS.number("hall", 2, 3), UNKNOWN),
        (TICKETS.number("hall", 3, 1), UNKNOWN),
        (TICKETS.number("library", 1, 1), UNKNOWN),
        ("https://example.org", UNKNOWN),
        ("１２３４５６７８", UNKNOWN),
        ("\u202e" + NUMBER, UNKNOWN),
        ("😀" * 1000, UNKNOWN),
    ],
)
def test_what_is_shown_means_a_place_or_says_what_is_wrong(shown: str, meant: Meant) -> None:
    assert Recognition(TICKETS, CODES, HALL).meant(shown) == meant


def test_a_mistyped_number_is_noticed_and_a_claim_code_of_digits_alone_is_not_taken_for_one() -> None:
    class Digits(KeyedCodes):
        def claim_code(self, registration_id: str) -> str:
            return "22222223" if registration_id == ONE else super().claim_code(registration_id)

    recognition = Recognition(TICKETS, Digits(KEYS), HALL)
    assert recognition.meant("2222 2223") == Meant(ONE)
    with pytest.raises(Invalid, match="ticket_number_mistyped"):
        recognition.meant("22222222")
