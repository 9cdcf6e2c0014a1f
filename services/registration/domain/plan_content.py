"""What a plan says: hosts with their shares of the credit, open points, texts. Policy clauses two to five."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from services.registration.domain.composition import Headcount
from services.registration.domain.credit import WHOLE, Share, thousandths
from services.registration.domain.plan_sections import PlannedTime, Sections
from services.registration.domain.rota import Rota


class Selection(StrEnum):
    """How representatives are chosen."""

    FIRST_COME = "first_come"
    RANDOM_DRAW = "random_draw"


class Role(StrEnum):
    """What a host does in a joint activity."""

    LEAD = "lead"
    CO_HOST = "co_host"
    SUPPORT = "support"


@dataclass(frozen=True)
class Host:
    """A hosting unit with its share of the credit: in thousandths, and exactly where thousandths are not enough."""

    unit_id: str
    role: Role
    credit: int
    share: Share | None = None

    @property
    def exact(self) -> Fraction:
        """Its share."""
        return self.share.exact if self.share else Fraction(self.credit, WHOLE)


@dataclass(frozen=True)
class PlannedPoint:
    """An open point: its owner, its seats by category. More than 20 need a written reason and an approver."""

    slug: str
    unit_id: str
    name: str
    place: str
    cap: int
    mix: Headcount
    cap_reason: str | None = None
    cap_approver: str | None = None


@dataclass(frozen=True)
class Content:
    """What a plan says."""

    title: str
    theme: str
    town: str
    forms: tuple[str, ...]
    purpose: str
    agenda: tuple[str, ...]
    selection: Selection
    hosts: tuple[Host, ...]
    points: tuple[PlannedPoint, ...]
    id_number_reason: str | None = None
    planned_time: PlannedTime | None = None
    sections: Sections = field(default_factory=Sections)
    rota: Rota | None = None
    """Where representatives move over the points in groups; None: everybody stays at the point they registered for."""

    @property
    def leads(self) -> list[str]:
        """The units that are said to lead: one, in a plan that keeps the rules."""
        return [each.unit_id for each in self.hosts if each.role == Role.LEAD]

    @property
    def lead(self) -> str:
        """The unit that answers for the activity."""
        return self.leads[0]

    @property
    def units(self) -> set[str]:
        """Every unit that it names."""
        return {each.unit_id for part in (self.hosts, self.points) for each in part}


def hosts(said: Iterable[Host]) -> tuple[Host, ...]:
    """Where shares are said as fractions, with the thousandths that are made from them."""
    known = tuple(said)
    if not all(each.share for each in known):
        return known
    made = thousandths([each.exact for each in known])
    return tuple(replace(each, credit=credit) for each, credit in zip(known, made, strict=True))
