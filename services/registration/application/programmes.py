"""Which programme a plan belongs to: the one that it names, or that of its year."""

from collections.abc import Awaitable
from datetime import datetime

from services.registration.domain.plan import Plan, ReviewMode
from services.registration.domain.plan_sections import PlannedTime
from services.registration.domain.programme import Programme, year_programme_id
from shared.errors import Conflict, NotFound
from shared.repository import Repository
from shared.time import day_of


class Programmes:
    """The programmes of plans."""

    def __init__(self, programmes: Repository[Programme], usual_mode: ReviewMode) -> None:
        self._programmes = programmes
        self._usual_mode = usual_mode

    async def for_new(self, programme_id: str | None, planned: PlannedTime | None, at: datetime) -> Programme:
        """Of a plan that is drafted now. Raises NotFound for one that is named and not there.

        A plan that names none joins the programme of its year, which is made when the first one asks for it: whoever
        knows nothing of programmes goes on as before.
        """
        if programme_id:
            return await self._programmes.get(programme_id)
        return await self._of_year(_year(planned, at))

    async def of(self, plan: Plan) -> Programme | None:
        """None for a plan from before there were programmes."""
        return await self._programmes.get(plan.programme_id) if plan.programme_id else None

    def mode(self, programme: Programme | None) -> ReviewMode:
        """How the office takes its plans."""
        return (programme.terms.review_mode if programme else None) or self._usual_mode

    async def _of_year(self, year: int) -> Programme:
        id_ = year_programme_id(year)
        try:
            return await self._programmes.get(id_)
        except NotFound:  # the year's first plan, perhaps beside another
            await self._programmes.change_or_create(id_, lambda: Programme.of_year(year), _leave)
            return await self._programmes.get(id_)


async def said_where(programme_id: str, made: Awaitable[Programme]) -> Programme:
    """As `made`, with words for who finds that the year has a programme already: another one, or the one made above."""
    try:
        return await made
    except Conflict as there:
        if there.code != "already_exists":
            raise
        raise Conflict(
            "year_has_programme",
            "该年度已有全年工作安排，请直接修改。",
            "The year has a programme for the whole of it already; edit that one.",
            programme_id=programme_id,
        ) from None


def _year(planned: PlannedTime | None, at: datetime) -> int:
    """Of the planned days where they lie in this year or the next, otherwise this one."""
    this, day = day_of(at).year, planned and (planned.earliest or planned.latest)
    return day.year if day and day.year in (this, this + 1) else this


def _leave(_: Programme) -> None:
    """Another plan made it."""
