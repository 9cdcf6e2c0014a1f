"""How often opinions may be given from one address (`docs/adr/0015`): a script cannot bury what people say."""

from shared.commands import Once
from shared.metrics import Metrics
from shared.security.attempts import Attempts, Recent, must_not_wait


class Givers:
    """Counts opinions by address. A repeat of the same request, known by its key and content, is none."""

    def __init__(self, by_address: Attempts[str], metrics: Metrics) -> None:
        self._by_address = by_address
        self._metrics = metrics
        self._seen: Recent[tuple[str, str], bool] = Recent()

    def note(self, origin: str, once: Once) -> None:
        """One more; `origin` is empty when not known, and then nothing is counted. Raises TooManyRequests."""
        repeat = once.key, once.digest
        if not origin or repeat in self._seen:
            return
        must_not_wait({"opinion_by_address": self._by_address.wait(origin)}, self._metrics)
        self._by_address.note(origin)
        self._seen.put(repeat, True)
