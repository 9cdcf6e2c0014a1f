"""The district's units become known, those that guide others first."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deploy.data.models import Unit, UnitRegister
from deploy.demo.staff import ADMINISTRATOR
from deploy.demo.stage import Stage
from deploy.demo.timeline import Step


@dataclass(frozen=True)
class Units:
    """All units of the district, on the day of the notice."""

    register: UnitRegister
    at: datetime

    def steps(self) -> Iterable[Step]:
        """One."""
        yield Step(self.at, "district", "registration", f"{len(self.register.units)} units are entered", self.enter)

    async def enter(self, stage: Stage) -> None:
        """PUT, so that a repeat changes nothing."""
        for guided in (False, True):
            units = [each for each in self.register.units if bool(each.supervising_unit_id) is guided]
            await asyncio.gather(*(_put(stage, each) for each in units))


async def _put(stage: Stage, unit: Unit) -> None:
    body = unit.model_dump(mode="json", exclude={"id"})
    await stage.api.put("registration", f"/units/{unit.id}", ADMINISTRATOR, body)
