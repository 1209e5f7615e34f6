"""What tests put into a local cloud, and how they wait for it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from local_cloud import LocalCloud


def eventually(look: Callable[[], Any], seconds: float = 90) -> Any:
    """What `look` finds, once it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def alarm(cloud: LocalCloud) -> str:
    """A metric alarm that no data reaches, so that its state is what a test sets; returns its name."""
    name = f"a-{uuid4().hex[:8]}"
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace=f"Test/{name}",
        MetricName="M",
        Statistic="Sum",
        Period=86400,
        EvaluationPeriods=2,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",
    )
    return name


def function(cloud: LocalCloud, code: str, runtime: str = "nodejs22.x", timeout: int = 30) -> str:
    """A function with a module `index`; returns its name."""
    archive, name = io.BytesIO(), f"f-{uuid4().hex[:8]}"
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py" if runtime.startswith("python") else "index.js", code)
    cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime=runtime,
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": archive.getvalue()},
        Timeout=timeout,
    )
    return name


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def invoke(cloud: LocalCloud, name: str, payload: Any = None) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps(payload or {}))
    body = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body


class Queue:
    """What arrives in an SQS queue, as JSON."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._sqs = cloud.client("sqs")
        self.name = f"q-{uuid4().hex[:8]}"
        self._url = self._sqs.create_queue(QueueName=self.name)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]
        self.arn = attributes["QueueArn"]
        self.received: list[Any] = []

    def after(self, count: int) -> list[Any]:
        """Waits until so many messages have arrived, and returns all that have."""
        return self.until(lambda received: len(received) >= count)

    def until(self, enough: Callable[[list[Any]], bool]) -> list[Any]:
        """Waits until what has arrived is enough, and returns it."""

        def look() -> bool:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
                self.received.append(json.loads(message["Body"]))
            return enough(self.received)

        eventually(look, seconds=240)
        return self.received
