"""A scorecard: the lines that stand, in the rulebook's order, with a digest by which two can be compared."""

import hashlib
import json
from dataclasses import dataclass

from services.scoring.domain.account import Account
from services.scoring.domain.lines import Line
from services.scoring.domain.period import State
from services.scoring.domain.rulebook import Rulebook


@dataclass(frozen=True)
class Scorecard:
    """One unit in one year. `total` in thousandths."""

    unit_id: str
    year: int
    title: str
    rulebook: str
    state: State
    total: int
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, account: Account, rulebook: Rulebook) -> "Scorecard":
        """As it stands."""
        order = {each.code: place for place, each in enumerate(rulebook.rules)}
        lines = sorted(account.lines, key=lambda each: (order.get(each.rule, len(order)), each.rule, each.subject))
        return cls(
            unit_id=account.unit_id,
            year=account.year,
            title=account.title,
            rulebook=account.rulebook,
            state=account.state,
            total=account.total,
            lines=tuple(lines),
        )

    def canonical(self) -> bytes:
        """The outcome as bytes: equal facts give equal bytes, whatever way they came."""
        content = {
            "unit_id": self.unit_id,
            "year": self.year,
            "rulebook": self.rulebook,
            "total": self.total,
            "lines": [
                [each.rule, each.subject, each.points, dict(sorted(each.inputs.items())), list(each.evidence)]
                for each in self.lines
            ],
        }
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of `canonical`, hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()
