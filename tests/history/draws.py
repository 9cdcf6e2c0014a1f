"""The draw: the list that was committed to, the seed, the order that follows from both, seats by category."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from tests.history.findings import Broken
from tests.history.point import Point
from tests.outside.facts import Fact

Proof = dict[str, Any]


def digest(text: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


LOTS: dict[str | None, Callable[[str, str, str], str]] = {
    None: lambda seed, _listed, id_: digest(f"{seed}:{id_}"),
    "openday-draw-1": lambda seed, listed, id_: digest(f"{seed}:{listed}:{id_}"),
}
"""Algorithm (as the commitment names it) → the lot of a registration. Without a name: before draws had one."""
WEIGHTED = "openday-draw-2"
"""Everybody has as many lots as they weigh, and the best one counts. What they weigh stands in the proof alone."""
WAIT = 500
"""By that rule: so many of those without a seat wait, in drawn order."""
KNOWN = {*LOTS, WEIGHTED}


def committed(point: Point, fact: Fact) -> Iterator[Broken]:
    """At the close: who is in the draw, and the seed whose digest was published before anybody applied."""
    if fact.name == "representative-applied" and point.commit:
        yield Broken("draw", "nobody who applies after the list was committed to", fact.body["registration_id"])
    if fact.name != "draw-committed":
        return
    if point.commit:
        yield Broken("draw", "one commitment", "another one")
    applicants = sorted(each.id for each in point.places.values() if each.state == "applied")
    if fact.body["applicants"] != len(applicants):
        yield Broken("draw", f"{len(applicants)} applicants", str(fact.body["applicants"]))
    ids = digest("\n".join(applicants))
    if fact.body.get("algorithm") is None and fact.body["applicants_digest"] != ids:
        yield Broken("draw", f"the digest {ids} of the applicants' ids", fact.body["applicants_digest"])
    if point.seed_digest not in (None, fact.body["seed_digest"]):
        yield Broken("draw", f"the seed sealed at the opening, {point.seed_digest}", str(fact.body["seed_digest"]))


def revealed(point: Point, fact: Fact) -> Iterator[Broken]:
    """The seed is the sealed one; results stand in the order of the lots; nobody wins whose category lost before."""
    if fact.name != "draw-revealed":
        return
    seed, commit = fact.body["seed"], point.commit
    if point.reveal:
        yield Broken("draw", "one draw", "another one")
    if commit is None or digest(seed) != commit["seed_digest"]:
        yield Broken("draw", "a seed with the digest committed to", digest(seed) if commit else "no commitment")
    if commit and (lot := LOTS.get(commit.get("algorithm"))):
        yield from _by_lot(point, lambda id_: lot(seed, commit["applicants_digest"], id_))
    if point.states["applied"]:
        yield Broken("draw", "a result for every applicant", f"{point.states['applied']} without one")
    seats = {category: count for category, count in sorted(point.seats.items()) if count}
    if seats != {category: count for category, count in sorted(fact.body["drawn"].items()) if count}:
        yield Broken("counts", f"drawn {seats}", str(fact.body["drawn"]))


def _by_lot(point: Point, lot: Callable[[str], str]) -> Iterator[Broken]:
    """Winners are told in the order of their lots and so are the others, apart or mixed; seats follow that order."""
    drawn = [(lot(place.id), place, won) for place, won in point.drawn]
    for result in (True, False):
        for (one, first, _), (two, second, _) in pairwise(each for each in drawn if each[2] == result):
            if two < one:
                yield Broken("draw", f"registration {second.id} before {first.id}, by their lots", "after it")
                return
    lost: dict[str, str] = {}
    drawn += [(lot(place.id), place, False) for place in point.undrawn]
    for _, place, won in sorted(drawn, key=lambda each: each[0]):
        if won and place.category in lost:
            yield Broken("draw", f"registration {lost[place.category]} drawn", f"{place.id}, who has a later lot")
            return
        if not won:
            lost.setdefault(place.category, place.id)


def proven(point: Point, proof: Proof | None) -> Iterator[Broken]:
    """The public proof of a draw (`docs/draw`), asked for after the log was read, tells of the same draw."""
    commit = point.commit or {}
    if proof is None:
        yield Broken("draw", "a public proof", "404")
        return
    weights = {each["registration_id"]: each.get("weight") for each in proof["applicants"]}
    applicants = [_listed(id_, point.entered[id_], weights.get(id_)) for id_ in sorted(point.entered)]
    listed = {
        "algorithm": commit.get("algorithm"),
        "applicants": applicants,
        "cap": point.cap,
        "open_point_id": point.id,
        "quotas": proof["quotas"],
    }
    of_the_list = digest(json.dumps(listed, sort_keys=True, separators=(",", ":")))
    if of_the_list != commit["applicants_digest"]:
        yield Broken("draw", f"a list, cap and quotas with the digest {of_the_list}", commit["applicants_digest"])
    if point.reveal is None:
        return
    folded = {
        "seed": point.reveal["seed"],
        "confirmed": [place.id for place, won in point.drawn if won],
        "waiting": [place.id for place, won in point.drawn if not won],
    }
    told = {"seed": proof["seed"], **(proof["result"] or {})}
    for name, value in folded.items():
        if told.get(name) != value:
            yield Broken("draw", f"{name} {value}", f"{told.get(name)} in the proof")
    yield from _up_to_the_quotas(point, proof["quotas"])
    if commit.get("algorithm") == WEIGHTED:
        yield from _by_weight(point, {id_: int(weight or 0) for id_, weight in weights.items()})


def _listed(id_: str, category: str, weight: int | None) -> dict[str, Any]:
    """As the list has somebody that is digested."""
    return {"registration_id": id_, "category": category} | ({} if weight is None else {"weight": weight})


def _by_weight(point: Point, weights: dict[str, int]) -> Iterator[Broken]:
    """By their best lots; and nobody waits who should not, or is sent away who should wait."""
    seed, listed = (point.reveal or {})["seed"], (point.commit or {})["applicants_digest"]

    def best(id_: str) -> str:
        return min(digest(f"{seed}:{listed}:{id_}:{number}") for number in range(1, weights[id_] + 1))

    yield from _by_lot(point, best)
    waiting = [place.id for place, won in point.drawn if not won]
    without = sorted([*waiting, *(place.id for place in point.undrawn)], key=best)
    if waiting != without[:WAIT]:
        yield Broken("draw", f"the first {WAIT} without a seat on the waiting list", f"{len(waiting)} others")


def _up_to_the_quotas(point: Point, quotas: dict[str, int]) -> Iterator[Broken]:
    """Each category has its quota, or everybody of it; unless the cap came first."""
    drawn = Counter(place.category for place in (*(place for place, _ in point.drawn), *point.undrawn))
    won = Counter(place.category for place, wins in point.drawn if wins)
    for category, quota in quotas.items():
        due = min(quota, drawn[category])
        if won[category] > due or (won[category] < due and won.total() < point.cap):
            yield Broken("draw", f"{due} {category} drawn", str(won[category]))
