"""The promise, said as what must hold after every step, and what must hold when everything has come to rest.

The judge looks straight into the engines' memory: into what is durable, never into what a process believes.
"""

from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from shared.events.envelope import Envelope, link
from shared.events.feedback_v1 import ProgressNoted
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.ports import Received
from shared.storage.document import Codec, Held
from shared.storage.inbox import StoredInbox
from tests.simulation.model import (
    DEAD,
    EPOCH,
    GROUP,
    OUTBOX_CAP,
    TOPIC,
    Mirror,
    Tally,
    aggregate_of,
    published,
    unpublishable,
)
from tests.simulation.operator import UNREADABLE, mended_body

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")
TALLIES, MIRRORS = Codec(Tally, published), Codec(Mirror, unpublishable)
GRACE = timedelta(seconds=1)  # that a timer may ring late when all is well


class Violation(AssertionError):
    """The promise is broken; the text says how."""


class Judge:
    """Looks at one world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._engines = world.engines
        self._inbox = StoredInbox(self._engines.applied, self._engines.parked)
        self._held: dict[str, tuple[bytes, Held[Tally]]] = {}
        self._seen: Counter[tuple[str, int]] = Counter()
        self._judged_to: dict[tuple[str, int], int] = {}
        self._applied: dict[str, int] = {}
        self._wrong: list[str] = []
        self.facts: dict[str, list[Received]] = {}
        self.chains: dict[str, str] = {}
        self.effects: Counter[str] = Counter()
        """How often the effect of each event began."""

    def wrong(self, what: str) -> None:
        """Somebody saw it broken."""
        self._wrong.append(what)

    def look(self) -> None:
        """What holds at every moment. Raises Violation."""
        if self._wrong:
            raise Violation("; ".join(self._wrong))
        self._read_topic()
        for tally in self._engines.tallies.ids():
            self._judge_tally(tally)
        self._judge_answers()
        self._judge_offsets()

    # what is published

    def _read_topic(self) -> None:
        for partition, records in enumerate(self._engines.log.topic(TOPIC)):
            for record in records[self._seen[TOPIC, partition] :]:
                self._published(Envelope.read(record.headers), record)
            self._seen[TOPIC, partition] = len(records)

    def _published(self, envelope: Envelope, record: Received) -> None:
        if not envelope.aggregate.startswith("feedback."):
            return
        facts = self.facts.setdefault(envelope.aggregate, [])
        if envelope.sequence > len(facts) + 1:
            raise Violation(f"{envelope.id} was published before {envelope.aggregate}-{len(facts) + 1}")
        if envelope.sequence <= len(facts):
            if (first := facts[envelope.sequence - 1]).value != record.value or first.headers != record.headers:
                raise Violation(f"{envelope.id} was published again with other bytes")
            return
        before = self.chains.get(envelope.aggregate, "")
        made = link(before, envelope.sequence, envelope.type, envelope.time, record.value or b"")
        if made != envelope.chain:
            raise Violation(f"{envelope.id} breaks its chain")
        self.chains[envelope.aggregate] = made
        facts.append(record)

    # what is stored

    def held(self, tally: str) -> Held[Tally] | None:
        """A tally as it is stored."""
        raw = self._engines.tallies.raw(tally)
        if raw is None:
            return None
        known = self._held.get(tally)
        if known is None or known[0] != raw:
            document = self._engines.tallies.look(tally)
            assert document
            held = TALLIES.held(document)
            if known and (held.rev <= known[1].rev or held.seq < known[1].seq or held.version < known[1].version):
                raise Violation(f"{tally} went back from revision {known[1].rev} to {held.rev}")
            known = self._held[tally] = (raw, held)
        return known[1]

    def _judge_tally(self, tally: str) -> None:
        held = self.held(tally)
        assert held
        sequences, facts = [each.seq for each in held.outbox], len(self.facts.get(aggregate_of(tally), []))
        words, rung = held.aggregate.words, held.aggregate.rung
        if sequences != list(range(held.seq - len(sequences) + 1, held.seq + 1)):
            raise Violation(f"{tally}: the outbox holds {sequences}, and {held.seq} facts are recorded")
        if held.seq - len(sequences) > facts:
            raise Violation(f"{tally}: {held.seq - len(sequences)} facts are marked published, {facts} are")
        if facts > held.seq:
            raise Violation(f"{tally}: {facts} facts are published, {held.seq} are stored")
        if len(sequences) > OUTBOX_CAP:
            raise Violation(f"{tally}: {len(sequences)} facts in the outbox")
        if held.chain != (held.outbox[-1].chain if sequences else self.chains.get(aggregate_of(tally), "")):
            raise Violation(f"{tally}: the document's chain is not that of its last fact")
        if len(words) != len(set(words)) or len(rung) != len(set(rung)):
            raise Violation(f"{tally}: something was done twice: {words} {rung}")
        if len(words) + len(rung) != held.seq:
            raise Violation(f"{tally}: {len(words)} words and {len(rung)} rings, {held.seq} facts")
        self._judge_rung(tally, rung)

    def _judge_rung(self, tally: str, rung: list[str]) -> None:
        due = {each.name: each.due for each in self._world.clients.reminders if each.tally == tally}
        for each in rung:
            if due[each] > self._now():
                raise Violation(f"{tally}: {each} rang before it was due")

    # what was answered

    def _judge_answers(self) -> None:
        for asked in self._world.clients.asked:
            held = self.held(asked.tally)
            if asked.acked and held is None:
                raise Violation(f"{asked.word} was answered, and there is no {asked.tally}")
            if asked.word[0] != "w":
                continue
            words = held.aggregate.words if held else []
            if asked.refused and asked.word in words:
                raise Violation(f"{asked.word} was refused ({asked.refusals}), and is there")
            for total in asked.acked:
                if words[total - 1 : total] != [asked.word]:
                    raise Violation(f"{asked.word} was answered {total}; {asked.tally} holds {words}")

    # what is read

    def _judge_offsets(self) -> None:
        for (topic, partition), committed in self._engines.log.group(GROUP).committed.items():
            begin = self._judged_to.get((topic, partition), 0)
            for record in self._engines.log.topic(topic)[partition][begin:committed]:
                self._judge_passed(Envelope.read(record.headers), record)
            self._judged_to[topic, partition] = max(begin, committed)
        for aggregate, before in list(self._applied.items()):
            if (applied := self.applied(aggregate)) < before:
                raise Violation(f"{aggregate}: applied went back from {before} to {applied}")

    def _judge_passed(self, envelope: Envelope, record: Received) -> None:
        self._applied[envelope.aggregate] = applied = self.applied(envelope.aggregate)
        if envelope.sequence <= applied:
            return
        if _at_once(self._inbox.parked(envelope.aggregate, envelope.sequence)) is None and not self._is_buried(record):
            raise Violation(f"{envelope.id} is passed over: committed, but neither applied, parked nor set aside")

    def applied(self, aggregate: str) -> int:
        """How far the readers' database says that they are."""
        return _at_once(self._inbox.applied(aggregate, fresh=True))

    def letters(self) -> list[DeadLetter]:
        """Everything that was set aside."""
        return [DeadLetter.read(each) for each in self._engines.log.records(DEAD)]

    def _is_buried(self, record: Received) -> bool:
        return f"{record.topic}/{record.partition}/{record.offset}" in {each.origin for each in self.letters()}

    # at rest

    def not_at_rest(self) -> str:
        """What is still on its way, in words; empty when nothing is."""
        for tally in self._engines.tallies.ids():
            held = self.held(tally)
            if held and held.outbox:
                return f"{tally} has facts to publish"
            if held and any(due + GRACE < self._now() for due in held.aggregate.timers.values()):
                return f"{tally} has a timer to ring"
        group = self._engines.log.group(GROUP)
        for partition, records in enumerate(self._engines.log.topic(TOPIC)):
            if group.committed.get((TOPIC, partition), 0) < len(records):
                return f"partition {partition} is not read to its end"
        if parked := _at_once(self._inbox.all_parked()):
            return f"{parked[0][0]}-{parked[0][1]} is parked"
        return self._set_aside()

    def _set_aside(self) -> str:
        for letter in self.letters():
            envelope = letter.envelope
            if envelope and self.applied(envelope.aggregate) < envelope.sequence:
                return f"{envelope.id} is set aside"
        return ""

    def at_rest(self) -> None:
        """What holds when everything was healed and drained. Raises Violation."""
        for tally in self._engines.tallies.ids():
            held = self.held(tally)
            assert held
            if held.seq != len(self.facts.get(aggregate_of(tally), [])):
                raise Violation(f"{tally}: {held.seq} facts are stored, fewer are published")
            self._judge_reminders(held.aggregate)
        self._judge_mirrors()
        self._judge_letters()
        if self._world.calm:
            self._judge_calm()

    def _judge_reminders(self, tally: Tally) -> None:
        promised = self._world.clients.promised
        late = {each.name for each in self._world.clients.reminders if each.due + GRACE < self._now()}
        if silent := [each for each in promised if promised[each] == tally.id and each in late - set(tally.rung)]:
            raise Violation(f"{tally.id}: {silent} were promised and did not ring")

    def _judge_mirrors(self) -> None:
        folded = self._fold()
        found = {}
        for document in self._engines.mirrors.all():
            mirror = MIRRORS.aggregate(document)
            found[mirror.id] = (mirror.words, mirror.last)
        if found != folded:
            raise Violation(f"the mirrors are {found}, the log says {folded}")

    def _fold(self) -> dict[str, tuple[dict[str, str], str]]:
        """Every fact of the log once, in the order of its aggregate."""
        facts: dict[str, dict[int, str]] = {}
        for record in self._engines.log.records(TOPIC):
            envelope = Envelope.read(record.headers)
            value = mended_body(envelope) if record.value == UNREADABLE else record.value or b""
            fact = ProgressNoted.model_validate_json(value)
            facts.setdefault(fact.opinion_id, {})[envelope.sequence] = fact.unit_id
        return {name: ({str(n): words[n] for n in sorted(words)}, words[max(words)]) for name, words in facts.items()}

    def _judge_letters(self) -> None:
        operator = self._world.operator
        for letter in self.letters():
            envelope = letter.envelope
            if envelope is None:
                raise Violation("a dead letter has lost its headers")
            fact = letter.record.value or b""
            if envelope.id in operator.poisoned:
                continue
            if not any(f'"{word}"'.encode() in fact for word in operator.ever_distrusted):
                raise Violation(f"{envelope.id} was set aside ({letter.reason}: {letter.detail}), and was good")
        missing = operator.poisoned - {each.envelope.id for each in self.letters() if each.envelope}
        if missing:
            raise Violation(f"{sorted(missing)} were never set aside")

    def _judge_calm(self) -> None:
        """Nothing failed, so nothing is done twice."""
        again = [id_ for id_, times in self.effects.items() if times > 1]
        if again:
            raise Violation(f"nothing failed, and the effects of {again} ran again")
        origins = Counter(each.origin for each in self.letters())
        if twice := [origin for origin, times in origins.items() if times > 1]:
            raise Violation(f"nothing failed, and {twice} were set aside twice")
        for aggregate, facts in self.facts.items():
            offsets = [each.offset for each in facts]
            if any(after <= before for before, after in pairwise(offsets)):
                raise Violation(f"{aggregate} lies in the log out of order")

    def _now(self) -> Any:
        return EPOCH + timedelta(seconds=self._world.loop.time())


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The answer of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    coroutine.close()
    raise AssertionError("it waits for something")
