"""What holds of a dossier after any history, and a control that breaks it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain import facts
from services.reporting.domain.activity import Holding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.filing import Filing, FilingRule
from services.reporting.domain.material import ItemKind
from services.reporting.domain.state import State
from shared.aggregate import fork
from shared.errors import Problem
from tests.unit.reporting.dossiers import ACTIVITY, HELD, RULE, attach

Step = tuple[str, int]  # what is done, after how many hours


class Forgetful(Dossier):
    """A control: every submission counts as the first."""

    def submit(self, now: datetime, rule: FilingRule) -> Filing:
        self.filing = None
        return super().submit(now, rule)


class Gullible(Dossier):
    """A control: what was told last holds, however old it is."""

    def rescheduled(self, starts_at: datetime, sequence: int) -> None:
        super().rescheduled(starts_at, max(sequence, self.told))


ACTIONS: dict[str, Callable[[Dossier, datetime], object]] = {
    "announced": lambda dossier, _: dossier.announced(ACTIVITY, 1),
    "rescheduled": lambda dossier, now: dossier.rescheduled(now, _sequence(now)),
    "cancelled": lambda dossier, now: dossier.cancelled(now),
    "held": lambda dossier, now: dossier.held(ACTIVITY, Holding(now, {}), RULE.deadline(now), _sequence(now)),
    "opinion": lambda dossier, _: dossier.opinion_received(),
    "nil return": lambda dossier, _: dossier.nil_return(),
    "upload": lambda dossier, _: attach(dossier),
    "remove": lambda dossier, _: dossier.detach(ItemKind.PLAN, dossier.files[0].sha256 if dossier.files else ""),
    "submit": lambda dossier, now: dossier.submit(now, RULE),
    "return": lambda dossier, now: dossier.return_(now, "请补充"),
    "accept": lambda dossier, now: dossier.accept(now),
}
TELLINGS = ("announced", "rescheduled", "cancelled", "held", "opinion", "nil return")
histories = st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.integers(0, 60)), max_size=40)
TO_A_SECOND_SUBMISSION: list[Step] = [
    ("announced", 0),
    ("upload", 0),
    ("opinion", 0),
    ("held", 0),
    ("submit", 1),
    ("return", 1),
    ("submit", 300),
]


@given(histories)
def test_lateness_is_judged_once_and_never_contradicts_itself(history: list[Step]) -> None:
    assert violations(played(Dossier, history)) == []


def test_the_rules_find_a_dossier_that_judges_twice() -> None:
    assert violations(played(Dossier, TO_A_SECOND_SUBMISSION)) == []
    broken = violations(played(Forgetful, TO_A_SECOND_SUBMISSION))
    assert broken == ["told twice", "not the first submission", "late and not said"]


@given(histories)
def test_a_fact_of_another_service_told_twice_changes_nothing(history: list[Step]) -> None:
    once = played(Dossier, history)
    twice = played(Dossier, [(action, hours) for step in history for action, hours in _doubled(step)])
    assert once == twice
    assert once.facts == twice.facts


@given(histories, st.integers(0, 40))
def test_an_earlier_fact_told_again_after_later_ones_changes_nothing(history: list[Step], which: int) -> None:
    assert unmoved_by_an_echo(Dossier, history, which)


def test_the_rule_finds_a_dossier_that_believes_whatever_it_was_told_last() -> None:
    history = [("rescheduled", 1), ("rescheduled", 1)]
    assert unmoved_by_an_echo(Dossier, history, 1)
    assert not unmoved_by_an_echo(Gullible, history, 1)


def unmoved_by_an_echo(kind: type[Dossier], history: list[Step], which: int) -> bool:
    """Whether a dossier stays as it is when a reader that slept tells it again what others have told it long ago."""
    history = [("announced", 0), *history]
    told, tellings, now = played(kind, history), list[tuple[str, datetime]](), HELD
    for action, hours in history:
        now += timedelta(hours=hours)
        if action in TELLINGS:
            tellings.append((action, now))
    again = fork(told)
    action, now = tellings[which % len(tellings)]
    ACTIONS[action](again, now)
    return again == told and again.facts == []


def played(kind: type[Dossier], history: list[Step]) -> Dossier:
    """The dossier after a history, with refusals leaving no trace and timers rung as time passes."""
    dossier, now = kind(id="activity-1"), HELD
    for action, hours in history:
        now += timedelta(hours=hours)
        _ring_due(dossier, now)
        trial = fork(dossier)
        try:
            ACTIONS[action](trial, now)
        except Problem:
            continue
        trial.facts = dossier.facts + trial.facts
        dossier = trial
    return dossier


def violations(dossier: Dossier) -> list[str]:
    """The rules that this dossier breaks."""
    kinds = [type(each) for each in dossier.facts]
    once = (facts.FilingDueSet, facts.FilingOverdue, facts.MaterialsFiled)
    filing, first = dossier.filing, dossier.submissions[0].submitted_at if dossier.submissions else None
    overdue = facts.FilingOverdue in kinds
    rules = {
        "told twice": all(kinds.count(each) <= 1 for each in once),
        "not the first submission": (filing.filed_at if filing else None) == first,
        "filed and unknown": (facts.MaterialsFiled in kinds) == (filing is not None),
        "overdue and on time": not (overdue and filing and filing.on_time),
        "late and not said": not (filing and not filing.on_time and not overdue),
        "overdue after the filing": not (overdue and filing) or kinds.index(facts.FilingOverdue) < _filed(kinds),
        "a clock without an activity": dossier.state is not State.CANCELLED or dossier.facts == [],
        "filed without opinions": filing is None or dossier.opinions_known,
    }
    return [broken for broken, holds in rules.items() if not holds]


def _sequence(now: datetime) -> int:
    """Later facts have higher ones."""
    return 2 + int((now - HELD).total_seconds())


def _filed(kinds: list[type]) -> int:
    return kinds.index(facts.MaterialsFiled)


def _doubled(step: Step) -> list[Step]:
    return [step, (step[0], 0)] if step[0] in TELLINGS else [step]


def _ring_due(dossier: Dossier, now: datetime) -> None:
    for timer, due in list(dossier.timers.items()):
        if due <= now:
            del dossier.timers[timer]
            dossier.ring(timer, due)
