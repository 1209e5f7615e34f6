"""A model that is sharded is whole in one process only, and begins as it does where each has all of it."""

from pathlib import Path

import pytest
from trainer_forks import Forks, run_forked
from trainer_harness import Job, furthest, make_job

CODE = """
import torch
from torch import nn
from torch.nn import functional
from trainer.tasks.table import Table


class Odd(nn.Module):
    # A tensor that no state_dict has, weights that two layers share, shapes that two processes cannot halve.

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.register_buffer("scale", torch.linspace(0.5, 1.5, 5), persistent=False)
        self.into = nn.Linear(10, 5)
        self.out = nn.Linear(10, 5)
        self.out.weight = self.into.weight

    def forward(self, features):
        values = self.inner(features)
        return values + (self.into(values) * self.scale + self.out(values)) @ self.into.weight


class Strange(Table):
    def model(self):
        model = Odd(super().model())
        print(f"built on {model.into.weight.device.type}", flush=True)
        return model


class Looking(Strange):
    def model(self):
        model = super().model()
        assert model.into.weight.abs().sum().item() > 0
        return model


class Forgetful(Strange):
    def model(self):
        model = super().model()
        model.inner.noted = torch.ones(3)
        return model
"""
EXACT = {"task.dropout": "0", "epochs": "2"}


def strange(base: Path, digits: Path, task: str, **settings: str) -> Job:
    job = make_job(base, digits, task=f"strange:{task}", **EXACT, **settings)
    code = job.base / "input" / "data" / "code"
    code.mkdir()
    (code / "strange.py").write_text(CODE)
    return job


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory, digits: Path) -> Job:
    job = strange(tmp_path_factory.mktemp("copies") / "ml", digits, "Strange")
    output = run_forked(job)
    assert output.count("built on cpu") == 2 and "built on meta" not in output
    return job


@pytest.mark.parametrize("offload", ["false", "true"])
def test_one_process_alone_has_the_whole_of_a_sharded_model(
    tmp_path: Path, digits: Path, copies: Job, offload: str
) -> None:
    job = strange(tmp_path / "ml", digits, "Strange", strategy="fsdp", cpu_offload=offload)
    output = run_forked(job)
    assert (output.count("built on cpu"), output.count("built on meta")) == (1, 2)
    assert furthest(job.weights, copies.weights) < 1e-4


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("Looking", "RuntimeError: Tensor.item() cannot be called on meta tensors"),
        ("Forgetful", "inner.noted is a tensor of its own; register it as a buffer"),
    ],
)
def test_where_a_model_needs_values_to_be_built_each_process_has_it_first(
    tmp_path: Path, digits: Path, copies: Job, task: str, reason: str
) -> None:
    job = strange(tmp_path / "ml", digits, task, strategy="fsdp")
    output = run_forked(job)
    assert output.count(f"builds the whole model first, since torch's meta device cannot: {reason}") == 1
    assert output.count("built on cpu") == 2
    assert furthest(job.weights, copies.weights) < 1e-4


def test_weights_that_do_not_fit_are_told_by_all_though_one_reads_them(tmp_path: Path, digits: Path) -> None:
    job = strange(tmp_path / "ml", digits, "Strange", strategy="fsdp")
    channel = job.base / "input" / "data" / "weights"
    channel.mkdir()
    forks = Forks(job)
    assert forks.wait() == [1, 1]
    assert job.failure is not None
    assert job.failure.startswith("channel weights must hold one file of weights")
    assert "Traceback" not in forks.log.read_text()
