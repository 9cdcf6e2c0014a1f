"""Rosters of draws with what may happen to them, and their proofs as the service publishes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from hypothesis import strategies as st

from services.registration.api.schemas.draws import DrawProofView
from services.registration.domain import drawing
from services.registration.domain.composition import Category
from services.registration.domain.draw import FULL_WEIGHT
from services.registration.domain.draw_proof import proof
from services.registration.domain.phase import POINT
from services.registration.domain.place import Status
from services.registration.domain.plan_content import Selection
from services.registration.domain.sheet import SHEETS, Application, Sheet, on_the_list, sheet_id, sheet_of
from shared.aggregate import Fact
from shared.ids import derived_id
from tests.unit.registration.rosters import CLOSES, OPENS, SEED, roster

Leaves = Literal["never", "while open", "before the draw", "after the draw"]


@dataclass(frozen=True)
class Applicant:
    """Somebody who applies and perhaps leaves."""

    id: str
    category: Category
    leaves: Leaves = "never"


class DrawPoint:
    """A point with its sheets, changed step by step as the handlers do, without engines.

    `heard`: facts in order, with the subject of each.
    """

    def __init__(self, *, cap: int = 20, quota: dict[Category, int] | None = None) -> None:
        self.roster = roster(cap=cap, selection=Selection.RANDOM_DRAW, quota=quota)
        self.roster.id, self.roster.activity_id = derived_id("point", "a"), derived_id("activity", "a")
        self.roster.facts.clear()
        self.roster.open(cap)
        ids = [sheet_id(self.roster.id, number) for number in range(SHEETS)]
        self.sheets = {
            each: Sheet(id=each, activity_id=self.roster.activity_id, point_id=self.roster.id) for each in ids
        }
        self.heard: list[tuple[str, Fact]] = []
        self.collect()

    @property
    def told(self) -> list[Fact]:
        """Every fact in order."""
        return [fact for _, fact in self.heard]

    @property
    def applications(self) -> list[Application]:
        """Of everybody who ever applied."""
        return [each for sheet in self.sheets.values() for each in sheet.applications.values()]

    @property
    def listed(self) -> dict[str, Application]:
        """The sealed list."""
        return on_the_list(self.applications)

    def status(self, id_: str) -> Status:
        """Where somebody stands."""
        here = self.roster.registrations.get(id_)
        return here.status if here else self._sheet(id_).application(id_).status

    def apply(
        self, id_: str, category: Category, *, grassroots: bool = False, at: datetime = OPENS, weight: int = FULL_WEIGHT
    ) -> Status:
        """Somebody applies."""
        self.roster.must_be_open(at)
        admission = self._sheet(id_).apply(Application(id_, category, grassroots, at, weight))
        self.collect()
        return Status(admission.status)

    def cancel(self, id_: str, at: datetime = CLOSES) -> None:
        """Wherever they stand."""
        if id_ in self.roster.registrations:
            self.roster.cancel(id_, at)
        else:
            POINT.must_allow(self.roster.phase, "cancel")
            self._sheet(id_).cancel(id_, at)
        self.collect()

    def close(self, at: datetime = CLOSES) -> None:
        """Sealed and committed to."""
        self.roster.close(at)
        for each in self.sheets.values():
            each.seal()
        drawing.commit(self.roster, self.listed, at)
        self.collect()

    def draw(self, seed: str = SEED, at: datetime = CLOSES) -> None:
        """From the first step to the last."""
        drawing.begin(self.roster, at)
        for each in self.sheets.values():
            each.freeze()
        result = drawing.result(self.roster, self.listed, seed)
        drawing.seat(self.roster, result, self.listed, seed, at)
        self.collect()
        for each in self.sheets.values():
            each.settle(result, at)
        self.collect()
        self.roster.reveal(at)
        self.collect()

    def _sheet(self, id_: str) -> Sheet:
        return self.sheets[sheet_of(self.roster.id, id_)]

    def collect(self) -> None:
        """Hear what was told since."""
        for each in (self.roster, *self.sheets.values()):
            kind = "roster" if each is self.roster else "sheet"
            self.heard += [(f"registration.{kind}.{each.id}", fact) for fact in each.facts]
            each.facts = []


@dataclass(frozen=True)
class Story:
    """One draw: who applies in which order, for how many places of each category."""

    quota: dict[Category, int]
    applicants: tuple[Applicant, ...]

    @property
    def cap(self) -> int:
        """As a plan has it: no fewer places than its mix."""
        return max(1, sum(self.quota.values()))

    def closed(self) -> DrawPoint:
        """Committed to, with those gone who leave before the draw."""
        point = DrawPoint(cap=self.cap, quota=self.quota)
        for each in self.applicants:
            point.apply(each.id, each.category)
        self._leave(point, "while open")
        point.close()
        self._leave(point, "before the draw")
        return point

    def held(self) -> DrawPoint:
        """Drawn, with those gone who leave afterwards."""
        point = self.closed()
        point.draw()
        self._leave(point, "after the draw")
        return point

    def _leave(self, point: DrawPoint, when: Leaves) -> None:
        for each in self.applicants:
            if each.leaves == when:
                point.cancel(each.id, OPENS if when == "while open" else CLOSES)


def people(categories: Iterable[Category], leaves: Sequence[Leaves] = ()) -> tuple[Applicant, ...]:
    """Applicants with ids as the service makes them; those beyond `leaves` stay."""
    return tuple(
        Applicant(derived_id("registration", str(number)), each, leaves[number] if number < len(leaves) else "never")
        for number, each in enumerate(categories)
    )


def published(point: DrawPoint) -> dict[str, Any]:
    """The proof file."""
    return DrawProofView.of(proof(point.roster, point.listed)).model_dump(mode="json")


def stories() -> st.SearchStrategy[Story]:
    """Any of them, up to thirty applicants."""
    kinds = st.sampled_from(list(Category))
    when = st.sampled_from(["never", "never", "never", "while open", "before the draw", "after the draw"])
    crowd = st.lists(st.tuples(kinds, when), max_size=30).map(
        lambda drawn: people([kind for kind, _ in drawn], [leaves for _, leaves in drawn])  # type: ignore[misc]
    )
    return st.builds(Story, st.dictionaries(kinds, st.integers(0, 6)), crowd)
