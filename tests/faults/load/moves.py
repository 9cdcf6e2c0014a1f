"""What the load may do next: one function per kind of command, each None when there is nothing to do it with.

Whatever goes through states (an opinion, a material set, a place at the door) is taken out of the scene while a command
about it is under way, and comes back with the answer, so that workers never race one another into a refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.faults.load.names import UNITS
from tests.faults.load.scene import Opinion, Place, Point, Scene
from tests.faults.oracle.ledger import Request, Said

CATEGORIES = ("resident_representative", "npc_deputy", "cppcc_member", "media_representative")
SEVERAL = 0.05  # of registrations come with a number that the activity has already: refused


@dataclass
class Move:
    """A command, and what its answer means for the scene."""

    command: str
    target: str
    request: Request
    done: Callable[[Said], None]
    key: str = ""


def nothing(_: Said) -> None:
    """The scene stays as it is."""


def register(scene: Scene) -> Move | None:
    """A person asks for a place at a point that takes registrations."""
    there = scene.points("open")
    if not there:
        return None
    activity, point = scene.chance.choice(there)
    return registration(scene, activity.id, point)


def registration(scene: Scene, activity_id: str, point: Point, category: str | None = None) -> Move:
    """At this point."""
    name, phone = scene.person()
    if category is None and scene.people > 50 and scene.chance.random() < SEVERAL:
        phone = f"130{scene.chance.randrange(1, scene.people):08d}"
    body = {
        "category": category or scene.chance.choices(CATEGORIES, (5, 2, 2, 1))[0],
        "grassroots": scene.chance.random() < 0.3,
        "name": name,
        "phone": phone,
        "consent": True,
    }

    def done(said: Said) -> None:
        if said.answer == "acked":
            place = Place(said.body["registration_id"], said.body["claim_code"], said.body["status"])
            point.places[place.id] = place

    return Move("register", point.id, Request("registration", "POST", f"{_of(point)}/registrations", None, body), done)


def cancel(scene: Scene) -> Move | None:
    """A place is given back, by its holder or by a clerk."""
    there = [(activity, point) for activity, point in scene.points("open") if len(point.places) > 3]
    if not there:
        return None
    _, point = scene.chance.choice(there)
    place = point.places.pop(scene.chance.choice(list(point.places)))
    holder = scene.chance.random() < 0.5
    request = Request(
        "registration",
        "POST",
        f"{_of(point)}/registrations/{place.id}/cancellations",
        None if holder else "unit_clerk",
        None,
        place.claim_code if holder else None,
    )
    return Move("cancel", place.id, request, nothing)


def check_in(scene: Scene) -> Move | None:
    """Somebody comes to the door, and is sometimes scanned twice."""
    there = [(point, each) for _, point in scene.points("door") for each in point.places.values()]
    if not there:
        return None
    point, place = scene.chance.choice(there)
    shown = {"code": place.claim_code} if scene.chance.random() < 0.5 else {"registration_id": place.id}
    del point.places[place.id]

    def done(said: Said) -> None:
        point.places[place.id] = place
        if said.answer == "acked":
            point.inside.add(place.id)

    request = Request("registration", "POST", f"{_of(point)}/check-ins", "unit_clerk", shown)
    return Move("check_in", place.id, request, done)


def undo_check_in(scene: Scene) -> Move | None:
    """The wrong person was scanned."""
    there = [
        (point, point.places[each])
        for _, point in scene.points("door")
        for each in sorted(point.inside & set(point.places))
    ]
    if not there:
        return None
    point, place = scene.chance.choice(there)
    del point.places[place.id]

    def done(said: Said) -> None:
        point.places[place.id] = place
        if said.answer == "acked":
            point.inside.discard(place.id)

    body = {"registration_id": place.id, "reason": "扫错了人，撤销签到"}
    request = Request("registration", "POST", f"{_of(point)}/check-in-reversals", "unit_clerk", body)
    return Move("undo_check_in", place.id, request, done)


def hold(scene: Scene) -> Move | None:
    """An activity that is over is called held; its clock starts, its unit is scored."""
    ending = scene.of("ending")
    if not ending:
        return None
    activity = scene.chance.choice(ending)
    scene.activities.remove(activity)

    def done(said: Said) -> None:
        activity.phase = "held" if said.answer == "acked" else "ending"
        scene.activities.append(activity)

    request = Request("registration", "POST", f"/activities/{activity.id}/holdings", "unit_clerk")
    return Move("hold", activity.id, request, done)


def reschedule(scene: Scene) -> Move | None:
    """An activity is put off by an hour, its rosters with it."""
    there = [each for each in scene.of("open") if not each.moving]
    if not there:
        return None
    activity = scene.chance.choice(there)
    activity.moving = True
    body = later(scene, activity.moved + 1)

    def done(said: Said) -> None:
        activity.moving = False
        activity.moved += said.answer == "acked"

    request = Request("registration", "POST", f"/activities/{activity.id}/reschedulings", "unit_clerk", body)
    return Move("reschedule", activity.id, request, done)


def later(scene: Scene, hours: int) -> dict[str, Any]:
    """The times of an open activity that was put off by so many hours: it begins in three weeks."""
    begins = datetime.fromisoformat(scene.now) + timedelta(days=21, hours=hours)
    return {
        "session": {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=4)).isoformat()},
        "registration_closes_at": (begins - timedelta(hours=4)).isoformat(),
    }


def give_opinion(scene: Scene) -> Move | None:
    """By the public, or written down by a clerk."""
    there = scene.of("open", "door", "held")
    if not there:
        return None
    activity = scene.chance.choice(there)
    point = scene.chance.choice(activity.points)
    written_down = scene.chance.random() < 0.3
    body: dict[str, Any] = {
        "open_point_id": point.id if scene.chance.random() < 0.7 else None,
        "kind": scene.chance.choice(("consultation", "suggestion", "complaint", "request", "praise")),
        "source": "phone" if written_down else scene.chance.choice(("form", "online", "questionnaire")),
        "text": f"希望开放日多讲一讲第{scene.chance.randrange(1000)}项工作",
    }

    def done(said: Said) -> None:
        if said.answer == "acked":
            unit = point.unit if body["open_point_id"] else activity.lead
            scene.opinions.append(Opinion(said.body["id"], said.body["claim_code"], unit))

    request = Request(
        "feedback", "POST", f"/activities/{activity.id}/opinions", "unit_clerk" if written_down else None, body
    )
    return Move("give_opinion", activity.id, request, done)


STEPS: tuple[tuple[str, str | None, Any], ...] = (
    ("assignments", "office", None),
    ("acceptances", "unit_clerk", None),
    ("progress-notes", "unit_clerk", {"text": "正在办理"}),
    ("replies", "unit_clerk", {"public_summary": "关于讲解", "text": "已采纳", "adoption": "adopted"}),
    ("reply-reviews", "unit_reviewer", {"decision": "pass"}),
    ("publications", "unit_reviewer", None),
    ("ratings", None, {"stars": 5}),
)
"""The way of an opinion: what, by whom, with which body."""


def opinion_step(scene: Scene) -> Move | None:
    """The next step of some opinion."""
    if not scene.opinions:
        return None
    opinion = scene.opinions.pop(scene.chance.randrange(len(scene.opinions)))
    noun, role, body = STEPS[opinion.step]
    if noun == "assignments":
        body = {"unit_id": opinion.unit}

    def done(said: Said) -> None:
        if said.answer == "acked" and opinion.step + 1 < len(STEPS):
            opinion.step += 1
            scene.opinions.append(opinion)

    code = opinion.claim_code if noun == "ratings" else None
    request = Request("feedback", "POST", f"/opinions/{opinion.id}/{noun}", role, body, code)
    return Move(f"opinion.{noun}", opinion.id, request, done)


def file_materials(scene: Scene) -> Move | None:
    """A set is filed, sent back, filed again, …"""
    if not scene.filings:
        return None
    activity_id = scene.chance.choice(list(scene.filings))
    noun = scene.filings.pop(activity_id)
    role, body = ("unit_clerk", None) if noun == "submissions" else ("office", {"reason": "请补充照片说明"})

    def done(said: Said) -> None:
        turned = "returns" if noun == "submissions" else "submissions"
        scene.filings[activity_id] = turned if said.answer == "acked" else noun

    request = Request("reporting", "POST", f"/activities/{activity_id}/material-set/{noun}", role, body)
    return Move(f"materials.{noun}", activity_id, request, done)


def publish(scene: Scene) -> Move | None:
    """Something about an activity is public."""
    there = scene.of("open", "door", "held")
    if not there:
        return None
    activity = scene.chance.choice(there)
    body = {
        "unit_id": activity.lead,
        "kind": scene.chance.choice(("notice", "outcome", "live_blog", "media", "opinions")),
        "channel": "portal",
        "url": f"https://www.example.gov.cn/open-day/{scene.seed}/{scene.chance.randrange(10**9)}",
        "published_at": scene.now,
    }
    request = Request("reporting", "POST", f"/activities/{activity.id}/publicity", "unit_clerk", body)
    return Move("publish", activity.id, request, nothing)


def claim_bonus(scene: Scene) -> Move | None:
    """A unit claims a bonus."""
    unit = scene.chance.choice(UNITS)
    body: dict[str, Any] = {
        "rule": "replicable_case",
        "url": f"https://www.example.gov.cn/{scene.chance.randrange(10**9)}",
    }
    if scene.chance.random() < 0.5:
        body |= {"rule": "superior_publication", "level": scene.chance.choice(("city", "province"))}

    def done(said: Said) -> None:
        if said.answer == "acked":
            scene.claims.append((unit, said.body["id"]))

    return Move("claim", unit, Request("scoring", "POST", f"/units/{unit}/bonus-claims", "unit_clerk", body), done)


def decide_claim(scene: Scene) -> Move | None:
    """An assessor decides."""
    if not scene.claims:
        return None
    unit, claim = scene.claims.pop(scene.chance.randrange(len(scene.claims)))
    body = {"accepted": scene.chance.random() < 0.7, "reason": "依据公开链接核实"}
    request = Request("scoring", "POST", f"/units/{unit}/bonus-claims/{claim}/decisions", "assessor", body)
    return Move("decide", claim, request, nothing)


MIX: dict[Callable[[Scene], Move | None], int] = {
    register: 36,
    cancel: 8,
    check_in: 10,
    undo_check_in: 4,
    hold: 1,
    reschedule: 2,
    give_opinion: 9,
    opinion_step: 16,
    file_materials: 4,
    publish: 5,
    claim_bonus: 2,
    decide_claim: 2,
}
"""Parts of about a hundred."""


def next_move(scene: Scene) -> Move:
    """By the mix; something that is possible."""
    kinds, parts = list(MIX), list(MIX.values())
    while True:
        move = scene.chance.choices(kinds, parts)[0](scene)
        if move:
            return move


def _of(point: Point) -> str:
    return f"/open-points/{point.id}"
