"""What is told of a state change, against the samples of "Alarm events and EventBridge" and "Invoke a Lambda function
from an alarm" (CloudWatch User Guide, read 2026-11-25), and against public notifications.
"""

from __future__ import annotations

import json
from typing import Any

from local.cloudwatch import StateChange
from local.cloudwatch.messages import event_detail, function_payload, notification, state_of

AT = 1570035880.989
ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm"
SINGLE: dict[str, Any] = {
    "AlarmName": "ServerCpuTooHigh",
    "AlarmArn": f"{ARN}:ServerCpuTooHigh",
    "AlarmDescription": "Goes into alarm when server CPU utilization is too high!",
    "Namespace": "AWS/EC2",
    "MetricName": "CPUUtilization",
    "Dimensions": [{"Name": "InstanceId", "Value": "i-12345678901234567"}],
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 50.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:t"],
    "StateValue": "ALARM",
    "StateReason": "Threshold Crossed: 1 out of the last 1 datapoints [99.5 (02/10/19 16:59:00)] was greater than ...",
    "StateReasonData": '{"version":"1.0"}',
    "StateUpdatedTimestamp": AT,
}
MATH: dict[str, Any] = {
    **{
        key: value for key, value in SINGLE.items() if key not in ("Namespace", "MetricName", "Dimensions", "Statistic")
    },
    "Metrics": [
        {"Id": "e1", "Expression": "SUM(METRICS())", "Label": "Total Network Traffic", "ReturnData": True},
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {"Namespace": "AWS/EC2", "MetricName": "NetworkIn", "Dimensions": SINGLE["Dimensions"]},
                "Period": 300,
                "Stat": "Maximum",
            },
            "ReturnData": False,
        },
    ],
}
COMPOSITE: dict[str, Any] = {
    "AlarmName": "CompositeDemo.Main",
    "AlarmArn": f"{ARN}:CompositeDemo.Main",
    "AlarmRule": "ALARM(CompositeDemo.FirstChild) OR ALARM(CompositeDemo.SecondChild)",
    "ActionsSuppressor": "CompositeDemo.ActionsSuppressor",
    "ActionsSuppressorWaitPeriod": 120,
    "ActionsSuppressorExtensionPeriod": 180,
    "ActionsSuppressedBy": "WaitPeriod",
    "ActionsSuppressedReason": "Actions suppressed by WaitPeriod",
    "StateValue": "ALARM",
    "StateReason": f"{ARN}:CompositeDemo.FirstChild transitioned to ALARM at Friday 04 August, 2023 12:54:46 UTC",
    "StateUpdatedTimestamp": AT,
}


def change(alarm: dict[str, Any], **data: Any) -> StateChange:
    previous = {"value": "OK", "reason": "before", "timestamp": "2019-10-01T13:56:40.987+0000"}
    return StateChange(alarm, "OK", "ALARM", alarm["StateReason"], AT, data, previous)


def test_the_event_of_an_alarm_on_one_metric() -> None:
    detail = event_detail(change(SINGLE))
    assert detail["alarmName"] == "ServerCpuTooHigh"
    assert detail["state"] == {
        "value": "ALARM",
        "reason": SINGLE["StateReason"],
        "reasonData": '{"version":"1.0"}',
        "timestamp": "2019-10-02T17:04:40.989+0000",
    }
    assert detail["previousState"]["value"] == "OK"
    (metric,) = detail["configuration"]["metrics"]
    assert detail["configuration"]["description"] == SINGLE["AlarmDescription"]
    assert metric.pop("id")
    assert metric == {
        "metricStat": {
            "metric": {
                "dimensions": {"InstanceId": "i-12345678901234567"},
                "name": "CPUUtilization",
                "namespace": "AWS/EC2",
            },
            "period": 300,
            "stat": "Average",
        },
        "returnData": True,
    }


def test_the_event_of_an_alarm_on_metric_math() -> None:
    expression, metric = event_detail(change(MATH))["configuration"]["metrics"]
    assert expression == {
        "expression": "SUM(METRICS())",
        "id": "e1",
        "label": "Total Network Traffic",
        "returnData": True,
    }
    assert (metric["id"], metric["returnData"], metric["metricStat"]["stat"]) == ("m1", False, "Maximum")


