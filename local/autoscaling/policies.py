"""Scaling policies: the operations that put, describe and delete them, and the alarms of target tracking."""

from __future__ import annotations

import uuid
from typing import Any

from botocore.exceptions import ClientError

from local.autoscaling.errors import invalid, limit_exceeded, no_policy, not_emulated
from local.autoscaling.paging import page, selected
from local.autoscaling.policy import STEP, TARGET_TRACKING, ScalingPolicy
from local.autoscaling.ports import Clock, Params
from local.autoscaling.step_scaling import StepScaling
from local.autoscaling.target import ScalableTarget
from local.autoscaling.target_key import NAMESPACE, TargetKey
from local.autoscaling.target_tracking import TargetTracking
from local.autoscaling.targets import Targets
from local.sagemaker.errors import AwsError
from local.sagemaker.names import Arns

_MAX_POLICIES = 50
_MAX_RESULTS = 10
_CREATED_BY = ":createdBy/"
_CONFIGURATIONS = {
    TARGET_TRACKING: "TargetTrackingScalingPolicyConfiguration",
    STEP: "StepScalingPolicyConfiguration",
}


class Policies:
    """:param cloudwatch: gets the alarms of target tracking."""

    def __init__(self, arns: Arns, clock: Clock, targets: Targets, cloudwatch: Any) -> None:
        self._arns = arns
        self._clock = clock
        self._targets = targets
        self._cloudwatch = cloudwatch

    def find(self, action: str) -> tuple[ScalableTarget, ScalingPolicy] | None:
        """The policy that an alarm's action names, with its target; None where there is none."""
        arn = action.partition(_CREATED_BY)[0]
        for target in self._targets.all():
            for policy in list(target.policies.values()):
                if policy.arn == arn:
                    return target, policy
        return None

    def put(self, params: Params) -> dict[str, Any]:
        target = self._targets.get(params)
        old = target.policies.get(params["PolicyName"])
        configuration = _configuration(params, old, target.key)
        if old is None and len(target.policies) >= _MAX_POLICIES:
            raise limit_exceeded("scaling policies", _MAX_POLICIES)
        policy = self._policy(target, params["PolicyName"], configuration, old)
        _refuse_same_metric(target, policy)
        target.policies[policy.name] = policy  # before its alarms, which may call it at once
        try:
            self._put_alarms(policy, old)
        except AwsError:
            if old is None:
                del target.policies[policy.name]
            else:
                target.policies[policy.name] = old
            raise
        target.breaches = {name: call for name, call in target.breaches.items() if call[0] is not old}
        return {"PolicyARN": policy.arn, "Alarms": policy.described(self._alarms(policy))["Alarms"]}

    def describe(self, params: Params) -> dict[str, Any]:
        policies = [policy for target in self._targets.all() for policy in target.policies.values()]
        rows = [policy.described(self._alarms(policy)) for policy in policies]
        return page(params, "ScalingPolicies", selected(params, rows, ("PolicyName", "PolicyNames")), _MAX_RESULTS)

    def delete(self, params: Params) -> dict[str, Any]:
        key, name = TargetKey.of(params), params["PolicyName"]
        target = next((target for target in self._targets.all() if target.key == key), None)
        if target is None or name not in target.policies:
            raise no_policy(key, name)
        self.remove(target, target.policies[name])
        return {}

    def remove(self, target: ScalableTarget, policy: ScalingPolicy) -> None:
        """Takes the policy away, and the alarms that were made for it."""
        del target.policies[policy.name]
        target.breaches = {name: call for name, call in target.breaches.items() if call[0] is not policy}
        self._delete_alarms(policy.alarms.values())

    def _policy(
        self,
        target: ScalableTarget,
        name: str,
        configuration: TargetTracking | StepScaling,
        old: ScalingPolicy | None,
    ) -> ScalingPolicy:
        if old is not None:
            policy = ScalingPolicy(target.key, name, old.arn, old.created, configuration)
        else:
            arn = self._arn("scalingPolicy", target, f"policyName/{name}")
            policy = ScalingPolicy(target.key, name, arn, self._clock.now(), configuration)
        if isinstance(configuration, TargetTracking):
            kept = old.alarms if old is not None else {}
            for kind in configuration.alarm_kinds:
                policy.alarms[kind] = kept.get(kind) or f"TargetTracking-{target.key.resource_id}-{kind}-{uuid.uuid4()}"
        return policy

    def _arn(self, kind: str, target: ScalableTarget, name: str) -> str:
        where = f"arn:{self._arns.partition}:autoscaling:{self._arns.region}:{self._arns.account}"
        return f"{where}:{kind}:{target.uid}:resource/{NAMESPACE}/{target.key.resource_id}:{name}"

    def _put_alarms(self, policy: ScalingPolicy, old: ScalingPolicy | None) -> None:
        """Puts the alarms of the new policy, and removes those that only the old one had.

        :raises AwsError: CloudWatch refuses one; then nothing has changed.
        """
        before = set(old.alarms.values()) if old is not None else set()
        put: list[str] = []
        if isinstance(policy.configuration, TargetTracking):
            action = f"{policy.arn}{_CREATED_BY}{uuid.uuid4()}"
            for kind, name in policy.alarms.items():
                try:
                    self._cloudwatch.put_metric_alarm(
                        AlarmName=name,
                        AlarmDescription=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {action}.",
                        AlarmActions=[action],
                        **policy.configuration.alarm(kind),
                    )
                except ClientError as error:
                    self._delete_alarms(set(put) - before)
                    raise invalid(f"Policy {policy.name}: {error.response['Error']['Message']}") from error
                put.append(name)
        self._delete_alarms(before - set(put))

    def _delete_alarms(self, names: Any) -> None:
        if doomed := list(names):
            self._cloudwatch.delete_alarms(AlarmNames=doomed)

    def _alarms(self, policy: ScalingPolicy) -> dict[str, str]:
        """ARN by name of the alarms that call the policy."""
        if policy.kind == TARGET_TRACKING:
            where = f"arn:{self._arns.partition}:cloudwatch:{self._arns.region}:{self._arns.account}:alarm"
            return {name: f"{where}:{name}" for name in policy.alarms.values()}
        pages = self._cloudwatch.get_paginator("describe_alarms").paginate()
        alarms = [alarm for found in pages for kind in ("MetricAlarms", "CompositeAlarms") for alarm in found[kind]]
        actions = ("AlarmActions", "OKActions", "InsufficientDataActions")
        return {
            alarm["AlarmName"]: alarm["AlarmArn"]
            for alarm in alarms
            if any(policy.arn in (alarm.get(key) or ()) for key in actions)
        }


