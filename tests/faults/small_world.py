"""A district small enough to be written by hand: one unit, one activity, three people, one opinion; all of it sound.

Tests of the oracle plant one fault in it and expect the judge to name it.
"""

import hashlib
import json
from copy import deepcopy
from typing import Any

from tests.faults.oracle.ledger import Asked, Outcome, Request, Said
from tests.faults.oracle.world import Shown, World
from tests.outside.topics import Record

UNIT, ACTIVITY, POINT, PLAN, OPINION = "unit-a", "activity-a", "point-a", "plan-a", "opinion-a"
AT = "2021-09-01T01:00:00.000Z"


class Log:
    """Topics being written: numbers and chains facts as their owners would."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.heads: dict[str, tuple[int, str]] = {}

    def tell(self, subject: str, name: str, /, **body: Any) -> str:
        """One more fact; its id."""
        owner = subject.partition(".")[0]
        sequence, before = self.heads.get(subject, (0, ""))
        type_, value = f"openday.{owner}.{name}.v1", json.dumps(body).encode()
        chain = hashlib.sha256(f"{before}\n{sequence + 1}\n{type_}\n{AT}\n".encode() + value).hexdigest()
        self.heads[subject] = sequence + 1, chain
        self.records.append(record(subject, sequence + 1, type_, value, chain, len(self.records)))
        return f"{subject}-{sequence + 1}"

    def document(self, subject: str, state: dict[str, Any]) -> dict[str, Any]:
        """As its owner keeps it."""
        sequence, chain = self.heads.get(subject, (0, ""))
        return {"_id": subject.split(".", 2)[2], "seq": sequence, "chain": chain, "pending": 0, "state": state}


def record(subject: str, sequence: int, type_: str, value: bytes, chain: str, offset: int) -> Record:
    """One record of an owner's topic."""
    headers = {
        "ce_id": f"{subject}-{sequence}",
        "ce_type": type_,
        "ce_subject": subject,
        "ce_time": AT,
        "ce_sequence": str(sequence),
        "ce_chain": chain,
    }
    topic = f"small.{subject.partition('.')[0]}.events.v1"
    return Record(topic, 0, offset, b"key", value, tuple((name, text.encode()) for name, text in headers.items()))


def asked(command: str, target: str, *answers: Outcome, body: Any = None, at: int = 1, **ids: str) -> Asked:
    """A command with its answers; `ids` are those of every acknowledgement."""
    key = f"key-{command}-{target}-{at}"
    said = [Said(each, 201 if each == "acked" else 409 if each == "rejected" else 0) for each in answers]
    said = [Said(each.answer, each.status, ids=ids if each.answer == "acked" else {}) for each in said]
    return Asked(key, command, target, Request("registration", "POST", "/x", None, body), len(said), said, at)


def small_world() -> World:
    """Green."""
    log = Log()
    _tell(log)
    return World(
        asked={each.key: each for each in _ledger()},
        records=log.records,
        letters={"feedback": [], "reporting": [], "scoring": []},
        documents=deepcopy(_documents(log)),
        shown=_shown(),
    )


