"""A draw that anyone can recompute (`docs/draw`). Pure; version `ALGORITHM` of its rule.

The seed's digest is public before anybody applies, the list is committed to at the close, the seed is revealed when
lots are drawn. Lots stand in the order of SHA-256(seed : digest of the list : registration id), and each category takes
its places in that order. Who withdraws between the close and the draw keeps a lot and takes no place: the list that was
committed to is the list that is drawn.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.registration.domain.composition import Category, Headcount
from shared.errors import Conflict

ALGORITHM = "openday-draw-1"

Applicants = Mapping[str, Category]
"""Registration ids with their categories."""


@dataclass(frozen=True)
class Places:
    """What is drawn for: at most `cap` places at one open point, and of each category at most its quota."""

    point_id: str
    cap: int
    quotas: Headcount


@dataclass(frozen=True)
class Draw:
    """The draw of one point, from the close on. `lots` are registration ids: sorted until the draw, then as drawn.

    `withdrawn` and `confirmed` are what held when the seed was revealed; what happens later changes nothing here.
    """

    algorithm: str
    committed_at: datetime
    applicants_digest: str
    lots: tuple[str, ...]
    seed: str | None = None
    held_at: datetime | None = None
    withdrawn: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who got no place, in drawn order."""
        out = {*self.withdrawn, *self.confirmed}
        return tuple(each for each in self.lots if each not in out)


def commit(places: Places, applicants: Applicants, at: datetime) -> Draw:
    """At the close: this list, for these places."""
    return Draw(ALGORITHM, at, applicants_digest(places, applicants), tuple(sorted(applicants)))


def hold(
    draw: Draw, places: Places, applicants: Applicants, withdrawn: Collection[str], seed: str, at: datetime
) -> Draw:
    """The draw with its result; `applicants` are those of the commitment, `withdrawn` some of them."""
    lots = order(seed, draw.applicants_digest, applicants)
    free = dict(places.quotas)
    confirmed = list[str]()
    for each in lots:
        category = applicants[each]
        if each not in withdrawn and free[category] > 0 and len(confirmed) < places.cap:
            free[category] -= 1
            confirmed.append(each)
    return replace(
        draw,
        lots=tuple(lots),
        seed=seed,
        held_at=at,
        withdrawn=tuple(sorted(withdrawn)),
        confirmed=tuple(confirmed),
    )


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
        "applicants": [{"registration_id": each, "category": applicants[each].value} for each in sorted(applicants)],
    }
    return digest(json.dumps(listed, sort_keys=True, separators=(",", ":")))


def order(seed: str, listed: str, registration_ids: Iterable[str]) -> list[str]:
    """The order of the lots; `listed` is the digest of the list, so that nobody has a place before it is final."""
    return sorted(registration_ids, key=lambda each: digest(f"{seed}:{listed}:{each}"))


def must_be_sealed(seed: str, seed_digest: str | None) -> None:
    """Raises Conflict unless this is the seed whose digest was published."""
    if digest(seed) != seed_digest:
        raise Conflict(
            "seed_mismatch",
            "封存的种子与公布的摘要不符：安装密钥已被更换，请先恢复原密钥再抽签。",
            "The sealed seed does not have the published digest: the installation's keys were changed; restore them.",
        )
