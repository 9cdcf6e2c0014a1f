"""What registration's application needs from outside."""

from dataclasses import dataclass

from services.registration.domain.unit import Unit
from shared.metrics import Metrics
from shared.repository import Repository
from shared.time import Clock


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Filled in by `main`."""

    units: Repository[Unit]
    clock: Clock
    metrics: Metrics