def _tell(log: Log) -> None:
    hosts = [{"unit_id": UNIT, "role": "lead", "assessed": True, "supervising_unit_id": None}]
    announced = {
        "announced_at": "2021-08-20T01:00:00.000Z",
        "starts_at": AT,
        "plan_filed_at": "2021-08-19T01:00:00.000Z",
    }
    about = {"activity_id": ACTIVITY, "town": "hedong", "hosts": hosts, **announced}
    log.tell(f"registration.unit.{UNIT}", "unit-registered", unit_id=UNIT, title="甲单位", assessed=True)
    log.tell(f"registration.plan.{PLAN}", "plan-submitted", activity_id=ACTIVITY)
    log.tell(f"registration.roster.{POINT}", "registration-opened", open_point_id=POINT)
    log.tell(
        f"registration.activity.{ACTIVITY}",
        "activity-announced",
        **about,
        title="开放日",
        open_points=[{"open_point_id": POINT, "unit_id": UNIT}],
    )
    for person, name in (("in", "confirmed"), ("away", "confirmed"), ("left", "confirmed"), ("left", "cancelled")):
        log.tell(f"registration.roster.{POINT}", f"representative-{name}", registration_id=f"person-{person}")
    log.tell(f"registration.roster.{POINT}", "representative-checked-in", registration_id="person-in")
    log.tell(f"registration.roster.{POINT}", "representative-absent", registration_id="person-away")
    log.tell(
        f"registration.activity.{ACTIVITY}",
        "activity-held",
        **about,
        held_at=AT,
        attended={"resident_representative": 1},
        composition_met=True,
    )
    opinion = {"activity_id": ACTIVITY, "opinion_id": OPINION}
    log.tell(f"feedback.opinion.{OPINION}", "opinion-received", **opinion)
    log.tell(f"feedback.opinion.{OPINION}", "opinion-assigned", **opinion)
    dossier = f"reporting.dossier.{ACTIVITY}"
    log.tell(dossier, "filing-due-set", activity_id=ACTIVITY, due_at="2021-09-03T16:00:00.000Z")
    log.tell(dossier, "materials-filed", activity_id=ACTIVITY, on_time=True, receipt="r-1")
    log.tell(dossier, "publicity-recorded", activity_id=ACTIVITY, publicity_id="pub-1", kind="notice")
    entry = {"unit_id": UNIT, "year": 2021, "entry": 1, "rule": "held", "subject": "2021", "points": 4000}
    log.tell(f"scoring.account.{UNIT}-2021", "score-entered", **entry)


def _ledger() -> list[Asked]:
    people = [
        asked("register", POINT, "acked", registration_id=f"person-{each}", at=at)
        for at, each in enumerate(("in", "away", "left"), start=10)
    ]
    return [
        *people,
        asked("put_unit", UNIT, "acked", id=UNIT),
        asked("plan", UNIT, "acked", id=PLAN, at=2),
        asked("announce", ACTIVITY, "acked", id=ACTIVITY, at=3),
        asked("cancel", "person-left", "unknown", "acked", at=20),
        asked("check_in", "person-in", "acked", at=21),
        asked("register", POINT, "rejected", at=22),
        asked("hold", ACTIVITY, "acked", at=23),
        asked("give_opinion", ACTIVITY, "acked", "acked", id=OPINION, at=24),
        asked("opinion.assignments", OPINION, "acked", at=25),
        asked("materials.submissions", ACTIVITY, "acked", at=26),
        asked("publish", ACTIVITY, "acked", id="pub-1", at=27),
    ]


def _place(person: str, status: str, ticket: int) -> dict[str, Any]:
    return {"id": f"person-{person}", "status": status, "ticket": ticket, "category": "resident_representative"}


