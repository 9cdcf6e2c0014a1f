"""Scorecards and ledgers."""

from datetime import datetime

from pydantic import BaseModel

from services.scoring.api.schemas.bilingual import Bilingual
from services.scoring.domain.account import Account
from services.scoring.domain.ledger import Entry
from services.scoring.domain.lines import Line
from services.scoring.domain.period import State
from services.scoring.domain.rulebook import Rulebook
from services.scoring.domain.scorecard import Scorecard
from services.scoring.domain.wording import why


class LineView(BaseModel):
    """A line that stands: what, how much, why, and by which events."""

    rule: str
    name: str
    name_en: str
    points: int
    subject: str
    why: Bilingual
    inputs: dict[str, str]
    evidence: list[str]

    @classmethod
    def of(cls, line: Line, rulebook: Rulebook) -> "LineView":
        """From the domain."""
        rule = rulebook.rule(line.rule)
        return cls(
            rule=line.rule,
            name=rule.name if rule else line.rule,
            name_en=rule.name_en if rule else line.rule,
            points=line.points,
            subject=line.subject,
            why=Bilingual.of(why(line)),
            inputs=dict(line.inputs),
            evidence=list(line.evidence),
        )


class ScorecardView(BaseModel):
    """A scorecard. `digest` is the same for the same facts, whatever way they came."""

    unit_id: str
    title: str
    year: int
    rulebook: str
    state: State
    total: int
    lines: list[LineView]
    digest: str

    @classmethod
    def of(cls, card: Scorecard, rulebook: Rulebook) -> "ScorecardView":
        """From the domain."""
        return cls(
            unit_id=card.unit_id,
            title=card.title,
            year=card.year,
            rulebook=card.rulebook,
            state=card.state,
            total=card.total,
            lines=[LineView.of(each, rulebook) for each in card.lines],
            digest=card.digest,
        )


class ScorecardList(BaseModel):
    """Every assessed unit, by id."""

    year: int
    scorecards: list[ScorecardView]


class EntryView(BaseModel):
    """A ledger entry; `reverses` is the number of the entry that it takes back.

    `cause`: the event, the claim or the close of the year by which it was made; null by a new version of the rulebook.
    """

    number: int
    rulebook: str
    rule: str
    subject: str
    points: int
    inputs: dict[str, str]
    evidence: list[str]
    reverses: int | None
    entered_at: datetime
    cause: str | None

    @classmethod
    def of(cls, entry: Entry) -> "EntryView":
        """From the domain."""
        return cls(
            number=entry.number,
            rulebook=entry.rulebook,
            rule=entry.line.rule,
            subject=entry.line.subject,
            points=entry.line.points,
            inputs=dict(entry.line.inputs),
            evidence=list(entry.line.evidence),
            reverses=entry.reverses,
            entered_at=entry.entered_at,
            cause=entry.cause,
        )


class LedgerView(BaseModel):
    """Every entry ever made. `late` names activities whose facts came after the freeze and change no line."""

    unit_id: str
    year: int
    state: State
    total: int
    entries: list[EntryView]
    late: list[str]

    @classmethod
    def of(cls, account: Account) -> "LedgerView":
        """From the domain."""
        return cls(
            unit_id=account.unit_id,
            year=account.year,
            state=account.state,
            total=account.total,
            entries=[EntryView.of(each) for each in account.entries],
            late=sorted(account.late),
        )
