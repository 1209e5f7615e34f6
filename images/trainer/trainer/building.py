"""A model with its first weights. One that no process is to hold is built without them, and given them in parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from trainer.errors import TrainingError
from trainer.group import Group
from trainer.randomness import seed_all
from trainer.settings import Settings
from trainer.task import Task
from trainer.weights import load_weights


@dataclass(frozen=True)
class Built:
    """A model as it is before several processes train it."""

    module: nn.Module
    is_empty: bool = False
    """Whether it is on torch's meta device: shapes without values."""
    values: Mapping[str, Tensor] | None = None
    """What an empty model is to be filled with, by name; process 0 has it, and no other."""


def build(task: Task, settings: Settings, group: Group, weights: Path | None) -> Built:
    """Called by all processes.

    With `fsdp`, process 0 alone has the whole model in memory. Where a model cannot be built without values, which is
    printed, each process has it until it is sharded.

    :param weights: the folder that the first weights come from; None to start from the task's own.
    :raises TrainingError: the weights do not fit; in all processes.
    """
    if settings.strategy == "fsdp":
        module = _without_values(task, settings, group)
        if module is not None:
            return Built(module, is_empty=True, values=_values_of_first(task, settings, group, weights))
    return Built(_whole(task, settings, weights))


def _whole(task: Task, settings: Settings, weights: Path | None) -> nn.Module:
    seed_all(settings.seed)
    module = task.model()
    if weights is not None:
        load_weights(module, weights, settings.fresh_layers)
    return module


def _without_values(task: Task, settings: Settings, group: Group) -> nn.Module | None:
    seed_all(settings.seed)
    module, problem = None, None
    try:
        with torch.device("meta"):
            module = task.model()
        problem = next(_lost(module), None)
    except Exception as error:  # whatever a model does with values; it is built with them next, and may fail again
        problem = f"{type(error).__name__}: {error}"
    problem = next((each for each in group.gather(problem) if each is not None), None)
    if problem is None:
        return module
    if group.rank == 0:
        print(f"each process builds the whole model first, since torch's meta device cannot: {problem}", flush=True)
    return None


def _lost(module: nn.Module) -> Iterator[str]:
    """Tensors that nobody would fill."""
    for name, part in module.named_modules():
        for attribute, value in vars(part).items():
            if isinstance(value, Tensor) and value.is_meta:
                path = f"{name}.{attribute}".removeprefix(".")
                yield f"{path} is a tensor of its own; register it as a buffer"


def _values_of_first(task: Task, settings: Settings, group: Group, weights: Path | None) -> dict[str, Tensor] | None:
    values, problem = None, None
    if group.rank == 0:
        try:
            module = _whole(task, settings, weights)
            values = {name: value.detach() for name, value in module.named_parameters(remove_duplicate=False)}
            values |= dict(module.named_buffers(remove_duplicate=False))
        except TrainingError as error:
            problem = str(error)
    problem = group.gather(problem)[0]
    if problem is not None:
        raise TrainingError(problem)
    return values
