"""A scaling policy, and what it makes of an alarm that calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.autoscaling.step_scaling import StepScaling
from local.autoscaling.target_key import TargetKey
from local.autoscaling.target_tracking import HIGH, LOW, TargetTracking

TARGET_TRACKING, STEP = "TargetTrackingScaling", "StepScaling"


@dataclass(frozen=True)
class Breach:
    """An alarm as it called its policy last."""

    alarm: str
    state: str
    values: Sequence[float]
    """Its data points, newest last; at least one."""
    threshold: float
    rising: bool
    """Whether the alarm rings above its threshold."""


@dataclass
class ScalingPolicy:
    key: TargetKey
    name: str
    arn: str
    created: float
    configuration: TargetTracking | StepScaling
    alarms: dict[str, str] = field(default_factory=dict)
    """Names of the alarms that target tracking manages, by kind."""

    @property
    def kind(self) -> str:
        return TARGET_TRACKING if isinstance(self.configuration, TargetTracking) else STEP

    @property
    def low_alarm(self) -> str | None:
        """The alarm that must ring before target tracking removes anything; None where it never does."""
        return self.alarms.get(LOW)

    @property
    def cooldowns(self) -> tuple[float, float]:
        """Simulated seconds after adding, and after removing."""
        if isinstance(self.configuration, TargetTracking):
            return self.configuration.scale_out_cooldown, self.configuration.scale_in_cooldown
        return self.configuration.cooldown, self.configuration.cooldown

    def capacity(self, current: int, breach: Breach) -> int | None:
        """The capacity that the policy asks for; None where it asks for nothing."""
        configuration = self.configuration
        if isinstance(configuration, StepScaling):
            return configuration.capacity(current, breach.values, breach.threshold, breach.rising)
        if breach.alarm == self.alarms.get(HIGH):
            return max(current, configuration.more(current, breach.values))
        if breach.alarm == self.low_alarm:
            return min(current, configuration.fewer(current, breach.values))
        return None

    def may_remove(self, breach: Breach, all_ready: bool) -> bool:
        """Whether this call may remove capacity: of target tracking only AlarmLow, once every policy is ready to."""
        return self.kind == STEP or (all_ready and breach.alarm == self.low_alarm)

    def described(self, alarms: Mapping[str, str]) -> dict[str, Any]:
        """:param alarms: ARN by name."""
        member = f"{'TargetTracking' if self.kind == TARGET_TRACKING else 'Step'}ScalingPolicyConfiguration"
        return {
            "PolicyARN": self.arn,
            "PolicyName": self.name,
            **self.key.members(),
            "PolicyType": self.kind,
            member: self.configuration.given,
            "Alarms": [{"AlarmName": name, "AlarmARN": arn} for name, arn in alarms.items()],
            "CreationTime": self.created,
        }
