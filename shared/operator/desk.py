"""The acts. They only write to the inbox; the running consumer applies what was put back, in order, within seconds."""

from dataclasses import replace

from shared.events.catalogue import dead_letters_topic
from shared.events.envelope import Envelope, Malformed
from shared.logging import get_logger
from shared.messaging.consumer import IN_A_ROW
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.kafka import read_all
from shared.messaging.ports import Received
from shared.settings import KafkaSettings
from shared.storage.inbox import StoredInbox


class Refused(Exception):
    """This cannot be done; the text says why and what to do instead."""


class Desk:
    """One service's dead letters and parked events."""

    def __init__(self, service: str, kafka: KafkaSettings, inbox: StoredInbox) -> None:
        self._topic = dead_letters_topic(service, kafka.topic_prefix)
        self._service = service
        self._kafka = kafka
        self._inbox = inbox

    async def dead_letters(self) -> list[DeadLetter]:
        """All of them, oldest first."""
        return [DeadLetter.read(each) for each in await read_all(self._kafka, self._topic)]

    async def dead_letter(self, id_: str) -> DeadLetter:
        """Raises Refused."""
        for each in await self.dead_letters():
            if each.id == id_:
                return each
        raise Refused(f"no dead letter {id_}; `dead-letters list` shows what there is")

    async def parked(self) -> list[tuple[str, int, Received]]:
        """All that wait for an earlier event, as (aggregate, sequence, event)."""
        return await self._inbox.all_parked()

    async def parked_event(self, aggregate: str, sequence: int) -> Received:
        """Raises Refused."""
        record = await self._inbox.parked(aggregate, sequence)
        if record is None:
            raise Refused(f"nothing is parked as {aggregate}:{sequence}; `parked list` shows what there is")
        return record

    async def next_wanted(self, aggregate: str) -> int:
        """The sequence that this aggregate waits for."""
        return await self._inbox.applied(aggregate, fresh=True) + 1

    async def wanted(self, letter: DeadLetter) -> int:
        """The sequence that the aggregate of this letter waits for; 1 where nobody can say which it is."""
        return await self.next_wanted(letter.envelope.aggregate) if letter.envelope else 1

    async def put_back(self, record: Received, *, value: bytes | None, headers: dict[str, str]) -> Envelope:
        """Let the consumer try again, with a mended body or mended headers if given. Raises Refused."""
        mended = dict(record.headers) | {name: text.encode() for name, text in headers.items()}
        record = replace(record, headers=list(mended.items()), value=record.value if value is None else value)
        try:
            envelope = Envelope.read(record.headers)
        except Malformed as error:
            raise Refused(f"{error}; say what is right with --header NAME=VALUE") from error
        wanted = await self.next_wanted(envelope.aggregate)
        if envelope.sequence < wanted:
            raise Refused(f"{envelope.aggregate} is past this event already: it waits for {wanted}")
        await self._inbox.replace_parked(envelope.aggregate, envelope.sequence, record)
        get_logger().warning("event_put_back", consumer=self._service, id=envelope.id)
        return envelope

    async def skip(self, aggregate: str, sequence: int, *, because: str) -> None:
        """Go on without this event, for ever. Raises Refused unless it is the next one."""
        wanted = await self.next_wanted(aggregate)
        if sequence != wanted:
            raise Refused(f"only the next event can be skipped: {aggregate} waits for {wanted}")
        await self._inbox.advance(aggregate, sequence)
        await self._inbox.unpark(aggregate, sequence)
        get_logger().warning("event_skipped", consumer=self._service, id=f"{aggregate}-{sequence}", because=because)

    async def resume(self, *, because: str) -> None:
        """Let a halted consumer try again. Raises Refused when it is not halted."""
        if not await self.halted():
            raise Refused(f"it is not halted: that takes {IN_A_ROW} dead letters without one good event between them")
        await self._inbox.set_rotten(0)
        get_logger().warning("consumer_let_on", consumer=self._service, because=because)

    async def halted(self) -> bool:
        """Whether the consumer waits for a word, or will at its next event that it cannot read."""
        return await self._inbox.rotten() >= IN_A_ROW
