"""Before every claim code: who is wrong too often has to wait, and nobody can lock the holder out (`docs/adr/0015`)."""

from collections.abc import Callable

from shared.metrics import Metrics
from shared.security.attempts import Attempts, Recent, must_not_wait
from shared.settings import AttemptSettings
from shared.time import elapsed

Matches = Callable[[str, str], bool]


class ClaimGuard:
    """Judges codes, as long as not too many were wrong.

    Wrong codes are counted for a subject and an address together, and, with far more room, for the subject alone.
    During a pause no code is looked at, so that the right one is no news either. An address from which the right code
    has come before does not wait for what others do.
    """

    def __init__(
        self, matches: Matches, settings: AttemptSettings, metrics: Metrics, *, now: Callable[[], float] = elapsed
    ) -> None:
        self._matches = matches
        self._metrics = metrics
        self._here: Attempts[tuple[str, str]] = Attempts(settings.codes_per_address, settings.seconds, now=now)
        self._anywhere: Attempts[str] = Attempts(settings.codes, settings.seconds, now=now)
        self._holders: Recent[tuple[str, str], bool] = Recent()

    def opens(self, subject: str, code: str | None, origin: str) -> bool:
        """Whether this is the subject's code; the same whether or not there is such a subject.

        No code is no attempt. `origin` is the caller's address, empty when not known. Raises TooManyRequests.
        """
        if not code:
            return False
        here = (subject, origin)
        waits = {
            "code_by_address": self._here.wait(here) if origin else 0.0,
            "code": 0.0 if here in self._holders else self._anywhere.wait(subject),
        }
        must_not_wait(waits, self._metrics)
        if self._matches(subject, code):
            if origin:
                self._holders.put(here, True)
            return True
        if origin:
            self._here.note(here)
        self._anywhere.note(subject)
        return False
