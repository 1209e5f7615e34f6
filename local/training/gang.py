"""All hosts of a job: they start together, and one that fails ends all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from local.sagemaker.container import free_port
from local.sagemaker.image_manifest import RunnableImage
from local.sagemaker.lifeline import Lifeline
from local.sagemaker.process import ContainerProcess
from local.training.host import Host
from local.training.output import failure_text


class ContainerFailed(Exception):
    """A container ended with another code than 0; the message is the FailureReason."""


class Gang:
    def __init__(self, hosts: Sequence[Host], image: RunnableImage, lifeline: Lifeline) -> None:
        self._hosts = hosts
        self._image = image
        self._lifeline = lifeline
        self._processes: list[ContainerProcess] = []

    def start(self, variables: Mapping[str, str]) -> None:
        """:raises ContainerFailed: a process does not start."""
        # On AWS each host has ports of its own. Here all gangs of the machine share them, so each gets one to meet at.
        meeting = {"MASTER_ADDR": self._hosts[0].name, "MASTER_PORT": str(free_port())}
        for host in self._hosts:
            try:
                self._processes.append(host.start(self._image, {**meeting, **variables}, self._lifeline))
            except OSError as error:
                raise ContainerFailed(f"ClientError: The container of {host.name} cannot start: {error}") from error

    @property
    def is_running(self) -> bool:
        """Whether a process still runs, and none has failed."""
        codes = [process.exit_code for process in self._processes]
        return None in codes and not any(codes)

    @property
    def has_ended(self) -> bool:
        """Whether every process has ended, however."""
        return all(process.exit_code is not None for process in self._processes)

    def refuse_failure(self) -> None:
        """:raises ContainerFailed: a container has ended with another code than 0."""
        for host, process in zip(self._hosts, self._processes, strict=True):
            if process.exit_code:
                reason = failure_text(host.folder.output)
                raise ContainerFailed(f"AlgorithmError: {reason}, exit code: {_as_a_shell_has_it(process.exit_code)}")

    def terminate(self) -> None:
        """SIGTERM to every container."""
        for process in self._processes:
            process.terminate()

    def end(self) -> None:
        """SIGKILL to what is left. Harmless when all was ended before."""
        for process in self._processes:
            process.end()


def _as_a_shell_has_it(code: int) -> int:
    """A container that a signal ended has the code 128 + number."""
    return 128 - code if code < 0 else code
