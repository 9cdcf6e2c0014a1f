"""What a representative shows at the door: a signed text for a camera, eight digits for a voice or a keyboard.

Both are derived from the place and from the edition of its ticket and kept nowhere; neither names a person. A ticket
that is reissued has a higher edition, and whatever was shown for the earlier one is revoked.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from services.registration.domain.place import Registration, Status
from shared.errors import Conflict, Invalid

FORM = "OD1."
"""How the text of a ticket begins; the digit is the version of the form."""

EDITIONS = 99
NUMBER_LENGTH = 8

# H. M. Damm's totally anti-symmetric quasigroup of order ten ("Total anti-symmetrische Quasigruppen", 2004): a digit
# that was mistyped, or two neighbours that were swapped, never leave a zero. Luhn's method misses 09 for 90.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


@dataclass(frozen=True)
class Ticket:
    """What the signed text says: whose place, where (as tags), and which edition of the ticket."""

    registration_id: str
    activity_tag: str
    point_tag: str
    edition: int

    @classmethod
    def of(cls, mine: Registration, activity_id: str, point_id: str) -> "Ticket":
        """The ticket of a place as it stands."""
        return cls(mine.id, tag(activity_id), tag(point_id), mine.ticket_edition)


@dataclass(frozen=True)
class IssuedTicket:
    """A ticket in both forms, and when the door takes it."""

    registration_id: str
    point_id: str
    text: str
    number: str
    edition: int
    valid_from: datetime
    valid_until: datetime


def tag(id_: str) -> str:
    """Eight hexadecimal digits that tell one activity or point from another; the ticket's signature covers them."""
    return hashlib.sha256(id_.encode()).hexdigest()[:8]


def with_check_digit(digits: str) -> str:
    """The digits and their check digit (Damm)."""
    return f"{digits}{_remainder(digits)}"


def checked_number(typed: str) -> str:
    """The eight digits that were meant. Raises Invalid when one was mistyped or two were swapped."""
    digits = plain(typed)
    if len(digits) != NUMBER_LENGTH or _remainder(digits):
        raise Invalid(
            "ticket_number_mistyped",
            "入场码有误，请核对八位数字后重新输入。",
            "The ticket number is mistyped; check its eight digits and type them again.",
        )
    return digits


def is_number(typed: str) -> bool:
    """Whether this is meant as a ticket number: digits alone, however they are grouped."""
    digits = plain(typed)
    return digits.isascii() and digits.isdigit()


def plain(typed: str) -> str:
    """Without what people put between groups."""
    return typed.replace(" ", "").replace("-", "")


def holder(mine: Registration, *, called_off: bool) -> Registration:
    """Whoever has a place has a ticket. Raises Conflict for everybody else."""
    if called_off:
        raise Conflict("activity_cancelled", "活动已取消，入场凭证失效。", "The activity was called off; no tickets.")
    if mine.status not in (Status.CONFIRMED, Status.ATTENDED):
        raise Conflict(
            "not_confirmed", "名额确认后才有入场凭证。", "Only a confirmed place has a ticket.", state=mine.status
        )
    return mine


def reissued(mine: Registration) -> Registration:
    """With a new ticket; every earlier one is revoked. Raises Conflict."""
    if mine.status == Status.ATTENDED:
        raise Conflict("checked_in", "已签到，无需换发凭证。", "Already checked in; no new ticket is needed.")
    if mine.ticket_edition >= EDITIONS:
        raise Conflict(
            "too_many_reissues", "换发次数过多，请联系主办单位。", "Reissued too often; ask the hosting unit."
        )
    return replace(mine, ticket_edition=mine.ticket_edition + 1)


def _remainder(digits: str) -> int:
    interim = 0
    for each in digits:
        interim = _DAMM[interim][int(each)]
    return interim
