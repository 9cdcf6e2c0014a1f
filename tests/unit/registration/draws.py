"""Rosters of draws with what may happen to them, and their proofs as the service publishes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import strategies as st

from services.registration.api.schemas.draws import DrawProofView
from services.registration.domain.composition import Category
from services.registration.domain.draw_proof import proof
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster
from shared.ids import derived_id
from tests.unit.registration.rosters import CLOSES, OPENS, SEED, roster

Leaves = Literal["never", "while open", "before the draw", "after the draw"]


@dataclass(frozen=True)
class Applicant:
    """Somebody who applies and perhaps leaves."""

    id: str
    category: Category
    leaves: Leaves = "never"


@dataclass(frozen=True)
class Story:
    """One draw: who applies in which order, for how many places of each category."""

    quota: dict[Category, int]
    applicants: tuple[Applicant, ...]

    @property
    def cap(self) -> int:
        """As a plan has it: no fewer places than its mix."""
        return max(1, sum(self.quota.values()))

    def closed(self) -> Roster:
        """Committed to, with those gone who leave before the draw."""
        point = roster(cap=self.cap, selection=Selection.RANDOM_DRAW, quota=self.quota)
        point.id, point.activity_id = derived_id("point", "a"), derived_id("activity", "a")
        for each in self.applicants:
            point.register(each.id, each.category, grassroots=False, at=OPENS)
        self._leave(point, "while open")
        point.close(CLOSES)
        self._leave(point, "before the draw")
        return point

    def held(self) -> Roster:
        """Drawn, with those gone who leave afterwards."""
        point = self.closed()
        point.hold_draw(SEED, CLOSES)
        self._leave(point, "after the draw")
        return point

    def _leave(self, point: Roster, when: Leaves) -> None:
        for each in self.applicants:
            if each.leaves == when:
                point.cancel(each.id, OPENS if when == "while open" else CLOSES)


def people(categories: Iterable[Category], leaves: Sequence[Leaves] = ()) -> tuple[Applicant, ...]:
    """Applicants with ids as the service makes them; those beyond `leaves` stay."""
    return tuple(
        Applicant(derived_id("registration", str(number)), each, leaves[number] if number < len(leaves) else "never")
        for number, each in enumerate(categories)
    )


def published(point: Roster) -> dict[str, Any]:
    """The proof file."""
    return DrawProofView.of(proof(point)).model_dump(mode="json")


def stories() -> st.SearchStrategy[Story]:
    """Any of them, up to thirty applicants."""
    kinds = st.sampled_from(list(Category))
    when = st.sampled_from(["never", "never", "never", "while open", "before the draw", "after the draw"])
    crowd = st.lists(st.tuples(kinds, when), max_size=30).map(
        lambda drawn: people([kind for kind, _ in drawn], [leaves for _, leaves in drawn])  # type: ignore[misc]
    )
    return st.builds(Story, st.dictionaries(kinds, st.integers(0, 6)), crowd)
