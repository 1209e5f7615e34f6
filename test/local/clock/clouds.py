"""What the tests of the clock need of a local cloud whose day takes a minute."""

from __future__ import annotations

import io
import json
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from local_cloud import LocalCloud, running

DAY_IN_A_MINUTE = 1440
_NODE_MODULES = Path(__file__).resolve().parents[3] / "node_modules"
_START = "import sys; from local.launcher import serve; sys.exit(serve(engine_module='fake_engine', clock_factor={}))"


@contextmanager
def running_at(factor: float, folder: Path) -> Iterator[LocalCloud]:
    with running(folder, command=(sys.executable, "-c", _START.format(factor)), NODE_PATH=str(_NODE_MODULES)) as cloud:
        yield cloud


def now(cloud: LocalCloud) -> float:
    """Simulated seconds since 1970."""
    with urllib.request.urlopen(f"{cloud.endpoint}/_local/clock") as answer:
        return float(json.load(answer)["now"])


def run_in_real_time(cloud: LocalCloud) -> None:
    urllib.request.urlopen(f"{cloud.endpoint}/_local/clock", data=b'{"factor": 1}').close()


def eventually(look: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def function(cloud: LocalCloud, code: str, runtime: str = "nodejs22.x") -> str:
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
        Timeout=30,
    )
    return name


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

        def enough() -> bool:
            answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
                self.received.append(json.loads(message["Body"]))
            return len(self.received) >= count

        eventually(enough, seconds=240)
        return self.received
