"""Changes instance counts, and follows each change until SageMaker has carried it out."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from local.autoscaling.activities import Activities, Activity
from local.autoscaling.decision import NotScaled, Wish, decide
from local.autoscaling.policy import ScalingPolicy
from local.autoscaling.ports import Clock, Events
from local.autoscaling.scheduled_action import ScheduledAction
from local.autoscaling.target import ScalableTarget
from local.autoscaling.target_key import TargetKey
from local.autoscaling.variants import Variants
from local.sagemaker.errors import AwsError

_UNSCALABLE = {"Code": "TargetServicePutResourceAsUnscalable"}
_EVENT = "Application Auto Scaling Scaling Activity State Change"
_log = logging.getLogger("local.autoscaling")


@dataclass(frozen=True)
class _Change:
    """A count that SageMaker has accepted."""

    target: ScalableTarget
    activity: Activity
    before: int
    count: int
    policy: ScalingPolicy | None
    """The policy that asked for it; its cooldown begins when the change is done."""


class Scaler:
    def __init__(self, clock: Clock, variants: Variants, activities: Activities, events: Events) -> None:
        self._clock = clock
        self._variants = variants
        self._activities = activities
        self._events = events
        self._under_way: dict[TargetKey, _Change] = {}
        self._waiting: dict[TargetKey, ScalableTarget] = {}
        """Targets whose limits a scheduled action has changed while their endpoint could not be scaled."""

    @property
    def busy(self) -> bool:
        return bool(self._under_way or self._waiting)

    def react(self, target: ScalableTarget, ringing: Collection[str]) -> None:
        """Does what the policies ask for that alarms have called.

        :param ringing: names of the alarms of the target's policies that are in ALARM.
        """
        try:
            variant = self._variants.look(target.key)
        except AwsError as error:
            _log.warning("%s cannot be scaled: %s", target.key.resource_id, error.message)
            return
        decided = decide(target, variant.desired, list(target.breaches.values()), ringing, self._clock.now())
        if decided is None:
            return
        if isinstance(decided, NotScaled):
            self._activities.not_scaled(target.key, decided.wish.cause, decided.reason)
        elif target.key in self._under_way or not variant.scalable:
            self._activities.not_scaled(target.key, decided.cause, _UNSCALABLE)
        else:
            self._set(target, decided, variant.desired)

    def enforce_limits(self, target: ScalableTarget) -> bool:
        """Brings the count between the target's limits; False where the endpoint is not in service just now."""
        try:
            variant = self._variants.look(target.key)
        except AwsError:
            return True
        if not variant.scalable or target.key in self._under_way:
            return False
        count = target.within(variant.desired)
        if count != variant.desired:
            which = "minimum" if count > variant.desired else "maximum"
            self._start(target, count, variant.desired, f"{which} capacity was set to {count}", None)
        return True

    def run(self, target: ScalableTarget, action: ScheduledAction) -> None:
        """Carries out a scheduled action: new limits, and the count between them as soon as that can be."""
        limits = action.limits()
        said = " and ".join(
            f"{word} capacity to {limits[member]}"
            for word, member in (("min", "MinCapacity"), ("max", "MaxCapacity"))
            if member in limits
        )
        activity = self._activities.begin(
            target.key, f"Setting {said}", f"scheduled action name {action.name} was triggered"
        )
        minimum = limits.get("MinCapacity", target.minimum)
        maximum = limits.get("MaxCapacity", target.maximum)
        if minimum > maximum:
            why = f"Maximum capacity cannot be less than minimum capacity: they would be {maximum} and {minimum}."
            self._activities.end(activity, "Failed", f"Failed to set {said}. Reason: {why}")
            return
        target.minimum, target.maximum = minimum, maximum
        self._activities.end(activity, "Successful", f"Successfully set {said}")
        if not self.enforce_limits(target):
            self._waiting[target.key] = target

    def follow(self) -> None:
        """Looks at the changes that are under way, and tries again what had to wait."""
        for key, change in list(self._under_way.items()):
            try:
                variant = self._variants.look(key)
            except AwsError as error:
                self._end(change, "Failed", f"Failed to set {_count(change.count)}. Reason: {_reason(error)}")
                continue
            if variant.scalable and variant.desired == change.count:
                self._fulfilled(change)
            elif variant.endpoint_status == "Failed":
                self._end(change, "Failed", f"Failed to set {_count(change.count)}. Reason: the endpoint is Failed.")
            elif variant.scalable:
                self._end(change, "Overridden", f"The desired instance count was set to {variant.desired} meanwhile.")
        for key, target in list(self._waiting.items()):
            if self.enforce_limits(target):
                del self._waiting[key]

    def forget(self, target: ScalableTarget) -> None:
        """The target is deregistered: nothing new is begun for it, and what is under way goes on."""
        self._waiting.pop(target.key, None)

    def _set(self, target: ScalableTarget, wish: Wish, before: int) -> None:
        self._start(target, wish.capacity, before, wish.cause, wish.policy)

    def _start(self, target: ScalableTarget, count: int, before: int, cause: str, policy: ScalingPolicy | None) -> None:
        activity = self._activities.begin(target.key, f"Setting {_count(count)}.", cause)
        try:
            self._variants.set_count(target.key, count)
        except AwsError as error:
            message = f"Failed to set {_count(count)}. Reason: {_reason(error)}"
            self._activities.end(activity, "Failed", message)
            return
        activity.status = "InProgress"
        activity.message = f"Successfully set {_count(count)}. Waiting for change to be fulfilled by sagemaker."
        self._under_way[target.key] = _Change(target, activity, before, count, policy)

    def _fulfilled(self, change: _Change) -> None:
        done = f"Successfully set {_count(change.count)}. Change successfully fulfilled by sagemaker."
        self._end(change, "Successful", done)
        now, cooldown = self._clock.now(), change.target.cooldown
        if change.policy is not None:
            after_adding, after_removing = change.policy.cooldowns
            if change.count > change.before:
                cooldown.added(now, after_adding, change.before)
            else:
                cooldown.removed(now, after_removing)
        if change.before < change.count == change.target.maximum:
            self._events(_EVENT, _scaled_to_max(change))

    def _end(self, change: _Change, status: str, message: str) -> None:
        self._activities.end(change.activity, status, message)
        del self._under_way[change.target.key]


def _count(count: int) -> str:
    return f"desired instance count to {count}"


def _reason(error: AwsError) -> str:
    return f"{error.message} (Service: AmazonSageMaker; Status Code: {error.status}; Error Code: {error.code})"


def _scaled_to_max(change: _Change) -> dict[str, object]:
    target, activity = change.target, change.activity
    return {
        "startTime": _iso(activity.started),
        "endTime": _iso(activity.ended or activity.started),
        "newDesiredCapacity": change.count,
        "oldDesiredCapacity": change.before,
        "minCapacity": target.minimum,
        "maxCapacity": target.maximum,
        "resourceId": target.key.resource_id,
        "scalableDimension": target.key.members()["ScalableDimension"],
        "serviceNamespace": target.key.members()["ServiceNamespace"],
        "statusCode": "Successful",
        "scaledToMax": True,
        "direction": "scale-out",
    }


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
