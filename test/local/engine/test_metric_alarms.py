"""Alarms of the local CloudWatch: judged by `local.alarms`, with their actions and events."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from local_cloud import LocalCloud
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


def eventually(look: Callable[[], Any]) -> Any:
    for _ in range(200):
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


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
    queues, topics, events = cloud.client("sqs"), cloud.client("sns"), cloud.client("events")
    queue = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = topics.create_topic(Name=name)["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    pattern = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
    events.put_rule(Name=name, EventPattern=json.dumps({**pattern, "detail": {"alarmName": [name]}}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])

    cloudwatch.put_metric_alarm(**latency_alarm(name, AlarmActions=[topic]))
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    assert state(cloudwatch, name) == "ALARM"

    bodies: list[dict[str, Any]] = []

    def both() -> bool:
        received = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        bodies.extend(json.loads(message["Body"]) for message in received)
        kinds = {"sns" if "TopicArn" in body else body["detail"]["state"]["value"] for body in bodies}
        return kinds >= {"sns", "ALARM"}

    eventually(both)
    event = next(body for body in bodies if body.get("detail", {}).get("state", {}).get("value") == "ALARM")
    assert event["detail"]["alarmName"] == name
    assert event["detail"]["state"]["reason"] == "by hand"


def test_a_state_set_by_hand_stays_until_the_clock_judges(cloudwatch: Any, this_minute: int) -> None:
    name = f"by-hand-{uuid4().hex[:6]}"
    cloudwatch.put_metric_alarm(**latency_alarm(name))
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="by hand")
    put(cloudwatch, "something-else", "blue", this_minute, {1: 1})
    assert state(cloudwatch, name) == "ALARM"


def test_an_alarm_that_cannot_be_judged_is_refused(cloud: LocalCloud, cloudwatch: Any) -> None:
    math = [{"Id": "ratio", "Expression": "a / b"}]
    common = {"EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}
    with pytest.raises(ClientError, match=r'Alarm "math" depends on metric math \(a / b\)'):
        cloudwatch.put_metric_alarm(AlarmName="math", Metrics=math, **common)
    assert cloudwatch.describe_alarms(AlarmNames=["math"])["MetricAlarms"] == []

    stack = Stack.of(cloud)
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": math, **common}}
    assert stack.deploy({"Alarm": alarm}) == "ROLLBACK_COMPLETE"
    assert "depends on metric math (a / b)" in stack.reasons("CREATE_FAILED")["Alarm"]


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
