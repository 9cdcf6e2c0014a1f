"""A small draw, written by hand: four residents for two seats, two deputies for two; by the first rule or the named."""

import json
from collections.abc import Iterable
from typing import Any

from tests.history.draws import digest
from tests.unit.history.logs import CODES, DEPUTY, POINT, RESIDENT, Log, Told, closes, leaves, opened, person

SEED = "5" * 64
PEOPLE = ("r1", "r2", "r3", "r4", "d1", "d2")
QUOTAS = {RESIDENT: 2, DEPUTY: 2}
CAP = 6
NAMED = "openday-draw-1"


def drawn(
    *,
    sealed: str = SEED,
    listed: tuple[str, ...] = PEOPLE,
    leaver: str = "",
    backwards: bool = False,
    said: dict[str, int] | None = None,
    algorithm: str | None = None,
    opening: str | None = None,
) -> Log:
    """Applied, closed, committed to, drawn, revealed; each argument is one way to do it wrong, or another rule.

    `opening`: the seed whose digest the opening tells.
    """
    kind, body = opened(CAP)
    log = Log().tell((kind, body | ({"seed_digest": digest(opening)} if opening else {})))
    for each in PEOPLE:
        log.tell(person("applied", each))
    log.tell(closes(), commitment(sealed, listed, algorithm))
    if leaver:
        log.tell(leaves(leaver, "applied"))
    order = by_lot((each for each in PEOPLE if each != leaver), listed, algorithm)
    won, lost = seated(reversed(order) if backwards else order)
    results = [person("confirmed", each, via="draw") for each in won]
    places = {each: sum(other[0] == each[0] for other in lost[: at + 1]) for at, each in enumerate(lost)}
    results += [person("waitlisted", each, reason="not_drawn", position=places[each]) for each in lost]
    seats = {CODES[kind]: sum(each[0] == kind for each in won) for kind in "rd"}
    return log.tell(*results, ("draw-revealed", {"seed": SEED, "drawn": said or seats}))


def commitment(sealed: str = SEED, listed: tuple[str, ...] = PEOPLE, algorithm: str | None = None) -> Told:
    """To the seed and to the list."""
    told: dict[str, Any] = {"seed_digest": digest(sealed), "applicants": len(listed)}
    told |= {"applicants_digest": of_the_list(listed, algorithm)} | ({"algorithm": algorithm} if algorithm else {})
    return "draw-committed", told


def by_lot(people: Iterable[str], listed: tuple[str, ...] = PEOPLE, algorithm: str | None = None) -> list[str]:
    """As the rule wants it."""
    middle = f"{of_the_list(listed, algorithm)}:" if algorithm else ""
    return sorted(people, key=lambda each: digest(f"{SEED}:{middle}{each}"))


def of_the_list(listed: tuple[str, ...], algorithm: str | None) -> str:
    """Its digest by either rule."""
    if algorithm is None:
        return digest("\n".join(sorted(listed)))
    fields = {"algorithm": algorithm, "applicants": applicants(listed), "cap": CAP, "open_point_id": POINT}
    return digest(json.dumps(fields | {"quotas": QUOTAS}, sort_keys=True, separators=(",", ":")))


def applicants(listed: tuple[str, ...] = PEOPLE) -> list[dict[str, str]]:
    """As the proof names them."""
    return [{"registration_id": each, "category": CODES[each[0]]} for each in sorted(listed)]


def proof(**changes: Any) -> dict[str, Any]:
    """What the public is shown of the draw by the named rule."""
    won, lost = seated(by_lot(PEOPLE, PEOPLE, NAMED))
    return {
        "algorithm": NAMED,
        "open_point_id": POINT,
        "cap": CAP,
        "quotas": QUOTAS,
        "applicants": applicants(),
        "seed": SEED,
        "result": {"confirmed": won, "waiting": lost},
    } | changes


def seated(order: Iterable[str]) -> tuple[list[str], list[str]]:
    """Who is drawn in this order, and who is not."""
    won: list[str] = []
    lost: list[str] = []
    for each in order:
        taken = sum(other[0] == each[0] for other in won)
        (won if taken < QUOTAS[CODES[each[0]]] else lost).append(each)
    return won, lost
