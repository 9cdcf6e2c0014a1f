"""The shapes of the data files: frozen, unknown fields refused."""

from deploy.data.models.calendar import CalendarYear
from deploy.data.models.rulebook import Rule, Rulebook
from deploy.data.models.units import Town, Unit, UnitRegister

__all__ = ["CalendarYear", "Rule", "Rulebook", "Town", "Unit", "UnitRegister"]
