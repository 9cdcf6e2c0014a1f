"""The shapes of the data files: frozen, unknown fields refused."""

from deploy.data.models.activity import Activity
from deploy.data.models.calendar import CalendarYear
from deploy.data.models.expected import ExpectedActivity, ExpectedOutcomes, ExpectedScorecard
from deploy.data.models.opinions import Opinion
from deploy.data.models.points import Category, Mix, OpenPoint
from deploy.data.models.rulebook import Rule, Rulebook
from deploy.data.models.season import Season
from deploy.data.models.units import Town, Unit, UnitRegister

__all__ = [
    "Activity",
    "CalendarYear",
    "Category",
    "ExpectedActivity",
    "ExpectedOutcomes",
    "ExpectedScorecard",
    "Mix",
    "OpenPoint",
    "Opinion",
    "Rule",
    "Rulebook",
    "Season",
    "Town",
    "Unit",
    "UnitRegister",
]
