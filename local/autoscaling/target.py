"""A scalable target with everything that hangs on it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from local.autoscaling.policy import Breach, ScalingPolicy
from local.autoscaling.scheduled_action import ScheduledAction
from local.autoscaling.target_key import TargetKey

SUSPENSIONS = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


@dataclass
class Cooldown:
    """Until when capacity that was added or removed by a policy holds further changes back. Simulated seconds."""

    out_until: float = 0.0
    base: int = 0
    """The capacity before it was added to: further additions are counted from here while they cool down."""
    in_until: float = 0.0

    def added(self, now: float, seconds: float, before: int) -> None:
        if now >= self.out_until:
            self.base = before
        self.out_until, self.in_until = now + seconds, 0.0

    def removed(self, now: float, seconds: float) -> None:
        self.out_until, self.in_until = 0.0, now + seconds

    def base_of(self, current: int, now: float) -> int:
        return self.base if now < self.out_until else current

    def holds_removal(self, now: float) -> bool:
        return now < self.in_until


@dataclass
class ScalableTarget:
    key: TargetKey
    arn: str
    created: float
    role: str
    instance_type: str
    minimum: int
    maximum: int
    suspended: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(SUSPENSIONS, False))
    tags: dict[str, str] = field(default_factory=dict)
    policies: dict[str, ScalingPolicy] = field(default_factory=dict)
    actions: dict[str, ScheduledAction] = field(default_factory=dict)
    cooldown: Cooldown = field(default_factory=Cooldown)
    breaches: dict[str, tuple[ScalingPolicy, Breach]] = field(default_factory=dict)
    """The policies that alarms have called, by the alarm's name."""
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    """In the ARNs of its policies and scheduled actions."""

    def within(self, capacity: int) -> int:
        return min(max(capacity, self.minimum), self.maximum)

    def described(self) -> dict[str, Any]:
        return {
            **self.key.members(),
            "MinCapacity": self.minimum,
            "MaxCapacity": self.maximum,
            "RoleARN": self.role,
            "CreationTime": self.created,
            "SuspendedState": dict(self.suspended),
            "ScalableTargetARN": self.arn,
        }
