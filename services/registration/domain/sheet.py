"""Who applies for a draw: on sheets, each a document of its own, so that thousands can apply and none of them is large.

An application stands on the sheet that its id says. At the close every sheet is sealed: nobody can apply any more. When
lots are drawn every sheet is frozen: nobody can withdraw any more. Then it is settled: who is drawn or waits goes on on
the roster of the point, everybody else has their answer here.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.registration.domain import roster_facts as facts
from services.registration.domain.admission import Admission, sentence
from services.registration.domain.composition import Category
from services.registration.domain.draw import FULL_WEIGHT, Applicant, Result
from services.registration.domain.place import LIVE, REGISTRATION, Status
from shared.aggregate import Aggregate
from shared.errors import Conflict, Unavailable, not_found
from shared.ids import derived_id

SHEETS = 40
MOST = 220  # applications on one sheet; of 5,000 a sheet has 125, and 220 once in more draws than there will be
VOIDED_KEPT = 200


class Stage(StrEnum):
    OPEN = "open"
    SEALED = "sealed"
    FROZEN = "frozen"
    SETTLED = "settled"


class DrawUnderWay(Unavailable):
    """For the moment from the freeze to the last answer; longer where the broker is away."""

    def __init__(self) -> None:
        super().__init__(
            "draw_under_way",
            "正在抽签，结果稍后公布，请过一会儿再试。",
            "Lots are being drawn and the result follows shortly; try again in a moment.",
            retry_after=5,
        )


@dataclass(frozen=True)
class Application:
    """One person in a draw. `withdrew`: left after the list was sealed, so the list still has them.

    From the settling on `status` is the result of the draw; what became of a place then, the roster knows.
    """

    id: str
    category: Category
    grassroots: bool
    at: datetime
    weight: int = FULL_WEIGHT
    status: Status = Status.APPLIED
    withdrew: bool = False

    @property
    def listed(self) -> bool:
        """Whether the sealed list has it."""
        return self.withdrew or self.status != Status.CANCELLED

    @property
    def on_the_roster(self) -> bool:
        """Whether its life goes on there."""
        return self.status in (Status.CONFIRMED, Status.WAITLISTED)

    @property
    def admission(self) -> Admission:
        """Where it stands, in words; not for one that is on the roster."""
        return Admission(self.id, self.status, None, None, sentence(self.status, self.category, None, None, 0))


@dataclass(kw_only=True)
class Sheet(Aggregate):
    """One sheet of an open point's applicants."""

    activity_id: str
    point_id: str
    stage: Stage = Stage.OPEN
    applications: dict[str, Application] = field(default_factory=dict)
    voided: dict[str, bool] = field(default_factory=dict)

    def application(self, registration_id: str) -> Application:
        """Raises NotFound."""
        if registration_id not in self.applications:
            raise not_found("registration")
        return self.applications[registration_id]

    def apply(self, asked: Application) -> Admission:
        """Enter the draw; the same again changes nothing. Raises Conflict once the sheet is sealed, or full."""
        if asked.id in self.applications:
            return self.applications[asked.id].admission
        self._must_take(asked.id)
        mine = self.applications[asked.id] = replace(asked, status=REGISTRATION.after(None, "register", Status.APPLIED))
        self.record(facts.Applied(*self._about(mine, asked.at)))
        return mine.admission

    def void(self, registration_id: str) -> bool:
        """Make sure that this id holds no place and never will; False when it does hold one."""
        mine = self.applications.get(registration_id)
        if mine and mine.status in LIVE:
            return False
        if mine is None:
            self.voided[registration_id] = True
            for each in list(self.voided)[:-VOIDED_KEPT]:
                del self.voided[each]
        return True

    def cancel(self, registration_id: str, at: datetime) -> Application:
        """Leave; after the seal the list keeps a lot that takes no place. Unchanged when it is on the roster.

        Raises NotFound, Conflict, and Unavailable for the moment in which lots are drawn.
        """
        mine = self.application(registration_id)
        if mine.on_the_roster:
            return mine
        gone = replace(
            mine, status=REGISTRATION.after(mine.status, "cancel"), withdrew=self.stage != Stage.OPEN
        )  # who was not drawn has nothing to give back
        if self.stage == Stage.FROZEN:
            raise DrawUnderWay()
        self.applications[mine.id] = gone
        self.record(facts.Cancelled(*self._about(mine, at), mine.status))
        return gone

    def seal(self) -> tuple[Application, ...]:
        """Nobody can apply any more; who did. Sealing twice changes nothing."""
        if self.stage == Stage.OPEN:
            self.stage = Stage.SEALED
        return tuple(self.applications.values())

    def freeze(self) -> tuple[Application, ...]:
        """Nobody can withdraw any more; who is in the draw. Freezing twice changes nothing."""
        if self.stage == Stage.SEALED:
            self.stage = Stage.FROZEN
        return tuple(self.applications.values())

    def settle(self, result: Result, at: datetime) -> None:
        """Everybody has an answer; those who are on the roster get theirs from it. Settling twice changes nothing."""
        if self.stage != Stage.FROZEN:
            return
        self.stage = Stage.SETTLED
        for mine in self.applications.values():
            if mine.status != Status.APPLIED:
                continue
            drawn = replace(mine, status=REGISTRATION.after(mine.status, "draw", result.of(mine.id)))
            self.applications[mine.id] = drawn
            if not drawn.on_the_roster:
                self.record(facts.NotDrawn(*self._about(mine, at)))

    def _must_take(self, registration_id: str) -> None:
        if registration_id in self.voided:
            raise Conflict("superseded", "该报名已被后一次报名取代。", "A later registration took its place.")
        if self.stage != Stage.OPEN:
            raise Conflict(
                "registration_closed", "报名已截止。", "Registration is closed.", state=self.stage, allowed=[]
            )
        if len(self.applications) >= MOST:
            raise Conflict(
                "draw_full",
                "报名抽签的人数已达上限，请联系主办单位。",
                "As many people have applied as a draw can take; ask the host.",
            )

    def _about(self, mine: Application, at: datetime) -> tuple[str, str, datetime, str, Category, bool]:
        return self.activity_id, self.point_id, at, mine.id, mine.category, mine.grassroots


def sheet_id(point_id: str, number: int) -> str:
    """Of one of a point's sheets."""
    return derived_id("sheet", point_id, str(number))


def sheet_of(point_id: str, registration_id: str) -> str:
    """The id of the sheet on which this application stands, if it stands anywhere."""
    return sheet_id(point_id, int.from_bytes(hashlib.sha256(registration_id.encode()).digest()[:4], "big") % SHEETS)


def on_the_list(applications: Iterable[Application]) -> dict[str, Application]:
    """The sealed list, by id: whoever had not left by the close."""
    return {each.id: each for each in sorted(applications, key=lambda each: each.id) if each.listed}


def applicants(listed: Mapping[str, Application]) -> dict[str, Applicant]:
    """What a draw needs to know of them."""
    return {each.id: Applicant(each.category, each.weight) for each in listed.values()}


def withdrawn(listed: Mapping[str, Application]) -> frozenset[str]:
    """Who left between the close and the draw."""
    return frozenset(each.id for each in listed.values() if each.withdrew)
