"""Application Auto Scaling of SageMaker variants: its operations, the alarms it answers, and its work in time."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from local.autoscaling.activities import Activities
from local.autoscaling.errors import not_emulated
from local.autoscaling.policies import Policies
from local.autoscaling.policy import Breach
from local.autoscaling.ports import Clock, Events, Params, SageMaker, StateChange
from local.autoscaling.scaler import Scaler
from local.autoscaling.scheduled_action import NextTime
from local.autoscaling.scheduled_actions import ScheduledActions
from local.autoscaling.target import ScalableTarget
from local.autoscaling.target_key import TargetKey
from local.autoscaling.targets import Targets
from local.autoscaling.variants import Variants
from local.sagemaker.input_model import InputModel, without_nulls
from local.sagemaker.names import Arns

ACTION_PREFIX = "arn:aws:autoscaling:"
"""Of the ARNs by which alarms call scaling policies."""
_LOOK_AGAIN = (0.02, 0.5)
"""Real seconds between two looks at what is under way, at least and at most."""
_log = logging.getLogger("local.autoscaling")

Operation = Callable[[Params], dict[str, Any]]


class AutoScaling:
    """Emulates Application Auto Scaling for the instance counts of endpoint variants.

    Operations may be called from any thread, `act` from the event loop. Nothing happens in time before `start`, unless
    `work` is called.

    :param sagemaker: the hosting whose variants are scaled.
    :param cloudwatch: a boto3 client; it gets the alarms of target tracking.
    :param events: puts an event on the default bus.
    :param next_time: reads the schedules of scheduled actions.
    """

    def __init__(
        self,
        *,
        account: str,
        region: str,
        clock: Clock,
        sagemaker: SageMaker,
        cloudwatch: Any,
        events: Events,
        next_time: NextTime,
    ) -> None:
        arns = Arns(account, region)
        self._clock = clock
        self._cloudwatch = cloudwatch
        variants = Variants(sagemaker)
        self._targets = Targets(arns, clock, variants)
        self._policies = Policies(arns, clock, self._targets, cloudwatch)
        self._actions = ScheduledActions(arns, clock, self._targets, next_time)
        self._activities = Activities(clock)
        self._scaler = Scaler(clock, variants, self._activities, events)
        self._input_model = InputModel("application-autoscaling")
        self._operations = self._table()
        self._calls: queue.SimpleQueue[tuple[str, Breach]] = queue.SimpleQueue()
        self._lock = threading.RLock()
        """Held while anything changes. The event loop never takes it: CloudWatch answers there."""
        self._closing = threading.Event()
        self._wake = threading.Event()

    def _table(self) -> Mapping[str, Operation]:
        return {
            "RegisterScalableTarget": self._register,
            "DescribeScalableTargets": self._targets.describe,
            "DeregisterScalableTarget": self._deregister,
            "PutScalingPolicy": self._policies.put,
            "DescribeScalingPolicies": self._policies.describe,
            "DeleteScalingPolicy": self._policies.delete,
            "PutScheduledAction": self._actions.put,
            "DescribeScheduledActions": self._actions.describe,
            "DeleteScheduledAction": self._actions.delete,
            "DescribeScalingActivities": self._activities.describe,
            "TagResource": self._targets.tag,
            "UntagResource": self._targets.untag,
            "ListTagsForResource": self._targets.list_tags,
        }

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Timestamps in the answer are epoch seconds, as the JSON protocol has them.

        :raises AwsError: refused; the text says why.
        """
        if operation not in self._operations:
            raise not_emulated(f"the operation {operation}", f"It has {', '.join(self._operations)}.")
        given = without_nulls(params)
        self._input_model.check(operation, given)
        try:
            with self._lock:
                return self._operations[operation](given)
        finally:
            self._wake.set()

    def act(self, arn: str, change: StateChange) -> None:
        """Takes an alarm's action; what the policy then does happens on the thread of `start`.

        :raises ValueError: no policy has this ARN, or the alarm was set by hand and has no data to scale by.
        """
        if self._policies.find(arn) is None:
            raise ValueError(f"there is no scaling policy {arn}")
        alarm = change.alarm
        values = [float(value) for value in change.reason_data.get("recentDatapoints") or ()]
        if not values:
            raise ValueError("the alarm has no data points to scale by; SetAlarmState gives it a state only")
        rising = str(alarm["ComparisonOperator"]).startswith("Greater")
        self._calls.put((arn, Breach(alarm["AlarmName"], change.state, values, float(alarm["Threshold"]), rising)))
        self._wake.set()

    def registered(self, endpoint: str) -> dict[str, str]:
        """Instance type by name of the endpoint's variants that are registered."""
        return {target.key.variant: target.instance_type for target in self._targets.of_endpoint(endpoint)}

    def endpoint_deleted(self, endpoint: str) -> None:
        """Deregisters the variants of an endpoint that is being deleted."""
        with self._lock:
            for target in self._targets.of_endpoint(endpoint):
                self._remove(target)

    def start(self) -> None:
        threading.Thread(target=self._keep_working, name="autoscaling", daemon=True).start()

    def close(self) -> None:
        self._closing.set()
        self._wake.set()

    def work(self) -> None:
        """Does everything that is due now."""
        with self._lock:
            self._scaler.follow()
            for target, action in self._actions.due():
                self._scaler.run(target, action)
            for target, fresh in self._called():
                self._scaler.react(target, self._ringing(target, fresh))

    def _called(self) -> list[tuple[ScalableTarget, set[str]]]:
        """The targets whose policies were called since, with the alarms that did."""
        called: dict[TargetKey, tuple[ScalableTarget, set[str]]] = {}
        while not self._calls.empty():
            arn, breach = self._calls.get()
            if found := self._policies.find(arn):
                target, policy = found
                target.breaches[breach.alarm] = (policy, breach)
                called.setdefault(target.key, (target, set()))[1].add(breach.alarm)
        return list(called.values())

    def _keep_working(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(self._pause())
            self._wake.clear()
            try:
                self.work()
            except Exception:
                if not self._closing.is_set():
                    _log.exception("automatic scaling failed")

    def _pause(self) -> float:
        """Real seconds until the next look, unless something wakes: a simulated second while something is expected."""
        least, most = _LOOK_AGAIN
        expects = self._scaler.busy or any(target.actions for target in self._targets.all())
        return max(least, min(most, self._clock.real_seconds(1.0))) if expects else most

    def _ringing(self, target: ScalableTarget, fresh: set[str]) -> set[str]:
        """The alarms of the target's policies that are in ALARM; earlier calls that do not hold any more are dropped.

        :param fresh: alarms that have called just now, whose states need no asking.
        """
        low = {policy.low_alarm for policy in target.policies.values() if policy.low_alarm is not None}
        states = {name: breach.state for name, (_, breach) in target.breaches.items() if name in fresh}
        if asked := sorted((low | target.breaches.keys()) - fresh):
            answer = self._cloudwatch.describe_alarms(AlarmNames=asked, AlarmTypes=["MetricAlarm"])
            states.update({alarm["AlarmName"]: alarm["StateValue"] for alarm in answer.get("MetricAlarms", [])})
        for name, (_, breach) in list(target.breaches.items()):
            if states.get(name) != breach.state:
                del target.breaches[name]
        return {name for name, state in states.items() if state == "ALARM"}

    def _register(self, params: Params) -> dict[str, Any]:
        target = self._targets.register(params)
        self._scaler.enforce_limits(target)
        return {"ScalableTargetARN": target.arn}

    def _deregister(self, params: Params) -> dict[str, Any]:
        self._remove(self._targets.get(params))
        return {}

    def _remove(self, target: ScalableTarget) -> None:
        for policy in list(target.policies.values()):
            self._policies.remove(target, policy)
        self._scaler.forget(target)
        self._targets.remove(target.key)
