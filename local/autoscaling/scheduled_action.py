"""A scheduled action: when it changes the limits of its target, and to what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.autoscaling.errors import invalid
from local.autoscaling.ports import Params
from local.autoscaling.target_key import TargetKey

NextTime = Callable[[str, float, str, float | None], float | None]
"""(expression, after, time zone, start): `local.clock.expression.next_time`."""
_UTC = "UTC"


@dataclass
class ScheduledAction:
    key: TargetKey
    name: str
    arn: str
    created: float
    schedule: str
    timezone: str | None
    start: float | None
    end: float | None
    minimum: int | None
    maximum: int | None
    due: float | None = None
    """When it runs next, in simulated seconds since 1970; None where it never does again."""

    def plan(self, after: float, next_time: NextTime) -> None:
        """Sets `due` to what the schedule names after `after`, between start and end. A rate counts from the start.

        :raises AwsError: the schedule or the time zone cannot be read.
        """
        start = self.created if self.start is None else self.start
        try:
            following = next_time(self.schedule, after, self.timezone or _UTC, start)
        except ValueError as error:
            raise invalid(f"Scheduled action {self.name}: {error}") from error
        self.due = None if following is None or (self.end is not None and following > self.end) else following

    def described(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "ScheduledActionName": self.name,
            "ScheduledActionARN": self.arn,
            **self.key.members(),
            "Schedule": self.schedule,
            "ScalableTargetAction": self.limits(),
            "CreationTime": self.created,
        }
        for member, value in (("Timezone", self.timezone), ("StartTime", self.start), ("EndTime", self.end)):
            if value is not None:
                row[member] = value
        return row

    def limits(self) -> dict[str, int]:
        both = {"MinCapacity": self.minimum, "MaxCapacity": self.maximum}
        return {member: value for member, value in both.items() if value is not None}


def limits_of(given: Params) -> tuple[int | None, int | None]:
    """:raises AwsError: neither limit is given, or one that cannot be."""
    minimum, maximum = given.get("MinCapacity"), given.get("MaxCapacity")
    if minimum is None and maximum is None:
        raise invalid("ScalableTargetAction needs MinCapacity, MaxCapacity or both.")
    check_limits(minimum, maximum)
    return minimum, maximum


def check_limits(minimum: int | None, maximum: int | None) -> None:
    """:raises AwsError: a real-time variant cannot have such limits."""
    if minimum is not None and minimum < 1:
        raise invalid(f"MinCapacity is {minimum}; an endpoint variant keeps at least 1 instance.")
    if maximum is not None and maximum < 1:
        raise invalid(f"MaxCapacity is {maximum}; an endpoint variant keeps at least 1 instance.")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise invalid(f"Maximum capacity cannot be less than minimum capacity: given are {maximum} and {minimum}.")
