"""The validation loss, by all processes together."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils.data import Dataset

from trainer.group import Group
from trainer.learner import Learner
from trainer.sampling import Key, batches
from trainer.settings import Settings
from trainer.stop import Stop


def validate(
    data: Dataset[Any], learner: Learner, settings: Settings, group: Group, stop: Stop
) -> dict[str, float] | None:
    """The means over all samples, each counted once; None when training is to stop before the end.

    Every process does the same number of batches, as sharded models need: one that has run out does its last again, and
    it does not count.
    """
    size = settings.batch_size // (group.size * settings.accumulation)
    samples = len(data)
    parts: list[list[Key]] = [
        [(0, sample) for sample in range(start, min(start + size, samples))] for start in range(0, samples, size)
    ]
    rounds = -(-len(parts) // group.size)
    mine = [parts[min(number * group.size + group.rank, len(parts) - 1)] for number in range(rounds)]
    names: list[str] = []
    sums = torch.zeros(0, dtype=torch.float64)
    for number, (numbers, batch) in enumerate(batches(data, mine, settings.seed, settings.data_workers)):
        scores = learner.evaluate(batch)
        counts = len(numbers) if number * group.size + group.rank < len(parts) else 0
        names = names or list(scores)
        values = torch.stack([scores[name].double().cpu() * counts for name in names])
        sums = values if number == 0 else sums + values
        if group.any(stop.is_wanted)[0]:
            return None
    return dict(zip(names, (group.sum(sums) / samples).tolist(), strict=True))