def _documents(log: Log) -> dict[str, Any]:
    held = f"registration.activity.{ACTIVITY}-2"
    places = [_place("in", "attended", 1), _place("away", "absent", 2), _place("left", "cancelled", 3)]
    roster = {
        "cap": 20,
        "tickets": 3,
        "selection": "first_come",
        "registrations": {each["id"]: each for each in places},
    }
    activity = {
        "state": "held",
        "points": [{"id": POINT}],
        "attendance": {"attended": {"resident_representative": 1, "npc_deputy": 0}},
    }
    dossier = {
        "id": ACTIVITY,
        "activity": {"title": "开放日", "town": "hedong", "hosts": [UNIT], "starts_at": AT},
        "holding": {"held_at": AT, "attended": {"resident_representative": 1}},
        "deadline": {"due_at": "2021-09-03T16:00:00Z"},
        "filing": {"receipt": "r-1", "on_time": True},
        "opinions_received": True,
        "nil_return_declared": False,
        "publicity": {"pub-1": {}},
        "accepted_at": None,
        "submissions": [{}],
        "returns": [],
        "files": [],
    }
    register = {
        "activity": {"lead": UNIT, "points": [[POINT, UNIT]]},
        "held_at": AT,
        "cancelled_at": None,
        "noted": {OPINION: 1},
    }
    line = {"rule": "held", "subject": "2021", "points": 4000, "evidence": [held]}
    put = {"rule": "held", "subject": "2021", "points": 4000, "outcome": "met", "added": [held]}
    account = {
        "unit_id": UNIT,
        "year": 2021,
        "claims": {},
        "kept": json.dumps({"held/2021/met": {"number": 1, "line": line}}),
        "ledger": [json.dumps({"first": 1, "back": [], "put": [put]})],
    }
    card = {
        "held": {"proof": {"event": held}},
        "filed": {"proof": {"event": f"reporting.dossier.{ACTIVITY}-2"}},
        "filing_missed": None,
        "published": {"pub-1": {"kind": "notice"}},
        "overdue": {},
    }
    states: dict[str, dict[str, Any]] = {
        f"registration.unit.{UNIT}": {},
        f"registration.plan.{PLAN}": {},
        f"registration.activity.{ACTIVITY}": activity,
        f"registration.roster.{POINT}": roster,
        f"feedback.register.{ACTIVITY}": register,
        f"feedback.opinion.{OPINION}": {"activity_id": ACTIVITY, "state": "assigned"},
        f"reporting.dossier.{ACTIVITY}": dossier,
        f"scoring.card.{ACTIVITY}": card,
        f"scoring.account.{UNIT}-2021": account,
        f"scoring.unit.{UNIT}": {"particulars": {"title": "甲单位", "assessed": True, "sequence": 1}},
    }
    found: dict[str, Any] = {}
    for subject, state in states.items():
        service, collection, id_ = subject.split(".", 2)
        found.setdefault(service, {}).setdefault(collection, {})[id_] = log.document(subject, state)
    found["registration"]["vault"] = {f"v-{each}": {"registration_id": f"person-{each}"} for each in ("in", "away")}
    for service, owners in (
        ("feedback", ["registration"]),
        ("reporting", ["registration", "feedback"]),
        ("scoring", ["registration", "feedback", "reporting", "scoring"]),
    ):
        heads = {subject: number for subject, (number, _) in log.heads.items() if subject.partition(".")[0] in owners}
        found[service]["inbox"] = {subject: {"applied": number} for subject, number in heads.items()}
    return found


def _shown() -> Shown:
    held = f"registration.activity.{ACTIVITY}-2"
    line = {"rule": "held", "subject": "2021", "points": 4000, "evidence": [held]}
    card = {"unit_id": UNIT, "year": 2021, "total": 4000, "lines": [line], "digest": "d" * 64}
    tally = {
        "activities": {"announced": 1, "held": 1, "cancelled": 0},
        "attended": {"resident_representative": 1, "npc_deputy": 0},
        "attended_total": 1,
        "filings": {"on_time": 1, "late": 0, "outstanding": 0, "overdue": 0},
        "publicity": {"notice": 1},
    }
    rule = {"code": "held", "kind": "fixed_if_met", "points": 4000, "cap": None, "parameters": {}, "levels": {}}
    return Shown(
        rosters={POINT: [{"registration_id": f"person-{each}"} for each in ("in", "away", "left")]},
        opinions={ACTIVITY: [{"id": OPINION}]},
        publicity={ACTIVITY: [{"id": "pub-1"}]},
        sets={ACTIVITY: {"held_at": AT}},
        statistics={2021: {"total": tally, "towns": {"hedong": tally}}},
        scorecards={2021: [card]},
        replayed={2021: [deepcopy(card)]},
        rulebooks={2021: {"rules": [rule], "required_count": 1, "bonus_cap": 3000}},
        periods={2021: {"state": "open"}},
    )
