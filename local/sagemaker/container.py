"""One container of a variant: a process that honours SageMaker's contract for inference containers.

It listens on the port that SAGEMAKER_BIND_TO_PORT names, answers GET /ping and POST /invocations, and reads the model
from SM_MODEL_DIR. Where its environment tells it to listen on every address of the container, it is told to listen on
the loopback interface: a process would otherwise be open to the machine's network.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import urllib3

from local.sagemaker.image_manifest import RunnableImage
from local.sagemaker.lifeline import Lifeline
from local.sagemaker.process import ContainerProcess

_HOST = "127.0.0.1"
_ANY_ADDRESS = ("0.0.0.0", "::", "[::]")


@dataclass(frozen=True)
class Reply:
    """What the container answered to an invocation."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ContainerTimeout(Exception):
    """No answer in time."""


class ContainerUnreachable(Exception):
    """No connection, or it broke before the answer was complete."""


class Container:
    """:param log: file that gets stdout and stderr; appended to, and kept after the process has ended."""

    def __init__(
        self, image: RunnableImage, environment: Mapping[str, str], model_dir: Path, log: Path, lifeline: Lifeline
    ) -> None:
        self._port = free_port()
        command = [str(image.python), *image.entrypoint, "serve"]
        variables = self._environment(image, environment, model_dir)
        self._process = ContainerProcess(command, image.source, variables, log, lifeline)
        self._pool = urllib3.HTTPConnectionPool(_HOST, self._port, maxsize=64, retries=False)

    def _environment(self, image: RunnableImage, model: Mapping[str, str], model_dir: Path) -> dict[str, str]:
        """Nothing of the launcher's own environment reaches the container, as on AWS."""
        contract = {
            "SM_MODEL_DIR": str(model_dir),
            "SAGEMAKER_BIND_TO_PORT": str(self._port),
            "PATH": os.pathsep.join([str(image.python.parent), os.defpath]),
            "HOME": str(model_dir.parent),
            "PYTHONUNBUFFERED": "1",
        }
        declared = {**image.environment, **model}
        loopback = {name: _HOST for name, value in declared.items() if value in _ANY_ADDRESS}
        return {"LANG": "C.UTF-8", **declared, **loopback, **contract}

    @property
    def log(self) -> Path:
        return self._process.log

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while the process runs."""
        return self._process.exit_code

    def answers_ping(self, timeout: float) -> bool:
        try:
            return self._pool.request("GET", "/ping", timeout=timeout).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def invoke(self, headers: Mapping[str, str], body: bytes, timeout: float) -> Reply:
        """One connection per request: a kept one that the container closes meanwhile would lose the request.

        :param timeout: real seconds to wait for the connection and for each part of the answer.

        :raises ContainerTimeout: it took longer.
        :raises ContainerUnreachable: the process is gone or broke the connection.
        """
        once = {**headers, "Connection": "close"}
        try:
            answer = self._pool.request("POST", "/invocations", headers=once, body=body, timeout=timeout)
        except urllib3.exceptions.TimeoutError as error:
            raise ContainerTimeout(str(error)) from error
        except urllib3.exceptions.HTTPError as error:
            raise ContainerUnreachable(str(error)) from error
        return Reply(answer.status, dict(answer.headers), answer.data)

    def tail(self) -> str:
        """The last lines of the log, at most 4 KiB of them."""
        return self._process.tail()

    def stop(self, grace: float) -> None:
        """SIGTERM to the process and its children, SIGKILL after `grace` real seconds. Harmless when it has ended."""
        self._process.terminate_all()
        self._process.wait(grace)
        self._process.end()
        self._pool.close()


def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
