"""The table of docs/local-cloud.md that says what is on the clock: each of its rows is looked at."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import resources
from clouds import DAY_IN_A_MINUTE, now
from local_cloud import LocalCloud
from resources import Queue, eventually, function, invoke
from stacks import Stack

REPOSITORY = Path(__file__).resolve().parents[3]
ROLE = "arn:aws:iam::123456789012:role/any"
TELL_TIME = "exports.handler = async () => { console.log('told'); return Date.now() / 1000; };"


def name() -> str:
    return f"n-{uuid4().hex[:8]}"


def alarm(cloud: LocalCloud) -> float:
    alarms, alarm_name = cloud.client("cloudwatch"), resources.alarm(cloud)
    alarms.set_alarm_state(AlarmName=alarm_name, StateValue="ALARM", StateReason="r")
    found = alarms.describe_alarms(AlarmNames=[alarm_name])["MetricAlarms"][0]
    return float(found["StateUpdatedTimestamp"].timestamp())


def execution(cloud: LocalCloud, state: dict[str, Any] | None = None) -> Any:
    machines = cloud.client("stepfunctions")
    definition = {"StartAt": "S", "States": {"S": {"Type": "Pass", "End": True, **(state or {})}}}
    machine = machines.create_state_machine(name=name(), definition=json.dumps(definition), roleArn=ROLE)
    arn = machines.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    eventually(lambda: machines.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
    return machines.describe_execution(executionArn=arn)


def jsonata(cloud: LocalCloud) -> float:
    told = execution(cloud, {"QueryLanguage": "JSONata", "Output": "{% $millis() %}"})
    return float(json.loads(told["output"])) / 1000


def event(cloud: LocalCloud) -> float:
    events, rule, queue = cloud.client("events"), name(), Queue(cloud)
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": queue.arn}])
    events.put_events(Entries=[{"Source": rule, "DetailType": "d", "Detail": "{}"}])
    return datetime.fromisoformat(queue.after(1)[0]["time"]).timestamp()


def schedule(cloud: LocalCloud) -> float:
    schedules, schedule_name = cloud.client("scheduler"), name()
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:none", "RoleArn": ROLE}
    at = {"ScheduleExpression": "at(2020-01-01T00:00:00)", "FlexibleTimeWindow": {"Mode": "OFF"}}
    schedules.create_schedule(Name=schedule_name, Target=target, **at)
    return float(schedules.get_schedule(Name=schedule_name)["CreationDate"].timestamp())


def stored(cloud: LocalCloud) -> float:
    s3, bucket = cloud.client("s3"), name()
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    return float(s3.head_object(Bucket=bucket, Key="k")["LastModified"].timestamp())


def logged(cloud: LocalCloud) -> float:
    called = function(cloud, TELL_TIME)
    invoke(cloud, called)
    logs = cloud.client("logs")
    group = f"/aws/lambda/{called}"
    return float(eventually(lambda: logs.filter_log_events(logGroupName=group)["events"])[0]["timestamp"]) / 1000


def function_configuration(cloud: LocalCloud) -> float:
    made = cloud.client("lambda").get_function_configuration(FunctionName=function(cloud, TELL_TIME))
    return datetime.fromisoformat(made["LastModified"].replace("+0000", "+00:00")).timestamp()


def stack_event(cloud: LocalCloud) -> float:
    stack = Stack.of(cloud)
    stack.deploy({"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}})
    events = stack.cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    return float(events[0]["Timestamp"].timestamp())


def sent(cloud: LocalCloud) -> float:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName=name())["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    answer = sqs.receive_message(QueueUrl=url, AttributeNames=["SentTimestamp"])
    return int(answer["Messages"][0]["Attributes"]["SentTimestamp"]) / 1000


def table(cloud: LocalCloud) -> float:
    made = cloud.client("dynamodb").create_table(
        TableName=name(),
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return float(made["TableDescription"]["CreationDateTime"].timestamp())


def session(cloud: LocalCloud) -> float:
    credentials = cloud.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="session", DurationSeconds=3600)
    return float(credentials["Credentials"]["Expiration"].timestamp()) - 3600


PROBES: dict[str, Callable[[LocalCloud], float]] = {
    "alarms": alarm,
    "Step Functions": lambda cloud: float(execution(cloud)["startDate"].timestamp()),
    "JSONata": jsonata,
    "events": event,
    "rules and schedules": schedule,
    "time of day in functions": lambda cloud: float(invoke(cloud, function(cloud, TELL_TIME))),
    "S3": stored,
    "CloudWatch Logs": logged,
    "Lambda": function_configuration,
    "CloudFormation": stack_event,
    "SQS": sent,
    "DynamoDB": table,
    "STS": session,
}
ELSEWHERE = {
    *("endpoints", "containers", "timers in functions"),
    *("training jobs", "time of day in training jobs", "timers in training jobs"),
}
"""Rows that test/local/sagemaker, test/local/training and test_functions.py look at."""


def rows() -> dict[str, str]:
    section = (REPOSITORY / "docs" / "local-cloud.md").read_text().split("\n## The clock\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| ([^|]+?) \| (clock|real time) \|", section, re.MULTILINE))


def test_every_row_is_looked_at() -> None:
    assert set(rows()) == set(PROBES) | ELSEWHERE


@pytest.mark.parametrize("row", PROBES)
def test_a_row_is_true(fast_cloud: LocalCloud, row: str) -> None:
    real, simulated = time.time(), now(fast_cloud)
    told = PROBES[row](fast_cloud)
    ahead = simulated - real
    assert ahead > 3 * (time.time() - real) + 10, "the clock has not run ahead: this test shows nothing"
    if rows()[row] == "clock":
        assert simulated - 1 <= told <= now(fast_cloud) + 1
    else:
        assert real - 1 <= told <= time.time() + 1


def test_a_day_takes_a_minute(fast_cloud: LocalCloud) -> None:
    real = time.monotonic()
    before = now(fast_cloud)
    time.sleep(0.5)
    after, passed = now(fast_cloud), time.monotonic() - real
    assert 0.5 * DAY_IN_A_MINUTE <= after - before <= passed * DAY_IN_A_MINUTE
