"""Classification of table rows, by a residual network: the task that is trained when none is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import Dataset

from trainer.errors import TrainingError
from trainer.fields import number, whole
from trainer.task import Context, Task
from trainer.tasks.rows import Rows

_ROWS_LOOKED_AT = 10_000
"""How many rows, evenly spread, mean and deviation of the features are taken from."""


class Table(Task):
    """Rows of numbers with a class, from CSV files as SageMaker's own algorithms take them: the class first, no header.

    Channels: `training`, and `validation`; without the latter every tenth row of the first is kept for it.
    """

    def __init__(self, context: Context) -> None:
        self._rows = Rows(context.channel("training"))
        self._classes: int = context.parameter("classes", 2, whole(2, 100_000))
        self._width: int = context.parameter("width", 128, whole(1, 65_536))
        self._depth: int = context.parameter("depth", 2, whole(1, 1_000))
        self._dropout: float = context.parameter("dropout", 0.1, number(0, 0.99))
        self.blocks = (Block,)
        numbers = range(len(self._rows))
        if "validation" in context.channels:
            self._training = _Labelled(self._rows, numbers, self._classes)
            others = Rows(context.channel("validation"))
            if others.columns != self._rows.columns:
                raise TrainingError(
                    f"channel validation has {others.columns} columns, channel training {self._rows.columns}"
                )
            self._validation = _Labelled(others, range(len(others)), self._classes)
        else:
            kept = [number for number in numbers if number % 10 != 9]
            self._training = _Labelled(self._rows, kept, self._classes)
            self._validation = _Labelled(self._rows, numbers[9::10], self._classes)

    def model(self) -> nn.Module:
        mean, deviation = self._moments()
        return Network(mean, deviation, self._classes, self._width, self._depth, self._dropout)

    def training_data(self) -> Dataset[Any]:
        return self._training

    def validation_data(self) -> Dataset[Any] | None:
        return self._validation if len(self._validation) else None

    def loss(self, model: nn.Module, batch: Any) -> Tensor:
        features, label = batch
        return functional.cross_entropy(model(features), label)

    def scores(self, model: nn.Module, batch: Any) -> Mapping[str, Tensor]:
        features, label = batch
        return {"accuracy": (model(features).argmax(dim=1) == label).float().mean()}

    def _moments(self) -> tuple[Tensor, Tensor]:
        looked_at = range(0, len(self._rows), -(-len(self._rows) // _ROWS_LOOKED_AT))
        features = numpy.stack([self._rows[number][1:] for number in looked_at])
        deviation = features.std(axis=0)
        deviation[deviation == 0] = 1
        return torch.tensor(features.mean(axis=0), dtype=torch.float32), torch.tensor(deviation, dtype=torch.float32)


class Block(nn.Module):
    """A part of the network that changes its input a little."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, values: Tensor) -> Tensor:
        return values + cast(Tensor, self.dropout(self.narrow(functional.gelu(self.wide(self.norm(values))))))


class Network(nn.Module):
    """Scales the features by mean and deviation of the training data, which are part of the model."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, mean: Tensor, deviation: Tensor, classes: int, width: int, depth: int, dropout: float) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.embed = nn.Linear(len(mean), width)
        self.blocks = nn.ModuleList(Block(width, dropout) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)

    def forward(self, features: Tensor) -> Tensor:
        values = self.embed((features - self.mean) / self.deviation)
        for block in self.blocks:
            values = block(values)
        return cast(Tensor, self.head(self.norm(values)))


class _Labelled(Dataset[tuple[Tensor, int]]):
    def __init__(self, rows: Rows, numbers: Sequence[int], classes: int) -> None:
        self._rows = rows
        self._numbers = numbers
        self._classes = classes

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        row = self._rows[self._numbers[index]]
        label = int(row[0])
        if label != row[0] or not 0 <= label < self._classes:
            raise TrainingError(
                f"row {self._numbers[index] + 1} has class {row[0]:g}, "
                f"allowed are whole numbers from 0 to {self._classes - 1} (task.classes)"
            )
        return torch.tensor(row[1:], dtype=torch.float32), label
