"""Which process trains on which samples at which step: a function of seed, epoch and step alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, default_collate

from trainer.errors import TrainingError
from trainer.randomness import mixed, random_state, restore_random_state, seed_cpu

Key = tuple[int, int]
"""Epoch and sample."""


@dataclass(frozen=True)
class Sampling:
    """The order of samples in every epoch.

    An epoch has as many whole batches as fit; the samples left over, fewer than a batch, are others in each epoch.
    """

    samples: int
    batch_size: int
    """Samples of one step, of all processes together."""
    accumulation: int
    processes: int
    seed: int

    def __post_init__(self) -> None:
        if self.batch_size % (self.processes * self.accumulation) != 0:
            raise TrainingError(
                f"batch_size is {self.batch_size}, allowed are multiples of {self.processes * self.accumulation}: "
                f"it is divided among {self.processes} processes, and there in {self.accumulation} parts (accumulation)"
            )
        if self.samples < self.batch_size:
            raise TrainingError(
                f"batch_size is {self.batch_size}, allowed are at most {self.samples}, the samples of the training data"
            )

    @property
    def steps(self) -> int:
        """Steps of one epoch."""
        return self.samples // self.batch_size

    def parts(self, epoch: int, first_step: int, process: int) -> Iterator[list[Key]]:
        """What a process loads from this step to the end of the epoch: one list for each part of a step."""
        generator = torch.Generator().manual_seed(mixed(self.seed, epoch))
        order = torch.randperm(self.samples, generator=generator)
        size = self.batch_size // self.processes
        for step in range(first_step, self.steps):
            start = step * self.batch_size + process * size
            for part in order[start : start + size].chunk(self.accumulation):
                yield [(epoch, sample) for sample in part.tolist()]


def batches(
    data: Dataset[Any], parts: Iterator[list[Key]] | list[list[Key]], seed: int, workers: int
) -> Iterator[tuple[list[int], Any]]:
    """The parts, loaded: the samples' numbers, and their batch.

    What a data set draws at random (torch, numpy, random) depends on seed, epoch and sample alone, so it is the same
    whichever process or worker loads the sample, and after a resume.
    """
    loader: DataLoader[Any] = DataLoader(
        _Keyed(data, seed),
        batch_sampler=list(parts),
        num_workers=workers,
        collate_fn=_collate,
        pin_memory=torch.cuda.is_available(),
        generator=torch.Generator().manual_seed(seed),
    )
    yield from loader


class _Keyed(Dataset[Any]):
    def __init__(self, data: Dataset[Any], seed: int) -> None:
        self._data = data
        self._seed = seed

    def __getitems__(self, keys: list[Key]) -> list[tuple[int, Any]]:
        before = random_state()
        items = []
        for epoch, sample in keys:
            seed_cpu(self._seed, epoch, sample)
            items.append((sample, self._data[sample]))
        restore_random_state(before)
        return items


def _collate(items: list[tuple[int, Any]]) -> tuple[list[int], Any]:
    return [sample for sample, _ in items], default_collate([item for _, item in items])
