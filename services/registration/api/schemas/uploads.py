"""Uploaded lists: what became of whom."""

from collections import Counter
from collections.abc import Callable, Sequence

from fastapi import Request as HttpRequest

from services.registration.api.schemas.common import Id, View, said
from services.registration.application.uploads import Imported
from shared.errors import Problem

REFUSED = "refused"


class UploadedRowView(View):
    """One row. `status`: as a registration has it, or `refused`; `reason`: why somebody waits, or was refused.

    `claim_code`: to be told to the person, who has no other way to learn it.
    """

    row: int
    status: str
    sentence: str
    reason: str | None = None
    position: int | None = None
    registration_id: Id | None = None
    claim_code: str | None = None

    @classmethod
    def of(cls, each: Imported, request: HttpRequest, code: Callable[[str], str]) -> "UploadedRowView":
        """In the reader's language."""
        became = each.became
        sentence = said(became.sentence, request)
        if isinstance(became, Problem):
            return cls(row=each.row, status=REFUSED, reason=became.code, sentence=sentence)
        return cls(
            row=each.row,
            status=became.status,
            sentence=sentence,
            registration_id=became.registration_id,
            position=became.position,
            reason=became.reason,
            claim_code=code(became.registration_id),
        )


class UploadView(View):
    """How many stand where, and then every row."""

    counts: dict[str, int]
    rows: list[UploadedRowView]

    @classmethod
    def of(cls, imported: Sequence[Imported], request: HttpRequest, code: Callable[[str], str]) -> "UploadView":
        """In the reader's language."""
        rows = [UploadedRowView.of(each, request, code) for each in imported]
        return cls(counts=Counter(each.status for each in rows), rows=rows)
