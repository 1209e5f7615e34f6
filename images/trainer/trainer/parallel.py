"""A model, made ready to be trained by several processes: as copies (ddp) or in shards (fsdp)."""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import CPUOffloadPolicy, FSDPModule, MixedPrecisionPolicy, OffloadPolicy, fully_shard
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer
from torch.utils.checkpoint import checkpoint

from trainer.errors import TrainingError
from trainer.group import Group
from trainer.settings import Settings
from trainer.task import Task

_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


class ParallelModel:
    """The model as the training loop uses it, and as checkpoints hold it."""

    def __init__(self, model: nn.Module, task: Task, settings: Settings, group: Group) -> None:
        self._type = _TYPES[settings.precision]
        self._device = group.device
        blocks = [module for module in model.modules() if isinstance(module, task.blocks)]
        if settings.activation_checkpointing:
            _checkpoint_activations(blocks, settings.task)
        self.is_sharded = settings.strategy == "fsdp"
        """Whether each process holds a part of the weights; otherwise each holds all of them."""
        if self.is_sharded:
            self.trained: nn.Module = _shard(model, blocks, settings, group)
            self.module = self.trained
        else:
            self.module = model.to(group.device)
            devices = [group.device.index] if group.device.type == "cuda" else None
            self.trained = DistributedDataParallel(self.module, device_ids=devices)
        """`trained` is called for a step, `module` for validation and for state."""

    def precision(self) -> AbstractContextManager[Any]:
        """What a forward pass runs in: autocast, or nothing where FSDP casts parameters itself."""
        if self.is_sharded or self._type == torch.float32:
            return nullcontext()
        return torch.autocast(self._device.type, self._type)

    def accumulating(self, is_last: bool) -> AbstractContextManager[Any]:
        """What a part of a step runs in: gradients are summed up over the processes by the last part alone."""
        if isinstance(self.trained, FSDPModule):
            self.trained.set_requires_gradient_sync(is_last)
        elif isinstance(self.trained, DistributedDataParallel) and not is_last:
            return self.trained.no_sync()
        return nullcontext()


def whole_model(model: nn.Module) -> dict[str, Tensor]:
    """All weights on the CPU, for process 0; called by all processes."""
    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    return {name: value.contiguous() for name, value in get_model_state_dict(model, options=options).items()}


def local_state(state: Any) -> Any:
    """A state dict whose sharded tensors are replaced by this process's part of them."""
    if isinstance(state, DTensor):
        return state.to_local()
    if isinstance(state, dict):
        return {key: local_state(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return type(state)(local_state(value) for value in state)
    return state


def restore_model(model: nn.Module, state: dict[str, Any]) -> None:
    """Puts what `local_state` of the model's state gave back into it."""
    current = model.state_dict()
    model.load_state_dict({name: _as(current.get(name), value) for name, value in state.items()})


def restore_optimizer(optimizer: Optimizer, state: dict[str, Any]) -> None:
    """Puts what `local_state` of the optimiser's state gave back into it."""
    optimizer.load_state_dict(state)
    for parameter, values in optimizer.state.items():
        if isinstance(parameter, DTensor):
            for name, value in values.items():
                if isinstance(value, Tensor) and value.dim() > 0:
                    values[name] = _as(parameter, value)


def _as(current: Any, value: Any) -> Any:
    if not isinstance(current, DTensor) or isinstance(value, DTensor):
        return value
    return DTensor.from_local(
        value.to(current.device),
        current.device_mesh,
        current.placements,
        run_check=False,
        shape=current.shape,
        stride=current.stride(),
    )


def _checkpoint_activations(blocks: list[nn.Module], task: str) -> None:
    if not blocks:
        raise TrainingError(
            f"activation_checkpointing is true, but task {task} names no blocks; "
            "give Task.blocks the classes of the model's repeated parts"
        )
    for block in blocks:
        block.forward = functools.partial(checkpoint, block.forward, use_reentrant=False)


def _shard(model: nn.Module, blocks: list[nn.Module], settings: Settings, group: Group) -> nn.Module:
    mesh = init_device_mesh(group.device.type, (group.size,))
    low = None if settings.precision == "fp32" else _TYPES[settings.precision]
    precision = MixedPrecisionPolicy(param_dtype=low, reduce_dtype=torch.float32)
    pinned = group.device.type == "cuda"
    offload = CPUOffloadPolicy(pin_memory=pinned) if settings.cpu_offload else OffloadPolicy()
    for block in blocks:
        fully_shard(block, mesh=mesh, mp_policy=precision, offload_policy=offload)
    whole = MixedPrecisionPolicy(param_dtype=low, reduce_dtype=torch.float32, output_dtype=torch.float32)
    fully_shard(model, mesh=mesh, mp_policy=whole, offload_policy=offload)
    return model
