"""What CloudWatch tells of a state change: to SNS, to a Lambda function, and on the event bus.

Events and the function's payload: "Alarm events and EventBridge" and "Invoke a Lambda function from an alarm" in the
CloudWatch User Guide, read on 25 November 2026. The body of a notification is not documented: its fields are those of
public notifications.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from ..alarms.moments import moment
from ..environment import ACCOUNT, REGION

if TYPE_CHECKING:
    from .actions import StateChange

REGION_NAME = "US East (N. Virginia)"
"""How notifications call the region of the local cloud."""


def state_of(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """The state an alarm is in, as events describe it."""
    described = {
        "value": alarm["StateValue"],
        "reason": alarm.get("StateReason", ""),
        "reasonData": alarm.get("StateReasonData"),
        "timestamp": moment(alarm.get("StateUpdatedTimestamp", 0)),
        "actionsSuppressedBy": alarm.get("ActionsSuppressedBy"),
        "actionsSuppressedReason": alarm.get("ActionsSuppressedReason"),
    }
    return {key: value for key, value in described.items() if value not in (None, "")}


def event_detail(change: StateChange) -> dict[str, Any]:
    """`detail` of the event "CloudWatch Alarm State Change", and `alarmData` of a function's payload."""
    return {
        "alarmName": change.alarm["AlarmName"],
        "state": state_of(change.alarm),
        "previousState": dict(change.previous),
        "configuration": _configuration(change.alarm),
    }


def function_payload(change: StateChange) -> dict[str, Any]:
    return {
        "source": "aws.cloudwatch",
        "alarmArn": change.alarm["AlarmArn"],
        "accountId": ACCOUNT,
        "time": moment(change.at),
        "region": REGION,
        "alarmData": event_detail(change),
    }


def notification(change: StateChange) -> tuple[str, str]:
    """Subject and body of a notification by SNS."""
    alarm = change.alarm
    body = {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription") or None,
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": moment(alarm.get("AlarmConfigurationUpdatedTimestamp", 0)),
        "NewStateValue": change.state,
        "NewStateReason": change.reason,
        "StateChangeTime": moment(change.at),
        "Region": REGION_NAME,
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": change.old_state,
        "OKActions": alarm.get("OKActions") or [],
        "AlarmActions": alarm.get("AlarmActions") or [],
        "InsufficientDataActions": alarm.get("InsufficientDataActions") or [],
    }
    if "AlarmRule" in alarm:
        triggering = change.reason_data.get("triggeringAlarms", [])
        children = [{"Arn": child["arn"], "State": _capitalised(child["state"])} for child in triggering]
        body |= {"AlarmRule": alarm["AlarmRule"], "TriggeringChildren": children}
    else:
        body["Trigger"] = _trigger(alarm)
    subject = f'{change.state}: "{alarm["AlarmName"]}" in {REGION_NAME}'
    return subject[:100], json.dumps(body)


def _configuration(alarm: Mapping[str, Any]) -> dict[str, Any]:
    described = {"description": alarm.get("AlarmDescription")}
    if "AlarmRule" in alarm:
        described |= {
            "alarmRule": alarm["AlarmRule"],
            "actionsSuppressor": alarm.get("ActionsSuppressor"),
            "actionsSuppressorWaitPeriod": alarm.get("ActionsSuppressorWaitPeriod"),
            "actionsSuppressorExtensionPeriod": alarm.get("ActionsSuppressorExtensionPeriod"),
        }
    else:
        described["metrics"] = [_query(query) for query in alarm.get("Metrics") or [_only_metric(alarm)]]
    return {key: value for key, value in described.items() if value not in (None, "")}


def _only_metric(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """An alarm on one metric as the single entry of Metrics; events give it an Id of its own."""
    metric = {key: alarm.get(key) for key in ("Namespace", "MetricName", "Dimensions")}
    stat = {"Metric": metric, "Period": alarm.get("Period"), "Stat": _statistic(alarm), "Unit": alarm.get("Unit")}
    return {"Id": str(uuid5(NAMESPACE_URL, alarm["AlarmArn"])), "MetricStat": stat, "ReturnData": True}


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    described = {
        "id": query["Id"],
        "expression": query.get("Expression"),
        "label": query.get("Label"),
        "returnData": query["ReturnData"],
    }
    if stat := query.get("MetricStat"):
        metric = stat["Metric"]
        dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions") or []}
        described["metricStat"] = {
            "metric": {"namespace": metric["Namespace"], "name": metric["MetricName"], "dimensions": dimensions},
            "period": stat["Period"],
            "stat": stat["Stat"],
            **({"unit": stat["Unit"]} if stat.get("Unit") else {}),
        }
    return {key: value for key, value in described.items() if value is not None}


def _trigger(alarm: Mapping[str, Any]) -> dict[str, Any]:
    watched: dict[str, Any]
    if metrics := alarm.get("Metrics"):
        watched = {"Metrics": [_notified_query(query) for query in metrics]}
    else:
        kind = "ExtendedStatistic" if alarm.get("ExtendedStatistic") else "Statistic"
        statistic = _statistic(alarm)
        watched = {
            "MetricName": alarm.get("MetricName"),
            "Namespace": alarm.get("Namespace"),
            "StatisticType": kind,
            kind: statistic.upper() if kind == "Statistic" else statistic,
            "Unit": alarm.get("Unit"),
            "Dimensions": _notified_dimensions(alarm.get("Dimensions")),
            "Period": alarm.get("Period"),
        }
    return {
        **watched,
        "EvaluationPeriods": alarm.get("EvaluationPeriods"),
        "DatapointsToAlarm": alarm.get("DatapointsToAlarm", alarm.get("EvaluationPeriods")),
        "ComparisonOperator": alarm.get("ComparisonOperator"),
        "Threshold": alarm.get("Threshold"),
        "TreatMissingData": alarm.get("TreatMissingData", "missing"),
        "EvaluateLowSampleCountPercentile": alarm.get("EvaluateLowSampleCountPercentile", ""),
    }


def _notified_query(query: Mapping[str, Any]) -> dict[str, Any]:
    if not (stat := query.get("MetricStat")):
        return dict(query)
    metric = {**stat["Metric"], "Dimensions": _notified_dimensions(stat["Metric"].get("Dimensions"))}
    return {**query, "MetricStat": {**stat, "Metric": metric}}


def _notified_dimensions(dimensions: Any) -> list[dict[str, str]]:
    return [{"value": one["Value"], "name": one["Name"]} for one in dimensions or []]


def _statistic(alarm: Mapping[str, Any]) -> str:
    return str(alarm.get("ExtendedStatistic") or alarm.get("Statistic"))


def _capitalised(state: Mapping[str, Any]) -> dict[str, Any]:
    return {"Value": state["value"], "Timestamp": state["timestamp"]}
