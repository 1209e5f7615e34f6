"""Target tracking: the alarms that watch a metric, and the capacity that would bring it to its target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.autoscaling.errors import invalid
from local.autoscaling.metric_specification import TrackedMetric
from local.autoscaling.ports import Params
from local.autoscaling.target_key import TargetKey

HIGH, LOW = "AlarmHigh", "AlarmLow"
_DEFAULT_COOLDOWN = 300
_LOW_SHARE = 0.9
_PERIODS = {HIGH: 3, LOW: 15}


@dataclass(frozen=True)
class TargetTracking:
    """One checked TargetTrackingScalingPolicyConfiguration."""

    given: Params
    target: float
    metric: TrackedMetric
    scale_out_cooldown: float
    """Simulated seconds."""
    scale_in_cooldown: float
    """Simulated seconds."""
    scales_in: bool

    @classmethod
    def parse(cls, given: Params, key: TargetKey) -> TargetTracking:
        """:raises AwsError: a value that cannot be, or a metric that is not emulated."""
        if not given["TargetValue"] > 0:
            raise invalid(
                f"TargetValue is {given['TargetValue']:g}; it must be above 0, as capacity is made proportional to "
                "the metric's value divided by it."
            )
        for member in ("ScaleOutCooldown", "ScaleInCooldown"):
            if given.get(member, 0) < 0:
                raise invalid(f"{member} is {given[member]}; it is a number of seconds, 0 or more.")
        return cls(
            given,
            float(given["TargetValue"]),
            TrackedMetric.parse(given, key),
            float(given.get("ScaleOutCooldown", _DEFAULT_COOLDOWN)),
            float(given.get("ScaleInCooldown", _DEFAULT_COOLDOWN)),
            not given.get("DisableScaleIn", False),
        )

    @property
    def alarm_kinds(self) -> tuple[str, ...]:
        return (HIGH, LOW) if self.scales_in else (HIGH,)

    def alarm(self, kind: str) -> dict[str, Any]:
        """PutMetricAlarm's members for one of `alarm_kinds`, but for name, description and action."""
        high = kind == HIGH
        return {
            **self.metric.of_alarm(self.metric.high_period if high else 60),
            "EvaluationPeriods": _PERIODS[kind],
            "Threshold": self.target if high else self.target * _LOW_SHARE,
            "ComparisonOperator": "GreaterThanThreshold" if high else "LessThanThreshold",
        }

    def more(self, capacity: int, values: Sequence[float]) -> int:
        """The capacity that brings the newest value to the target, rounded up."""
        return _rounded_up(capacity * values[-1] / self.target)

    def fewer(self, capacity: int, values: Sequence[float]) -> int:
        """The smallest capacity that would have kept the highest of the values at the target or below."""
        return _rounded_up(capacity * max(values) / self.target)


def _rounded_up(capacity: float) -> int:
    """To the next whole number, but not for what only the arithmetic of floats has added."""
    return math.ceil(round(capacity, 9))
