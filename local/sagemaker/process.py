"""A container's process: in a group of its own, with its output in a file, and ended with all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.sagemaker.lifeline import Lifeline

_TAIL_BYTES = 4096


class ContainerProcess:
    """:param log: file that gets stdout and stderr; appended to, and kept after the process has ended.

    :raises OSError: it does not start.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, lifeline: Lifeline
    ) -> None:
        self.log = log
        self._lifeline = lifeline
        self._stream = log.open("ab")
        try:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError:
            self._stream.close()
            raise
        lifeline.guard(self._process.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while the process runs."""
        return self._process.poll()

    def tail(self) -> str:
        """The last lines of the log, at most 4 KiB of them."""
        with self.log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL_BYTES))
            return stream.read().decode("utf-8", "replace").strip()

    def terminate(self) -> None:
        """SIGTERM to the process alone, as a container engine sends it: children are told by their parent, or not."""
        if self._process.poll() is None:
            self._process.terminate()

    def terminate_all(self) -> None:
        """SIGTERM to the process and its children."""
        if not self._stream.closed:
            self._signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Until it has ended, at most `seconds` of real time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def end(self) -> None:
        """SIGKILL to what is left of the process and its children. Harmless when it was ended before."""
        if self._stream.closed:
            return  # the number may be another process's by now
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._lifeline.release(self._process.pid)
        self._stream.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
