"""The shapes of registration's requests and answers. Requests refuse unknown fields."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.registration.domain.unit import Particulars, Unit, UnitKind

UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{1,39}$")]


class Request(BaseModel):
    """A body that people send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class UnitList(BaseModel):
    """All units."""

    units: list[UnitView]
