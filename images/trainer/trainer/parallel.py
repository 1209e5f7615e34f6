"""A model, made ready to be trained by several processes."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer
from torch.utils.checkpoint import checkpoint

from trainer.building import Built
from trainer.errors import TrainingError
from trainer.group import Group
from trainer.settings import Settings
from trainer.task import Task

_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


class ParallelModel(ABC):
    """The model as the training loop uses it, and as checkpoints hold it."""

    trained: nn.Module
    """What a step calls."""
    module: nn.Module
    """What validation calls, and whose parameters are trained."""
    is_sharded: bool
    """Whether each process holds a part of the weights; otherwise each holds all of them."""

    def __init__(self, precision: str, group: Group) -> None:
        self.type = _TYPES[precision]
        self._device = group.device.type

    def precision(self) -> AbstractContextManager[Any]:
        """What a forward pass runs in."""
        return nullcontext() if self.type == torch.float32 else torch.autocast(self._device, self.type)

    @abstractmethod
    def accumulating(self, is_last: bool) -> AbstractContextManager[Any]:
        """What a part of a step runs in: gradients are summed up over the processes by the last part alone."""

    @abstractmethod
    def state(self, optimizer: Optimizer) -> dict[str, Any]:
        """What this process holds of model and optimiser."""

    @abstractmethod
    def restore(self, optimizer: Optimizer, state: dict[str, Any]) -> None: ...

    @abstractmethod
    def whole(self) -> dict[str, Tensor]:
        """All weights on the CPU, for process 0; called by all processes."""


class Copies(ParallelModel):
    """Each process trains a copy on its share of a batch: DistributedDataParallel."""

    is_sharded = False

    def __init__(self, model: nn.Module, precision: str, group: Group) -> None:
        super().__init__(precision, group)
        self.module = model.to(group.device)
        devices = [group.device.index] if group.device.type == "cuda" else None
        # Gradients as views of what is sent: otherwise each is held twice.
        self.trained = DistributedDataParallel(self.module, device_ids=devices, gradient_as_bucket_view=True)

    def accumulating(self, is_last: bool) -> AbstractContextManager[Any]:
        return nullcontext() if is_last else self.trained.no_sync()

    def state(self, optimizer: Optimizer) -> dict[str, Any]:
        return {"model": self.module.state_dict(), "optimizer": optimizer.state_dict()}

    def restore(self, optimizer: Optimizer, state: dict[str, Any]) -> None:
        self.module.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])

    def whole(self) -> dict[str, Tensor]:
        return {name: value.cpu() for name, value in self.module.state_dict().items()}


def make_parallel(built: Built, task: Task, settings: Settings, group: Group) -> ParallelModel:
    """:raises TrainingError: activation checkpointing is wanted, and the task names no blocks."""
    blocks = [module for module in built.module.modules() if isinstance(module, task.blocks)]
    if settings.activation_checkpointing:
        if not blocks:
            raise TrainingError(
                f"activation_checkpointing is true, but task {settings.task} names no blocks; "
                "give Task.blocks the classes of the model's repeated parts"
            )
        for block in blocks:
            block.forward = functools.partial(checkpoint, block.forward, use_reentrant=False)
    if settings.strategy == "ddp":
        return Copies(built.module, settings.precision, group)
    from trainer.shards import Shards  # its imports take two seconds

    return Shards(built, blocks, settings.precision, settings.cpu_offload, group)
