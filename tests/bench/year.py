"""A district's year as it stands in the topics: the facts that its activities leave, in the proportions of a season.

Invented ids, real contracts, keys, sequences and headers; in order of time, as relays would have sent them. Most facts
are registration's (who comes, who checks in); scoring passes over all but the few that it judges by.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.events import feedback_v1 as f
from shared.events import registration_v1 as r
from shared.events import reporting_v1 as p
from shared.events.catalogue import events_topic
from shared.events.contract import Contract
from shared.events.envelope import Envelope, link
from shared.messaging.ports import Message

UNITS = 70
NEW_YEAR = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)
JUDGED = (r.UnitRegistered, r.ActivityHeld, f.AssignmentOverdue, p.MaterialsFiled, p.FilingOverdue, p.PublicityRecorded)
"""What scoring does something about."""


@dataclass
class Year:
    """Facts with their times, of as many activities as are asked for. `name` makes their ids different from others'."""

    name: str
    prefix: str
    random: random.Random
    told: list[tuple[datetime, str, Contract]] = field(default_factory=list)

    def told_by(self, activities: int) -> "Year":
        """All units and so many activities, spread over the year."""
        for number in range(UNITS):
            self._tell(NEW_YEAR, f"registration.unit.{_unit(number)}", _registered(number))
        for number in range(activities):
            self._activity(number, NEW_YEAR + timedelta(days=10, minutes=number * 300 * 24 * 60 / activities))
        self.told.sort(key=lambda each: each[0])
        return self

    def messages(self) -> Iterator[Message]:
        """As records, in order of time; sequences and chains of each aggregate as its relay would send them."""
        sequences, chains = Counter[str](), dict[str, str]()
        for at, aggregate, fact in self.told:
            sequences[aggregate] += 1
            sequence, body = sequences[aggregate], fact.model_dump_json().encode()
            chains[aggregate] = link(chains.get(aggregate, ""), sequence, fact.type(), at, body)
            envelope = Envelope(
                id=f"{aggregate}-{sequence}",
                source=f"/openday/{fact.OWNER}",
                type=fact.type(),
                aggregate=aggregate,
                sequence=sequence,
                time=at,
                key=fact.key,
                chain=chains[aggregate],
                traceparent=f"00-{self.random.getrandbits(128):032x}-{self.random.getrandbits(64):016x}-01",
            )
            yield Message(events_topic(fact.OWNER, self.prefix), fact.key.encode(), body, envelope.headers())

    @property
    def judged(self) -> int:
        """How many of them scoring does something about."""
        return sum(isinstance(fact, JUDGED) for _, _, fact in self.told)

    def _tell(self, at: datetime, aggregate: str, fact: Contract) -> None:
        self.told.append((at, aggregate, fact))

    def _activity(self, number: int, starts: datetime) -> None:
        activity, unit = f"{self.name}-activity-{number}", _unit(self.random.randrange(UNITS))
        ends, opens = starts + timedelta(hours=3), starts - timedelta(days=8)
        hosts = (r.Host(unit_id=unit, role="lead", credit=1000, assessed=True, supervising_unit_id=None),)
        points = [f"{activity}.point-{each}" for each in range(self.random.choice((1, 1, 1, 2)))]
        self._plan(activity, unit, opens)
        self._tell(opens, f"registration.activity.{activity}", _announced(activity, hosts, points, starts, ends))
        attended = sum(self._point(activity, each, opens, starts) for each in points)
        held = r.ActivityHeld(
            activity_id=activity,
            town="district",
            hosts=hosts,
            starts_at=starts,
            held_at=ends,
            announced_at=opens,
            plan_filed_at=opens - timedelta(days=1),
            confirmed={"resident_representative": attended},
            attended={"resident_representative": attended},
            composition_met=True,
        )
        self._tell(ends, f"registration.activity.{activity}", held)
        for each in range(self.random.randrange(1, 7)):
            self._opinion(activity, f"{activity}.opinion-{each}", unit, ends + timedelta(minutes=each))
        self._materials(activity, unit, ends)

    def _plan(self, activity: str, unit: str, opens: datetime) -> None:
        plan = f"registration.plan.plan-{activity}"
        about = {"activity_id": activity, "plan_id": f"plan-{activity}", "host_unit_id": unit, "version": 1}
        at = opens - timedelta(days=1)
        self._tell(at, plan, r.PlanSubmitted.model_validate({**about, "submitted_at": at}))
        self._tell(at, plan, r.PlanFiled.model_validate({**about, "filed_at": at, "receipt": "pf-1"}))

    def _point(self, activity: str, point: str, opens: datetime, starts: datetime) -> int:
        """How many came."""
        roster, about = f"registration.roster.{point}", {"activity_id": activity, "open_point_id": point}
        closes = starts - timedelta(days=1)

        def person(kind: type[r.RepresentativeFact], at: datetime, number: int, **more: object) -> None:
            who = {"registration_id": f"{point}.r{number}", "category": "resident_representative", "grassroots": False}
            self._tell(at, roster, kind.model_validate({**about, **who, "at": at, **more}))

        opened = r.RegistrationOpened.model_validate({**about, "opens_at": opens, "closes_at": closes, "cap": 20})
        self._tell(opens, roster, opened)
        seats, late = self.random.randrange(14, 21), self.random.choice((0, 0, 1, 5))
        for number in range(seats):
            person(r.RepresentativeConfirmed, opens + timedelta(minutes=number + 1), number, via="first_come")
        for number in range(seats, seats + late):
            at = opens + timedelta(minutes=number + 1)
            person(r.RepresentativeWaitlisted, at, number, reason="cap_reached", position=number - seats + 1)
        for number in range(min(late, 2)):
            at = opens + timedelta(days=1, minutes=number)
            person(r.RepresentativeCancelled, at, number, was="confirmed")
            person(r.RepresentativeConfirmed, at, seats + number, via="promotion")
        self._tell(closes, roster, r.RegistrationClosed.model_validate({**about, "closed_at": closes}))
        locked = {"confirmed": {"resident_representative": seats}, "waiting": 0, "waived": False}
        self._tell(closes, roster, r.RosterLocked.model_validate({**about, **locked, "locked_at": closes}))
        absent = self.random.choice((0, 1, 2))
        for number in range(2, seats - absent):
            person(r.RepresentativeCheckedIn, starts - timedelta(minutes=30 - number), number)
        for number in range(seats - absent, seats):
            person(r.RepresentativeAbsent, starts + timedelta(hours=3), number)
        return seats - absent

    def _opinion(self, activity: str, opinion: str, unit: str, at: datetime) -> None:
        aggregate = f"feedback.opinion.{opinion}"
        about = {"activity_id": activity, "opinion_id": opinion, "unit_id": unit}
        day, due = timedelta(days=1), at + timedelta(days=15)
        received = {"serial": f"hd-{opinion[-12:]}", "kind": "suggestion", "source": "form", "town": "district"}
        self._tell(at, aggregate, f.OpinionReceived.model_validate({**about, **received, "received_at": at}))
        if self.random.random() < 0.2:
            self._tell(at + day, aggregate, f.OpinionAnsweredOnSite.model_validate({**about, "answered_at": at + day}))
            return
        assigned = {"assigned_at": at + day, "accept_by": at + 2 * day, "reply_by": due}
        self._tell(at + day, aggregate, f.OpinionAssigned.model_validate({**about, **assigned}))
        self._tell(at + 2 * day, aggregate, f.AssignmentAccepted.model_validate({**about, "accepted_at": at + 2 * day}))
        overdue = self.random.random() < 0.05
        if overdue:
            self._tell(due, aggregate, f.AssignmentOverdue.model_validate({**about, "reply_by": due}))
        replied = due + day if overdue else at + 8 * day
        reply = {"published_at": replied, "adoption": "adopted", "on_time": not overdue}
        self._tell(replied, aggregate, f.ReplyPublished.model_validate({**about, **reply}))
        self._tell(replied + day, aggregate, f.OpinionRated.model_validate({**about, "stars": 5, "rated_at": replied}))

    def _materials(self, activity: str, unit: str, held: datetime) -> None:
        dossier, about = f"reporting.dossier.{activity}", {"activity_id": activity, "unit_id": unit}
        due, late = held + timedelta(days=2), self.random.random() < 0.1
        filed = due + timedelta(days=1) if late else held + timedelta(days=1)
        self._tell(held, dossier, p.FilingDueSet.model_validate({**about, "due_at": due, "reading": "B"}))
        if late:
            self._tell(due, dossier, p.FilingOverdue.model_validate({**about, "due_at": due}))
        filing = {"filed_at": filed, "due_at": due, "on_time": not late, "days_late": int(late), "receipt": "mf-1"}
        self._tell(filed, dossier, p.MaterialsFiled.model_validate({**about, **filing}))
        accepted = filed + timedelta(days=1)
        self._tell(accepted, dossier, p.MaterialsAccepted.model_validate({**about, "accepted_at": accepted}))
        for number, kind in enumerate(
            self.random.sample(("notice", "outcome", "opinions", "media"), self.random.choice((2, 2, 3)))
        ):
            shown = {"publicity_id": f"{activity}.p{number}", "kind": kind, "channel": "web"}
            url = f"https://news.example/{activity}/{number}"
            at = accepted + timedelta(hours=number)
            record = p.PublicityRecorded.model_validate({**about, **shown, "url": url, "published_at": at})
            self._tell(at, dossier, record)


def _unit(number: int) -> str:
    return f"unit-{number}"


def _registered(number: int) -> r.UnitRegistered:
    return r.UnitRegistered(
        unit_id=_unit(number),
        title=f"单位{number}",
        kind="department",
        town="district",
        supervising_unit_id=None,
        assessed=True,
        managed_by="district",
        active_from=NEW_YEAR,
        active_to=None,
    )


def _announced(
    activity: str, hosts: tuple[r.Host, ...], points: list[str], starts: datetime, ends: datetime
) -> r.ActivityAnnounced:
    return r.ActivityAnnounced(
        activity_id=activity,
        title="开放活动",
        town="district",
        theme="bench",
        selection="first_come",
        hosts=hosts,
        open_points=tuple(r.PointSummary(open_point_id=each, unit_id=hosts[0].unit_id, cap=20) for each in points),
        starts_at=starts,
        ends_at=ends,
        announced_at=starts - timedelta(days=8),
        plan_filed_at=starts - timedelta(days=9),
    )
