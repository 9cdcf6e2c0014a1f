"""The list of plans for those who work on them, in pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.registration.domain.plan import Plan


@dataclass(frozen=True)
class PlanPage:
    """Some of the list; `next` is the plan at its end where more follow."""

    plans: tuple[Plan, ...]
    next: str | None


def plan_page(plans: Iterable[Plan], limit: int, after: Plan | None = None) -> PlanPage:
    """At most `limit` of them from behind `after`: the newest submission first, drafts at the end.

    A submission moves a plan to the front: who goes on behind it sees some again, and misses none.
    """
    rest = sorted((each for each in plans if after is None or _place(each) > _place(after)), key=_place)
    shown = rest[:limit]
    return PlanPage(tuple(shown), shown[-1].id if len(rest) > limit else None)


def _place(plan: Plan) -> tuple[float, str]:
    sent = plan.submissions[-1].at.timestamp() if plan.submissions else 0.0
    return -sent, plan.id
