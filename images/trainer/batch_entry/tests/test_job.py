"""A whole job, as a process, against S3: what it brings, what it leaves, and how it ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from batch_entry.ownership import OWNER_FILE, Owner, Ownership
from batch_entry.settings import Location
from botocore.exceptions import ClientError

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent.parent
PREFIX = "checkpoints/run-1/"
PATIENCE_SECONDS = 60


class Notices(BaseHTTPRequestHandler):
    """The metadata service of an instance: with a notice once `taken` is set."""

    taken = threading.Event()

    def do_PUT(self) -> None:
        self._answer(200)

    def do_GET(self) -> None:
        self._answer(200 if self.taken.is_set() else 404)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"token")

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the tests' output is for failures."""


@pytest.fixture
def metadata() -> Iterator[str]:
    Notices.taken.clear()
    server = HTTPServer(("127.0.0.1", 0), Notices)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class SlowS3(BaseHTTPRequestHandler):
    """S3, where the upload of a step's checkpoint and the download of large data go on until `released` is set."""

    protocol_version = "HTTP/1.1"
    s3 = ""
    begun, released = threading.Event(), threading.Event()

    def do_PUT(self) -> None:
        self._take_long("/step-rank")
        self._pass_on()

    def do_GET(self) -> None:
        self._take_long("/large")
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def _take_long(self, name: str) -> None:
        if name in self.path:
            self.begun.set()
            self.released.wait(PATIENCE_SECONDS)

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        # The body comes when the server has said that it may.
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        connection = HTTPConnection(self.s3)
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the tests' output is for failures."""


@pytest.fixture
def slow_s3(endpoint: str) -> Iterator[str]:
    SlowS3.s3 = endpoint.removeprefix("http://")
    SlowS3.begun.clear()
    SlowS3.released.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowS3)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    SlowS3.released.set()
    server.shutdown()
    server.server_close()


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(s3: Any, metadata: str, tmp_path: Path) -> Iterator[Start]:
    """Starts jobs; ends those that a test has left."""
    jobs: list[subprocess.Popen[str]] = []

    def job(mode: str = "trains", steps: int = 3, **environment: str) -> subprocess.Popen[str]:
        base = tmp_path / f"ml-{len(jobs)}"
        command = [sys.executable, "-m", "batch_entry", str(TESTS / "fake_trainer.py"), mode]
        process = subprocess.Popen(
            command,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONPATH": str(PACKAGE),
                "SAGEMAKER_BASE_DIR": str(base),
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata,
                "AWS_BATCH_JOB_ID": "id-1",
                "TRAINING_JOB_NAME": "churn-run-1-1",
                "TRAINING_ATTEMPT": "1",
                "TRAINING_CHECKPOINTS_URI": f"s3://data/{PREFIX}",
                "TRAINING_OUTPUT_URI": "s3://data/models/",
                "TRAINING_HYPERPARAMETERS": json.dumps({"steps": str(steps)}),
                **environment,
            },
        )
        jobs.append(process)
        return process

    yield job
    for process in jobs:
        if process.poll() is None:
            # With its trainer, as a container ends.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, output


def put(s3: Any, key: str, text: str) -> None:
    s3.put_object(Bucket="data", Key=key, Body=text.encode())


def get(s3: Any, key: str) -> str:
    body: str = s3.get_object(Bucket="data", Key=key)["Body"].read().decode()
    return body


def keys(s3: Any, prefix: str) -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket="data", Prefix=prefix).get("Contents", [])]


def until(what: Callable[[], bool]) -> None:
    end_at = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < end_at, "it did not come"
        time.sleep(0.1)


