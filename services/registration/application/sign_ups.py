"""How often people may ask for places: by telephone number and by address (`docs/adr/0015`)."""

from shared.commands import Once
from shared.metrics import Metrics
from shared.security.attempts import Attempts, Recent, must_not_wait


class SignUps:
    """Counts requests for places. A repeat of the same request, known by its key and content, is none."""

    def __init__(self, by_phone: Attempts[str], by_address: Attempts[str], metrics: Metrics) -> None:
        self._by_phone = by_phone
        self._by_address = by_address
        self._metrics = metrics
        self._seen: Recent[tuple[str, str], bool] = Recent()

    def note(self, person: str, origin: str, once: Once | None) -> None:
        """One more. `person` is the number's blind index, `origin` the address, empty when not known.

        Raises TooManyRequests, and then counts nothing.
        """
        repeat = (once.key, once.digest) if once else None
        if repeat is not None and repeat in self._seen:
            return
        waits = {
            "registration_by_phone": self._by_phone.wait(person),
            "registration_by_address": self._by_address.wait(origin) if origin else 0.0,
        }
        must_not_wait(waits, self._metrics)
        self._by_phone.note(person)
        if origin:
            self._by_address.note(origin)
        if repeat is not None:
            self._seen.put(repeat, True)
