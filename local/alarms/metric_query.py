"""One metric as an alarm reads it."""

from __future__ import annotations

from dataclasses import dataclass

from local.alarms.statistic import Datapoint, Statistic
from local.alarms.terms import MetricId


@dataclass(frozen=True)
class MetricQuery:
    """Which values are read, and how those of a period become one."""

    metric: MetricId
    unit: str | None
    """An alarm with a unit reads only what was published in it."""
    statistic: Statistic

    def reads(self, point: Datapoint) -> bool:
        """Whether a datapoint of the metric is in the unit asked for; one whose unit is not known is."""
        return self.unit is None or point.unit in (None, self.unit)
