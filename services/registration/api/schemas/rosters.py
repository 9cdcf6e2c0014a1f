"""Open points, registrations."""

import unicodedata
from typing import Annotated, Any, Literal

from fastapi import Request as HttpRequest
from pydantic import BeforeValidator, Field, StringConstraints

from services.registration.api.schemas.common import Id, Mix, Moment, Reason, Request, View, said
from services.registration.application.ports import Contact
from services.registration.domain.admission import Admission
from services.registration.domain.composition import Category
from services.registration.domain.phase import Phase
from services.registration.domain.place import Status
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from shared.http.text import LINE
from shared.security.masking import masked_name, masked_phone


def in_ascii(value: Any) -> Any:
    """A number as it was typed in full width, too: two ways to write one number are one person."""
    return unicodedata.normalize("NFKC", value) if isinstance(value, str) else value


Phone = Annotated[
    str,
    StringConstraints(pattern=r"^(\+?86|0086)?[ -]?1[3-9](?:[ -]?[0-9]){9}$", max_length=24),
    BeforeValidator(in_ascii),
]
Email = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254
    ),
]
IdNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{17}[0-9Xx]$"), BeforeValidator(in_ascii)]


class RegistrationBody(Request):
    """A person asks for a place. Consent to the notice on personal data must be given.

    `email`: only for those who want what they are told as mail, too.
    """

    category: Category
    grassroots: bool = False
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), LINE]
    phone: Phone
    id_number: IdNumber | None = None
    email: Email | None = None
    consent: Literal[True]

    def contact(self) -> Contact:
        """For the vault."""
        return Contact(self.name, self.phone, self.id_number, self.email)


class AdmissionView(View):
    """Where a registration stands: codes for machines, a sentence for people."""

    registration_id: Id
    status: Status
    reason: str | None
    position: int | None
    sentence: str
    answer_by: Moment | None = None
    """While a place is held for them: until when."""
    claim_code: str | None = None

    @classmethod
    def of(cls, admission: Admission, request: HttpRequest, claim_code: str | None = None) -> "AdmissionView":
        """In the reader's language."""
        return cls(
            registration_id=admission.registration_id,
            status=Status(admission.status),
            reason=admission.reason,
            position=admission.position,
            sentence=said(admission.sentence, request),
            answer_by=admission.answer_by,
            claim_code=claim_code,
        )


class CompositionView(View):
    """Residents among all; `short_by` more residents are needed for one third."""

    residents: int
    total: int
    met: bool
    short_by: int


class DrawView(View):
    """The seed's digest from the announcement on, the seed once lots were drawn; the rest stands in the proof."""

    held: bool
    seed_digest: str | None
    seed: str | None
    applicants: int | None
    """On the sealed list, once it was committed to."""

    @classmethod
    def of(cls, roster: Roster) -> "DrawView":
        """From the domain."""
        draw = roster.draw
        return cls(
            held=roster.drawn,
            seed_digest=roster.seed_digest,
            seed=draw.seed if draw and roster.drawn else None,
            applicants=draw.applicants if draw else None,
        )


class OpenPointView(View):
    """An open point as the public sees it."""

    id: Id
    activity_id: Id
    unit_id: str
    cap: int
    phase: Phase
    opens_at: Moment
    closes_at: Moment
    confirmed: Mix
    waiting: int
    offered: int
    """Seats that are held for people who have not answered yet; nobody else can have them."""
    composition: CompositionView
    waived: bool
    draw: DrawView | None

    @classmethod
    def of(cls, roster: Roster) -> "OpenPointView":
        """From the domain."""
        return cls(
            id=roster.id,
            activity_id=roster.activity_id,
            unit_id=roster.unit_id,
            cap=roster.cap,
            phase=roster.phase,
            opens_at=roster.opens_at,
            closes_at=roster.closes_at,
            confirmed=roster.confirmed(),
            waiting=len(roster.waiting()),
            offered=len(roster.held()) - len(roster.seated()),
            composition=CompositionView.model_validate(roster.composition),
            waived=roster.waiver is not None,
            draw=DrawView.of(roster) if roster.selection == Selection.RANDOM_DRAW else None,
        )


class RosterEntry(View):
    """One representative, masked."""

    registration_id: Id
    category: Category
    grassroots: bool
    status: Status
    position: int | None
    name: str
    phone: str
    checked_in_at: Moment | None
    undone_because: str | None


class ExtensionBody(Request):
    """Until when registration is to stay open, and why."""

    closes_at: Moment
    reason: Reason


class ExtensionView(View):
    """By whom, when and why the end was moved."""

    previous: Moment
    closes_at: Moment
    reopened: bool
    reason: str
    by: str
    at: Moment


class RosterView(View):
    """The list for staff."""

    open_point_id: Id
    phase: Phase
    entries: list[RosterEntry]
    extensions: list[ExtensionView]

    @classmethod
    def of(cls, roster: Roster, contacts: dict[str, Contact]) -> "RosterView":
        """Masked: the whole is not needed to prepare a list."""
        unknown, positions = Contact("", ""), roster.positions()
        entries = [
            RosterEntry(
                registration_id=each.id,
                category=each.category,
                grassroots=each.grassroots,
                status=each.status,
                position=positions.get(each.id),
                name=masked_name(contacts.get(each.id, unknown).name),
                phone=masked_phone(contacts.get(each.id, unknown).phone),
                checked_in_at=each.checked_in_at,
                undone_because=each.undone.reason if each.undone else None,
            )
            for each in sorted(roster.registrations.values(), key=lambda each: each.ticket)
        ]
        extensions = [ExtensionView.model_validate(each) for each in roster.extensions]
        return cls(open_point_id=roster.id, phase=roster.phase, entries=entries, extensions=extensions)


class HeadcountView(View):
    """People by category."""

    confirmed: Mix


class UndoCheckInBody(Request):
    """Whose check-in was a mistake, and why."""

    registration_id: Id
    reason: Reason


ClaimCode = Annotated[str, Field(min_length=8, max_length=10)]
