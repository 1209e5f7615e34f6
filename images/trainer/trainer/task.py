"""What is trained: the one interface between the trainer and a model of your own."""

from __future__ import annotations

import importlib
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.utils.data import Dataset

from trainer.errors import TrainingError
from trainer.fields import Kind

CODE_CHANNEL = "code"
"""A channel whose folder is searched for the module of the task first."""


class Context:
    """What a task is made of: the channels' folders, and the hyperparameters named `task.<name>`."""

    def __init__(self, channels: Mapping[str, Path], parameters: Mapping[str, str]) -> None:
        self.channels = channels
        self._parameters = parameters
        self._read: set[str] = set()

    def channel(self, name: str) -> Path:
        """:raises TrainingError: the job has no such channel."""
        if name not in self.channels:
            raise TrainingError(f"channel {name} is missing, given are {', '.join(self.channels) or 'none'}")
        return self.channels[name]

    def parameter(self, name: str, default: Any, kind: Kind) -> Any:
        """The value of `task.<name>`, or the default. :raises TrainingError: what was given is not allowed."""
        self._read.add(name)
        return kind.value(f"task.{name}", self._parameters[name]) if name in self._parameters else default

    def refuse_unread(self) -> None:
        """:raises TrainingError: a parameter was given that the task has not asked for."""
        for name in self._parameters:
            if name not in self._read:
                allowed = ", ".join(f"task.{each}" for each in sorted(self._read)) or "none"
                raise TrainingError(f"hyperparameter task.{name} is unknown to the task, allowed are {allowed}")


class Task(ABC):
    """A model, its data and its loss. A subclass is made with a Context, once in every process."""

    blocks: tuple[type[nn.Module], ...] = ()
    """The classes of the model's repeated parts: what fsdp shards and activation_checkpointing computes anew."""

    @abstractmethod
    def __init__(self, context: Context) -> None: ...

    @abstractmethod
    def model(self) -> nn.Module:
        """The model, with its first weights; torch's generator is seeded before the call.

        With `fsdp` it is called on torch's meta device, where tensors have no values, and in process 0 once more with
        them. What is no parameter or buffer, and a look at a value, keep it from being built there: then each process
        builds all of it, and says so.
        """

    @abstractmethod
    def training_data(self) -> Dataset[Any]:
        """Samples by number, with a length. Each process asks for its own samples only."""

    def validation_data(self) -> Dataset[Any] | None:
        """As training_data; None for a task that is not validated."""
        return None

    @abstractmethod
    def loss(self, model: nn.Module, batch: Any) -> Tensor:
        """The mean loss over a batch of samples, which is on the model's device."""

    def scores(self, model: nn.Module, batch: Any) -> Mapping[str, Tensor]:
        """Further means over a batch of validation data, such as an accuracy."""
        return {}


def load_task(reference: str, context: Context) -> Task:
    """:param reference: `module:name` of a Task, or of a function that makes one.

    :raises TrainingError: there is none, or it refuses its parameters.
    """
    code = context.channels.get(CODE_CHANNEL)
    if code is not None and str(code) not in sys.path:
        sys.path.insert(0, str(code))
    module_name, _, name = reference.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise TrainingError(f"task is {reference}, but its module cannot be imported: {error}") from error
    if not hasattr(module, name):
        raise TrainingError(f"task is {reference}, but {module_name} has no {name}")
    task = getattr(module, name)(context)
    if not isinstance(task, Task):
        raise TrainingError(f"task is {reference}, which makes a {type(task).__name__}; it must be a trainer.task.Task")
    context.refuse_unread()
    return task
