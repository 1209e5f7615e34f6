"""Alarms of the local CloudWatch: judged by `local.alarms`, with their actions and events."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import urllib3
from botocore.exceptions import ClientError
from local_cloud import LocalCloud
from resources import Queue, eventually, function, function_arn
from stacks import Stack

MINUTE = 60


@pytest.fixture
def cloudwatch(cloud: LocalCloud) -> Any:
    return cloud.client("cloudwatch")


def latency_alarm(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "Namespace": f"Test/{name}",
        "MetricName": "ModelLatency",
        "Dimensions": [{"Name": "VariantName", "Value": "blue"}],
        "ExtendedStatistic": "p95",
        "Period": MINUTE,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 50000,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        **changes,
    }


@pytest.fixture
def this_minute() -> int:
    """Taken once a test, so that a minute that ends meanwhile only moves the datapoints back in the alarm's range."""
    return int(time.time() // MINUTE) * MINUTE


def put(cloudwatch: Any, name: str, variant: str, this_minute: int, minutes_ago: dict[int, float]) -> None:
    """One value in the middle of each of those whole minutes."""
    cloudwatch.put_metric_data(
        Namespace=f"Test/{name}",
        MetricData=[
            {
                "MetricName": "ModelLatency",
                "Dimensions": [{"Name": "VariantName", "Value": variant}],
                "Timestamp": this_minute - ago * MINUTE + 30,
                "Value": value,
                "Unit": "Microseconds",
            }
            for ago, value in minutes_ago.items()
        ],
    )


def state(cloudwatch: Any, name: str) -> str:
    return str(cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"])


def test_reads_only_its_own_dimensions_and_needs_m_of_n(cloudwatch: Any, this_minute: int) -> None:
    name = f"m-of-n-{uuid4().hex[:6]}"
    cloudwatch.put_metric_alarm(**latency_alarm(name))
    put(cloudwatch, name, "green", this_minute, {1: 90000, 2: 90000, 3: 90000})
    assert state(cloudwatch, name) != "ALARM"
    put(cloudwatch, name, "blue", this_minute, {1: 90000, 2: 10, 3: 10})
    assert state(cloudwatch, name) == "OK"
    put(cloudwatch, name, "blue", this_minute, {2: 90000})
    assert state(cloudwatch, name) == "ALARM"


def test_an_alarm_with_a_unit_reads_only_that_unit(cloudwatch: Any, this_minute: int) -> None:
    name = f"unit-{uuid4().hex[:6]}"
    cloudwatch.put_metric_alarm(**latency_alarm(name, Unit="Seconds"))
    put(cloudwatch, name, "blue", this_minute, {1: 90000, 2: 90000, 3: 90000})
    assert state(cloudwatch, name) != "ALARM"


def test_old_datapoints_keep_their_time(cloudwatch: Any, this_minute: int) -> None:
    name = f"old-{uuid4().hex[:6]}"
    cloudwatch.put_metric_alarm(**latency_alarm(name))
    put(cloudwatch, name, "blue", this_minute, {31: 90000, 32: 90000, 33: 90000})
    assert state(cloudwatch, name) != "ALARM"
    statistics = cloudwatch.get_metric_statistics(
        Namespace=f"Test/{name}",
        MetricName="ModelLatency",
        Dimensions=[{"Name": "VariantName", "Value": "blue"}],
        StartTime=time.time() - 3600,
        EndTime=time.time(),
        Period=MINUTE,
        Statistics=["Sum"],
    )
    assert len(statistics["Datapoints"]) == 3


def test_a_state_change_reaches_sns_and_the_event_bus(cloud: LocalCloud, cloudwatch: Any) -> None:
    name = f"actions-{uuid4().hex[:6]}"
    queue, topics, events = Queue(cloud), cloud.client("sns"), cloud.client("events")
    topic = topics.create_topic(Name=name)["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
    events.put_rule(Name=name, EventPattern=json.dumps({**pattern, "detail": {"alarmName": [name]}}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue.arn}])

    cloudwatch.put_metric_alarm(**latency_alarm(name, AlarmActions=[topic]))
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    assert state(cloudwatch, name) == "ALARM"

    def both(bodies: list[dict[str, Any]]) -> bool:
        return {"sns" if "TopicArn" in body else body["detail"]["state"]["value"] for body in bodies} >= {
            "sns",
            "ALARM",
        }

    bodies = queue.until(both)
    event = next(body for body in bodies if body.get("detail", {}).get("state", {}).get("value") == "ALARM")
    assert event["detail"]["alarmName"] == name
    assert event["detail"]["state"]["reason"] == "by hand"
    assert event["detail"]["configuration"]["metrics"][0]["metricStat"]["metric"]["name"] == "ModelLatency"
    notification = json.loads(next(body for body in bodies if "TopicArn" in body)["Message"])
    assert (notification["AlarmName"], notification["NewStateValue"], notification["NewStateReason"]) == (
        name,
        "ALARM",
        "by hand",
    )
    assert notification["Trigger"]["ExtendedStatistic"] == "p95"


def test_a_state_set_by_hand_stays_until_the_clock_judges(cloudwatch: Any, this_minute: int) -> None:
    name = f"by-hand-{uuid4().hex[:6]}"
    cloudwatch.put_metric_alarm(**latency_alarm(name))
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    put(cloudwatch, "something-else", "blue", this_minute, {1: 1})
    assert state(cloudwatch, name) == "ALARM"


def error_rate(name: str, **changes: Any) -> dict[str, Any]:
    """An alarm on 100 * errors / calls of a namespace of its own."""

    def metric(id: str, metric_name: str) -> dict[str, Any]:
        stat = {"Metric": {"Namespace": f"Test/{name}", "MetricName": metric_name}, "Period": MINUTE, "Stat": "Sum"}
        return {"Id": id, "MetricStat": stat, "ReturnData": False}

    return {
        "AlarmName": name,
        "Metrics": [
            {"Id": "rate", "Expression": "100 * errors / calls", "Label": "rate", "ReturnData": True},
            metric("errors", "Errors"),
            metric("calls", "Calls"),
        ],
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        **changes,
    }


def test_an_alarm_on_metric_math_is_judged_and_described(cloudwatch: Any, this_minute: int) -> None:
    name = f"math-{uuid4().hex[:6]}"
    cloudwatch.put_metric_alarm(**error_rate(name))
    cloudwatch.put_metric_data(
        Namespace=f"Test/{name}",
        MetricData=[
            {"MetricName": metric, "Timestamp": this_minute - 30, "Value": value}
            for metric, value in (("Errors", 2), ("Calls", 100))
        ],
    )
    assert state(cloudwatch, name) == "ALARM"
    described = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    assert described["Metrics"] == error_rate(name)["Metrics"]
    assert "MetricName" not in described and "Period" not in described
    assert json.loads(described["StateReasonData"])["recentDatapoints"] == [2.0]


def test_an_alarm_on_metric_math_through_the_query_protocol(cloud: LocalCloud, cloudwatch: Any) -> None:
    name = f"query-{uuid4().hex[:6]}"
    form = {
        "Action": "PutMetricAlarm",
        "Version": "2010-08-01",
        "AlarmName": name,
        "EvaluationPeriods": "1",
        "Threshold": "1",
        "ComparisonOperator": "GreaterThanThreshold",
        "Metrics.member.1.Id": "e",
        "Metrics.member.1.Expression": "m * 2",
        "Metrics.member.2.Id": "m",
        "Metrics.member.2.ReturnData": "false",
        "Metrics.member.2.MetricStat.Period": "60",
        "Metrics.member.2.MetricStat.Stat": "Sum",
        "Metrics.member.2.MetricStat.Metric.Namespace": "N",
        "Metrics.member.2.MetricStat.Metric.MetricName": "M",
        "Metrics.member.2.MetricStat.Metric.Dimensions.member.1.Name": "D",
        "Metrics.member.2.MetricStat.Metric.Dimensions.member.1.Value": "v",
    }
    answer = ask(cloud, form)
    assert answer.status == 200
    watched, metric = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["Metrics"]
    assert watched == {"Id": "e", "Expression": "m * 2", "ReturnData": True}
    assert metric["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "D", "Value": "v"}]
    assert (metric["ReturnData"], metric["MetricStat"]["Period"]) == (False, 60)


def ask(cloud: LocalCloud, form: dict[str, str]) -> Any:
    credential = "AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/monitoring/aws4_request"
    return urllib3.request(
        "POST",
        cloud.endpoint,
        body=urlencode(form),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Authorization": credential},
    )


def test_an_alarm_that_cannot_be_judged_is_refused(cloud: LocalCloud, cloudwatch: Any) -> None:
    math = [{"Id": "ratio", "Expression": "MEDIAN(a)", "Period": MINUTE}]
    common = {"EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}
    with pytest.raises(ClientError, match=r'Alarm "math": ratio names a, which is no Id of Metrics'):
        cloudwatch.put_metric_alarm(AlarmName="math", Metrics=math, **common)
    assert cloudwatch.describe_alarms(AlarmNames=["math"])["MetricAlarms"] == []

    stack = Stack.of(cloud)
    band = [{"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m)", "Period": MINUTE}]
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": band, **common}}
    assert stack.deploy({"Alarm": alarm}) == "ROLLBACK_COMPLETE"
    assert "band calls ANOMALY_DETECTION_BAND, which is not computed here" in stack.reasons("CREATE_FAILED")["Alarm"]


def test_an_alarm_of_a_stack_on_metric_math(cloud: LocalCloud, cloudwatch: Any) -> None:
    stack = Stack.of(cloud)
    properties = {key: value for key, value in error_rate(stack.name).items() if key != "AlarmName"}
    assert stack.deploy({"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}) == "CREATE_COMPLETE"
    described = cloudwatch.describe_alarms(AlarmNames=[stack.physical_ids()["Alarm"]])["MetricAlarms"][0]
    assert [query["Id"] for query in described["Metrics"]] == ["rate", "errors", "calls"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"StateValue": "BAD"}, "StateValue is 'BAD'; allowed is one of OK, ALARM, INSUFFICIENT_DATA"),
        ({"StateValue": "OK", "StateReasonData": "{"}, "StateReasonData is '{'; allowed is a JSON object"),
    ],
)
def test_a_state_that_is_none_cannot_be_set(cloudwatch: Any, request_: dict[str, str], message: str) -> None:
    cloudwatch.put_metric_alarm(**latency_alarm("unset"))
    with pytest.raises(ClientError, match=message):
        cloudwatch.set_alarm_state(AlarmName="unset", StateReason="by hand", **request_)


def test_an_action_that_nobody_takes_is_refused(cloudwatch: Any) -> None:
    stop = "arn:aws:automate:us-east-1:ec2:stop"
    with pytest.raises(ClientError, match=r"AlarmActions has arn:aws:automate:us-east-1:ec2:stop, which nothing"):
        cloudwatch.put_metric_alarm(**latency_alarm("stops", AlarmActions=[stop]))
    assert cloudwatch.describe_alarms(AlarmNames=["stops"])["MetricAlarms"] == []


def test_the_history_tells_of_actions(cloud: LocalCloud, cloudwatch: Any) -> None:
    name = f"history-{uuid4().hex[:6]}"
    topic = cloud.client("sns").create_topic(Name=name)["TopicArn"]
    cloudwatch.put_metric_alarm(**latency_alarm(name, AlarmActions=[topic]))
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    items = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="Action")["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in items] == [f"Successfully executed action {topic}"]


def test_an_alarm_of_a_stack_is_judged_and_updated_in_place(
    cloud: LocalCloud, cloudwatch: Any, this_minute: int
) -> None:
    stack = Stack.of(cloud)
    namespace = f"Test/{stack.name}"

    def resources(threshold: int) -> dict[str, Any]:
        properties = latency_alarm("x", Namespace=namespace, Threshold=threshold)
        del properties["AlarmName"]
        return {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}

    assert stack.deploy(resources(50000)) == "CREATE_COMPLETE"
    name = stack.physical_ids()["Alarm"]
    put(cloudwatch, stack.name, "blue", this_minute, {1: 40000, 2: 40000})
    assert state(cloudwatch, name) == "OK"
    assert stack.deploy(resources(30000)) == "UPDATE_COMPLETE"
    assert stack.physical_ids()["Alarm"] == name
    put(cloudwatch, stack.name, "blue", this_minute, {3: 40000})
    assert state(cloudwatch, name) == "ALARM"
    assert stack.delete() == "DELETE_COMPLETE"
    assert cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"] == []


def test_a_function_is_invoked_with_the_payload_of_an_alarm(cloud: LocalCloud, cloudwatch: Any, tmp_path: Path) -> None:
    name, kept = f"function-{uuid4().hex[:6]}", tmp_path / "event.json"
    keeps = f"import json\ndef handler(event, context):\n    open({str(kept)!r}, 'w').write(json.dumps(event))\n"
    called = function_arn(function(cloud, keeps, "python3.13"))
    cloudwatch.put_metric_alarm(**latency_alarm(name, AlarmActions=[called]))
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    payload = eventually(lambda: kept.exists() and json.loads(kept.read_text() or "null"))
    assert (payload["source"], payload["alarmArn"].split(":alarm:")[1]) == ("aws.cloudwatch", name)
    assert payload["alarmData"]["state"]["value"] == "ALARM"
    assert payload["alarmData"]["configuration"]["metrics"][0]["metricStat"]["stat"] == "p95"
