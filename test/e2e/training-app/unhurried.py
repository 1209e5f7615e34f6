"""A task for images/trainer whose steps take at least a tenth of a real second, whatever the machine."""

from __future__ import annotations

import time
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import Dataset, TensorDataset
from trainer.task import Context, Task

SAMPLES = 160


class Unhurried(Task):
    """Learns to double a number, slowly enough for someone to take its instances away meanwhile."""

    def __init__(self, context: Context) -> None:
        pass

    def model(self) -> nn.Module:
        return nn.Linear(1, 1)

    def training_data(self) -> Dataset[Any]:
        numbers = torch.linspace(-1, 1, SAMPLES).unsqueeze(1)
        return TensorDataset(numbers, 2 * numbers)

    def loss(self, model: nn.Module, batch: Any) -> Tensor:
        time.sleep(0.1)
        numbers, doubled = batch
        return functional.mse_loss(model(numbers), doubled)
