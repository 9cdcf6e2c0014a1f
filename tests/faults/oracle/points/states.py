"""1, 2 and 3 for what commands change: places, the door, opinions on their way, material sets, decisions, holdings.

The acknowledged commands about one thing, in the order of their answers, say what must stand; the load never has two of
them under way at once. A thing about which one command is in doubt is checked for nothing but that it is one of both.
"""

from collections import Counter, defaultdict
from typing import Any

from tests.faults.oracle.findings import Verdict
from tests.faults.oracle.folds import instant
from tests.faults.oracle.ledger import Asked
from tests.faults.oracle.points.commands import blamed, named
from tests.faults.oracle.world import World


def places(world: World, verdict: Verdict) -> None:
    """A place that was given back is cancelled, once; a place that nobody gave back is not."""
    cancels = {each.target: each for each in world.acked("cancel")}
    doubtful = {each.target for each in world.doubtful("cancel")}
    told = Counter(
        each.body["registration_id"] for each in world.owned.named("registration", "representative-cancelled")
    )
    for point, state in world.states("registration", "roster").items():
        for id_, mine in state["registrations"].items():
            gone, asked = mine["status"] == "cancelled", cancels.get(id_)
            if asked and not gone:
                verdict.violated(blamed(asked), f"{named(asked)} was acknowledged, and the place is {mine['status']}")
            elif asked and told[id_] != 1:
                verdict.violated(blamed(asked), f"{named(asked)} was told {told[id_]} times, not once")
            elif gone and not asked and id_ not in doubtful:
                verdict.violated(2, f"registration {id_} at {point} is cancelled, and no acknowledged command did it")


def seats(world: World, verdict: Verdict) -> None:
    """Caps, the order of tickets, one contact to each place that lives."""
    vault = Counter(each["registration_id"] for each in world.collection("registration", "vault").values())
    for point, state in world.states("registration", "roster").items():
        found = list(state["registrations"].values())
        seated = [each for each in found if each["status"] in ("confirmed", "attended", "absent")]
        if len(seated) > state["cap"]:
            verdict.violated(1, f"open point {point} has {len(seated)} seats taken of {state['cap']}")
        tickets = [each["ticket"] for each in found if "ticket" in each]
        if len(set(tickets)) != len(tickets) or max(tickets, default=0) > state["tickets"]:
            verdict.violated(1, f"open point {point} gave one ticket twice, or more than it counted")
        if state["selection"] == "first_come" and state["tickets"] != len(found):
            verdict.violated(1, f"open point {point} counted {state['tickets']} tickets for {len(found)} registrations")
        for each in found:
            lives = each["status"] not in ("cancelled", "not_drawn")
            if vault[each["id"]] > 1 or (lives and vault[each["id"]] != 1):
                verdict.violated(
                    1, f"registration {each['id']} at {point} has {vault[each['id']]} contacts in the vault"
                )
    known = {id_ for state in world.states("registration", "roster").values() for id_ in state["registrations"]}
    damaged = world.expected.quarantined.get("registration")
    for id_ in sorted(set(vault) - known) if not damaged else ():
        verdict.violated(2, f"the vault keeps a contact of {id_}, which holds no place")


def door(world: World, verdict: Verdict) -> None:
    """Who was checked in, and not undone, is inside; each entrance was told once."""
    doubtful = {each.target for each in world.doubtful("check_in", "undo_check_in")}
    inside, entered, undone = set[str](), Counter[str](), Counter[str]()
    last: dict[str, Asked] = {}
    for each in world.acked("check_in", "undo_check_in"):
        last[each.target] = each
        if each.command == "check_in":
            entered[each.target] += each.target not in inside
            inside.add(each.target)
        else:
            undone[each.target] += 1
            inside.discard(each.target)
    told = world.owned.named("registration", "representative-checked-in", "representative-check-in-undone")
    counted = Counter((each.name, each.body["registration_id"]) for each in told)
    there = {
        id_: mine
        for each in world.states("registration", "roster").values()
        for id_, mine in each["registrations"].items()
    }
    for id_, mine in there.items():
        if id_ in doubtful:
            continue
        is_in, asked = mine["status"] == "attended", last.get(id_)
        point = blamed(asked) if asked else 2
        if is_in != (id_ in inside):
            verdict.violated(
                point,
                f"registration {id_} is {mine['status']}, its last acknowledged command at the door "
                f"was {named(asked) if asked else 'none'}",
            )
        for name, wanted in (
            ("representative-checked-in", entered[id_]),
            ("representative-check-in-undone", undone[id_]),
        ):
            if counted[name, id_] != wanted:
                verdict.violated(point, f"{name} of {id_} was told {counted[name, id_]} times for {wanted} commands")


STEPS = {
    "opinion.assignments": ("assigned", "opinion-assigned"),
    "opinion.acceptances": ("accepted", "assignment-accepted"),
    "opinion.progress-notes": ("accepted", "progress-noted"),
    "opinion.replies": ("reply_drafted", None),
    "opinion.reply-reviews": ("reply_reviewed", None),
    "opinion.publications": ("published", "reply-published"),
    "opinion.ratings": ("rated", "opinion-rated"),
}
"""Command → the state that it leaves, the fact that tells of it."""


