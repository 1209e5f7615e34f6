"""Step Functions on the clock: a definition that takes hours, as it is, in seconds."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from clouds import now, run_in_real_time, running_at
from local_cloud import LocalCloud
from resources import Queue, eventually, function, function_arn

HOUR = 3600
FAILING = "exports.handler = async () => { throw new Error('always'); };"


class Machine:
    """A state machine of one or more states, and its executions."""

    def __init__(self, cloud: LocalCloud, states: dict[str, Any], **definition: Any) -> None:
        self.states = cloud.client("stepfunctions")
        body = {"StartAt": next(iter(states)), "States": states, **definition}
        made = self.states.create_state_machine(
            name=f"m-{uuid4().hex[:8]}", definition=json.dumps(body), roleArn="arn:aws:iam::123456789012:role/any"
        )
        self.arn = made["stateMachineArn"]

    def start(self, payload: Any = None) -> str:
        started = self.states.start_execution(stateMachineArn=self.arn, input=json.dumps(payload or {}))
        return str(started["executionArn"])

    def ended(self, execution: str) -> Any:
        """The execution as it is once it has ended."""

        def look() -> Any:
            description = self.states.describe_execution(executionArn=execution)
            return description if description["status"] != "RUNNING" else None

        return eventually(look)

    def run(self, payload: Any = None) -> Any:
        return self.ended(self.start(payload))

    def moments(self, execution: str, *kinds: str) -> list[float]:
        events = self.states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        return [event["timestamp"].timestamp() for event in events if event["type"] in kinds]


def wait(**duration: Any) -> dict[str, Any]:
    return {"Type": "Wait", "End": True, **duration}


def took(ended: Any) -> float:
    return float((ended["stopDate"] - ended["startDate"]).total_seconds())


@pytest.mark.parametrize(
    ("state", "payload"),
    [
        (wait(Seconds=HOUR), {}),
        (wait(SecondsPath="$.pause"), {"pause": HOUR}),
        (wait(Seconds="{% $states.input.pause %}", QueryLanguage="JSONata"), {"pause": HOUR}),
    ],
)
def test_an_hour_of_waiting_takes_an_hour_of_the_clock(fast_cloud: LocalCloud, state: Any, payload: Any) -> None:
    machine, real = Machine(fast_cloud, {"Wait": state}), time.monotonic()
    ended = machine.run(payload)
    real = time.monotonic() - real
    assert ended["status"] == "SUCCEEDED"
    assert HOUR <= took(ended) <= real * 1440
    entered, left = machine.moments(ended["executionArn"], "WaitStateEntered", "WaitStateExited")
    assert left - entered >= HOUR


@pytest.mark.parametrize("field", ["Timestamp", "TimestampPath"])
def test_a_moment_is_waited_for_on_the_clock(fast_cloud: LocalCloud, field: str) -> None:
    eventually(lambda: now(fast_cloud) - time.time() > 4 * HOUR)  # else the machine's time would do as well
    due = int(now(fast_cloud)) + 2 * HOUR
    moment = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    state = wait(Timestamp=moment) if field == "Timestamp" else wait(TimestampPath="$.until")
    machine = Machine(fast_cloud, {"Wait": state})
    ended = machine.run({"until": moment})
    assert due <= ended["stopDate"].timestamp() < due + 2 * HOUR
    assert Machine(fast_cloud, {"Past": wait(Timestamp="2020-01-01T00:00:00Z")}).run()["status"] == "SUCCEEDED"


def test_the_context_object_has_simulated_times(fast_cloud: LocalCloud) -> None:
    states = {
        "Wait": {"Type": "Wait", "Seconds": HOUR, "Next": "Tell"},
        "Tell": {
            "Type": "Pass",
            "End": True,
            "Parameters": {"entered.$": "$$.State.EnteredTime", "started.$": "$$.Execution.StartTime"},
        },
    }
    ended = Machine(fast_cloud, states).run()
    told = {key: datetime.fromisoformat(value) for key, value in json.loads(ended["output"]).items()}
    assert told["started"] == ended["startDate"]
    assert (told["entered"] - told["started"]).total_seconds() >= HOUR
    assert told["entered"] <= ended["stopDate"]


def failing(cloud: LocalCloud, **retry: Any) -> dict[str, Any]:
    resource = function_arn(function(cloud, FAILING))
    return {"Type": "Task", "Resource": resource, "End": True, "Retry": [{"ErrorEquals": ["States.ALL"], **retry}]}


def pauses(machine: Machine, execution: str) -> list[float]:
    failed = machine.moments(execution, "TaskFailed")
    scheduled = machine.moments(execution, "TaskScheduled")[1:]
    return [begun - end for end, begun in zip(failed, scheduled, strict=False)]


def test_retries_wait_on_the_clock_as_long_as_they_say(fast_cloud: LocalCloud) -> None:
    state = failing(fast_cloud, IntervalSeconds=300, BackoffRate=3, MaxAttempts=2)
    machine, real = Machine(fast_cloud, {"Task": state}), time.monotonic()
    ended = machine.run()
    assert ended["status"] == "FAILED"
    found = pauses(machine, ended["executionArn"])
    assert all(pause >= least for pause, least in zip(found, (300, 900), strict=True))
    assert sum(found) <= (time.monotonic() - real) * 1440


def test_a_retry_waits_no_longer_than_its_longest_delay(fast_cloud: LocalCloud) -> None:
    longest = {"IntervalSeconds": 300, "BackoffRate": 1000, "MaxAttempts": 2, "MaxDelaySeconds": 1200}
    machine = Machine(fast_cloud, {"Task": failing(fast_cloud, **longest)})
    assert 1200 <= pauses(machine, machine.run()["executionArn"])[1] < 300_000


def test_a_retry_with_jitter_waits_at_most_its_interval(fast_cloud: LocalCloud) -> None:
    state = failing(fast_cloud, IntervalSeconds=100_000_000, MaxAttempts=1, JitterStrategy="FULL", MaxDelaySeconds=60)
    assert Machine(fast_cloud, {"Task": state}).run()["status"] == "FAILED"


def test_a_machine_that_runs_too_long_is_timed_out(fast_cloud: LocalCloud) -> None:
    states = {
        "Wait": {"Type": "Wait", "Seconds": 3 * HOUR, "Next": "Never"},
        "Never": failing(fast_cloud),
    }
    machine = Machine(fast_cloud, states, TimeoutSeconds=HOUR)
    ended = machine.run()
    assert ended["status"] == "TIMED_OUT"
    assert took(ended) >= HOUR
    time.sleep(3 * HOUR / 1440)
    assert machine.states.describe_execution(executionArn=ended["executionArn"])["status"] == "TIMED_OUT"
    assert machine.moments(ended["executionArn"], "TaskScheduled") == []
    assert len(machine.moments(ended["executionArn"], "ExecutionTimedOut")) == 1


def test_a_stopped_execution_retries_no_more(fast_cloud: LocalCloud) -> None:
    machine = Machine(fast_cloud, {"Task": failing(fast_cloud, IntervalSeconds=HOUR, BackoffRate=1, MaxAttempts=9)})
    execution = machine.start()
    eventually(lambda: machine.moments(execution, "TaskFailed"))
    machine.states.stop_execution(executionArn=execution)
    attempts = len(machine.moments(execution, "TaskScheduled"))
    time.sleep(2 * HOUR / 1440)
    assert len(machine.moments(execution, "TaskScheduled")) <= attempts + 1
    assert machine.states.describe_execution(executionArn=execution)["status"] == "ABORTED"


def asking(queue: Queue, cloud: LocalCloud, **timeouts: Any) -> dict[str, Any]:
    url = cloud.client("sqs").get_queue_url(QueueName=queue.name)["QueueUrl"]
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
        **timeouts,
    }


@pytest.mark.parametrize(
    ("timeouts", "payload", "seconds", "error"),
    [
        ({"TimeoutSeconds": HOUR}, {}, HOUR, "States.Timeout"),
        ({"TimeoutSecondsPath": "$.limit"}, {"limit": HOUR}, HOUR, "States.Timeout"),
        ({"TimeoutSeconds": 9 * HOUR, "HeartbeatSeconds": HOUR}, {}, HOUR, "States.HeartbeatTimeout"),
        ({"HeartbeatSecondsPath": "$.limit"}, {"limit": HOUR}, HOUR, "States.HeartbeatTimeout"),
    ],
)
def test_a_token_that_does_not_come_back_times_out(
    fast_cloud: LocalCloud, timeouts: Any, payload: Any, seconds: int, error: str
) -> None:
    ended = Machine(fast_cloud, {"Ask": asking(Queue(fast_cloud), fast_cloud, **timeouts)}).run(payload)
    assert (ended["status"], ended["error"]) == ("FAILED", error)
    assert took(ended) >= seconds


def test_heartbeats_keep_a_task_alive(tmp_path: Path) -> None:
    with running_at(60, tmp_path) as cloud:  # a minute a second: what beats here has time to
        queue = Queue(cloud)
        machine = Machine(cloud, {"Ask": asking(queue, cloud, HeartbeatSeconds=300)})
        execution = machine.start()
        token = queue.after(1)[0]["token"]
        for _ in range(14):
            machine.states.send_task_heartbeat(taskToken=token)
            time.sleep(0.5)
        machine.states.send_task_success(taskToken=token, output='{"answer": 1}')
        ended = machine.ended(execution)
        assert (ended["status"], ended["output"]) == ("SUCCEEDED", '{"answer": 1}')
        assert took(ended) > 300


def test_states_timeout_catches_a_stopped_heartbeat(fast_cloud: LocalCloud) -> None:
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Caught"}]
    ask = asking(Queue(fast_cloud), fast_cloud, HeartbeatSeconds=60, Catch=catch)
    assert Machine(fast_cloud, {"Ask": ask, "Caught": {"Type": "Succeed"}}).run()["status"] == "SUCCEEDED"


def test_a_function_has_real_time_and_a_nested_machine_has_not(fast_cloud: LocalCloud) -> None:
    slow = "exports.handler = () => new Promise((resolve) => setTimeout(() => resolve(1), 1500));"
    resource = function_arn(function(fast_cloud, slow))
    work = {"Type": "Task", "Resource": resource, "TimeoutSeconds": 20, "End": True}
    assert Machine(fast_cloud, {"Work": work}).run()["status"] == "SUCCEEDED"

    nested = Machine(fast_cloud, {"Wait": wait(Seconds=3 * HOUR)})
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": nested.arn},
        "TimeoutSeconds": HOUR,
        "End": True,
    }
    ended = Machine(fast_cloud, {"Call": call}).run()
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    assert took(ended) >= HOUR


def test_a_wait_follows_a_change_of_pace(tmp_path: Path) -> None:
    with running_at(2, tmp_path) as cloud:
        machine = Machine(cloud, {"Wait": wait(Seconds=4)})
        execution, real = machine.start(), time.monotonic()
        run_in_real_time(cloud)
        slowed = time.monotonic() - real
        ended = machine.ended(execution)
        assert time.monotonic() - real >= 4 - slowed
        assert took(ended) >= 4


def test_history_is_in_order(fast_cloud: LocalCloud) -> None:
    states = {
        "One": {"Type": "Wait", "Seconds": 60, "Next": "Two"},
        "Two": {"Type": "Wait", "Seconds": 60, "End": True},
    }
    machine = Machine(fast_cloud, states)
    ended = machine.run()
    events = machine.states.get_execution_history(executionArn=ended["executionArn"])["events"]
    moments = [event["timestamp"] for event in events]
    assert all(first <= second for first, second in pairwise(moments))
    assert moments[0] == ended["startDate"]
    assert moments[-1] == ended["stopDate"] or (moments[-1] - ended["stopDate"]).total_seconds() < 60
