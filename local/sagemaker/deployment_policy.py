"""DeploymentConfig: how an update replaces the fleet. All at once runs here; stepwise shifting is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.sagemaker.errors import invalid, not_emulated

_ALLOWED = "BlueGreenUpdatePolicy with traffic routing ALL_AT_ONCE, or no DeploymentConfig"


@dataclass(frozen=True)
class DeploymentPolicy:
    bake_seconds: float = 0.0
    """Simulated seconds that the old fleet is kept after the traffic has moved."""
    limit_seconds: float = math.inf
    """Simulated seconds in which the new fleet must be ready, else the deployment is rolled back."""
    alarms: tuple[str, ...] = ()
    """Names of the alarms that roll the deployment back."""

    @classmethod
    def parse(cls, given: Mapping[str, Any] | None) -> DeploymentPolicy:
        """:raises AwsError: an inconsistent policy, or one that shifts traffic in steps."""
        if not given:
            return cls()
        if given.get("RollingUpdatePolicy"):
            raise not_emulated("DeploymentConfig", "RollingUpdatePolicy", _ALLOWED)
        alarms = tuple(_alarm_names(given.get("AutoRollbackConfiguration") or {}))
        blue_green = given.get("BlueGreenUpdatePolicy")
        if blue_green is None:
            return cls(alarms=alarms)
        routing = blue_green["TrafficRoutingConfiguration"]
        if routing["Type"] != "ALL_AT_ONCE":
            raise not_emulated("DeploymentConfig.BlueGreenUpdatePolicy", f"traffic routing {routing['Type']}", _ALLOWED)
        for member in ("CanarySize", "LinearStepSize"):
            if member in routing:
                raise invalid(f"TrafficRoutingConfiguration: {member} does not go with Type ALL_AT_ONCE; leave it out.")
        bake = float(blue_green.get("TerminationWaitInSeconds", 0))
        limit = blue_green.get("MaximumExecutionTimeoutInSeconds")
        waits = bake + routing["WaitIntervalInSeconds"]
        if limit is not None and limit <= waits:
            raise invalid(
                f"MaximumExecutionTimeoutInSeconds ({limit}) must be larger than the sum of TerminationWaitInSeconds "
                f"and WaitIntervalInSeconds ({waits:g}): the deployment could never finish."
            )
        return cls(bake, math.inf if limit is None else limit, alarms)


def _alarm_names(rollback: Mapping[str, Any]) -> list[str]:
    names = [alarm.get("AlarmName") for alarm in rollback.get("Alarms", ())]
    if None in names:
        raise invalid("AutoRollbackConfiguration: every entry of Alarms needs an AlarmName.")
    return [str(name) for name in names]
