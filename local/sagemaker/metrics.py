"""Metrics of variants: collected for a moment, then put to CloudWatch in namespace AWS/SageMaker."""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.ports import Clients, Clock

_log = logging.getLogger(__name__)

_NAMESPACE = "AWS/SageMaker"
_MAX_VALUES = 150
"""Different values in one MetricDatum (API_MetricDatum)."""
_MAX_DATA = 1000
"""MetricDatum entries in one PutMetricData (API_PutMetricData)."""


@dataclass(frozen=True)
class Invocation:
    """One request to a variant, as the metrics see it."""

    endpoint: str
    variant: str
    config: str
    instances: int
    status: int | None
    """What the container answered; None where it answered nothing."""
    model_micros: float
    overhead_micros: float
    role: str | None
    """ARN of the role as which they are put; None for the account."""

    def values(self) -> Iterator[tuple[str, float, str]]:
        """Name, value and unit of each metric."""
        status = self.status or 0
        yield "Invocations", 1, "None"
        yield "InvocationsPerInstance", 1 / self.instances, "None"
        yield "Invocation4XXErrors", float(400 <= status < 500), "None"
        yield "Invocation5XXErrors", float(self.status is None or status >= 500), "None"
        yield "InvocationModelErrors", float(not 200 <= status < 300), "None"
        yield "ModelLatency", self.model_micros, "Microseconds"
        yield "OverheadLatency", self.overhead_micros, "Microseconds"

    def dimension_sets(self) -> Iterator[tuple[tuple[str, str], ...]]:
        variant = (("EndpointName", self.endpoint), ("VariantName", self.variant))
        yield variant
        yield (*variant, ("EndpointConfigName", self.config))


@dataclass(frozen=True)
class _Series:
    role: str | None
    name: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    second: int


class Metrics:
    """:param interval: simulated seconds between two puts."""

    def __init__(self, clients: Clients, clock: Clock, interval: float) -> None:
        self._clients = clients
        self._clock = clock
        self._interval = interval
        self._lock = threading.Lock()
        self._collected: dict[_Series, Counter[float]] = defaultdict(Counter)
        self._due = clock.now() + interval

    def record(self, invocation: Invocation) -> None:
        second = int(self._clock.now())
        with self._lock:
            for dimensions in invocation.dimension_sets():
                for name, value, unit in invocation.values():
                    self._collected[_Series(invocation.role, name, unit, dimensions, second)][value] += 1

    def flush_when_due(self) -> None:
        if self._clock.now() >= self._due:
            self.flush()

    def flush(self) -> None:
        with self._lock:
            collected, self._collected = self._collected, defaultdict(Counter)
            self._due = self._clock.now() + self._interval
        by_role: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for series, values in collected.items():
            by_role[series.role].extend(_data(series, values))
        for role, data in by_role.items():
            self.put(data, role)

    def put(self, data: Sequence[dict[str, Any]], role: str | None = None) -> None:
        """Puts MetricData at once, as a role or as SageMaker itself.

        What CloudWatch does not take is lost, and the log says so.
        """
        for start in range(0, len(data), _MAX_DATA):
            part = data[start : start + _MAX_DATA]
            try:
                cloudwatch = self._clients.acting_as(role).cloudwatch
                cloudwatch.put_metric_data(Namespace=_NAMESPACE, MetricData=part)
            except Exception:
                _log.exception("%d metrics could not be put and are lost", len(part))


def _data(series: _Series, values: Counter[float]) -> Iterator[dict[str, Any]]:
    pairs = sorted(values.items())
    for start in range(0, len(pairs), _MAX_VALUES):
        part = pairs[start : start + _MAX_VALUES]
        yield {
            "MetricName": series.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in series.dimensions],
            "Timestamp": datetime.fromtimestamp(series.second, UTC),
            "Values": [value for value, _ in part],
            "Counts": [float(count) for _, count in part],
            "Unit": series.unit,
        }
