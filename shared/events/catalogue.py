"""Every contract by its CloudEvents type, and the topic of every owner."""

from shared.events import feedback_v1, registration_v1, reporting_v1, scoring_v1
from shared.events.contract import Contract

OWNERS: dict[str, tuple[type[Contract], ...]] = {
    "registration": registration_v1.CONTRACTS,
    "feedback": feedback_v1.CONTRACTS,
    "reporting": reporting_v1.CONTRACTS,
    "scoring": scoring_v1.CONTRACTS,
}

CONTRACTS: dict[str, type[Contract]] = {each.type(): each for owned in OWNERS.values() for each in owned}


def events_topic(owner: str, prefix: str = "openday") -> str:
    """The topic of an owner's facts."""
    return f"{prefix}.{owner}.events.v1"


def dead_letters_topic(consumer: str, prefix: str = "openday") -> str:
    """The topic of what a consumer could not read."""
    return f"{prefix}.{consumer}.dead-letters.v1"
