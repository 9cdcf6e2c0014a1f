"""Contracts: the only user of shared.events here."""

from services.registration.adapters.events.followed import following
from services.registration.adapters.events.published import published

__all__ = ["following", "published"]