def test_a_job_leaves_its_checkpoints_and_its_model(s3: Any, start: Start) -> None:
    code, output = end(start())
    assert code == 0, output
    assert get(s3, f"{PREFIX}step-rank-0.txt") == "3"
    packed = s3.get_object(Bucket="data", Key="models/churn-run-1-1/output/model.tar.gz")["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        assert tar.getnames() == ["weights.bin"]


def test_a_job_goes_on_from_its_run_and_from_no_other(s3: Any, start: Start) -> None:
    put(s3, f"{PREFIX}step-rank-0.txt", "2")
    put(s3, "checkpoints/run-10/step-rank-0.txt", "1")
    code, output = end(start())
    assert (code, "begins at 2" in output) == (0, True), output
    assert get(s3, "checkpoints/run-10/step-rank-0.txt") == "1"


def test_a_job_that_is_told_to_stop_saves_and_is_not_taken_for_done(s3: Any, start: Start) -> None:
    process = start(steps=10_000)
    until(lambda: keys(s3, f"{PREFIX}step") != [])
    process.send_signal(signal.SIGTERM)
    code, output = end(process)
    assert code == 143, output
    assert int(get(s3, f"{PREFIX}saved-at-the-end.txt")) > 0
    assert keys(s3, "models/") == []


def test_a_job_stops_when_its_instance_is_taken(s3: Any, start: Start) -> None:
    process = start(steps=10_000)
    until(lambda: keys(s3, f"{PREFIX}step") != [])
    Notices.taken.set()
    code, output = end(process)
    assert (code, "its instance is taken" in output) == (143, True), output
    assert keys(s3, f"{PREFIX}saved") != []


@pytest.mark.parametrize("way", ["signal", "notice"])
def test_a_trainer_is_told_to_stop_while_a_checkpoint_is_uploaded(
    s3: Any, start: Start, slow_s3: str, tmp_path: Path, way: str
) -> None:
    process = start(steps=10_000, AWS_ENDPOINT_URL=slow_s3)
    assert SlowS3.begun.wait(PATIENCE_SECONDS)
    if way == "signal":
        process.send_signal(signal.SIGTERM)
    else:
        Notices.taken.set()
    saved = tmp_path / "ml-0/checkpoints/saved-at-the-end.txt"
    until(saved.exists)
    assert process.poll() is None, "the upload still goes on"
    SlowS3.released.set()
    code, output = end(process)
    assert code == 143, output
    assert get(s3, f"{PREFIX}saved-at-the-end.txt") == saved.read_text()


def test_a_job_that_is_told_to_stop_while_it_brings_data_ends_at_once(s3: Any, start: Start, slow_s3: str) -> None:
    put(s3, "rows/large.csv", "1")
    channels = json.dumps([{"name": "train", "uri": "s3://data/rows/"}])
    process = start(AWS_ENDPOINT_URL=slow_s3, TRAINING_CHANNELS=channels)
    assert SlowS3.begun.wait(PATIENCE_SECONDS)
    process.send_signal(signal.SIGTERM)
    code, output = end(process)
    assert (code, "it was told to stop" in output, "begins at" in output) == (143, True, False), output


def test_a_job_that_fails_says_why_and_keeps_its_checkpoints(s3: Any, start: Start) -> None:
    code, output = end(start("fails"))
    assert (code, "ended with 3: the data is wrong" in output) == (3, True), output
    assert get(s3, f"{PREFIX}step-rank-0.txt") == "3"
    assert keys(s3, "models/") == []


def test_of_two_jobs_of_one_attempt_only_the_first_trains(s3: Any, start: Start) -> None:
    first = start(steps=10_000)
    until(lambda: keys(s3, f"{PREFIX}batch-owner") != [])
    code, output = end(start(AWS_BATCH_JOB_ID="id-2"))
    assert (code, "names job id-1 of attempt 1" in output) == (75, True), output
    assert first.poll() is None


def test_a_job_that_batch_starts_again_keeps_its_prefix(s3: Any, start: Start) -> None:
    put(s3, f"{PREFIX}batch-owner.json", json.dumps({"attempt": 1, "job": "id-1"}))
    code, output = end(start(AWS_BATCH_JOB_ATTEMPT="2"))
    assert code == 0, output


def test_a_job_of_an_earlier_attempt_touches_nothing(s3: Any, start: Start) -> None:
    put(s3, f"{PREFIX}batch-owner.json", json.dumps({"attempt": 2, "job": "id-9"}))
    code, output = end(start())
    assert code == 75, output
    assert keys(s3, PREFIX) == [f"{PREFIX}batch-owner.json"]


def test_a_job_ends_when_a_later_one_has_taken_its_prefix(s3: Any, start: Start) -> None:
    process = start(steps=10_000)
    until(lambda: keys(s3, f"{PREFIX}step") != [])
    put(s3, f"{PREFIX}batch-owner.json", json.dumps({"attempt": 2, "job": "id-2"}))
    code, output = end(process)
    assert (code, "a later job has the checkpoints" in output) == (75, True), output


def test_a_job_keeps_its_prefix_when_the_file_that_says_so_has_expired(s3: Any, start: Start) -> None:
    process = start(steps=10_000)
    until(lambda: keys(s3, f"{PREFIX}step") != [])
    owner = f"{PREFIX}batch-owner.json"
    s3.delete_object(Bucket="data", Key=owner)
    until(lambda: keys(s3, owner) != [] or process.poll() is not None)
    assert process.poll() is None
    assert json.loads(get(s3, owner)) == {"attempt": 1, "job": "id-1"}


class TakenMeanwhile:
    """S3, where another job takes the prefix after this one has seen that nobody has it."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self._taken = False

    def get_object(self, **arguments: Any) -> Any:
        try:
            return self._s3.get_object(**arguments)
        except ClientError:
            assert not self._taken
            self._taken = True
            put(self._s3, arguments["Key"], json.dumps({"attempt": 2, "job": "id-2"}))
            raise

    def put_object(self, **arguments: Any) -> Any:
        return self._s3.put_object(**arguments)


def test_of_two_jobs_that_find_it_expired_the_first_to_write_has_it(s3: Any) -> None:
    location = Location("data", PREFIX)
    Ownership(s3, location, Owner(1, "id-1")).take()
    s3.delete_object(Bucket="data", Key=location.key(OWNER_FILE))
    assert not Ownership(TakenMeanwhile(s3), location, Owner(1, "id-1")).holds()
    assert Ownership(s3, location, Owner(2, "id-2")).holds()


def test_channels_come_as_files_and_are_shared_out(s3: Any, start: Start, tmp_path: Path) -> None:
    for number in range(4):
        put(s3, f"rows/part-{number}.csv", str(number))
    channels = [
        {"name": "train", "uri": "s3://data/rows/", "distribution": "FullyReplicated"},
        {"name": "part", "uri": "s3://data/rows/", "distribution": "ShardedByS3Key", "contentType": "text/csv"},
    ]
    code, output = end(start(TRAINING_CHANNELS=json.dumps(channels)))
    assert code == 0, output
    data = tmp_path / "ml-0/input"
    assert sorted(path.name for path in (data / "data/train").iterdir()) == [
        f"part-{number}.csv" for number in range(4)
    ]
    configuration = json.loads((data / "config/inputdataconfig.json").read_text())
    assert configuration["part"] == {
        "TrainingInputMode": "File",
        "S3DistributionType": "ShardedByS3Key",
        "ContentType": "text/csv",
    }


def test_a_channel_without_objects_is_refused(start: Start) -> None:
    channels = [{"name": "train", "uri": "s3://data/nothing/"}]
    code, output = end(start(TRAINING_CHANNELS=json.dumps(channels)))
    assert code == 1
    assert "channel train has no object for node 0 below s3://data/nothing/" in output


def test_outside_of_batch_it_makes_way_for_the_command(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "AWS_BATCH_JOB_ID"}
    command = [sys.executable, "-m", "batch_entry", "-c", "print('trains')"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
        env={**environment, "PYTHONPATH": str(PACKAGE)},
    )
    assert done.stdout == "trains\n"
