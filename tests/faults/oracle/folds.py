"""Our own fold of the topics: what reporting, feedback and scoring must know of every activity and unit.

Written from the contracts' meaning, not from the services' code: facts may come in any order across aggregates, each
counts once, and per aggregate the sequence decides.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.outside.facts import Fact, Facts

SHANGHAI = ZoneInfo("Asia/Shanghai")


def instant(text: str) -> datetime:
    """An RFC 3339 time."""
    return datetime.fromisoformat(text).astimezone(UTC)


def day(text: str) -> date:
    """The day in the district on which it falls."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI).date()


@dataclass
class Known:
    """Everything that the topics say of one activity; facts are the first of their kind."""

    id: str
    announced: Fact | None = None
    moved: Fact | None = None
    """The last rescheduling."""
    cancelled: Fact | None = None
    held: Fact | None = None
    due: Fact | None = None
    filed: Fact | None = None
    missed: Fact | None = None
    accepted: Fact | None = None
    opinions: list[Fact] = field(default_factory=list)
    nil_return: Fact | None = None
    publicity: list[Fact] = field(default_factory=list)
    overdue: list[Fact] = field(default_factory=list)

    @property
    def hosts(self) -> list[str]:
        """The lead first, as the newest fact has them."""
        fact = self.held or self.announced
        hosts = fact.body["hosts"] if fact else []
        return [each["unit_id"] for each in sorted(hosts, key=lambda each: each["role"] != "lead")]

    @property
    def starts_at(self) -> datetime | None:
        """The first session."""
        fact = self.held or self.moved or self.announced
        return instant(fact.body["starts_at"]) if fact else None

    @property
    def year(self) -> int | None:
        """Of the day on which it was held, or is to begin."""
        if self.held:
            return day(self.held.body["held_at"]).year
        fact = self.moved or self.announced
        return day(fact.body["starts_at"]).year if fact else None


_ONE = {
    ("registration", "activity-announced"): "announced",
    ("registration", "activity-cancelled"): "cancelled",
    ("registration", "activity-held"): "held",
    ("feedback", "nil-return-declared"): "nil_return",
    ("reporting", "filing-due-set"): "due",
    ("reporting", "materials-filed"): "filed",
    ("reporting", "filing-overdue"): "missed",
    ("reporting", "materials-accepted"): "accepted",
}
_MANY = {
    ("feedback", "opinion-received"): "opinions",
    ("feedback", "assignment-overdue"): "overdue",
    ("reporting", "publicity-recorded"): "publicity",
}


def activities(facts: Facts) -> dict[str, Known]:
    """By id."""
    found: dict[str, Known] = {}
    for subject in sorted(facts.first):
        for fact in sorted(facts.first[subject], key=lambda each: each.sequence):
            kind, id_ = (fact.owner, fact.name), fact.body.get("activity_id")
            if not id_ or kind not in {*_ONE, *_MANY, ("registration", "activity-rescheduled")}:
                continue
            known = found.setdefault(id_, Known(id_))
            if kind in _ONE:
                if getattr(known, _ONE[kind]) is None:
                    setattr(known, _ONE[kind], fact)
            elif kind in _MANY:
                getattr(known, _MANY[kind]).append(fact)
            else:
                known.moved = fact
    return found


def units(facts: Facts) -> dict[str, Fact]:
    """The last particulars of every unit."""
    return {each.body["unit_id"]: each for each in facts.named("registration", "unit-registered")}


def statistics(found: dict[str, Known], year: int, now: datetime) -> dict[str, Any]:
    """The district's figures of a year: in all, and by town."""
    counted = [each for each in found.values() if each.year == year]
    towns: dict[str, list[Known]] = defaultdict(list)
    for each in counted:
        fact = each.held or each.announced
        towns[fact.body["town"] if fact else ""].append(each)
    return {"total": _tally(counted, now), "towns": {town: _tally(mine, now) for town, mine in sorted(towns.items())}}


def _tally(counted: list[Known], now: datetime) -> dict[str, Any]:
    held = [each for each in counted if each.held]
    attended: dict[str, int] = defaultdict(int)
    publicity: dict[str, int] = defaultdict(int)
    for each in held:
        for category, count in each.held.body["attended"].items() if each.held else ():
            attended[category] += count
    for each in counted:
        for fact in each.publicity:
            publicity[fact.body["kind"]] += 1
    return {
        "activities": {
            "announced": len(counted),
            "held": len(held),
            "cancelled": sum(bool(each.cancelled and not each.held) for each in counted),
        },
        "attended": {category: count for category, count in sorted(attended.items()) if count},
        "attended_total": sum(attended.values()),
        "filings": {
            "on_time": sum(bool(each.filed and each.filed.body["on_time"]) for each in held),
            "late": sum(bool(each.filed and not each.filed.body["on_time"]) for each in held),
            "outstanding": sum(each.filed is None for each in held),
            "overdue": sum(each.filed is None and _past(each, now) for each in held),
        },
        "publicity": {kind: count for kind, count in sorted(publicity.items()) if count},
    }


def _past(known: Known, now: datetime) -> bool:
    return known.due is not None and now > instant(known.due.body["due_at"])


def last_day(reply_by: str) -> date:
    """The last day on which an answer would have been in time: `reply_by` is 24:00 of it."""
    return (datetime.fromisoformat(reply_by) - timedelta(milliseconds=1)).astimezone(SHANGHAI).date()
