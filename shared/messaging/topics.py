"""The topics that exist: one of facts per owner, one of dead letters per consumer. Created explicitly."""

from shared.events.catalogue import OWNERS, dead_letters_topic, events_topic
from shared.messaging.kafka import create_topics
from shared.settings import KafkaSettings


async def ensure_all(settings: KafkaSettings) -> None:
    """Create what is missing; safe to call from every service at once."""
    prefix = settings.topic_prefix
    names = {events_topic(owner, prefix): settings.partitions for owner in OWNERS}
    names |= {dead_letters_topic(owner, prefix): 1 for owner in OWNERS}
    await create_topics(settings, names)
