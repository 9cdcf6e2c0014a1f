"""Where a material set stands, and what each state allows."""

from enum import StrEnum


class State(StrEnum):
    """Where a material set stands."""

    NOT_DUE = "not_due"
    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


ALLOWED: dict[State, list[str]] = {
    State.NOT_DUE: ["upload"],
    State.OPEN: ["upload", "submit"],
    State.SUBMITTED: ["return", "accept"],
    State.RETURNED: ["upload", "submit"],
    State.ACCEPTED: [],
    State.CANCELLED: [],
}
