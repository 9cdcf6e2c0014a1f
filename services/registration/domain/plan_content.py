"""What a plan says: hosts with their shares of the credit, open points, texts. Policy clauses two to five."""

from dataclasses import dataclass, field
from enum import StrEnum

from services.registration.domain.composition import Headcount
from services.registration.domain.plan_sections import PlannedTime, Sections


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
    """A hosting unit with its share of the credit, in thousandths."""

    unit_id: str
    role: Role
    credit: int


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
