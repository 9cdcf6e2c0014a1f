"""Notices: to the person on the status page, to staff as counts and as a list of whom they did not reach."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Request as HttpRequest
from pydantic import Field, StringConstraints

from services.registration.api.schemas.common import Id, Moment, Request, View
from services.registration.api.schemas.rosters import AdmissionView
from services.registration.application.notice_commands import Receipt
from services.registration.application.notice_ports import Language
from services.registration.application.notice_queries import Telling, Told, Unreached
from services.registration.domain.admission import Admission
from services.registration.domain.notice import NoticeKind, NoticeState
from shared.security.masking import masked_name, masked_phone


class NoticeView(View):
    """One thing that the person was told, or is about to be: `state` says how far it came on its way to them."""

    kind: NoticeKind
    state: NoticeState
    subject: str
    text: str
    at: Moment
    read_at: Moment | None

    @classmethod
    def of(cls, told: Told) -> "NoticeView":
        """In the language of its words."""
        notice = told.notice
        return cls(
            kind=notice.kind,
            state=notice.state,
            subject=told.words.subject,
            text=told.words.text,
            at=notice.queued_at,
            read_at=notice.read_at,
        )


class StatusView(AdmissionView):
    """Where a registration stands, and what its holder was told of it, the oldest first."""

    notices: list[NoticeView]

    @classmethod
    def with_notices(cls, admission: Admission, told: Sequence[Told], request: HttpRequest) -> "StatusView":
        """In the reader's language."""
        stands = AdmissionView.of(admission, request)
        return cls(**stands.model_dump(), notices=[NoticeView.of(each) for each in told])


class DeliveryView(View):
    """Through which channel it did not come, after how many attempts, why."""

    channel: str
    attempts: int
    error: str | None


class UnreachedView(View):
    """Whom a notice did not reach, masked: nobody has read it on the status page either."""

    registration_id: Id
    name: str
    phone: str
    kind: NoticeKind
    at: Moment
    deliveries: list[DeliveryView]

    @classmethod
    def of(cls, found: Unreached) -> "UnreachedView":
        """Masked: the whole stands in the unmasked export, with a reason."""
        contact, notice = found.contact, found.notice
        return cls(
            registration_id=found.registration_id,
            name=masked_name(contact.name) if contact else "",
            phone=masked_phone(contact.phone) if contact else "",
            kind=notice.kind,
            at=notice.queued_at,
            deliveries=[DeliveryView.model_validate(each) for each in notice.deliveries],
        )


class NoticesView(View):
    """How the notices of an open point stand: {kind: {state: how many}}, and whom they did not reach."""

    open_point_id: Id
    counts: dict[NoticeKind, dict[NoticeState, int]]
    unreached: list[UnreachedView]

    @classmethod
    def of(cls, telling: Telling) -> "NoticesView":
        """From the application."""
        return cls(
            open_point_id=telling.point_id,
            counts={kind: dict(states) for kind, states in telling.counts.items()},
            unreached=[UnreachedView.of(each) for each in telling.unreached],
        )


class ResendingBody(Request):
    """Whose failed notices are to be sent again; of everybody at the point when nobody is named."""

    registration_id: Id | None = None


class ResendingView(View):
    """How many notices are sent again; none at a second click."""

    open_point_id: Id
    notices: int


class ReceiptBody(Request):
    """Of one message, by the id that it was sent with; `error`: the gateway's code for why it will not arrive."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    status: Literal["delivered", "failed"]
    error: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,60}$")] | None = None


class ReceiptsBody(Request):
    """As many as a gateway likes to send at once."""

    receipts: Annotated[list[ReceiptBody], Field(min_length=1, max_length=200)]

    def found(self) -> tuple[Receipt, ...]:
        """For the command."""
        return tuple(
            Receipt(each.id, None if each.status == "delivered" else each.error or "undelivered")
            for each in self.receipts
        )


class ReceiptsView(View):
    """Of how many messages these were receipts, and how many nobody here knows."""

    known: int
    unknown: int


def language(request: HttpRequest) -> Language:
    """The reader's."""
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh-CN"
