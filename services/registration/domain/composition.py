"""Who sits together: residents at least one third, in integers, in two phases. Policy clause three.

While registration is open, seats are reserved: at most `cap - ceil(cap / 3)` for others, so that the rule can still be
met. From the close on, at the lock and at the door, the strict rule holds: 3 × residents ≥ all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

USUAL_CAP = 20  # clause three: "in principle" at most 20 people to an open point


class Category(StrEnum):
    """Kinds of public representative that clause three names."""

    NPC_DEPUTY = "npc_deputy"
    CPPCC_MEMBER = "cppcc_member"
    RESIDENT = "resident_representative"
    MEDIA = "media_representative"


Headcount = dict[Category, int]

ZH = {
    Category.NPC_DEPUTY: "人大代表",
    Category.CPPCC_MEMBER: "政协委员",
    Category.RESIDENT: "群众代表",
    Category.MEDIA: "媒体记者",
}
EN = {
    Category.NPC_DEPUTY: "people's congress deputies",
    Category.CPPCC_MEMBER: "CPPCC members",
    Category.RESIDENT: "residents",
    Category.MEDIA: "journalists",
}


@dataclass(frozen=True)
class Composition:
    """How many residents among how many."""

    residents: int
    total: int

    @classmethod
    def of(cls, categories: Iterable[Category]) -> "Composition":
        """Counts people."""
        everyone = list(categories)
        return cls(everyone.count(Category.RESIDENT), len(everyone))

    @classmethod
    def planned(cls, mix: Headcount) -> "Composition":
        """Counts planned seats."""
        return cls(mix.get(Category.RESIDENT, 0), sum(mix.values()))

    @property
    def met(self) -> bool:
        """The strict rule."""
        return 3 * self.residents >= self.total

    @property
    def short_by(self) -> int:
        """How many more residents must come for the strict rule to hold: least k with 3(r + k) ≥ n + k."""
        return max(0, -((3 * self.residents - self.total) // 2))

    def plus(self, category: Category) -> "Composition":
        """With one person more."""
        return Composition(self.residents + (category == Category.RESIDENT), self.total + 1)


def seats_for_others(cap: int) -> int:
    """The most non-residents that may be confirmed while registration is open."""
    return cap - -(-cap // 3)


def headcount(categories: Iterable[Category]) -> Headcount:
    """People by category, every category named."""
    counts = dict.fromkeys(Category, 0)
    for each in categories:
        counts[each] += 1
    return counts
