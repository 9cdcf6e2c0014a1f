"""The same world in hypothesis's hands: it chooses the steps, and shrinks what breaks the promise by itself."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.simulation.builds import Break, no_outbox, offset_committed_before_the_effect
from tests.simulation.judge import Violation
from tests.simulation.kernel import kernel
from tests.simulation.shrink import broken
from tests.simulation.steps import ARGUMENTS, LARGEST, WEIGHTS, Schedule, Step
from tests.simulation.world import World

NUMBER = st.integers(0, LARGEST)
EXAMPLES = 100
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


class Promise(RuleBasedStateMachine):
    """Every step of `tests.simulation.steps` is a rule; the promise is the invariant."""

    world: World | None = None
    kept = True

    @initialize(seed=st.integers(0, 999), writers=st.integers(1, 2), readers=st.integers(1, 2))
    def begins(self, seed: int, writers: int, readers: int) -> None:
        """An empty world with one tally."""
        self.schedule = Schedule(seed, writers, readers)
        self.world = World(self.schedule)
        self.take(Step("open", (0, 0, 0, 0)))

    @invariant()
    def the_promise_is_kept(self) -> None:
        """At every moment."""
        if self.world:
            self.world.judge.look()

    def take(self, step: Step) -> None:
        """A step of the schedule, which is written down so that it can be replayed."""
        assert self.world
        self.schedule = self.schedule.then(step)
        self.kept = False  # until it has come to its end
        self.world.step(step)
        self.kept = True

    def teardown(self) -> None:
        """Everything is healed, and the whole promise judged."""
        if self.world is None:
            return
        note(f"python -m tests.simulation '{self.schedule}'")
        try:
            if self.kept:
                self.world.heal()
        finally:
            self.world.close()


def _rule(name: str) -> Any:
    def taken(self: Promise, numbers: tuple[int, ...]) -> None:
        self.take(Step(name, numbers))

    taken.__name__ = name
    return rule(numbers=st.tuples(*[NUMBER] * ARGUMENTS))(taken)


for _name in WEIGHTS:
    setattr(Promise, _name, _rule(_name))


def test_whatever_hypothesis_chooses_the_promise_is_kept() -> None:
    with kernel():
        run_state_machine_as_test(Promise, settings=SETTINGS)


@pytest.mark.parametrize("build", [offset_committed_before_the_effect, no_outbox], ids=lambda b: b.__name__)
def test_hypothesis_finds_a_broken_build_and_names_a_schedule_to_replay(
    build: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kernel(), monkeypatch.context() as patch:
        build(patch)
        with pytest.raises(Violation) as found:
            run_state_machine_as_test(Promise, settings=SETTINGS)
        line = next(each for each in found.value.__notes__ if "python -m tests.simulation" in each)
        assert broken(Schedule.read(line.split("'")[1]))
