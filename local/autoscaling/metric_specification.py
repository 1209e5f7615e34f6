"""The metric that a target tracking policy follows, as the two alarms of the policy watch it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.autoscaling.errors import invalid, not_emulated
from local.autoscaling.ports import Params
from local.autoscaling.target_key import TargetKey

_MINUTE = 60
_HIGH_RESOLUTION = 10
# By predefined type: metric, statistic, and the period in which AlarmHigh looks at it.
_PREDEFINED = {
    "SageMakerVariantInvocationsPerInstance": ("InvocationsPerInstance", "Sum", _MINUTE),
    "SageMakerVariantConcurrentRequestsPerModelHighResolution": (
        "ConcurrentRequestsPerModel",
        "Maximum",
        _HIGH_RESOLUTION,
    ),
}
_SIMPLE = ("MetricName", "Namespace", "Dimensions", "Statistic", "Unit")


@dataclass(frozen=True)
class TrackedMetric:
    """One metric, or one expression over several."""

    specification: Params
    """As it was given: two policies of a target must differ in it."""
    alarm_members: Params
    """What PutMetricAlarm says of the metric, but for its period."""
    high_period: int = _MINUTE
    """Seconds. AlarmLow always looks at minutes."""

    @classmethod
    def parse(cls, configuration: Params, key: TargetKey) -> TrackedMetric:
        """:raises AwsError: no specification or two, or a metric that is not emulated."""
        predefined = configuration.get("PredefinedMetricSpecification")
        customized = configuration.get("CustomizedMetricSpecification")
        if (predefined is None) == (customized is None):
            raise invalid(
                "TargetTrackingScalingPolicyConfiguration needs exactly one of PredefinedMetricSpecification and "
                f"CustomizedMetricSpecification; given are {'neither' if predefined is None else 'both'}."
            )
        if predefined is not None:
            return cls._predefined(predefined, key)
        assert customized is not None
        return cls(customized, _expression(customized) if "Metrics" in customized else _single(customized))

    @classmethod
    def _predefined(cls, specification: Params, key: TargetKey) -> TrackedMetric:
        kind = specification["PredefinedMetricType"]
        if kind not in _PREDEFINED:
            known = ", ".join(_PREDEFINED)
            raise not_emulated(f"the predefined metric {kind}", f"Of endpoint variants it tracks {known}.")
        if specification.get("ResourceLabel"):
            raise invalid(f"ResourceLabel cannot be given with the predefined metric {kind}; leave it out.")
        metric, statistic, period = _PREDEFINED[kind]
        dimensions = [
            {"Name": "EndpointName", "Value": key.endpoint},
            {"Name": "VariantName", "Value": key.variant},
        ]
        members = {"Namespace": "AWS/SageMaker", "MetricName": metric, "Dimensions": dimensions, "Statistic": statistic}
        return cls(specification, members, period)

    def of_alarm(self, period: int) -> dict[str, Any]:
        """The members of PutMetricAlarm that say what is watched, in periods of `period` seconds."""
        if "Metrics" not in self.alarm_members:
            return {**self.alarm_members, "Period": period}
        return {"Metrics": [_with_period(query, period) for query in self.alarm_members["Metrics"]]}


def _single(given: Params) -> dict[str, Any]:
    for member in ("MetricName", "Namespace", "Statistic"):
        if not given.get(member):
            raise invalid(f"CustomizedMetricSpecification: {member} is required where Metrics is not given.")
    return {key: given[key] for key in _SIMPLE if given.get(key)}


def _expression(given: Params) -> dict[str, Any]:
    if mixed := sorted(set(_SIMPLE) & given.keys()):
        raise invalid(f"CustomizedMetricSpecification: Metrics cannot be given with {', '.join(mixed)}.")
    queries = given["Metrics"]
    for query in queries:
        if bool(query.get("Expression")) == bool(query.get("MetricStat")):
            raise invalid(f"Metrics, {query['Id']}: exactly one of Expression and MetricStat is required.")
    returned = [query["Id"] for query in queries if query.get("ReturnData", True)]
    if len(returned) != 1:
        raise invalid(
            "CustomizedMetricSpecification: exactly one entry of Metrics must return data (ReturnData true); "
            f"given are {', '.join(returned) or 'none'}."
        )
    return {"Metrics": queries}


def _with_period(query: Mapping[str, Any], period: int) -> dict[str, Any]:
    if not query.get("MetricStat"):
        return dict(query)
    return {**query, "MetricStat": {**query["MetricStat"], "Period": period}}
