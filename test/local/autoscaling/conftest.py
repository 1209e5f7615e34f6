"""Application Auto Scaling with a clock that a test moves, and a SageMaker and a CloudWatch in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.autoscaling import AutoScaling
from local.clock.expression import next_time
from local.sagemaker.errors import AwsError, in_progress, not_found

RESOURCE = "endpoint/e/variant/v"
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": RESOURCE,
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
INVOCATIONS = {"PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}}


@dataclass
class Clock:
    """2026-11-25T08:00:00Z, and later."""

    time: float = 1795593600.0

    def now(self) -> float:
        return self.time

    def real_seconds(self, seconds: float) -> float:
        return seconds


@dataclass
class SageMaker:
    """One endpoint `e` with the variants `v` and `w`. A change of counts is done when `settle` is called."""

    counts: dict[str, int] = field(default_factory=lambda: {"v": 1, "w": 1})
    types: dict[str, dict[str, str]] = field(default_factory=lambda: {"c": {"v": "ml.m5.large", "w": "ml.m5.large"}})
    status: str = "InService"
    refuses: AwsError | None = None
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        if operation == "DescribeEndpointConfig":
            name = params["EndpointConfigName"]
            if name not in self.types:
                raise not_found("endpoint configuration", name)
            rows = [{"VariantName": v, "InstanceType": t} for v, t in self.types[name].items()]
            return {"ProductionVariants": rows}
        if params["EndpointName"] != "e" or self.status == "Gone":
            raise not_found("endpoint", params["EndpointName"])
        if operation == "DescribeEndpoint":
            rows = [{"VariantName": v, "DesiredInstanceCount": n} for v, n in self.counts.items()]
            return {"EndpointStatus": self.status, "EndpointConfigName": "c", "ProductionVariants": rows}
        self.calls.append((operation, params))
        if operation == "UpdateEndpointWeightsAndCapacities":
            self._change(params["DesiredWeightsAndCapacities"])
        return {}

    def _change(self, wanted: list[dict[str, Any]]) -> None:
        if self.refuses:
            raise self.refuses
        if self.status != "InService":
            raise in_progress("e")
        for change in wanted:
            self.counts[change["VariantName"]] = change["DesiredInstanceCount"]
        self.status = "Updating"

    def settle(self) -> None:
        self.status = "InService"


class Pages:
    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def paginate(self) -> Iterator[dict[str, Any]]:
        yield self._answer


@dataclass
class CloudWatch:
    alarms: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: str | None = None

    def put_metric_alarm(self, **alarm: Any) -> None:
        if self.refuses:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": self.refuses}}, "PutMetricAlarm")
        arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{alarm['AlarmName']}"
        self.alarms[alarm["AlarmName"]] = {"StateValue": "OK", "AlarmArn": arn, **alarm}

    def delete_alarms(self, *, AlarmNames: list[str]) -> None:
        for name in AlarmNames:
            del self.alarms[name]

    def describe_alarms(self, *, AlarmNames: list[str], AlarmTypes: list[str]) -> dict[str, Any]:
        return {"MetricAlarms": [self.alarms[name] for name in AlarmNames if name in self.alarms]}

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "describe_alarms"
        return Pages({"MetricAlarms": list(self.alarms.values()), "CompositeAlarms": []})


@dataclass(frozen=True)
class Change:
    alarm: dict[str, Any]
    state: str
    reason_data: dict[str, Any]


class World:
    def __init__(self) -> None:
        self.clock, self.sagemaker, self.cloudwatch = Clock(), SageMaker(), CloudWatch()
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.scaling = AutoScaling(
            account="123456789012",
            region="us-east-1",
            clock=self.clock,
            sagemaker=self.sagemaker,
            cloudwatch=self.cloudwatch,
            events=lambda kind, detail: self.events.append((kind, detail)),
            next_time=next_time,
        )

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        return self.scaling.call(operation, {**TARGET, **params})

    def describe(self, what: str, **params: Any) -> list[dict[str, Any]]:
        answer = self.scaling.call(f"Describe{what}", {"ServiceNamespace": "sagemaker", **params})
        rows: list[dict[str, Any]] = answer[what]
        return rows

    def register(self, minimum: int = 1, maximum: int = 10, **params: Any) -> str:
        arn: str = self.call("RegisterScalableTarget", MinCapacity=minimum, MaxCapacity=maximum, **params)[
            "ScalableTargetARN"
        ]
        self.settle()
        return arn

    def track(self, target: float = 70, name: str = "track", **configuration: Any) -> None:
        given = {"TargetValue": target, **(configuration or {})}
        if "CustomizedMetricSpecification" not in given:
            given = {**INVOCATIONS, **given}
        self.call(
            "PutScalingPolicy",
            PolicyName=name,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=given,
        )

    def step(self, name: str = "step", **configuration: Any) -> None:
        """A policy with the steps and members given, and an alarm of the same name above 50 that calls it."""
        arn = self.call(
            "PutScalingPolicy",
            PolicyName=name,
            PolicyType="StepScaling",
            StepScalingPolicyConfiguration={"AdjustmentType": "ChangeInCapacity", **configuration},
        )["PolicyARN"]
        self.cloudwatch.put_metric_alarm(
            AlarmName=name, AlarmActions=[arn], Threshold=50, ComparisonOperator="GreaterThanThreshold"
        )

    def alarm(self, kind: str, policy: str = "track") -> str:
        """Name of an alarm that target tracking made."""
        (found,) = self.describe("ScalingPolicies", PolicyNames=[policy])
        return next(alarm["AlarmName"] for alarm in found["Alarms"] if f"-{kind}-" in alarm["AlarmName"])

    def ring(self, name: str, *values: float, settle: bool = True) -> None:
        """The alarm goes to ALARM, or still is in it a minute later, with these data points."""
        alarm = self.cloudwatch.alarms[name]
        for other in self.cloudwatch.alarms.values():
            if other["AlarmActions"] == alarm["AlarmActions"]:
                other["StateValue"] = "OK"  # a metric is not above and below its target at once
        alarm["StateValue"] = "ALARM"
        self.scaling.act(alarm["AlarmActions"][0], Change(alarm, "ALARM", {"recentDatapoints": list(values)}))
        self.scaling.work()
        if settle:
            self.settle()

    def settle(self) -> None:
        """SageMaker carries out what is under way, and that is noticed."""
        self.sagemaker.settle()
        self.scaling.work()

    def after(self, seconds: float) -> None:
        self.clock.time += seconds
        self.scaling.work()
        self.settle()

    @property
    def count(self) -> int:
        return self.sagemaker.counts["v"]

    def last(self, **params: Any) -> dict[str, Any]:
        """The newest activity, those that were not scaled included."""
        return self.describe("ScalingActivities", IncludeNotScaledActivities=True, **params)[0]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def registered(world: World) -> World:
    """1 to 10 instances of the variant `v`, one of them running."""
    world.register()
    return world
