"""What is measured while training, and printed by process 0."""

from __future__ import annotations

import math
import resource
import time

import torch
from torch import Tensor

from trainer.errors import TrainingError
from trainer.group import Group
from trainer.metrics import line


class Meter:
    """Adds up losses and time. Seconds count only between `start` and `pause`."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._losses = torch.zeros((), device=group.device)
        self._steps = 0
        self._reported_seconds = 0.0
        self._started: float | None = None
        self.seconds = 0.0
        """What the work so far took."""

    def start(self) -> None:
        self._started = time.perf_counter()

    def pause(self) -> None:
        if self._started is not None:
            self.seconds += time.perf_counter() - self._started
            self._started = None

    def restore(self, seconds: float) -> None:
        self.seconds = self._reported_seconds = seconds

    def add(self, loss: Tensor) -> None:
        """Takes the loss of one step of this process."""
        self._losses += loss
        self._steps += 1

    def report(self, position: str, learning_rate: float, batch_size: int) -> None:
        """Prints the means since the last report. Called by all processes.

        :raises TrainingError: the loss is no finite number any more.
        """
        if self._steps == 0:
            return
        self.pause()
        self.start()
        loss = float(self._group.sum(self._losses)) / (self._steps * self._group.size)
        if not math.isfinite(loss):
            raise come_apart(position, f"the loss is {loss}")
        seconds = self.seconds - self._reported_seconds
        values = {
            "train:loss": loss,
            "train:learning_rate": learning_rate,
            "train:samples_per_second": self._steps * batch_size / seconds if seconds > 0 else 0.0,
            "train:peak_memory_mib": peak_memory(self._group.device) / 2**20,
        }
        say(self._group, line(position, values))
        self._losses.zero_()
        self._steps = 0
        self._reported_seconds = self.seconds


def come_apart(position: str, what: str) -> TrainingError:
    """What there is to say when numbers are not finite any more."""
    return TrainingError(
        f"training has come apart at {position}: {what}. The checkpoints before are kept; "
        "a lower learning_rate, clip_norm, or precision bf16 instead of fp16 may help"
    )


def peak_memory(device: torch.device) -> int:
    """Bytes: what torch has allocated on the GPU at most, without one what the process has had resident (Linux)."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def say(group: Group, text: str) -> None:
    """Prints once, whatever the number of processes."""
    if group.rank == 0:
        print(text, flush=True)
