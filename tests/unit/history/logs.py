"""Small logs of open points, as the topic would hold them: one list of facts for each command."""

import json
from dataclasses import replace
from typing import Any

from tests.history.findings import Verdict
from tests.history.history import History
from tests.outside.topics import Record

ACTIVITY, POINT = "activity-a", "point-a"
RESIDENT, DEPUTY, MEDIA = "resident_representative", "npc_deputy", "media_representative"
CODES = {"r": RESIDENT, "d": DEPUTY, "m": MEDIA}
Told = tuple[str, dict[str, Any]]  # kind, body


class Log:
    """A topic being written. Facts of one call of `tell` share a time and a trace, as those of one command do."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._sequences: dict[str, int] = {}
        self._commands = 0

    def tell(self, *told: Told, point: str = POINT, subject: str = "", activity: str = ACTIVITY) -> "Log":
        """One command's facts about an open point, or about `subject`."""
        self._commands += 1
        subject = subject or f"registration.roster.{point}"
        about = {"activity_id": activity} | ({"open_point_id": point} if ".roster." in subject else {})
        for kind, body in told:
            sequence = self._sequences[subject] = self._sequences.get(subject, 0) + 1
            headers = {
                "ce_id": f"{subject}-{sequence}",
                "ce_type": f"openday.registration.{kind}.v1",
                "ce_subject": subject,
                "ce_time": "2021-09-07T01:00:00.000Z",  # a steered clock stands still: the trace tells commands apart
                "ce_sequence": str(sequence),
                "ce_traceparent": f"trace-{self._commands}",
            }
            lines = tuple((name, text.encode()) for name, text in headers.items())
            value = json.dumps(about | body).encode()
            self.records.append(Record("t.registration.events.v1", 0, len(self.records), b"k", value, lines))
        return self

    def announce(self, *, cap: int = 20, points: tuple[str, ...] = (POINT,)) -> "Log":
        """The activity, after its open points were opened."""
        summaries = [{"open_point_id": each, "cap": cap} for each in points]
        return self.of_activity("activity-announced", open_points=summaries)

    def of_activity(self, kind: str, **body: Any) -> "Log":
        """A fact of the activity itself."""
        return self.tell((kind, body), subject=f"registration.activity.{ACTIVITY}")

    def judged(self) -> Verdict:
        """What the checker says of it, without a public view."""
        history = History()
        history.take(self.records)
        return history.verdict()

    def without(self, sequence: int, subject: str = f"registration.roster.{POINT}") -> "Log":
        """A copy in which one fact is missing."""
        copy = Log()
        copy.records = [each for each in self.records if each.header("ce_id") != f"{subject}-{sequence}"]
        return copy

    def with_repeats(self) -> "Log":
        """A copy in which everything came twice."""
        copy = Log()
        copy.records = [again for each in self.records for again in (each, replace(each, offset=each.offset + 500))]
        return copy


def opened(cap: int = 6) -> Told:
    """Registration begins."""
    return "registration-opened", {"opens_at": "", "closes_at": "", "cap": cap}


def person(kind: str, who: str, **more: Any) -> Told:
    """Of somebody whose name begins with their category: `r1` a resident, `d1` a deputy, `m1` a journalist."""
    return f"representative-{kind}", {"registration_id": who, "category": CODES[who[0]], "grassroots": False} | more


def sits(who: str, via: str = "first_come") -> Told:
    """Confirmed."""
    return person("confirmed", who, via=via)


def waits(who: str, position: int = 1, reason: str = "capacity_full") -> Told:
    """Wait-listed."""
    return person("waitlisted", who, position=position, reason=reason)


def leaves(who: str, was: str = "confirmed") -> Told:
    """Cancelled."""
    return person("cancelled", who, was=was)


def closes() -> Told:
    """Registration ends."""
    return "registration-closed", {}


def locks(waiting: int = 0, *, waived: bool = False, **confirmed: int) -> Told:
    """`r`, `d`, `m`: heads that the fact tells of."""
    return lock_of(confirmed, waiting, waived=waived)


def lock_of(confirmed: dict[str, int], waiting: int = 0, *, waived: bool = False) -> Told:
    """The same, from a mapping."""
    heads = {CODES[name]: count for name, count in confirmed.items()}
    return "roster-locked", {"confirmed": heads, "waiting": waiting, "waived": waived}


def seated(*people: str, cap: int = 6) -> Log:
    """An open point with these people, each by a command of their own."""
    log = Log().tell(opened(cap))
    for each in people:
        log.tell(sits(each))
    return log


def locked(*people: str) -> Log:
    """The same, closed and locked."""
    log = seated(*people).tell(closes())
    return log.tell(lock_of({name: sum(each[0] == name for each in people) for name in CODES}))
