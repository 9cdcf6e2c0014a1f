"""What activities say of their open points: facts of another aggregate, so in no order; compared at the end."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.history.findings import Broken
from tests.history.point import RESIDENT, SEATED, Point
from tests.outside.facts import Fact

Told = tuple[Fact, Broken]


@dataclass
class Activity:
    """The facts of one activity that matter here; the last of each kind."""

    id: str
    announced: Fact | None = None
    held: Fact | None = None
    cancelled: Fact | None = None


KINDS = {"activity-announced": "announced", "activity-held": "held", "activity-cancelled": "cancelled"}
OF_NO_POINT = {*KINDS, "activity-rescheduled", "plan-submitted", "plan-returned", "plan-filed", "unit-registered"} | {
    "legal-hold-placed",
    "legal-hold-lifted",
    "personal-data-erased",
}
"""Kinds that are not an open point's."""


def announced_as_opened(activity: Activity, points: Mapping[str, Point]) -> Iterator[Told]:
    """Every open point that was announced was opened, with the cap announced."""
    if activity.announced is None:
        return
    for said in activity.announced.body["open_points"]:
        point = points.get(said["open_point_id"])
        if point is None:
            missing = f"open point {said['open_point_id']} opened"
            yield activity.announced, Broken("log", missing, "no fact of it")
        elif point.cap != said["cap"]:
            yield activity.announced, Broken("cap", f"the cap announced, {said['cap']}", f"{point.cap} at {point.id}")


def held_as_counted(activity: Activity, points: Mapping[str, Point]) -> Iterator[Told]:
    """Who was expected and who came, over all open points of the activity."""
    if activity.held is None:
        return
    body, mine = activity.held.body, [each for each in points.values() if each.activity == activity.id]
    places = [place for point in mine for place in point.places.values()]
    came = Counter(each.category for each in places if each.state == "attended")
    counted = {
        "confirmed": dict(Counter(each.category for each in places if each.state in SEATED)),
        "attended": dict(came),
        "composition_met": 3 * came[RESIDENT] >= came.total(),
    }
    for name, value in counted.items():
        said = body[name]
        if isinstance(said, dict):
            said = {category: count for category, count in said.items() if count}
        if said != value:
            yield activity.held, Broken("counts", f"{name} {value}", str(said))
    if left := sum(point.states["confirmed"] for point in mine):
        yield activity.held, Broken("transition", "everybody confirmed came or was absent", f"{left} neither")


def phases_to_show(point: Point, activity: Activity) -> set[str]:
    """What the public view may call its phase.

    An open point falls silent when its activity is called off, or held with nobody absent: the activity says so. Until
    it does (a command cut short goes on when repeated), a locked point with nobody outstanding may be finished.
    """
    if activity.cancelled:
        return {"cancelled"}
    if activity.held:
        return {"finished"}
    return {point.phase, "finished"} if point.phase == "locked" and not point.states["confirmed"] else {point.phase}
