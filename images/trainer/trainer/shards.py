"""A model that no single process holds: FSDP (torch's fully_shard)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import CPUOffloadPolicy, MixedPrecisionPolicy, OffloadPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.optim import Optimizer

from trainer.building import Built
from trainer.group import Group
from trainer.parallel import ParallelModel


class Shards(ParallelModel):
    """Each process holds a part of parameters, gradients and optimiser; blocks are put together while they compute.

    :param offload: whether the parts are kept in the host's memory instead of the GPU's.
    """

    is_sharded = True

    def __init__(self, built: Built, blocks: list[nn.Module], precision: str, offload: bool, group: Group) -> None:
        super().__init__(precision, group)
        mesh = init_device_mesh(group.device.type, (group.size,))
        # Inputs are autocast's business: it also meets what a model computes from buffers, which stay in fp32.
        mixed = MixedPrecisionPolicy(param_dtype=self.type, reduce_dtype=torch.float32, cast_forward_inputs=False)
        policy = CPUOffloadPolicy(pin_memory=group.device.type == "cuda") if offload else OffloadPolicy()
        for block in blocks:
            fully_shard(block, mesh=mesh, mp_policy=mixed, offload_policy=policy)
        self.module = self.trained = fully_shard(built.module, mesh=mesh, mp_policy=mixed, offload_policy=policy)
        if built.is_empty:
            self.module.to_empty(device="cpu" if offload else group.device)
            self._fill(built.values, group)

    @torch.no_grad()
    def _fill(self, values: Mapping[str, Tensor] | None, group: Group) -> None:
        """Process 0 gives each its part, one tensor at a time: no other holds more than the largest of them.

        :param values: of all parameters and buffers; of process 0.
        """

        def whole(name: str, like: Tensor) -> Tensor:
            if values is not None:
                return values[name].to(group.device)
            return torch.empty(like.shape, dtype=like.dtype, device=group.device)

        for name, parameter in self.module.named_parameters():
            part = distribute_tensor(whole(name, parameter), parameter.device_mesh, parameter.placements)
            parameter.to_local().copy_(part.to_local())
        for name, buffer in self.module.named_buffers(remove_duplicate=False):
            value = whole(name, buffer).contiguous()
            distributed.broadcast(value, 0)
            owner, _, attribute = name.rpartition(".")
            setattr(self.module.get_submodule(owner), attribute, value)

    def accumulating(self, is_last: bool) -> AbstractContextManager[Any]:
        self.trained.set_requires_gradient_sync(is_last)
        return nullcontext()

    def state(self, optimizer: Optimizer) -> dict[str, Any]:
        return {"model": _local(self.module.state_dict()), "optimizer": _local(optimizer.state_dict())}

    def restore(self, optimizer: Optimizer, state: dict[str, Any]) -> None:
        current = self.module.state_dict()
        self.module.load_state_dict({name: _as(current[name], value) for name, value in state["model"].items()})
        optimizer.load_state_dict(state["optimizer"])
        for parameter, values in optimizer.state.items():
            for name, value in values.items():
                if value.dim() > 0:  # the count of steps is not sharded
                    values[name] = _as(parameter, value)

    def whole(self) -> dict[str, Tensor]:
        options = StateDictOptions(full_state_dict=True, cpu_offload=True)
        return get_model_state_dict(self.module, options=options)


def _local(state: Any) -> Any:
    """A state dict with this process's part of every sharded tensor."""
    if isinstance(state, DTensor):
        return state.to_local()
    if isinstance(state, dict):
        return {key: _local(value) for key, value in state.items()}
    if isinstance(state, list):
        return [_local(value) for value in state]
    return state


def _as(whole: Any, part: Tensor) -> Tensor:
    """The part, as a tensor sharded in the way of another."""
    if not isinstance(whole, DTensor):
        return part
    return DTensor.from_local(
        part.to(whole.device),
        whole.device_mesh,
        whole.placements,
        run_check=False,
        shape=whole.shape,
        stride=whole.stride(),
    )
