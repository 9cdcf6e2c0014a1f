"""The operator and the neighbours: facts of other services, some out of order or unreadable, and who mends them."""

from typing import TYPE_CHECKING

from shared.events.envelope import Envelope, link
from shared.events.feedback_v1 import ProgressNoted
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.ports import Message
from shared.operator.desk import Desk, Refused
from shared.settings import KafkaSettings
from shared.storage.inbox import StoredInbox
from tests.simulation.model import DEAD, EPOCH, READER, TOPIC

if TYPE_CHECKING:
    from tests.simulation.world import World

UNREADABLE = b"<xml/>"


class Operator:
    """Reads the dead letters and puts back what is mended."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.distrusted: set[str] = set()
        self.ever_distrusted: set[str] = set()
        self.poisoned: set[str] = set()
        self._foreign = 0
        inbox = StoredInbox(world.engines.applied, world.engines.parked)
        self._desk = Desk(READER, KafkaSettings(topic_prefix="sim"), inbox)

    def distrust(self, word: str) -> None:
        """Readers have a defect about this word."""
        self.distrusted.add(word)
        self.ever_distrusted.add(word)

    def trusts(self, word: str) -> None:
        """Raises what such a defect raises."""
        if word in self.distrusted:
            raise ValueError(word)

    async def foreign(self, order: tuple[int, ...], *, poisoned: int) -> None:
        """Facts 1 to 3 of another aggregate, in this order (0 is left out), one of them perhaps unreadable."""
        self._foreign += 1
        for message in foreign_facts(f"x{self._foreign}", poisoned):
            sequence = int(dict(message.headers)["ce_sequence"])
            if sequence == poisoned:
                self.poisoned.add(dict(message.headers)["ce_id"].decode())
        messages = foreign_facts(f"x{self._foreign}", poisoned)
        for place in (*order, *order[:1]):
            if place:
                self._world.engines.log.append(messages[place - 1])

    async def mend(self) -> None:
        """The defect is mended, and the oldest dead letter put back."""
        self.distrusted.clear()
        for each in self._letters()[:1]:
            await self._put_back(each)

    async def mend_all(self) -> None:
        """Every dead letter, as long as its aggregate still waits for it."""
        self.distrusted.clear()
        if await self._desk.halted():
            await self._desk.resume(because="mended")
        for each in self._letters():
            await self._put_back(each)

    def _letters(self) -> list[DeadLetter]:
        return [DeadLetter.read(each) for each in self._world.engines.log.records(DEAD)]

    async def _put_back(self, letter: DeadLetter) -> None:
        envelope = letter.envelope
        assert envelope, "the headers of our poison are good"
        if await self._desk.next_wanted(envelope.aggregate) != envelope.sequence:
            return
        mended = mended_body(envelope) if letter.record.value == UNREADABLE else None
        try:
            await self._desk.put_back(letter.record, value=mended, headers={})
        except Refused:
            return


def foreign_facts(name: str, poisoned: int) -> list[Message]:
    """Three facts of an aggregate of a service that is not simulated."""
    made, chain = list[Message](), ""
    for sequence in (1, 2, 3):
        fact = ProgressNoted(activity_id=name, opinion_id=name, unit_id=f"{name}-{sequence}", noted_at=EPOCH)
        body = fact.model_dump_json().encode()
        chain = link(chain, sequence, fact.type(), EPOCH, body)
        envelope = Envelope(
            id=f"elsewhere.{name}-{sequence}",
            source="/openday/elsewhere",
            type=fact.type(),
            aggregate=f"elsewhere.{name}",
            sequence=sequence,
            time=EPOCH,
            key=name,
            chain=chain,
        )
        made.append(Message(TOPIC, name.encode(), UNREADABLE if sequence == poisoned else body, envelope.headers()))
    return made


def mended_body(envelope: Envelope) -> bytes:
    """What the unreadable fact should have said."""
    name = envelope.key
    return (
        ProgressNoted(activity_id=name, opinion_id=name, unit_id=f"{name}-{envelope.sequence}", noted_at=EPOCH)
        .model_dump_json()
        .encode()
    )
