"""Effects that take several facts of one aggregate at once, where these came together: the same in fewer writes."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.events.contract import Contract
from shared.events.envelope import Envelope
from shared.messaging.batch import Place
from shared.messaging.decoding import Poison, fact_of
from shared.messaging.ports import Received

Effect = Callable[[Any, Envelope], Awaitable[None]]
Effects = Mapping[type[Contract], Effect]
"""What a service does about the facts it cares for. Every effect is idempotent, even after later ones: a crash repeats
the last facts of an aggregate, in their order, and a reader that slept may end one when others have gone on."""

Heard = Mapping[str, tuple[type[Contract], Effect]]
Told = tuple[Any, Envelope]
LONGEST = 16  # facts in a run: what one change records must leave its outbox room


@dataclass(frozen=True)
class InRuns:
    """An effect of one fact, or of several of one aggregate in their order: as if each had been told alone.

    When it raises, the same facts are told again one by one, so that the one at fault is found.
    """

    tell: Callable[[Sequence[Told]], Awaitable[None]]

    async def __call__(self, fact: Any, envelope: Envelope) -> None:
        await self.tell([(fact, envelope)])


@dataclass
class Run:
    """The next events of a strand that go together; `passed` of them are nobody's business here."""

    effect: InRuns | None = None
    told: list[Told] = field(default_factory=list)
    length: int = 0

    @property
    def passed(self) -> int:
        """How many need no effect."""
        return self.length - len(self.told)


def run_of(strand: Iterable[Place], applied: int, heard: Heard) -> Run:
    """What one effect takes of these events of an aggregate of which `applied` events are applied."""
    run = Run()
    for _, envelope, record in strand:
        if envelope.sequence != applied + run.length + 1 or len(run.told) == LONGEST:
            break
        if envelope.type in heard and not _joined(run, heard[envelope.type], envelope, record):
            break
        run.length += 1
    return run


def _joined(run: Run, heard: tuple[type[Contract], Effect], envelope: Envelope, record: Received) -> bool:
    contract, effect = heard
    if not isinstance(effect, InRuns) or effect is not (run.effect or effect):
        return False
    try:
        run.told.append((fact_of(contract, record), envelope))
    except Poison:
        return False
    run.effect = effect
    return True
