"""What changes the weights: the model with its optimiser, a step at a time."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trainer.building import build
from trainer.group import Group
from trainer.optimizers import make_optimizer, make_schedule
from trainer.parallel import make_parallel
from trainer.settings import Settings
from trainer.task import Task
from trainer.weights import freeze


class Learner:
    """One process's part in learning.

    :param weights: the folder that the first weights come from; None to start from the task's own.
    :param steps: of the whole run, for the schedule of the learning rate.
    """

    def __init__(self, task: Task, settings: Settings, group: Group, weights: Path | None, steps: int) -> None:
        built = build(task, settings, group, weights)
        freeze(built.module, settings.frozen_layers)
        self.model = make_parallel(built, task, settings, group)
        self._task = task
        self._settings = settings
        self._group = group
        self._parameters = [each for each in self.model.module.parameters() if each.requires_grad]
        self._optimizer = make_optimizer(self._parameters, settings)
        self._schedule = make_schedule(self._optimizer, settings, steps)
        self._scaler = torch.amp.GradScaler(group.device.type, enabled=settings.precision == "fp16")

    @property
    def learning_rate(self) -> float:
        return float(self._optimizer.param_groups[0]["lr"])

    def step(self, batches: Iterable[Any]) -> Tensor:
        """One step on the parts of this process's share of a batch; the mean loss over the share."""
        self.model.trained.train()
        total = torch.zeros((), device=self._group.device)
        count = self._settings.accumulation
        for number, batch in enumerate(batches, start=1):
            with self.model.accumulating(is_last=number == count):
                loss = self._loss(batch) / count
                self._scaler.scale(loss).backward()
            total += loss.detach()
        if self._settings.clip_norm > 0:
            self._scaler.unscale_(self._optimizer)
            nn.utils.clip_grad_norm_(self._parameters, self._settings.clip_norm)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._schedule.step()
        self._optimizer.zero_grad(set_to_none=True)
        return total

    @torch.no_grad()
    def evaluate(self, batch: Any) -> dict[str, Tensor]:
        """The loss of a batch of validation data, and the task's own scores."""
        module = self.model.module
        module.eval()
        batch = moved(batch, self._group.device)
        with self.model.precision():
            return {"loss": self._task.loss(module, batch), **self._task.scores(module, batch)}

    def is_finite(self) -> bool:
        """Whether all weights of this process are numbers."""
        return all(bool(each.detach().isfinite().all()) for each in self.model.module.parameters())

    def state(self) -> dict[str, Any] | None:
        """What this process has to save; None where another one saves the same."""
        if not self.model.is_sharded and self._group.rank != 0:
            return None
        return {
            **self.model.state(self._optimizer),
            "schedule": self._schedule.state_dict(),
            "scaler": self._scaler.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.model.restore(self._optimizer, state)
        self._schedule.load_state_dict(state["schedule"])
        self._scaler.load_state_dict(state["scaler"])

    def _loss(self, batch: Any) -> Tensor:
        with self.model.precision():
            return self._task.loss(self.model.trained, moved(batch, self._group.device))


def moved(batch: Any, device: torch.device) -> Any:
    """The same batch with its tensors on the device."""
    if isinstance(batch, Tensor):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {key: moved(value, device) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)(moved(value, device) for value in batch)
    return batch
