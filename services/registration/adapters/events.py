"""Registration's facts as contracts: the only user of shared.events here."""

from functools import singledispatch

from services.registration.domain import unit
from shared.aggregate import Fact
from shared.events import registration_v1 as v1
from shared.events.contract import Contract
from shared.time import start_of_day


@singledispatch
def published(fact: Fact) -> Contract:
    """The contract that tells others of a fact."""
    raise TypeError(f"{type(fact).__name__} has no contract")


@published.register
def _(fact: unit.UnitRegistered) -> Contract:
    known = fact.particulars
    return v1.UnitRegistered(
        unit_id=fact.unit_id,
        title=known.name,
        kind=known.kind,
        town=known.town,
        supervising_unit_id=known.supervising_unit_id,
        assessed=known.assessed,
        managed_by=known.managed_by,
        active_from=start_of_day(known.active_from),
        active_to=start_of_day(known.active_to) if known.active_to else None,
    )
