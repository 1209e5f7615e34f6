"""Ends the containers when this process can no longer do it, because it was killed.

A helper process reads a pipe that only this process holds. Each container's process group is told to it; when the pipe
closes, the groups that were not taken back are killed. It imports nothing but the standard library and starts at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable

_GUARD, _RELEASE = "guard", "release"


class Lifeline:
    """Safe to call from several threads. Harmless to use after `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._helper = subprocess.Popen(
            [sys.executable, "-I", __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )

    def guard(self, group: int) -> None:
        self._tell(_GUARD, group)

    def release(self, group: int) -> None:
        self._tell(_RELEASE, group)

    def close(self) -> None:
        """Kills what is still guarded, and ends the helper."""
        with self._lock, contextlib.suppress(BrokenPipeError):
            assert self._helper.stdin is not None
            self._helper.stdin.close()
        self._helper.wait()

    def _tell(self, verb: str, group: int) -> None:
        with self._lock:
            pipe = self._helper.stdin
            assert pipe is not None
            if not pipe.closed:
                print(verb, group, file=pipe, flush=True)


def _watch(lines: Iterable[str]) -> None:
    groups: set[int] = set()
    for line in lines:
        verb, group = line.split()
        if verb == _GUARD:
            groups.add(int(group))
        else:
            groups.discard(int(group))
    for number in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(number, signal.SIGKILL)


if __name__ == "__main__":
    _watch(sys.stdin)
