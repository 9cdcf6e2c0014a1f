"""The smallest world that the promise can be broken in: tallies that are written, mirrors that read of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.aggregate import Aggregate, Fact
from shared.errors import Conflict
from shared.events.catalogue import dead_letters_topic, events_topic
from shared.events.contract import Contract
from shared.events.feedback_v1 import ProgressNoted
from shared.time import SystemClock

EPOCH = datetime(2021, 9, 1, tzinfo=UTC)
WRITER, READER = "feedback", "scoring"
TOPIC, DEAD = events_topic(WRITER, "sim"), dead_letters_topic(READER, "sim")
GROUP = f"sim.{READER}"
OUTBOX_CAP = 6  # so low that a few commands meet it
LIMIT = 12  # words that a tally takes before it refuses


def aggregate_of(tally: str) -> str:
    """How readers call a tally."""
    return f"{WRITER}.tally.{tally}"


@dataclass(frozen=True)
class Said(Fact):
    """A word was added to a tally, or one of its timers rang."""

    tally: str
    word: str


@dataclass(kw_only=True)
class Tally(Aggregate):
    """Takes words up to a limit; every word and every ring is one fact."""

    words: list[str] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)

    def add(self, word: str) -> int:
        """How many words there are now. A refusal comes after the state was touched."""
        self.words.append(word)
        if len(self.words) > LIMIT:
            raise Conflict("full", "已满。", "Full.", limit=LIMIT)
        self.record(Said(self.id, word))
        return len(self.words)

    def remind(self, name: str, at: datetime) -> None:
        """Set a timer."""
        self.timers[name] = at

    def ring(self, timer: str, due: datetime) -> None:
        """Say so."""
        self.rung.append(timer)
        self.record(Said(self.id, timer))


def published(fact: Fact) -> Contract:
    """Keyed by tally, so that tallies lie in different partitions."""
    assert isinstance(fact, Said)
    return ProgressNoted(activity_id=fact.tally, opinion_id=fact.tally, unit_id=fact.word, noted_at=EPOCH)


@dataclass(kw_only=True)
class Mirror(Aggregate):
    """What a reader makes of the facts of one aggregate: keyed contributions, and the last thing said."""

    words: dict[str, str] = field(default_factory=dict)
    last: str = ""
    said_at: int = 0

    def take(self, sequence: int, word: str) -> None:
        """Keyed by sequence, so that a repeat changes nothing, not even a late one.

        A reader that was declared dead in the middle of an effect and wakes up ends it after others have gone on.
        """
        self.words[str(sequence)] = word
        if sequence >= self.said_at:
            self.last, self.said_at = word, sequence


def unpublishable(_: Fact) -> Contract:
    """Mirrors record no facts."""
    raise AssertionError("mirrors record no facts")


class SimulatedClock(SystemClock):
    """The day begins with the schedule and runs with its loop."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed

    def now(self) -> datetime:
        """Whole milliseconds."""
        return EPOCH + timedelta(milliseconds=int(self._elapsed() * 1000))
