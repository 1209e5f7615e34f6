"""Scaling activities: what was done or left undone, when and why."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.autoscaling.paging import page, selected
from local.autoscaling.ports import Clock, Params
from local.autoscaling.target_key import TargetKey

_KEPT = 6 * 7 * 24 * 3600.0
"""Simulated seconds that activities can be looked up: six weeks."""
_NOT_SCALED = "Attempting to scale due to alarm triggered"


@dataclass
class Activity:
    key: TargetKey
    description: str
    cause: str
    started: float
    status: str = "Pending"
    message: str | None = None
    ended: float | None = None
    not_scaled: Mapping[str, Any] | None = None
    """Why nothing was done; None where something was tried."""
    activity_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def described(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "ActivityId": self.activity_id,
            **self.key.members(),
            "Description": self.description,
            "Cause": self.cause,
            "StartTime": self.started,
            "StatusCode": self.status,
        }
        if self.ended is not None:
            row["EndTime"] = self.ended
        if self.message is not None:
            row["StatusMessage"] = self.message
        if self.not_scaled is not None:
            row["NotScaledReasons"] = [self.not_scaled]
        return row


class Activities:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: list[Activity] = []

    def begin(self, key: TargetKey, description: str, cause: str) -> Activity:
        return self._keep(Activity(key, description, cause, self._clock.now()))

    def end(self, activity: Activity, status: str, message: str) -> None:
        activity.status, activity.message, activity.ended = status, message, self._clock.now()

    def not_scaled(self, key: TargetKey, cause: str, reason: Mapping[str, Any]) -> None:
        """Records that nothing was done. What repeats itself every minute is recorded once."""
        last = next((activity for activity in reversed(self._kept) if activity.key == key), None)
        if last is None or (last.cause, last.not_scaled) != (cause, reason):
            now = self._clock.now()
            self._keep(Activity(key, _NOT_SCALED, cause, now, "Failed", ended=now, not_scaled=reason))

    def describe(self, params: Params) -> dict[str, Any]:
        """DescribeScalingActivities: the newest first."""
        self._forget_old()
        with_others = params.get("IncludeNotScaledActivities", False)
        shown = [one.described() for one in reversed(self._kept) if with_others or one.not_scaled is None]
        return page(params, "ScalingActivities", selected(params, shown))

    def _keep(self, activity: Activity) -> Activity:
        self._forget_old()
        self._kept.append(activity)
        return activity

    def _forget_old(self) -> None:
        oldest = self._clock.now() - _KEPT
        while self._kept and self._kept[0].started < oldest:
            self._kept.pop(0)
