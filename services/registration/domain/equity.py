"""Who applied and who was drawn, in groups so large that nobody in them can be told apart.

A group is told by itself when at least `FEWEST` of it were drawn and at least `FEWEST` were not. The others are told
together, and with the smallest of the rest until that holds for them, too. So every number told, and every difference
of numbers told, counts at least `FEWEST` people: there is nothing to subtract.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Generic, TypeVar

from services.registration.domain.composition import Category
from services.registration.domain.draw_proof import proof
from services.registration.domain.roster import Roster
from services.registration.domain.sheet import Application
from shared.errors import Conflict

FEWEST = 5  # k: fewer people than this are never told by themselves

G = TypeVar("G", bound=Hashable)


@dataclass(frozen=True)
class Share(Generic[G]):
    """Groups told together: how many of them applied, how many of those the draw confirmed."""

    groups: tuple[G, ...]
    applied: int
    confirmed: int

    @property
    def least(self) -> int:
        """People on the smaller side, drawn or not."""
        return min(self.confirmed, self.applied - self.confirmed)

    @property
    def tellable(self) -> bool:
        """Large enough on both sides."""
        return self.least >= FEWEST

    def plus(self, other: "Share[G]") -> "Share[G]":
        """Both as one."""
        return Share((*self.groups, *other.groups), self.applied + other.applied, self.confirmed + other.confirmed)

    def in_order(self) -> "Share[G]":
        """The same in an order that says nothing about sizes."""
        return replace(self, groups=tuple(sorted(self.groups, key=str)))


@dataclass(frozen=True)
class Equity:
    """One draw, told twice. Empty where even everybody together is too few."""

    by_category: list[Share[Category]]
    by_grassroots: list[Share[bool]]


def equity(roster: Roster, listed: Mapping[str, Application]) -> Equity:
    """Of the list at the close and the result at the draw: later changes of places do not change it.

    Raises NotFound `no_draw`, Conflict `draw_not_committed` or `draw_pending`.
    """
    proven = proof(roster, listed)
    if proven.result is None:
        raise Conflict("draw_pending", "请先完成抽签。", "Hold the draw first.")
    drawn = set(proven.result.confirmed)
    entered = [(mine, mine.id in drawn) for mine in listed.values()]
    return Equity(
        told((mine.category, won) for mine, won in entered),
        told((mine.grassroots, won) for mine, won in entered),
    )


def told(entered: Iterable[tuple[G, bool]]) -> list[Share[G]]:
    """The groups that may be told, from each person's group and luck. A group that nobody is in is not mentioned."""
    everyone = list(entered)
    applied = Counter(group for group, _ in everyone)
    confirmed = Counter(group for group, won in everyone if won)
    shares = [Share((each,), applied[each], confirmed[each]) for each in sorted(applied, key=str)]
    together = [each for each in shares if not each.tellable]
    alone = sorted((each for each in shares if each.tellable), key=lambda each: each.least)
    if together:
        small = reduce(Share.plus, together)
        while alone and not small.tellable:
            small = small.plus(alone.pop(0))
        alone = [*alone, small] if small.tellable else []
    return sorted((each.in_order() for each in alone), key=lambda each: str(each.groups))
