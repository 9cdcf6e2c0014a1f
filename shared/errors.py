"""Problems: what is wrong, in words for a person and a stable code for a machine. Pure; HTTP is mapped elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """One thing said to a person, in Chinese and in English."""

    zh: str
    en: str


class Problem(Exception):
    """A refusal that is an answer. `code` is stable and documented; `sentence` says what is wrong and what to do.

    `facts` are numbers, states and ids that help to act on it; never what the caller typed.
    """

    status = 500

    def __init__(self, code: str, zh: str, en: str, **facts: object) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.sentence = Sentence(zh, en)
        self.facts = facts


class Unauthenticated(Problem):
    """Nobody, or nobody we can verify, is asking."""

    status = 401


class Forbidden(Problem):
    """This principal may not do that, or not for this unit."""

    status = 403


class NotFound(Problem):
    """No such thing."""

    status = 404


class Conflict(Problem):
    """The request is well-formed, but the present state does not allow it."""

    status = 409


class Gone(Problem):
    """It was there, and is not any more."""

    status = 410


class PreconditionFailed(Problem):
    """Somebody changed it in the meantime (`If-Match`)."""

    status = 412


class TooLarge(Problem):
    """Longer than we read."""

    status = 413


class Invalid(Problem):
    """The request itself is wrong: a shape, a value, a date."""

    status = 422


class TooManyRequests(Problem):
    """Slow down. `retry_after` is in seconds."""

    status = 429

    def __init__(self, code: str, zh: str, en: str, *, retry_after: int, **facts: object) -> None:
        super().__init__(code, zh, en, **facts)
        self.retry_after = retry_after


class Unavailable(Problem):
    """Something we depend on is away or full; the same request will be welcome after `retry_after` seconds."""

    status = 503

    def __init__(self, code: str, zh: str, en: str, *, retry_after: int = 3, **facts: object) -> None:
        super().__init__(code, zh, en, **facts)
        self.retry_after = retry_after


def illegal_transition(thing: str, state: str, allowed: object) -> Conflict:
    """The 409 of every state machine: names the state and what it allows."""
    return Conflict(
        "illegal_transition",
        f"当前状态为“{state}”，不能进行此操作。",
        f"This {thing} is '{state}', which does not allow that.",
        state=state,
        allowed=allowed,
    )


def key_reused() -> Invalid:
    """The 422 of an `Idempotency-Key` that comes with another body than the first time."""
    return Invalid(
        "idempotency_key_reused",
        "同一 Idempotency-Key 已用于另一内容，请换用新的键。",
        "This Idempotency-Key was used with another body; use a fresh key.",
    )


def not_found(thing: str) -> NotFound:
    """The 404 that says which kind of thing is missing, without echoing the id."""
    return NotFound("not_found", "没有找到，请核对编号。", f"No such {thing}; check the id.", kind=thing)
