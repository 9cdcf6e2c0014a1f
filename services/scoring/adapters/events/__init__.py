"""Contracts: the only user of shared.events here."""

from services.scoring.adapters.events.effects import effects
from services.scoring.adapters.events.published import published

__all__ = ["effects", "published"]
