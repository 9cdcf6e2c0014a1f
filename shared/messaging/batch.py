"""What one poll brought from one partition, and what became of each record.

Events of one aggregate make a strand, in order; strands go side by side. An offset may be committed up to the first
record that is not done, and what was found to be poison is set aside in the order of the log, so that a strand that
must be read again takes nothing with it that others have finished.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.events.envelope import Envelope
from shared.messaging.decoding import Poison
from shared.messaging.ports import Received

Place = tuple[int, Envelope, Received]  # of a record in its batch, what its headers say, and the record
Strand = list[Place]


@dataclass
class Batch:
    """Records in their order. `ends`: how many, from the first, are done; `trouble`: why the next one is not."""

    records: Sequence[Received]
    poison: dict[int, Poison] = field(default_factory=dict)
    trouble: Exception | None = None

    def __post_init__(self) -> None:
        self.ends = len(self.records)

    @property
    def begins_at(self) -> int:
        """The first offset."""
        return self.records[0].offset

    @property
    def reached(self) -> int:
        """The offset to go on from."""
        return self.records[self.ends - 1].offset + 1 if self.ends else self.begins_at

    def leave(self, at: int, why: Exception | None) -> None:
        """This record is not done, and so nothing after it counts."""
        if at < self.ends:
            self.ends, self.trouble = at, why
