"""What a service measures. `catalogue` declares every series once; `registry` gives a service its own set."""

from shared.metrics.registry import Metrics

__all__ = ["Metrics"]
