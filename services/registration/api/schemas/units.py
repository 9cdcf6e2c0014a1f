"""Units, what held when, and who guides whom."""

from datetime import date

from services.registration.api.schemas.common import Day, Request, Slug, Title, UnitId, View
from services.registration.domain.unit import Particulars, Unit, UnitKind
from services.registration.domain.unit_tree import Branch


class ParticularsBody(Request):
    """What is known of a unit; `active_from` and `active_to` are its first and its last day."""

    name: Title
    name_en: Title
    kind: UnitKind
    town: Slug
    supervising_unit_id: UnitId | None = None
    assessed: bool
    managed_by: Slug = "district"
    active_from: Day
    active_to: Day | None = None


class UnitBody(ParticularsBody):
    """Particulars of a unit; with `since` they hold from that day on, without it they correct what holds today."""

    since: Day | None = None

    def particulars(self) -> Particulars:
        """As the domain knows them."""
        return Particulars(**self.model_dump(exclude={"since"}))


class ClosingBody(Request):
    """The last day on which the unit exists."""

    last_day: Day


class EraView(ParticularsBody):
    """What held from a day on, until the next one's."""

    since: date


class UnitView(ParticularsBody):
    """A unit as it stands on a day, and everything that is known of it, the earliest first."""

    id: UnitId
    eras: list[EraView]

    @classmethod
    def of(cls, unit: Unit, day: date) -> "UnitView":
        """From the domain."""
        eras = [EraView(since=since, **vars(held)) for since, held in unit.eras()]
        return cls(id=unit.id, eras=eras, **vars(unit.on(day)))


class UnitList(View):
    """All units."""

    units: list[UnitView]


class BranchView(View):
    """A unit with those that it guides."""

    id: str
    name: str
    name_en: str
    kind: UnitKind
    town: str
    assessed: bool
    managed_by: str
    guided: list["BranchView"]

    @classmethod
    def of(cls, branch: Branch) -> "BranchView":
        """From the domain."""
        held = branch.particulars
        return cls(
            id=branch.unit_id,
            name=held.name,
            name_en=held.name_en,
            kind=held.kind,
            town=held.town,
            assessed=held.assessed,
            managed_by=held.managed_by,
            guided=[cls.of(each) for each in branch.guided],
        )


class UnitTree(View):
    """Who guided whom on a day; at the top who is guided by nobody."""

    day: date
    units: list[BranchView]
