"""Which samples are trained on when: a function of seed, epoch and step."""

import random
import re
from collections import Counter
from typing import Any

import numpy
import pytest
import torch
from torch.utils.data import Dataset
from trainer.errors import TrainingError
from trainer.randomness import random_state, seed_all
from trainer.sampling import Key, Sampling, batches

SAMPLING = Sampling(samples=103, batch_size=12, accumulation=3, processes=2, seed=5)


def keys(sampling: Sampling, epoch: int, first_step: int = 0) -> list[Key]:
    return [
        key
        for process in range(sampling.processes)
        for part in sampling.parts(epoch, first_step, process)
        for key in part
    ]


def test_an_epoch_takes_every_sample_at_most_once() -> None:
    counts = Counter(keys(SAMPLING, epoch=0))
    assert SAMPLING.steps == 8
    assert set(counts.values()) == {1}
    assert counts.total() == 96


def test_samples_left_over_are_others_in_each_epoch() -> None:
    trained = {sample for epoch in range(20) for _, sample in keys(SAMPLING, epoch)}
    assert trained == set(range(103))


def test_a_step_takes_the_same_samples_however_many_processes_share_it() -> None:
    for processes, accumulation in ((1, 1), (3, 2), (6, 1), (12, 1)):
        other = Sampling(samples=103, batch_size=12, accumulation=accumulation, processes=processes, seed=5)
        for step in range(SAMPLING.steps):
            assert sorted(set(keys(other, 4, step)) - set(keys(other, 4, step + 1))) == sorted(
                set(keys(SAMPLING, 4, step)) - set(keys(SAMPLING, 4, step + 1))
            )


def test_begun_in_the_middle_an_epoch_goes_on_as_it_would_have() -> None:
    whole = list(SAMPLING.parts(epoch=2, first_step=0, process=1))
    assert list(SAMPLING.parts(epoch=2, first_step=5, process=1)) == whole[5 * 3 :]


def test_epochs_and_seeds_have_orders_of_their_own() -> None:
    other = Sampling(samples=103, batch_size=12, accumulation=3, processes=2, seed=6)
    orders = [[sample for _, sample in keys(each, epoch)] for each in (SAMPLING, other) for epoch in (0, 1)]
    assert len({tuple(order) for order in orders}) == 4


class Noise(Dataset[Any]):
    """Samples that are drawn at random, by each of the generators."""

    def __getitem__(self, index: int) -> tuple[torch.Tensor, float, float]:
        return torch.rand(2), float(numpy.random.rand()), random.random()


@pytest.mark.parametrize("workers", [0, 2])
def test_what_a_data_set_draws_depends_on_the_sample_alone(workers: int) -> None:
    def drawn(parts: list[list[Key]]) -> dict[Key, list[float]]:
        found = {}
        for part, (numbers, batch) in zip(parts, batches(Noise(), parts, 5, workers), strict=True):
            assert [sample for _, sample in part] == numbers
            for row, key in enumerate(part):
                found[key] = [*batch[0][row].tolist(), float(batch[1][row]), float(batch[2][row])]
        return found

    together = drawn([[(0, 1), (0, 2)], [(1, 1), (1, 2)]])
    apart = drawn([[(1, 2)], [(0, 2)], [(1, 1)], [(0, 1)]])
    assert together == apart
    assert len({value for values in together.values() for value in values}) == 16


def test_loading_leaves_the_generators_of_the_model_alone() -> None:
    seed_all(3)
    before = random_state()
    list(batches(Noise(), [[(0, 1)], [(0, 2)]], 5, 0))
    after = random_state()
    assert torch.equal(before["torch"], after["torch"]) and torch.equal(before["numpy"][1], after["numpy"][1])
    assert before["python"] == after["python"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"batch_size": 10},
            "batch_size is 10, allowed are multiples of 6: it is divided among 2 processes, and there in 3 parts "
            "(accumulation)",
        ),
        ({"batch_size": 108}, "batch_size is 108, allowed are at most 103, the samples of the training data"),
    ],
)
def test_fails_when_a_batch_does_not_fit(change: dict[str, int], message: str) -> None:
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}$"):
        Sampling(**{"samples": 103, "batch_size": 12, "accumulation": 3, "processes": 2, "seed": 5, **change})
