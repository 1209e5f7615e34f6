"""Load of variants between requests: how many are in flight, and that there are none.

Two metrics that are put whether or not anyone asks: ConcurrentRequestsPerModel every ten seconds, and
InvocationsPerInstance with the value 0 for a minute without a request, so that scaling notices it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.ports import Clock

WINDOW = 10
"""Simulated seconds that one value of ConcurrentRequestsPerModel is for."""
_WINDOWS_A_MINUTE = 60 // WINDOW

Served = tuple[str, str]
"""Names of an endpoint and of one of its variants."""


@dataclass
class _Gauge:
    """Requests in flight at one variant, with the highest number in each window that is not put yet."""

    window: int
    in_flight: int = 0
    peaks: dict[int, int] = field(default_factory=dict)

    def advance(self, window: int) -> None:
        """Requests that are in flight are so in every window up to this one."""
        for each in range(self.window, window + 1):
            self.peaks[each] = max(self.peaks.get(each, 0), self.in_flight)
        self.window = window

    def change(self, by: int, window: int) -> None:
        self.advance(window)
        self.in_flight += by
        self.peaks[window] = max(self.peaks[window], self.in_flight)

    def ended(self) -> Iterator[tuple[int, int]]:
        """Window and peak of each window that is over and not put yet, oldest first."""
        for window in sorted(self.peaks):
            if window < self.window:
                yield window, self.peaks.pop(window)


class Load:
    """Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._gauges: dict[Served, _Gauge] = {}
        self._busy_minutes: dict[Served, int] = {}

    def enter(self, endpoint: str, variant: str) -> None:
        """A request begins; `leave` must follow."""
        self._change((endpoint, variant), 1)

    def leave(self, endpoint: str, variant: str) -> None:
        self._change((endpoint, variant), -1)

    def _change(self, served: Served, by: int) -> None:
        window = self._window()
        with self._lock:
            self._gauges.setdefault(served, _Gauge(window)).change(by, window)

    def data(self, instances: Mapping[Served, int]) -> list[dict[str, Any]]:
        """MetricData of the windows that have ended since the last call.

        :param instances: instance count of every variant that serves; others are forgotten once they are idle.
        """
        window = self._window()
        found: list[dict[str, Any]] = []
        with self._lock:
            for served in instances.keys() - self._gauges.keys():
                self._gauges[served] = _Gauge(window)
            for served, gauge in list(self._gauges.items()):
                if served in instances:
                    gauge.advance(window)
                    for ended, peak in gauge.ended():
                        found.extend(self._of_window(served, ended, peak, max(1, instances[served])))
                elif gauge.in_flight == 0:
                    del self._gauges[served]
                    self._busy_minutes.pop(served, None)
        return found

    def _of_window(self, served: Served, window: int, peak: int, instances: int) -> Iterator[dict[str, Any]]:
        yield _datum("ConcurrentRequestsPerModel", served, window, peak / instances)
        minute, place = divmod(window, _WINDOWS_A_MINUTE)
        if peak:
            self._busy_minutes[served] = minute
        if place == _WINDOWS_A_MINUTE - 1 and self._busy_minutes.get(served) != minute:
            yield _datum("InvocationsPerInstance", served, window, 0.0)

    def _window(self) -> int:
        return int(self._clock.now() // WINDOW)


def _datum(metric: str, served: Served, window: int, value: float) -> dict[str, Any]:
    endpoint, variant = served
    return {
        "MetricName": metric,
        "Dimensions": [{"Name": "EndpointName", "Value": endpoint}, {"Name": "VariantName", "Value": variant}],
        "Timestamp": datetime.fromtimestamp(window * WINDOW, UTC),
        "Values": [value],
        "Counts": [1.0],
        "Unit": "Count" if metric == "ConcurrentRequestsPerModel" else "None",
    }
