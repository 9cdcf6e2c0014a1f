"""1, 2 and 3: what was acknowledged is there exactly once, what was refused is not, what was unknown is resolved."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tests.faults.oracle.findings import Verdict
from tests.faults.oracle.ledger import Asked
from tests.faults.oracle.world import World


def resolved(world: World, verdict: Verdict) -> None:
    """Counts; every command has a definite answer; every repeat was answered as the first time."""
    asked = world.asked.values()
    verdict.counts |= {answer: sum(each.answer == answer for each in asked) for answer in ("acked", "rejected")}
    verdict.counts["unknown"] = sum(each.was_unknown for each in asked)
    verdict.counts["repeated"] = sum(each.tries - 1 for each in asked if each.tries > 1)
    for each in asked:
        if each.answer == "unknown":
            verdict.violated(3, f"{named(each)}: nobody knows yet what became of it, after {each.tries} tries")
        elif each.answer == "acked":
            _answered_alike(each, verdict)


def _answered_alike(asked: Asked, verdict: Verdict) -> None:
    definite = [each for each in asked.said if each.answer != "unknown"]
    for each in definite[1:]:
        if each.answer != "acked":
            verdict.violated(blamed(asked), f"{named(asked)} was acknowledged, then refused: {each.status} {each.code}")
        elif each.ids != definite[0].ids:
            verdict.violated(blamed(asked), f"{named(asked)} was answered with {definite[0].ids}, then {each.ids}")


def made_once(world: World, verdict: Verdict) -> None:
    """What creating commands made: in the owner's collection, and as the public interface shows it."""
    _made(verdict, world, "register", "registration_id", "registration", _registrations(world))
    _made(verdict, world, "give_opinion", "id", "opinion", _by_owner(world, "feedback", "opinion", "activity_id"))
    _made(verdict, world, "publish", "id", "publicity record", _inside(world, "reporting", "dossier", "publicity"))
    _made(verdict, world, "claim", "id", "bonus claim", _inside(world, "scoring", "account", "claims", "unit_id"))
    shown = world.shown
    rosters = {point: [each["registration_id"] for each in rows] for point, rows in shown.rosters.items()}
    _made(verdict, world, "register", "registration_id", "registration (as shown)", rosters)
    for command, what, found in (
        ("give_opinion", "opinion (as shown)", shown.opinions),
        ("publish", "publicity record (as shown)", shown.publicity),
        ("claim", "bonus claim (as shown)", shown.claims),
    ):
        _made(verdict, world, command, "id", what, {at: [each["id"] for each in rows] for at, rows in found.items()})


def founded(world: World, verdict: Verdict) -> None:
    """Units, plans and activities that were acknowledged."""
    for command, collection, key in (
        ("put_unit", "unit", "id"),
        ("plan", "plan", "id"),
        ("announce", "activity", "id"),
    ):
        there = world.collection("registration", collection)
        acked = {each.definite.ids.get(key): each for each in world.acked(command) if each.definite}
        damaged = set(world.expected.quarantined.get("registration", ()))
        for id_, asked in acked.items():
            if id_ not in there and id_ not in damaged:
                verdict.violated(blamed(asked), f"{named(asked)} was acknowledged, and there is no {collection} {id_}")
        if not world.doubtful(command):
            for id_ in sorted(set(there) - set(acked)):
                verdict.violated(2, f"{collection} {id_} stands, and no acknowledged command made it")


def _made(
    verdict: Verdict, world: World, command: str, key: str, what: str, there: Mapping[str, Iterable[str]]
) -> None:
    """`there` {target: ids that stand}. Missing: blamed on the command; superfluous: on the refused ones."""
    if not there:
        return
    acked = [each for each in world.acked(command) if each.target in there]
    by_id = Counter(each.definite.ids[key] for each in acked if each.definite)
    standing = Counter(id_ for ids in there.values() for id_ in ids)
    at = {id_: target for target, ids in there.items() for id_ in ids}
    for each in acked:
        id_ = each.definite.ids[key] if each.definite else ""
        if standing[id_] != 1 or at[id_] != each.target:
            verdict.violated(blamed(each), f"{what} {id_} of {named(each)} stands {standing[id_]} times, not once")
        if by_id[id_] > 1:
            verdict.violated(blamed(each), f"{what} {id_} was given to {by_id[id_]} commands, one is {named(each)}")
    doubtful = Counter(each.target for each in world.doubtful(command) if each.answer == "unknown")
    for target, ids in there.items():
        superfluous = [id_ for id_ in ids if id_ not in by_id]
        for id_ in superfluous[doubtful[target] :]:
            verdict.violated(2, f"{what} {id_} stands at {target}, and no acknowledged command made it")


def _registrations(world: World) -> dict[str, list[str]]:
    return {id_: list(state["registrations"]) for id_, state in world.states("registration", "roster").items()}


def _by_owner(world: World, service: str, collection: str, owner: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {id_: [] for id_ in world.states("registration", "activity")}
    for id_, state in world.states(service, collection).items():
        found.setdefault(state[owner], []).append(id_)
    return found


def _inside(world: World, service: str, collection: str, field: str, owner: str = "id") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for state in world.states(service, collection).values():
        found.setdefault(state[owner], []).extend(state[field])
    return found


def blamed(asked: Asked) -> int:
    """Which point a fault with this command violates."""
    return 3 if asked.was_unknown else 1


def named(asked: Asked) -> str:
    """A command in a sentence."""
    return f"{asked.command} {asked.key} of {asked.target}"
