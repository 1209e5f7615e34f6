"""ministack's record of a metric alarm, which knows one metric only, made that of DescribeAlarms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_ONE_METRIC = ("Dimensions", "ExtendedStatistic", "MetricName", "Namespace", "Period", "Statistic", "Unit")
_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
PLACEHOLDER = {"MetricName": "-", "Namespace": "-"}
"""What ministack's CloudFormation insists on, for an alarm on metric math."""


def complete(record: dict[str, Any], request: Mapping[str, Any]) -> None:
    """Brings `record` to what `request`, or the properties of a template, asked for."""
    for key in _ACTIONS:
        record[key] = list(request.get(key) or [])
    if low_samples := request.get("EvaluateLowSampleCountPercentile"):
        record["EvaluateLowSampleCountPercentile"] = low_samples
    if metrics := request.get("Metrics"):
        for key in _OF_ONE_METRIC:
            record.pop(key, None)
        record["Metrics"] = [_typed(query) for query in metrics]
    elif record.get("ExtendedStatistic"):
        record.pop("Statistic", None)
    else:
        record.pop("ExtendedStatistic", None)


def _typed(query: Mapping[str, Any]) -> dict[str, Any]:
    """The types of the API, where a template or the query protocol has text. ReturnData defaults to true."""
    typed = {**query, "ReturnData": str(query.get("ReturnData", True)).lower() == "true"}
    if "Period" in query:
        typed["Period"] = int(query["Period"])
    if stat := query.get("MetricStat"):
        typed["MetricStat"] = {**stat, "Period": int(stat["Period"])}
    return typed
