"""Training itself, by processes forked from this one: what it learns, and that every way of training can be resumed."""

import json
import math
import os
import re
import signal
from pathlib import Path

import pytest
import torch
from trainer_forks import Forks, run_forked
from trainer_harness import Job, furthest, make_job, wait_until

EXACT = {"task.dropout": "0", "clip_norm": "1"}
"""Without what is random in each process, so that runs by more or fewer processes can be compared."""


def last(pattern: str, output: str) -> float:
    return float(re.findall(pattern, output)[-1])


def interrupted(job: Job, processes: int = 2) -> str:
    """Trains until a checkpoint that is not the first, kills the processes, and trains to the end."""
    forks = Forks(job, 0, processes)
    wait_until(lambda: forks.log.read_text().count("saved") >= 3 or forks.has_ended(), "three checkpoints")
    for pid in forks.pids:
        os.kill(pid, signal.SIGKILL)
    assert forks.wait() == [-signal.SIGKILL] * processes
    output = run_forked(job, 1, processes)
    assert "resumes at" in output
    return output


def test_it_learns_and_says_so_in_lines_that_make_metrics(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, epochs="8", schedule="cosine", warmup_steps="5", weight_decay="0.1")
    output = run_forked(job)
    assert last(r"validation:accuracy=(\S+)", output) > 0.9
    assert last(r"train:loss=(\S+)", output) < 0.3
    assert last(r"train:learning_rate=(\S+)", output) < 1e-4
    assert job.summary == {
        "reason": "all epochs done",
        "steps": 96,
        "best_validation_loss": pytest.approx(last(r"validation:loss=(\S+)", output), rel=0.5),
    }
    assert job.failure is None


def test_progress_tells_how_far_the_newest_checkpoint_is(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits)
    run_forked(job)
    progress = job.progress
    assert progress is not None
    assert progress.keys() == {"version", "completed", "total", "unit", "trainingSeconds", "checkpointSeconds"}
    assert (progress["version"], progress["completed"], progress["total"], progress["unit"]) == (1, 48, 48, "steps")
    assert progress["trainingSeconds"] > 0 and progress["checkpointSeconds"] > 0


def test_more_processes_and_accumulation_change_nothing_but_rounding(tmp_path: Path, digits: Path) -> None:
    alone = make_job(tmp_path / "alone", digits, **EXACT)
    together = make_job(tmp_path / "together", digits, accumulation="4", **EXACT)
    sharded = make_job(tmp_path / "sharded", digits, strategy="fsdp", accumulation="2", **EXACT)
    run_forked(alone, processes=1)
    run_forked(together)
    run_forked(sharded)
    assert furthest(alone.weights, together.weights) < 1e-4
    assert furthest(alone.weights, sharded.weights) < 1e-4


@pytest.mark.parametrize(
    "settings",
    [
        {"precision": "bf16", "activation_checkpointing": "true", "accumulation": "2"},
        {"precision": "fp16", "optimizer": "adamw8bit", "task.width": "128", "schedule": "cosine"},
        {"optimizer": "sgd", "clip_norm": "1", "data_workers": "1"},
        {"strategy": "fsdp", "precision": "bf16", "cpu_offload": "true", "activation_checkpointing": "true"},
        {"strategy": "fsdp", "clip_norm": "1", "accumulation": "2", "schedule": "cosine"},
    ],
    ids=lambda settings: " ".join(settings.values()),
)
def test_every_way_of_training_resumes_as_if_nothing_had_happened(
    tmp_path: Path, digits: Path, settings: dict[str, str]
) -> None:
    common = {"checkpoint_seconds": "0", "sample_ledger": "true", "epochs": "2", **settings}
    whole, broken = make_job(tmp_path / "whole", digits, **common), make_job(tmp_path / "broken", digits, **common)
    run_forked(whole)
    interrupted(broken)
    assert broken.samples == whole.samples
    assert furthest(broken.weights, whole.weights) <= 1e-6


