"""Scans: one, a batch, the log."""

from typing import Annotated, Literal

from fastapi import Request as HttpRequest
from pydantic import Field, StringConstraints, model_validator

from services.registration.api.schemas.common import Id, Moment, Request, View, said
from services.registration.application.commands import DoorScan
from services.registration.domain.composition import Category
from services.registration.domain.door import LoggedScan, Result, Verdict, recalled
from services.registration.domain.door_answers import sentence
from services.registration.domain.place import Scan
from services.registration.domain.roster import Roster

BATCH = 200
Device = Annotated[str, StringConstraints(pattern=r"^\w[\w .-]*$", max_length=40)]
Nonce = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=64)]
Typed = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z -]{8,10}$")]
Anything = Annotated[str, StringConstraints(min_length=1, max_length=4300)]
"""Whatever a camera may read: a QR code holds 4,296 characters at most."""


class CheckInBody(Request):
    """Who is at the door: a registration, the ticket's text, or a code: the claim code or the ticket's eight digits.

    `scanned_at` is for a scan that is sent later than it was made; a repeated `nonce` of a device is the same scan.
    """

    registration_id: Id | None = None
    code: Typed | None = None
    ticket: Anything | None = None
    device: Device | None = None
    nonce: Nonce | None = None
    scanned_at: Moment | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> "CheckInBody":
        if sum(each is not None for each in (self.registration_id, self.code, self.ticket)) != 1:
            raise ValueError("one of registration_id, code and ticket")
        return self

    @property
    def shown(self) -> str:
        """Whichever it is."""
        return self.registration_id or self.code or self.ticket or ""


class ScanView(View):
    """What the door shows; of a duplicate, when and where the first scan was."""

    result: Literal["admitted", "duplicate"]
    registration_id: Id
    category: Category
    first_at: Moment
    first_device: str | None

    @classmethod
    def of(cls, scan: Scan) -> "ScanView":
        """From the domain."""
        return cls.model_validate(scan)


class ScanBody(Request):
    """One scan that a door kept: `shown` is whatever was read or typed, known or not."""

    nonce: Nonce
    scanned_at: Moment
    shown: Anything

    def scan(self) -> DoorScan:
        """For the command."""
        return DoorScan(self.nonce, self.shown, self.scanned_at)


class CheckInBatchBody(Request):
    """What a door scanned while it was without a network. `sent_at`, on the door's own clock, corrects that clock."""

    device: Device
    sent_at: Moment | None = None
    scans: Annotated[list[ScanBody], Field(min_length=1, max_length=BATCH)]


class ScanAnswer(View):
    """What became of one scan of a batch, with a sentence for the person at the door."""

    nonce: str
    result: Result
    registration_id: str | None
    category: Category | None
    first_at: Moment | None
    first_device: str | None
    sentence: str

    @classmethod
    def of(cls, nonce: str, verdict: Verdict, request: HttpRequest) -> "ScanAnswer":
        """In the reader's language."""
        return cls(
            nonce=nonce,
            result=verdict.result,
            registration_id=verdict.registration_id,
            category=verdict.category,
            first_at=verdict.first_at,
            first_device=verdict.first_device,
            sentence=said(sentence(verdict), request),
        )


class CheckInBatchView(View):
    """One answer for each scan, in the order in which they were sent."""

    open_point_id: Id
    answers: list[ScanAnswer]


class LoggedScanView(View):
    """One line of the log: `answered` is what the door was told then, `result` what the scan means now."""

    scan_id: Id
    device: str
    scanned_at: Moment
    received_at: Moment
    by: str
    registration_id: str | None
    answered: Result
    result: Result


class ScanLogView(View):
    """A point's scans in the order in which they were made; `more`: there are later ones than these."""

    open_point_id: Id
    scans: list[LoggedScanView]
    more: bool

    @classmethod
    def of(cls, roster: Roster, lines: list[LoggedScan], at_most: int) -> "ScanLogView":
        """Lines beyond `at_most` are only said to be there."""
        scans = [
            LoggedScanView(
                scan_id=each.scan_id,
                device=each.device,
                scanned_at=each.at,
                received_at=each.received_at,
                by=each.by,
                registration_id=each.registration_id,
                answered=each.answered,
                result=recalled(roster.registrations, each).result,
            )
            for each in lines[:at_most]
        ]
        return cls(open_point_id=roster.id, scans=scans, more=len(lines) > at_most)
