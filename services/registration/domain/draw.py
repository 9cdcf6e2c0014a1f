"""A draw that anyone can recompute (`docs/draw`). Pure; version `ALGORITHM` of its rule.

The seed's digest is public before anybody applies, the list is committed to at the close, the seed is revealed when
lots are drawn. Everybody draws as many lots as they weigh, and the best one counts: the smallest of
SHA-256(seed : digest of the list : registration id : number). In that order each category takes its places, and the
next `MOST_WAITING` wait. Who withdraws between the close and the draw keeps their lots and takes no place: the list
that was committed to is the list that is drawn.

The best of w lots is less than x with the chance 1 - (1 - x)^w: the keys of a weighted sample without replacement
(Efraimidis and Spirakis, 2006), here without a logarithm, so that every machine computes the same.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.registration.domain.composition import Category, Headcount
from services.registration.domain.place import Status
from shared.errors import Conflict

ALGORITHM = "openday-draw-2"
MOST_WAITING = 500
FULL_WEIGHT = 12


@dataclass(frozen=True)
class Applicant:
    """What a draw knows of somebody. `weight`: how many lots they draw."""

    category: Category
    weight: int = FULL_WEIGHT


Applicants = Mapping[str, Applicant]
"""By registration id."""


@dataclass(frozen=True)
class Places:
    """What is drawn for: at most `cap` places at one open point, and of each category at most its quota."""

    point_id: str
    cap: int
    quotas: Headcount


@dataclass(frozen=True)
class Draw:
    """The draw of one point, from the commitment on. `seed` is here once lots were drawn, `held_at` once it is public.

    In between everybody gets their answer.
    """

    algorithm: str
    committed_at: datetime
    applicants_digest: str
    applicants: int
    seed: str | None = None
    held_at: datetime | None = None


@dataclass(frozen=True)
class Result:
    """Ids in drawn order: who has a place, who waits, who has no answer but that."""

    confirmed: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    not_drawn: tuple[str, ...] = ()

    def of(self, registration_id: str) -> Status:
        """What the draw makes of an applicant."""
        return self._answers.get(registration_id, Status.NOT_DRAWN)

    @cached_property
    def _answers(self) -> dict[str, Status]:
        return dict.fromkeys(self.confirmed, Status.CONFIRMED) | dict.fromkeys(self.waiting, Status.WAITLISTED)


def commit(places: Places, applicants: Applicants, at: datetime) -> Draw:
    """At the close: this list, for these places."""
    return Draw(ALGORITHM, at, applicants_digest(places, applicants), len(applicants))


def result(listed: str, places: Places, applicants: Applicants, withdrawn: Collection[str], seed: str) -> Result:
    """`listed` is the digest of the commitment, `applicants` are those of it, `withdrawn` some of them."""
    free = dict(places.quotas)
    confirmed, others = list[str](), list[str]()
    for each in order(seed, listed, {id_: one.weight for id_, one in applicants.items()}):
        if each in withdrawn:
            continue
        category = applicants[each].category
        if free[category] > 0 and len(confirmed) < places.cap:
            free[category] -= 1
            confirmed.append(each)
        else:
            others.append(each)
    return Result(tuple(confirmed), tuple(others[:MOST_WAITING]), tuple(others[MOST_WAITING:]))


def digest(text: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def applicants_digest(places: Places, applicants: Applicants) -> str:
    """Of the list, the cap and the quotas in one, whatever order people came in: five fields of the proof, as JSON."""
    listed = {
        "algorithm": ALGORITHM,
        "open_point_id": places.point_id,
        "cap": places.cap,
        "quotas": {each.value: seats for each, seats in places.quotas.items()},
        "applicants": [
            {"registration_id": id_, "category": one.category.value, "weight": one.weight}
            for id_, one in sorted(applicants.items())
        ],
    }
    return digest(json.dumps(listed, sort_keys=True, separators=(",", ":")))


def order(seed: str, listed: str, weights: Mapping[str, int]) -> list[str]:
    """Registration ids by their best lots; `listed` is the digest of the list, so that no lot is known before that."""
    return sorted(weights, key=lambda each: best_lot(seed, listed, each, weights[each]))


def best_lot(seed: str, listed: str, registration_id: str, weight: int) -> str:
    """The smallest of as many lots."""
    return min(digest(f"{seed}:{listed}:{registration_id}:{number}") for number in range(1, weight + 1))


def must_be_sealed(seed: str, seed_digest: str | None) -> None:
    """Raises Conflict unless this is the seed whose digest was published."""
    if digest(seed) != seed_digest:
        raise Conflict(
            "seed_mismatch",
            "封存的种子与公布的摘要不符：安装密钥已被更换，请先恢复原密钥再抽签。",
            "The sealed seed does not have the published digest: the installation's keys were changed; restore them.",
        )
