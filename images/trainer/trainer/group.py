"""The processes that train together, and what they agree on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, distributed

from trainer.cluster import gpus
from trainer.device import training_device


@dataclass(frozen=True)
class Group:
    """This process among all. What is agreed on goes over gloo, so that no GPU waits for it."""

    rank: int
    size: int
    local_rank: int
    local_size: int
    """Processes of this host."""
    device: torch.device

    @classmethod
    def join(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Meets the others, as torchrun's environment says.

        :raises TrainingError: the host has GPUs that torch cannot use.
        """
        local_rank, local_size = int(environment["LOCAL_RANK"]), int(environment["LOCAL_WORLD_SIZE"])
        device = training_device(local_rank, local_size, gpus(environment))
        if device.type == "cuda":
            torch.cuda.set_device(device)
            distributed.init_process_group("cpu:gloo,cuda:nccl", device_id=device)
        else:
            distributed.init_process_group("gloo")
        return cls(
            rank=distributed.get_rank(),
            size=distributed.get_world_size(),
            local_rank=local_rank,
            local_size=local_size,
            device=device,
        )

    def leave(self) -> None:
        distributed.destroy_process_group()

    def any(self, *flags: bool) -> list[bool]:
        """For each flag, whether it is set in any process: the same answer for all, at the same step."""
        tensor = torch.tensor(flags, dtype=torch.uint8)
        distributed.all_reduce(tensor, distributed.ReduceOp.MAX)
        return [bool(flag) for flag in tensor.tolist()]

    def sum(self, values: Tensor) -> Tensor:
        """The sum over all processes, on the CPU."""
        total = values.detach().double().cpu()
        distributed.all_reduce(total)
        return total

    def gather(self, value: Any) -> list[Any]:
        """The value of each process, in the order of ranks."""
        gathered: list[Any] = [None] * self.size
        distributed.all_gather_object(gathered, value)
        return gathered
