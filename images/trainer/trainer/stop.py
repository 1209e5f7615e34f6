"""The wish that training ends early and in order."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

PARENT_FILE = "parent"
"""In the run's own folder: the number of the process that has started those that train."""
STOP_FILE = "stop"
"""Likewise: the process that SageMaker signals makes it, those that train look for it."""


class Stop:
    """Set by the file, or by SIGTERM or SIGINT to this process itself: torchrun passes on those it gets."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / STOP_FILE
        self._signalled = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    @property
    def is_wanted(self) -> bool:
        return self._signalled or self._file.exists()

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._signalled = True


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when its parent is gone (Linux): nothing trains on unseen, or saves into a slot
    that a later attempt already uses.

    :param parent: its number, as the parent has it; the parent may be gone already, and this process another's child.
    """
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, linux/prctl.h
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
