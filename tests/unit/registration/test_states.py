"""Every act in every state of registration's machines, through the real aggregates: the tables are what happens."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any

import pytest

from deploy.states import diagram, machines
from services.registration.application.sheets import with_applicants
from services.registration.domain import draw as lots
from services.registration.domain import offering
from services.registration.domain.activity import ACTIVITY, Activity, ActivityState
from services.registration.domain.activity_parts import Attendance, Session
from services.registration.domain.composition import headcount
from services.registration.domain.delivery import DELIVERY, DeliveryState, Sent
from services.registration.domain.drawing import begin, commit
from services.registration.domain.invitation import INVITATION, InvitationState
from services.registration.domain.mailbox import Claim, Mailbox
from services.registration.domain.offering import OfferRule
from services.registration.domain.phase import POINT, Phase
from services.registration.domain.place import REGISTRATION, Registration, Status
from services.registration.domain.plan import PLAN, Plan, PlanState
from services.registration.domain.plan_content import Selection
from services.registration.domain.plan_review import approve, put_on_record
from services.registration.domain.plan_supervision import countersign
from services.registration.domain.programme import PROGRAMME, Programme, ProgrammeState
from services.registration.domain.roster import Roster
from shared.aggregate import Machine
from shared.errors import Conflict
from tests.unit.registration.draws import DrawPoint
from tests.unit.registration.mailboxes import NOON, mailbox, notice
from tests.unit.registration.rosters import CLOSES, DEPUTY, OPENS, RESIDENT, STARTS, roster
from tests.unit.registration.test_joint import joint
from tests.unit.registration.test_plan_and_activity import AT, CONTENT, SESSION, announced, plan

ENDS = STARTS + timedelta(hours=3)
NOBODY = Attendance(headcount(()), headcount(()))
LATER = Session(SESSION.starts_at + timedelta(days=1), SESSION.ends_at + timedelta(days=1))


@dataclass(frozen=True)
class Refused:
    """How an act was refused."""

    code: str
    state: object
    allowed: object


Seen = Mapping[tuple[StrEnum, str], set[StrEnum] | Refused]
"""What really happened to each act in each state: where it led, or how it was refused."""


@dataclass(frozen=True)
class Walk:
    """`make` an aggregate in a state for an act, `acts` by name (several ways of one act), `read` the state it is in.

    `codes` are refusals that say more than `illegal_transition`; `passive` acts happen to a thing and refuse nothing.
    """

    machine: Machine[Any]
    states: type[StrEnum]
    make: Callable[[Any, str], Any]
    acts: Mapping[str, tuple[Callable[[Any], object], ...]]
    read: Callable[[Any], StrEnum]
    codes: Mapping[str, str]
    passive: tuple[str, ...] = ()

    def seen(self) -> Seen:
        """Plays every act in every state."""
        return {(state, act): self._tried(state, act) for state in self.states for act in self.acts}

    def _tried(self, state: StrEnum, act: str) -> set[StrEnum] | Refused:
        led: set[StrEnum] = set()
        for play in self.acts[act]:
            made = self.make(state, act)
            assert self.read(made) == state
            try:
                play(made)
            except Conflict as refused:
                return Refused(refused.code, refused.facts.get("state"), refused.facts.get("allowed"))
            led.add(self.read(made))
        return led

    def strays(self, table: Machine[Any], seen: Seen) -> list[str]:
        """Where `table` says otherwise."""
        return [f"{act} of {state}" for (state, act), told in seen.items() if told != self._said(table, state, act)]

    def _said(self, table: Machine[Any], state: StrEnum, act: str) -> set[StrEnum] | Refused:
        if table.allows(state, act):
            return set(table.arrows[state][act])
        if act in self.passive:
            return {state}
        return Refused(self.codes.get(act, "illegal_transition"), state, table.allowed(state))


def a_plan(state: PlanState, _: str) -> Plan:
    """With a co-host that is asked."""
    made = an_invitation(InvitationState.INVITED, _)
    made.state, made.filed_at = state, AT
    return made


def an_invitation(state: InvitationState, _: str) -> Plan:
    """Of a co-host that was to answer until after the tests."""
    made = plan(joint())
    made.invite(["co"], LATER.starts_at, AT)
    made.invitations["co"] = replace(made.invitations["co"], state=state)
    return made


def a_programme(state: ProgrammeState, _: str) -> Programme:
    made = Programme.of_year(AT.year)
    made.state = state
    return made


def an_activity(state: ActivityState, _: str) -> Activity:
    made = announced()
    made.state = state
    return made


def a_point(phase: Phase, act: str) -> Roster:
    """With somebody for whom the act is possible; short of residents where that is what the act is about."""
    made = roster(selection=Selection.RANDOM_DRAW if act == "draw" else Selection.FIRST_COME)
    status = {"undo_check_in": Status.ATTENDED, "answer_offer": Status.OFFERED}.get(act, Status.CONFIRMED)
    category = DEPUTY if act == "waive" else RESIDENT
    mine = Registration("me", category, grassroots=False, status=status, ticket=1, at=OPENS)
    made.registrations["me"] = replace(mine, answer_by=CLOSES if status == Status.OFFERED else None)
    if act == "draw":
        made.phase = Phase.CLOSED
        commit(made, {}, CLOSES)
    made.phase = phase
    return made


@dataclass
class Place:
    """Somebody at a point: on its roster, or on the sheet of one who applies for a draw."""

    point: DrawPoint

    @property
    def roster(self) -> Roster:
        """With everybody who applied, as staff see it."""
        return with_applicants(self.point.roster, self.point.applications)

    def draw(self, places: int) -> None:
        """Lots, for so many places and nobody else who wants one."""
        if self.point.roster.drawn:
            return  # once
        self.point.roster.quota = {RESIDENT: places}
        if self.point.applications:
            self.point.close()
        else:
            commit(self.point.roster, {}, CLOSES)
        self.point.draw()


def a_place(status: Status, act: str) -> Place:
    """Somebody with this status, and one seat that somebody else gives back for `promote` and `offer`."""
    if status in (Status.APPLIED, Status.NOT_DRAWN):
        return _an_applicant(status, act)
    phase = {"draw": Phase.CLOSED, "promote": Phase.OPEN, "offer": Phase.OPEN, "cancel": Phase.OPEN}.get(
        act, Phase.LOCKED
    )
    point = DrawPoint(cap=2)
    made = point.roster
    made.selection = Selection.RANDOM_DRAW if act == "draw" else Selection.FIRST_COME
    mine = Registration("me", RESIDENT, grassroots=False, status=status, ticket=9, at=OPENS)
    at_door = STARTS if status == Status.ATTENDED else None
    made.registrations = {
        "me": replace(mine, checked_in_at=at_door, answer_by=CLOSES if status == Status.OFFERED else None),
        "other": Registration("other", RESIDENT, grassroots=False, status=Status.CONFIRMED, ticket=1, at=OPENS),
        "third": Registration("third", RESIDENT, grassroots=False, status=Status.CONFIRMED, ticket=2, at=OPENS),
    }
    made.phase = phase
    made.offers = OfferRule(0 if act == "promote" else 216)
    if status == Status.OFFERED and act in ("promote", "offer"):
        del made.registrations["third"]  # two seats
    return Place(point)


def a_delivery(state: DeliveryState, _: str) -> Mailbox:
    """The one of a notice, at its first attempt."""
    made, told = mailbox(), notice()
    made.tell(told.with_delivery(replace(told.deliveries[0], state=state, attempts=1)), NOON)
    return made


def _attempt_succeeds(made: Mailbox) -> None:
    told = made.notices["confirmed:1"]
    made.settle(Claim(told, told.deliveries[0]), Sent(), NOON)


def _an_applicant(status: Status, act: str) -> Place:
    place = Place(DrawPoint(cap=2))
    place.point.apply("me", RESIDENT)
    if status == Status.NOT_DRAWN:
        _none_wait(place)
    if act in ("check_in", "undo_check_in", "accept", "decline"):
        place.point.roster.phase = Phase.LOCKED
    return place


def _seated(place: Place) -> bool:
    return "other" in place.point.roster.registrations


def _none_wait(place: Place) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lots, "MOST_WAITING", 0)
        place.draw(0)


WALKS = {
    "programme": Walk(
        PROGRAMME,
        ProgrammeState,
        a_programme,
        {
            "edit": (lambda each: each.edit(each.terms),),
            "draft_plan": (lambda each: each.must_take_drafts(),),
            "take_plan": (lambda each: each.must_take_plan(AT, again=False),),
            "announce": (lambda each: each.must_allow_announcement(SESSION.starts_at, AT),),
            "open": (lambda each: each.open(AT),),
            "run": (lambda each: each.run(),),
            "close": (lambda each: each.close(0, AT),),
        },
        lambda each: each.state,
        {"take_plan": "plans_not_taken"},
    ),
    "plan": Walk(
        PLAN,
        PlanState,
        a_plan,
        {
            "edit": (lambda each: each.edit(CONTENT),),
            "invite": (lambda each: each.invite(["co"], LATER.starts_at, AT),),
            "answer": (lambda each: each.answer("co", accepts=True, reason=None, by="clerk", at=AT),),
            "submit": (lambda each: each.submit("notify", AT), lambda each: each.submit("file_before_publish", AT)),
            "return": (lambda each: each.send_back("请补充安全预案", AT),),
            "file": (lambda each: each.file(AT), lambda each: put_on_record(each, "file_before_publish", AT)),
            "approve": (lambda each: approve(each, "approve", by="office", at=AT),),
            "countersign": (lambda each: countersign(each, each.edition, unit_id="guide", by="clerk", at=AT),),
            "announce": (lambda each: each.must_be_announceable(),),
        },
        lambda each: each.state,
        {},
    ),
    "invitation": Walk(
        INVITATION,
        InvitationState,
        an_invitation,
        {
            "invite": (lambda each: each.invite(["co"], LATER.starts_at, AT),),
            "accept": (lambda each: each.answer("co", accepts=True, reason=None, by="clerk", at=AT),),
            "decline": (lambda each: each.answer("co", accepts=False, reason="人手不足", by="clerk", at=AT),),
            "change": (lambda each: each.edit(joint(600)),),
        },
        lambda each: each.invitations["co"].state,
        {},
        passive=("change",),
    ),
    "activity": Walk(
        ACTIVITY,
        ActivityState,
        an_activity,
        {
            "reschedule": (lambda each: each.reschedule(LATER, AT),),
            "cancel": (lambda each: each.cancel("weather", AT),),
            "hold": (lambda each: each.hold(NOBODY, SESSION.ends_at),),
        },
        lambda each: each.state,
        {},
    ),
    "open point": Walk(
        POINT,
        Phase,
        a_point,
        {
            "register": (lambda each: each.register("new", RESIDENT, grassroots=False, at=OPENS),),
            "cancel": (lambda each: each.cancel("me", OPENS),),
            "extend": (lambda each: each.extend(STARTS, "群众代表还差几位", by="clerk", at=OPENS),),
            "answer_offer": (lambda each: offering.accept(each, "me", OPENS),),
            "waive": (lambda each: each.waive("偏远村居，无更多报名", by="office", at=CLOSES),),
            "close": (lambda each: each.close(CLOSES),),
            "draw": (lambda each: begin(each, CLOSES),),
            "lock": (lambda each: each.lock(CLOSES),),
            "check_in": (lambda each: each.check_in("me", STARTS),),
            "undo_check_in": (lambda each: each.undo_check_in("me", "扫错了人", by="clerk", at=STARTS),),
            "finish": (lambda each: each.finish(ENDS),),
            "call_off": (lambda each: each.call_off(),),
        },
        lambda each: each.phase,
        {"register": "registration_closed"},
    ),
    "registration": Walk(
        REGISTRATION,
        Status,
        a_place,
        {
            "cancel": (lambda each: each.point.cancel("me", OPENS),),
            "draw": (lambda each: each.draw(1), lambda each: each.draw(0), _none_wait),
            "promote": (lambda each: each.point.roster.cancel("other", OPENS) if _seated(each) else None,),
            "offer": (lambda each: each.point.roster.cancel("other", OPENS) if _seated(each) else None,),
            "accept": (lambda each: offering.accept(each.roster, "me", OPENS),),
            "decline": (lambda each: offering.decline(each.roster, "me", OPENS),),
            "expire": (lambda each: offering.expire(each.point.roster, CLOSES),),
            "check_in": (lambda each: each.roster.check_in("me", STARTS),),
            "undo_check_in": (lambda each: each.roster.undo_check_in("me", "扫错了人", by="clerk", at=STARTS),),
            "finish": (lambda each: each.point.roster.finish(ENDS) if _seated(each) else None,),
        },
        lambda each: each.roster.registration("me").status,
        {"check_in": "not_confirmed", "undo_check_in": "not_checked_in", "accept": "no_offer", "decline": "no_offer"},
        passive=("draw", "promote", "offer", "expire", "finish"),
    ),
    "delivery": Walk(
        DELIVERY,
        DeliveryState,
        a_delivery,
        {
            "send": (lambda each: _attempt_succeeds(each),),
            "confirm": (lambda each: each.receipt("confirmed:1", "file", 1, error=None, at=NOON),),
            "fail": (lambda each: each.receipt("confirmed:1", "file", 1, error="expired", at=NOON),),
            "withdraw": (lambda each: each.close(NOON),),
            "send_again": (lambda each: each.send_again(NOON),),
        },
        lambda each: each.notices["confirmed:1"].deliveries[0].state,
        {},
        passive=("send", "confirm", "fail", "withdraw", "send_again"),
    ),
}
every_machine = pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)


@every_machine
def test_every_act_in_every_state_leads_where_the_table_says_or_is_refused_with_what_is_allowed(walk: Walk) -> None:
    assert walk.strays(walk.machine, walk.seen()) == []


@every_machine
def test_a_table_with_an_arrow_more_less_or_elsewhere_is_not_what_happens(walk: Walk) -> None:
    seen = walk.seen()
    for state, act, table in _mistaken(walk):
        assert f"{act} of {state}" in walk.strays(table, seen)


@every_machine
def test_an_aggregate_that_does_not_look_into_the_table_is_found_out(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(self: Machine[Any], state: StrEnum, act: str) -> None:
        return None

    def anywhere(self: Machine[Any], state: StrEnum, act: str, led: StrEnum | None = None) -> StrEnum:
        return led or state

    monkeypatch.setattr(Machine, "must_allow", careless)
    monkeypatch.setattr(Machine, "after", anywhere)
    assert walk.strays(walk.machine, walk.seen())


@every_machine
def test_the_table_names_every_state_and_the_walk_every_act(walk: Walk) -> None:
    table = walk.machine
    assert set(table.arrows) == {None, *walk.states}
    assert {act for state, acts in table.arrows.items() if state for act in acts} == set(walk.acts)


def test_things_begin_as_the_tables_say() -> None:
    assert Programme.draft("programme", Programme.of_year(2021).terms).state == PROGRAMME.after(None, "draft")
    assert an_invitation(InvitationState.INVITED, "").invitations["co"].state == INVITATION.after(None, "invite")
    assert (plan().state, announced().state) == (PLAN.after(None, "draft"), ACTIVITY.after(None, "announce"))
    point = roster(cap=1)
    assert point.phase == POINT.after(None, "open")
    begun = [DrawPoint().apply("a", RESIDENT)]
    begun += [Status(point.register(name, RESIDENT, grassroots=False, at=OPENS).status) for name in ("a", "b")]
    assert begun == list(REGISTRATION.arrows[None]["register"])


def test_a_step_to_where_no_arrow_leads_is_a_defect_not_an_answer() -> None:
    with pytest.raises(LookupError, match="'submit' leads from draft to submitted, filed, not to returned"):
        PLAN.after(PlanState.DRAFT, "submit", PlanState.RETURNED)
    with pytest.raises(LookupError):
        PLAN.after(PlanState.DRAFT, "submit")


def test_the_documents_draw_every_table_and_every_arrow() -> None:
    assert {id(each) for each in machines("registration")} == {id(each.machine) for each in WALKS.values()}
    for walk in WALKS.values():
        drawn = _drawn(diagram(walk.machine))
        arrows = {
            (state or "[*]", led, act)
            for state, acts in walk.machine.arrows.items()
            for act, leads in acts.items()
            for led in leads
        }
        assert drawn == arrows


def _mistaken(walk: Walk) -> Iterator[tuple[StrEnum, str, Machine[Any]]]:
    """Copies of the table, each with one mistake."""
    for state in walk.states:
        acts = walk.machine.arrows[state]
        changed = partial(_changed, walk.machine, state)
        for act in walk.acts:
            if act in acts:
                yield state, act, changed({name: leads for name, leads in acts.items() if name != act})
                elsewhere = tuple(each for each in walk.states if each not in acts[act])
                yield state, act, changed({**acts, act: elsewhere[:1]})
            else:
                there = next(each for each in walk.states if each != state)
                yield state, act, changed({**acts, act: (there,)})


def _changed(machine: Machine[Any], state: StrEnum, acts: Mapping[str, tuple[StrEnum, ...]]) -> Machine[Any]:
    return replace(machine, arrows={**machine.arrows, state: acts})


def _drawn(text: str) -> set[tuple[str, str, str]]:
    found = re.findall(r"^    (\S+) --> (\w+): (.+)$", text, re.MULTILINE)
    return {(left, led, act) for left, led, acts in found for act in acts.split(" · ")}