def opinions(world: World, verdict: Verdict) -> None:
    """Every opinion stands where its last acknowledged step left it, and each step was told once."""
    steps: dict[str, list[Asked]] = defaultdict(list)
    for each in world.acked(*STEPS):
        steps[each.target].append(each)
    doubtful = {each.target for each in world.doubtful(*STEPS)}
    names = [name for _, name in STEPS.values() if name]
    told = Counter((each.name, each.body["opinion_id"]) for each in world.owned.named("feedback", *names))
    for id_, state in world.states("feedback", "opinion").items():
        if id_ in doubtful:
            continue
        mine = steps[id_]
        wanted = STEPS[mine[-1].command][0] if mine else "received"
        if state["state"] != wanted:
            point = blamed(mine[-1]) if mine else 2
            verdict.violated(point, f"opinion {id_} is {state['state']}, its acknowledged steps lead to {wanted}")
        done = Counter(STEPS[each.command][1] for each in mine)
        for name in names:
            if told[name, id_] != done[name]:
                point = blamed(mine[-1]) if mine else 2
                verdict.violated(point, f"{name} of opinion {id_} was told {told[name, id_]} times, not {done[name]}")


def materials(world: World, verdict: Verdict) -> None:
    """A set holds as many submissions and returns as were acknowledged, and every file."""
    kinds = {"materials.submissions": "submissions", "materials.returns": "returns", "upload": "files"}
    for command, field in kinds.items():
        acked, doubtful = world.acked(command), Counter(each.target for each in world.doubtful(command))
        wanted, last = Counter(each.target for each in acked), {each.target: each for each in acked}
        for id_, state in world.states("reporting", "dossier").items():
            more = len(state[field]) - wanted[id_]
            if not 0 <= more <= doubtful[id_]:
                point = blamed(last[id_]) if more < 0 and id_ in last else 2
                verdict.violated(
                    point, f"the set of {id_} has {len(state[field])} {field}, acknowledged are {wanted[id_]}"
                )


def holdings(world: World, verdict: Verdict) -> None:
    """An activity is held when that was acknowledged, told once, and its attendance is its rosters'."""
    acked, doubtful = (
        {each.target: each for each in world.acked("hold")},
        {each.target for each in world.doubtful("hold")},
    )
    told = Counter(each.body["activity_id"] for each in world.owned.named("registration", "activity-held"))
    rosters = world.states("registration", "roster")
    for id_, state in world.states("registration", "activity").items():
        is_held, asked = state["state"] == "held", acked.get(id_)
        if asked and (not is_held or told[id_] != 1):
            verdict.violated(
                blamed(asked),
                f"{named(asked)} was acknowledged; the activity is {state['state']}, told {told[id_]} times",
            )
        if is_held and not asked and id_ not in doubtful:
            verdict.violated(2, f"activity {id_} is held, and no acknowledged command did it")
        if is_held:
            came = _came([rosters[each["id"]] for each in state["points"] if each["id"] in rosters])
            said = {category: count for category, count in state["attendance"]["attended"].items() if count}
            if came != said:
                verdict.violated(1, f"activity {id_} says that {said} came, its rosters say {came}")


def schedules(world: World, verdict: Verdict) -> None:
    """An activity begins when the last acknowledged change said, and so do its rosters; each change was told once."""
    moves, doubtful = world.acked("reschedule"), {each.target for each in world.doubtful("reschedule")}
    last, wanted = {each.target: each for each in moves}, Counter(each.target for each in moves)
    facts = world.owned.named("registration", "activity-rescheduled")
    told = Counter(each.body["activity_id"] for each in facts)
    rosters = world.states("registration", "roster")
    for id_, state in world.states("registration", "activity").items():
        asked = last.get(id_)
        if id_ in doubtful:
            continue
        if told[id_] != wanted[id_]:
            point = blamed(asked) if asked else 2
            verdict.violated(point, f"activity {id_} was put off {told[id_]} times for {wanted[id_]} commands")
        if asked is None:
            continue
        begins = instant(asked.request.body["session"]["starts_at"])
        of_rosters = [rosters[each["id"]]["starts_at"] for each in state["points"] if each["id"] in rosters]
        for starts_at in (state["session"]["starts_at"], *of_rosters):
            if instant(starts_at) != begins:
                verdict.violated(blamed(asked), f"{named(asked)} was acknowledged, and something begins at {starts_at}")


def decisions(world: World, verdict: Verdict) -> None:
    """A claim is decided as was acknowledged."""
    claims = {
        id_: each for state in world.states("scoring", "account").values() for id_, each in state["claims"].items()
    }
    acked, doubtful = (
        {each.target: each for each in world.acked("decide")},
        {each.target for each in world.doubtful("decide")},
    )
    for id_, claim in claims.items():
        asked, decision = acked.get(id_), claim["decision"]
        if asked and (decision is None or decision["accepted"] != asked.request.body["accepted"]):
            verdict.violated(blamed(asked), f"{named(asked)} was acknowledged, and the claim says {decision}")
        if decision and not asked and id_ not in doubtful:
            verdict.violated(2, f"claim {id_} is decided, and no acknowledged command did it")


def _came(rosters: list[dict[str, Any]]) -> dict[str, int]:
    inside = [each for roster in rosters for each in roster["registrations"].values() if each["status"] == "attended"]
    return dict(Counter(each["category"] for each in inside))
