"""One registry per service, filled from the catalogue; nothing is module-level, so tests and hosts do not collide."""

from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from shared.metrics.catalogue import CATALOGUE, Series

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The series of one service, reached by name without the prefix: `metrics.count("commands_total", …)`."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._series: dict[str, Any] = {each.name: self._declare(each, service) for each in CATALOGUE}
        self._children: dict[tuple[str, ...], Any] = {}
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a counter."""
        self._child(name, labels).inc(amount)

    def set(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge."""
        self._child(name, labels).set(value)

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Record a duration in seconds."""
        self._child(name, labels).observe(value)

    def value(self, name: str, **labels: str) -> float:
        """The present value of a counter or gauge; 0 when never touched."""
        return self.registry.get_sample_value(f"openday_{name}", {"service": self._service, **labels}) or 0.0

    def expose(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)

    def _child(self, name: str, labels: dict[str, str]) -> Any:
        found = self._children.get(key := (name, *labels, *labels.values()))
        if found is None:
            found = self._children[key] = self._series[f"openday_{name}"].labels(service=self._service, **labels)
        return found

    def _declare(self, each: Series, service: str) -> Counter | Gauge | Histogram:
        self._service = service
        labels = ("service", *each.labels)
        made: Counter | Gauge | Histogram
        if each.kind == "histogram":
            made = Histogram(each.name, each.help, labels, registry=self.registry, buckets=each.buckets)
        else:
            made = (Counter if each.kind == "counter" else Gauge)(each.name, each.help, labels, registry=self.registry)
        if not each.labels:
            made.labels(service=service)  # starts at 0, so that a rate over it can alarm
        return made
