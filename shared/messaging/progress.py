"""How a consumer comes along, for those who watch it."""

from dataclasses import dataclass, field

from shared.time import elapsed


@dataclass
class Progress:
    """When anything last moved, and what waits. Times are those of the running loop, in seconds."""

    last_poll: float = field(default_factory=elapsed)
    records: int = 0
    seen: int = 0
    waiting_since: float | None = None
    lags: dict[str, int] = field(default_factory=dict)
    rotten: int | None = None  # dead letters in a row; not asked yet
    joined: bool = False
    deaf_since: float | None = None

    @property
    def deaf_for(self) -> float:
        """Seconds since the broker no longer said where its topics end; 0 while it does."""
        return 0.0 if self.deaf_since is None else elapsed() - self.deaf_since

    def alive(self) -> None:
        """The broker was heard, or an event is handled: silence counts from now."""
        self.last_poll = elapsed()

    def excused(self) -> None:
        """Nothing can be read, and that is known: neither silence nor what waits is held against the consumer."""
        self.last_poll = elapsed()
        self.waiting_since = self.deaf_since = None

    def stalled(self) -> tuple[float, float]:
        """Seconds without a sign of life, and seconds in which events wait and none arrives."""
        now = elapsed()
        return now - self.last_poll, 0.0 if self.waiting_since is None else now - self.waiting_since

    def measured(self, lags: dict[str, int]) -> None:
        """Notes since when events have waited although none arrived."""
        self.lags = lags
        self.deaf_since = None
        if not any(lags.values()) or self.records > self.seen:
            self.waiting_since = None
        elif self.waiting_since is None:
            self.waiting_since = elapsed()
        self.seen = self.records

    def unmeasured(self) -> None:
        """Whether events wait is not known: the broker is away, or this client hangs."""
        self.waiting_since = None
        self.deaf_since = elapsed() if self.deaf_since is None else self.deaf_since
