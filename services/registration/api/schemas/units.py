"""Units."""

from datetime import date

from services.registration.api.schemas.common import Request, Slug, Title, UnitId, View
from services.registration.domain.unit import Particulars, Unit, UnitKind


class UnitBody(Request):
    """Particulars of a unit."""

    name: Title
    name_en: Title
    kind: UnitKind
    town: Slug
    supervising_unit_id: UnitId | None = None
    assessed: bool
    managed_by: Slug = "district"
    active_from: date
    active_to: date | None = None

    def particulars(self) -> Particulars:
        """As the domain knows them."""
        return Particulars(**self.model_dump())


class UnitView(UnitBody):
    """A unit."""

    id: UnitId

    @classmethod
    def of(cls, unit: Unit) -> "UnitView":
        """From the domain."""
        return cls(id=unit.id, **vars(unit.particulars))


class UnitList(View):
    """All units."""

    units: list[UnitView]