def test_a_run_of_two_processes_is_resumed_by_one_and_by_four(tmp_path: Path, digits: Path) -> None:
    common = {"checkpoint_seconds": "0", "sample_ledger": "true", **EXACT}
    whole, broken = make_job(tmp_path / "whole", digits, **common), make_job(tmp_path / "broken", digits, **common)
    run_forked(whole)
    for number, processes in enumerate((2, 1, 4)):
        forks = Forks(broken, number, processes)
        wait_until(lambda forks=forks: "saved" in forks.log.read_text() or forks.has_ended(), "a checkpoint")
        os.kill(forks.pids[0], signal.SIGTERM)
        assert forks.wait() == [0] * processes, forks.log.read_text()
    run_forked(broken, 3)
    assert broken.samples == whole.samples
    assert furthest(broken.weights, whole.weights) < 1e-4


def test_shards_are_not_resumed_by_another_number_of_processes(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, strategy="fsdp", epochs="1")
    run_forked(job)
    assert Forks(job, 1, processes=1).wait() == [1]
    assert job.failure == (
        "the checkpoint holds the shards of 2 processes, and 1 are to resume it: "
        "with strategy fsdp their number must stay the same"
    )


def test_the_checkpoints_of_another_run_are_not_resumed(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, epochs="1")
    run_forked(job)
    before = {path: path.read_bytes() for path in job.checkpoints.rglob("*.pt")}
    hyperparameters = job.base / "input" / "config" / "hyperparameters.json"
    hyperparameters.write_text(json.dumps({**json.loads(hyperparameters.read_text()), "seed": "7", "batch_size": "64"}))
    assert Forks(job, 1).wait() == [1, 1]
    assert job.failure == (
        "the checkpoints are of another run: batch_size was 128 and is 64; seed was 0 and is 7. "
        "Give each run a prefix of its own"
    )
    assert {path: path.read_bytes() for path in job.checkpoints.rglob("*.pt")} == before


def test_a_run_that_is_over_is_not_trained_again(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, epochs="1")
    run_forked(job)
    weights = job.weights
    (job.base / "model" / "model.pt").unlink()
    output = run_forked(job, 1)
    assert "train:loss" not in output and "finished at step 12" in output
    assert furthest(job.weights, weights) == 0


def test_training_ends_when_the_validation_loss_no_longer_improves(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, epochs="50", patience="2", min_delta="100")
    output = run_forked(job)
    assert (
        "converged at epoch 3 step 36: the validation loss has not improved by more than 100 for 2 epochs, it was "
    ) in output
    assert job.summary["reason"] == "converged" and job.summary["steps"] == 36
    assert job.progress is not None and (job.progress["completed"], job.progress["total"]) == (36, 36)
    assert "finished at step 36" in run_forked(job, 1)


def test_a_loss_that_is_no_number_ends_training_and_keeps_the_checkpoints(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, optimizer="sgd", learning_rate="1000", log_steps="1", epochs="50")
    assert set(Forks(job).wait()) == {1}
    assert job.failure is not None
    assert re.match(r"the training loss is (nan|inf) at epoch \d+ step \d+; the checkpoints before", job.failure)
    assert not any(math.isnan(value.sum()) for path in job.checkpoints.rglob("*.pt") for value in _tensors(path))


def _tensors(path: Path) -> list[torch.Tensor]:
    learner = torch.load(path, weights_only=True)["learner"]
    return list(learner["model"].values()) if learner else []


def test_given_weights_are_taken_and_frozen_layers_stay(tmp_path: Path, digits: Path) -> None:
    first = make_job(tmp_path / "first", digits, epochs="1")
    run_forked(first)
    second = make_job(
        tmp_path / "second", digits, epochs="1", fresh_layers="head", frozen_layers="embed,blocks.0", seed="9"
    )
    channel = second.base / "input" / "data" / "weights"
    channel.mkdir()
    os.link(first.base / "model" / "model.pt", channel / "model.pt")
    run_forked(second)
    before, after = first.weights, second.weights
    for name in before:
        is_kept = name.startswith(("embed.", "blocks.0.", "mean", "deviation"))
        assert torch.equal(before[name], after[name]) == is_kept, name