def _configuration(params: Params, old: ScalingPolicy | None, key: TargetKey) -> TargetTracking | StepScaling:
    kind = params.get("PolicyType") or (old.kind if old is not None else None)
    if kind is None:
        raise invalid("PolicyType is required to create a scaling policy.")
    if kind not in _CONFIGURATIONS:
        raise not_emulated(f"the policy type {kind}", f"It runs {' and '.join(_CONFIGURATIONS)}.")
    if old is not None and old.kind != kind:
        raise invalid(f"Policy {old.name} is of the type {old.kind}; delete it before you put one of the type {kind}.")
    given = [member for member in params if member.endswith("ScalingPolicyConfiguration")]
    if old is not None and not given:
        return old.configuration
    if given != [_CONFIGURATIONS[kind]]:
        found = ", ".join(given) or "none"
        raise invalid(f"A policy of the type {kind} needs {_CONFIGURATIONS[kind]} and no other; given is {found}.")
    if kind == STEP:
        return StepScaling.parse(params[_CONFIGURATIONS[STEP]])
    return TargetTracking.parse(params[_CONFIGURATIONS[TARGET_TRACKING]], key)


def _refuse_same_metric(target: ScalableTarget, policy: ScalingPolicy) -> None:
    if not isinstance(policy.configuration, TargetTracking):
        return
    for other in target.policies.values():
        if (
            other.name != policy.name
            and isinstance(other.configuration, TargetTracking)
            and other.configuration.metric.specification == policy.configuration.metric.specification
        ):
            raise invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")
