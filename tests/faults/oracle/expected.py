"""What a row injected, so that the judge does not take it for a fault of the house."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Expected:
    """`dead_letters` {consumer: how many of the injected poison records it must set aside, each exactly once}, matched
    by `origins` {consumer: ["topic/partition/offset", …]} when given.

    `mended` {consumer: [the same]}: good facts that met damage, were set aside and put back by an operator.
    `replay` base URL of a second scoring: a new group suffix, an empty database; quiet, too.
    `quarantined` {service: [aggregate ids whose document the row damaged]}: left out of everything that reads them.
    `injected` {topic: [[partition, offset], …]}: records that a row's own producer sent (repeats, poison), which are
    no facts of the owner; repeats among them must still be byte-identical.
    `letters_may_repeat`: a consumer was killed between setting aside and remembering that it did.
    """

    dead_letters: dict[str, int] = field(default_factory=dict)
    origins: dict[str, list[str]] = field(default_factory=dict)
    mended: dict[str, list[str]] = field(default_factory=dict)
    replay: str | None = None
    quarantined: dict[str, list[str]] = field(default_factory=dict)
    injected: dict[str, list[list[int]]] = field(default_factory=dict)
    letters_may_repeat: bool = False

    @classmethod
    def read(cls, path: Path) -> "Expected":
        """From JSON. Raises OSError, ValueError or TypeError."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))
