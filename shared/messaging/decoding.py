"""Records as events: what can be read, and the closed list of reasons why something cannot."""

from pydantic import ValidationError

from shared.events.contract import Contract
from shared.events.envelope import Envelope, Malformed
from shared.messaging.ports import Received


class Poison(Exception):
    """This record can never be applied. `reason` is from a closed list."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def envelope_of(record: Received) -> Envelope:
    """Who tells what of which aggregate. Raises Poison."""
    try:
        envelope = Envelope.read(record.headers)
        known_major = envelope.major == 1
    except Malformed as error:
        raise Poison("headers", str(error)) from error
    if not known_major:
        raise Poison("major_version", f"{envelope.type}: this reader knows version 1")
    if record.value is None:
        raise Poison("no_value", "an event never has a null value")
    return envelope


def fact_of(contract: type[Contract], record: Received) -> Contract:
    """What it tells. Raises Poison."""
    try:
        return contract.model_validate_json(record.value or b"", extra="ignore")
    except (ValidationError, RecursionError) as error:
        places = (
            ", ".join(".".join(map(str, each["loc"])) or "value" for each in error.errors()[:5])
            if isinstance(error, ValidationError)
            else "nesting"
        )
        raise Poison("schema", f"{contract.type()}: {places}") from error