def test_the_event_of_a_composite_alarm_whose_actions_are_suppressed() -> None:
    detail = event_detail(change(COMPOSITE))
    assert detail["configuration"] == {
        "alarmRule": "ALARM(CompositeDemo.FirstChild) OR ALARM(CompositeDemo.SecondChild)",
        "actionsSuppressor": "CompositeDemo.ActionsSuppressor",
        "actionsSuppressorWaitPeriod": 120,
        "actionsSuppressorExtensionPeriod": 180,
    }
    assert (detail["state"]["actionsSuppressedBy"], detail["state"]["actionsSuppressedReason"]) == (
        "WaitPeriod",
        "Actions suppressed by WaitPeriod",
    )


def test_a_function_gets_the_same_with_the_alarm_around_it() -> None:
    payload = function_payload(change(SINGLE))
    data = payload.pop("alarmData")
    assert data == event_detail(change(SINGLE))
    assert payload == {
        "source": "aws.cloudwatch",
        "alarmArn": f"{ARN}:ServerCpuTooHigh",
        "accountId": "123456789012",
        "time": "2019-10-02T17:04:40.989+0000",
        "region": "us-east-1",
    }


def test_a_notification_of_an_alarm_on_one_metric() -> None:
    subject, text = notification(change(SINGLE))
    assert subject == 'ALARM: "ServerCpuTooHigh" in US East (N. Virginia)'
    body = json.loads(text)
    assert list(body) == [
        "AlarmName",
        "AlarmDescription",
        "AWSAccountId",
        "AlarmConfigurationUpdatedTimestamp",
        "NewStateValue",
        "NewStateReason",
        "StateChangeTime",
        "Region",
        "AlarmArn",
        "OldStateValue",
        "OKActions",
        "AlarmActions",
        "InsufficientDataActions",
        "Trigger",
    ]
    assert (body["NewStateValue"], body["OldStateValue"], body["StateChangeTime"], body["Region"]) == (
        "ALARM",
        "OK",
        "2019-10-02T17:04:40.989+0000",
        "US East (N. Virginia)",
    )
    assert body["Trigger"] == {
        "MetricName": "CPUUtilization",
        "Namespace": "AWS/EC2",
        "StatisticType": "Statistic",
        "Statistic": "AVERAGE",
        "Unit": None,
        "Dimensions": [{"value": "i-12345678901234567", "name": "InstanceId"}],
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 50.0,
        "TreatMissingData": "missing",
        "EvaluateLowSampleCountPercentile": "",
    }


def test_a_notification_of_a_percentile_and_of_metric_math() -> None:
    percentile = {**SINGLE, "ExtendedStatistic": "p95", "Statistic": None}
    trigger = json.loads(notification(change(percentile))[1])["Trigger"]
    assert (trigger["StatisticType"], trigger["ExtendedStatistic"]) == ("ExtendedStatistic", "p95")
    trigger = json.loads(notification(change(MATH))[1])["Trigger"]
    assert "MetricName" not in trigger
    assert trigger["Metrics"][0] == MATH["Metrics"][0]
    assert trigger["Metrics"][1]["MetricStat"]["Metric"]["Dimensions"] == [
        {"value": "i-12345678901234567", "name": "InstanceId"}
    ]


def test_a_notification_of_a_composite_alarm() -> None:
    child = {"arn": f"{ARN}:CompositeDemo.FirstChild", "state": {"value": "ALARM", "timestamp": "then"}}
    body = json.loads(notification(change(COMPOSITE, triggeringAlarms=[child]))[1])
    assert "Trigger" not in body
    assert body["AlarmDescription"] is None
    assert body["AlarmRule"] == COMPOSITE["AlarmRule"]
    assert body["TriggeringChildren"] == [
        {"Arn": f"{ARN}:CompositeDemo.FirstChild", "State": {"Value": "ALARM", "Timestamp": "then"}}
    ]


def test_a_long_name_is_cut_in_the_subject() -> None:
    assert len(notification(change({**SINGLE, "AlarmName": "n" * 255}))[0]) == 100


def test_a_state_without_data_says_none() -> None:
    assert state_of({"StateValue": "OK", "StateReason": "r", "StateUpdatedTimestamp": 0}) == {
        "value": "OK",
        "reason": "r",
        "timestamp": "1970-01-01T00:00:00.000+0000",
    }
