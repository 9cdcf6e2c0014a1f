"""What people ask of registration: one frozen dataclass per command, with the type of its answer."""

from dataclasses import dataclass

from services.registration.domain.unit import Particulars
from shared.commands import Command


@dataclass(frozen=True, kw_only=True)
class RegisterUnit(Command[None]):
    """Make a unit known, or correct its particulars."""

    unit_id: str
    particulars: Particulars
