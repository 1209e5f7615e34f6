"""Rules and schedules of a running local cloud, whose day takes a minute."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from clouds import now
from local_cloud import LocalCloud
from resources import Queue, eventually, function, function_arn
from stacks import Stack

ROLE = "arn:aws:iam::123456789012:role/any"


def named() -> str:
    return f"s-{uuid4().hex[:8]}"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def queue(fast_cloud: LocalCloud) -> Queue:
    return Queue(fast_cloud)


def put_rule(cloud: LocalCloud, target: str, expression: str, **changes: Any) -> str:
    name, events = named(), cloud.client("events")
    events.put_rule(Name=name, ScheduleExpression=expression, **changes)
    events.put_targets(Rule=name, Targets=[{"Id": "t", "Arn": target}])
    return name


def create_schedule(cloud: LocalCloud, target: str, expression: str, **changes: Any) -> str:
    name = named()
    cloud.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        **{"Target": {"Arn": target, "RoleArn": ROLE}, **changes},
    )
    return name


def soon(cloud: LocalCloud, hours: float) -> datetime:
    return datetime.fromtimestamp(now(cloud), UTC) + timedelta(hours=hours)


def daily_in_tokyo(moment: datetime) -> str:
    """Tokyo is nine hours ahead, all year."""
    return f"cron({moment.minute} {(moment.hour + 9) % 24} * * ? *)"


def test_a_daily_rule_fires_once_each_simulated_day(fast_cloud: LocalCloud, queue: Queue) -> None:
    due, real = soon(fast_cloud, hours=1), time.monotonic()
    rule = put_rule(fast_cloud, queue.arn, f"cron({due.minute} {due.hour} * * ? *)")
    events = queue.after(2)
    assert time.monotonic() - real >= 60, "two of them are a simulated day apart"
    fast_cloud.client("events").disable_rule(Name=rule)
    assert [event["detail-type"] for event in events] == ["Scheduled Event"] * 2
    first = due.replace(second=0, microsecond=0)
    assert [moment(event["time"]) for event in events] == [first, first + timedelta(days=1)]
    assert (events[0]["source"], events[0]["detail"]) == ("aws.events", {})
    assert events[0]["resources"] == [f"arn:aws:events:us-east-1:123456789012:rule/{rule}"]


def test_a_fast_rate_leaves_no_firing_out_and_fires_none_twice(fast_cloud: LocalCloud, queue: Queue) -> None:
    rule = put_rule(fast_cloud, queue.arn, "rate(10 minutes)")
    events = queue.after(20)
    fast_cloud.client("events").delete_rule(Name=rule)
    times = sorted(moment(event["time"]) for event in events)
    assert all(second - first == timedelta(minutes=10) for first, second in pairwise(times))


def test_a_disabled_rule_does_not_fire_nor_catch_up(fast_cloud: LocalCloud, queue: Queue) -> None:
    rule = put_rule(fast_cloud, queue.arn, "rate(1 hour)", State="DISABLED")
    time.sleep(5)  # two simulated hours
    enabled = soon(fast_cloud, hours=0).replace(microsecond=0)
    fast_cloud.client("events").enable_rule(Name=rule)
    first = moment(queue.after(1)[0]["time"])
    fast_cloud.client("events").disable_rule(Name=rule)
    assert enabled <= first


@pytest.mark.parametrize("expression", ["at(2026-11-25T08:30:00)", "rate(1 minutes)", "cron(0 0 * * * *)"])
def test_a_rule_that_aws_refuses_is_refused(fast_cloud: LocalCloud, expression: str) -> None:
    with pytest.raises(ClientError, match="Parameter ScheduleExpression is not valid"):
        fast_cloud.client("events").put_rule(Name=named(), ScheduleExpression=expression)
    properties = {"ScheduleExpression": expression, "State": "ENABLED"}
    stack = Stack.of(fast_cloud)
    assert stack.deploy({"Rule": {"Type": "AWS::Events::Rule", "Properties": properties}}) == "ROLLBACK_COMPLETE"
    assert expression in stack.reasons("CREATE_FAILED")["Rule"]


def test_a_schedule_that_aws_refuses_is_refused(fast_cloud: LocalCloud, queue: Queue) -> None:
    with pytest.raises(ClientError, match="exactly one of them must be"):
        create_schedule(fast_cloud, queue.arn, "cron(0 0 * * * *)")
    with pytest.raises(ClientError, match=r'"Mars/Olympus" is no time zone of the IANA database'):
        create_schedule(fast_cloud, queue.arn, "rate(1 hour)", ScheduleExpressionTimezone="Mars/Olympus")


def test_a_schedule_fires_at_its_local_time_with_its_context(fast_cloud: LocalCloud, queue: Queue) -> None:
    due = soon(fast_cloud, hours=1).replace(second=0)
    wanted = {"when": "<aws.scheduler.scheduled-time>", "what": "<aws.scheduler.schedule-arn>"}
    target = {"Arn": queue.arn, "RoleArn": ROLE, "Input": json.dumps(wanted)}
    name = create_schedule(
        fast_cloud, queue.arn, daily_in_tokyo(due), ScheduleExpressionTimezone="Asia/Tokyo", Target=target
    )
    told = queue.after(1)[0]
    assert told["when"] == due.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told["what"].endswith(f":schedule/default/{name}")
    fast_cloud.client("scheduler").delete_schedule(Name=name)


def test_a_rate_of_a_schedule_fires_at_once_and_until_its_end(fast_cloud: LocalCloud, queue: Queue) -> None:
    schedules, end = fast_cloud.client("scheduler"), soon(fast_cloud, hours=5)
    name = create_schedule(fast_cloud, queue.arn, "rate(1 hour)", EndDate=end)
    created = schedules.get_schedule(Name=name)["CreationDate"]
    events = [moment(event["time"]) for event in queue.after(4)]
    assert events[0] == created.replace(microsecond=0)
    time.sleep(10)
    events = [moment(event["time"]) for event in queue.after(4)]
    assert max(events) <= end


def test_a_single_schedule_fires_once_and_is_deleted(fast_cloud: LocalCloud, queue: Queue) -> None:
    schedules, due = fast_cloud.client("scheduler"), soon(fast_cloud, hours=2)
    expression = f"at({due:%Y-%m-%dT%H:%M:%S})"
    name = create_schedule(fast_cloud, queue.arn, expression, ActionAfterCompletion="DELETE")
    assert moment(queue.after(1)[0]["time"]) == due.replace(microsecond=0)

    def gone() -> bool:
        return name not in [schedule["Name"] for schedule in schedules.list_schedules()["Schedules"]]

    eventually(gone)
    time.sleep(3)
    assert len(queue.after(1)) == 1


def test_a_schedule_of_a_template_keeps_its_zone_start_and_end(fast_cloud: LocalCloud, queue: Queue) -> None:
    stack = Stack.of(fast_cloud)
    due = soon(fast_cloud, hours=12).replace(second=0, microsecond=0)
    properties = {
        "ScheduleExpression": daily_in_tokyo(due),
        "ScheduleExpressionTimezone": "Asia/Tokyo",
        "StartDate": "2026-01-01T00:00:00Z",
        "EndDate": "2199-01-01T00:00:00Z",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": queue.arn, "RoleArn": ROLE},
    }
    assert stack.deploy({"Daily": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}}) == "CREATE_COMPLETE"
    assert moment(queue.after(1)[0]["time"]) == due
    changed = {**properties, "ScheduleExpression": "rate(1 hour)", "State": "DISABLED"}
    assert stack.deploy({"Daily": {"Type": "AWS::Scheduler::Schedule", "Properties": changed}}) == "UPDATE_COMPLETE"
    kept = fast_cloud.client("scheduler").get_schedule(Name=stack.physical_ids()["Daily"])
    assert (kept["ScheduleExpression"], kept["State"]) == ("rate(1 hour)", "DISABLED")
    assert kept["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    broken = {**properties, "ScheduleExpressionTimezone": "Mars/Olympus"}
    assert stack.deploy({"Daily": {"Type": "AWS::Scheduler::Schedule", "Properties": broken}}).startswith("UPDATE_ROLL")
    assert "Mars/Olympus" in stack.reasons("UPDATE_FAILED")["Daily"]
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_rule_of_a_template_calls_a_function_on_time(fast_cloud: LocalCloud, queue: Queue) -> None:
    url = fast_cloud.client("sqs").get_queue_url(QueueName=queue.name)["QueueUrl"]
    code = """
        const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
        exports.handler = async (event) => {
          const MessageBody = JSON.stringify({ due: event.time, seen: new Date().toISOString() });
          await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: '%s', MessageBody }));
        };
    """
    arn = function_arn(function(fast_cloud, code % url))
    stack = Stack.of(fast_cloud)
    properties = {"ScheduleExpression": "rate(2 hours)", "State": "ENABLED", "Targets": [{"Id": "t", "Arn": arn}]}
    assert stack.deploy({"Rule": {"Type": "AWS::Events::Rule", "Properties": properties}}) == "CREATE_COMPLETE"
    told = queue.after(2)
    assert stack.delete() == "DELETE_COMPLETE"
    assert all(moment(message["due"]) <= moment(message["seen"]) for message in told)
    assert len({message["due"] for message in told}) == len(told)
