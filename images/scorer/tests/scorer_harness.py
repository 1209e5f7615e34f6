"""Starts the server as its container would: the image's ENV, `python -m scorer serve`, an unpacked archive."""

import http.client
import json
import os
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

IMAGE = Path(__file__).resolve().parent.parent
VERSIONS = ("v1", "v2")
DEADLINE_SECONDS = 60


def image_environment() -> dict[str, str]:
    """The ENV lines of the Dockerfile."""
    return dict(re.findall(r"^ENV (\w+)=(\S+)$", (IMAGE / "Dockerfile").read_text(), re.MULTILINE))


def unpack(version: str, folder: Path) -> Path:
    with tarfile.open(IMAGE / "models" / version / "model.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """The first truthy value of a condition; fails when it takes more than a minute."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {DEADLINE_SECONDS} seconds for {what}")


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message of an error, which holds nothing else."""
        assert list(self.json) == ["error"] and sorted(self.json["error"]) == ["code", "message"]
        return self.status, self.json["error"]["code"], self.json["error"]["message"]


@dataclass
class Server:
    """A running server process."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def port(self) -> int:
        pattern = re.compile(r"listening on 127\.0\.0\.1:(\d+)")
        return int(wait_for(lambda: pattern.search(self.log.read_text()), "the listening line")[1])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_SECONDS)

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = self.connect()
        try:
            return send(connection, method, path, body, **headers)
        finally:
            connection.close()

    def invoke(self, body: Any, **headers: str) -> Reply:
        """POST /invocations; what is not bytes is sent as JSON."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return self.request("POST", "/invocations", body, **{"Content_Type": "application/json", **headers})

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.request("GET", "/ping").status == 200, "/ping to answer 200")


def send(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None, **headers: str
) -> Reply:
    """One request on an open connection; header names are written with _ for -."""
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


@contextmanager
def serving(model_dir: Path, log: Path, **environment: str) -> Iterator[Server]:
    """A server on a free loopback port, stopped at the end."""
    env = {**image_environment(), "SCORER_HOST": "127.0.0.1", "SAGEMAKER_BIND_TO_PORT": "0", **environment}
    env.update(SM_MODEL_DIR=str(model_dir), PATH=os.environ["PATH"])
    with log.open("wb") as output:
        command = [sys.executable, "-m", "scorer", "serve"]
        process = subprocess.Popen(command, cwd=IMAGE, env=env, stdout=output, stderr=subprocess.PIPE)
    try:
        yield Server(process, log)
    finally:
        process.kill()
        process.communicate()
