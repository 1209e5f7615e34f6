"""What Application Auto Scaling needs from its surroundings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Params = Mapping[str, Any]
Events = Callable[[str, dict[str, Any]], None]
"""Puts an event of source aws.application-autoscaling on the default bus: (detail type, detail)."""


class Clock(Protocol):
    """Simulated time."""

    def now(self) -> float:
        """Seconds since the epoch, simulated."""
        ...

    def real_seconds(self, seconds: float) -> float:
        """How many real seconds `seconds` of simulated time take."""
        ...


class SageMaker(Protocol):
    """The control plane of the hosting."""

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """:raises AwsError: refused; the text says why."""
        ...


class StateChange(Protocol):
    """An alarm that went into a state whose action is a scaling policy, or that still is in it a minute later."""

    @property
    def alarm(self) -> Mapping[str, Any]:
        """As DescribeAlarms returns it."""
        ...

    @property
    def state(self) -> str: ...

    @property
    def reason_data(self) -> Mapping[str, Any]:
        """StateReasonData; `recentDatapoints` are the values judged, newest last."""
        ...
