"""Training itself, by processes forked from this one: what it learns, and that every way of training can be resumed."""

import json
import os
import re
import signal
from pathlib import Path

import bitsandbytes  # noqa: F401  loaded once, and not by every process for itself
import pytest
import torch
from trainer.slots import read_checkpoints
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


def stopped(job: Job, number: int, text: str, processes: int = 2) -> None:
    """Trains until the output has this text, and then asks one process to stop."""
    forks = Forks(job, number, processes)
    wait_until(lambda: text in forks.log.read_text() or forks.has_ended(), text)
    os.kill(forks.pids[0], signal.SIGTERM)
    assert forks.wait() == [0] * processes, forks.log.read_text()


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


def test_a_damaged_checkpoint_is_passed_over_for_the_older_one(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, checkpoint_seconds="0", epochs="2", sample_ledger="true")
    run_forked(job)
    whole = job.weights
    newest, older = read_checkpoints(job.checkpoints)
    path = job.checkpoints / newest.slot / "rank-00001.pt"
    size = path.stat().st_size
    os.truncate(path, size // 2)
    output = run_forked(job, 1)
    assert (
        f"checkpoint of step {newest.manifest.step} is not used: "
        f"{newest.slot}/rank-00001.pt has {size // 2} bytes instead of {size}"
    ) in output
    assert f"from {older.slot}" in output
    assert furthest(job.weights, whole) == 0
    assert set(job.samples.values()) == {1} and job.samples.total() == 24 * 128


def test_where_no_checkpoint_is_whole_training_starts_anew(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, checkpoint_seconds="0", epochs="2", sample_ledger="true")
    run_forked(job)
    for checkpoint in read_checkpoints(job.checkpoints):
        (job.checkpoints / checkpoint.slot / "rank-00000.pt").unlink()
    output = run_forked(job, 1)
    assert output.count("is not used: ") == 2 and "starts anew: 24 steps" in output
    assert set(job.samples.values()) == {1} and job.samples.total() == 24 * 128


def test_progress_forgets_what_no_checkpoint_holds_any_more(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, checkpoint_seconds="0", epochs="1000")
    stopped(job, 0, "saved epoch 1")
    assert job.progress is not None and job.progress["completed"] > 0
    for checkpoint in read_checkpoints(job.checkpoints):
        (job.checkpoints / checkpoint.slot / "rank-00000.pt").unlink()
    hyperparameters = job.base / "input" / "config" / "hyperparameters.json"
    hyperparameters.write_text(json.dumps({**json.loads(hyperparameters.read_text()), "checkpoint_seconds": "3600"}))
    forks = Forks(job, 1)
    wait_until(forks.has_begun, "training to begin")
    assert job.progress == {
        **{"version": 1, "completed": 0, "total": 12_000, "unit": "steps"},
        **{"trainingSeconds": 0.0, "checkpointSeconds": 0.0},
    }
    os.kill(forks.pids[0], signal.SIGTERM)
    assert forks.wait() == [0, 0]


def test_a_run_of_two_processes_is_resumed_by_one_and_by_four(tmp_path: Path, digits: Path) -> None:
    common = {"checkpoint_seconds": "0", "sample_ledger": "true", **EXACT}
    whole, broken = make_job(tmp_path / "whole", digits, **common), make_job(tmp_path / "broken", digits, **common)
    run_forked(whole)
    for number, processes in enumerate((2, 1, 4)):
        stopped(broken, number, "saved", processes)
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


ROOT_OF_NOTHING = """
from trainer.tasks.table import Table


class Broken(Table):
    def loss(self, model, batch):
        return super().loss(model, batch) + (next(model.parameters()) * 0).abs().sum().sqrt()
"""
"""A loss that is a number, with a gradient that is none."""


def test_weights_that_a_step_has_made_no_numbers_are_not_saved(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, task="broken:Broken", checkpoint_seconds="0")
    code = job.base / "input" / "data" / "code"
    code.mkdir()
    (code / "broken.py").write_text(ROOT_OF_NOTHING)
    assert Forks(job).wait() == [1, 1]
    assert job.failure is not None
    assert job.failure.startswith("training has come apart at epoch 1 step 1: weights are no finite numbers. ")
    assert read_checkpoints(job.checkpoints) == []


def test_weights_that_are_no_numbers_end_training_and_are_never_saved(tmp_path: Path, digits: Path) -> None:
    settings = {"optimizer": "sgd", "learning_rate": "1000", "epochs": "50", "checkpoint_seconds": "0"}
    job = make_job(tmp_path / "ml", digits, **settings)
    assert Forks(job).wait() == [1, 1]
    assert job.failure is not None
    assert re.match(r"training has come apart at epoch \d+ step \d+: the (loss is (nan|inf)|weights are)", job.failure)
    saved = [
        value
        for checkpoint in read_checkpoints(job.checkpoints)
        for value in torch.load(job.checkpoints / checkpoint.slot / "rank-00000.pt")["learner"]["model"].values()
    ]
    assert saved and all(bool(value.isfinite().all()) for value in saved)


ROWS_OF_ITS_OWN = """
import os
from torch.utils.data import Subset
from trainer.tasks.table import Table


class Part(Table):
    def training_data(self):
        data = super().training_data()
        return Subset(data, range(len(data) - 200 * int(os.environ["RANK"])))
"""


def test_processes_that_have_more_or_fewer_samples_do_not_begin(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, task="part:Part")
    code = job.base / "input" / "data" / "code"
    code.mkdir()
    (code / "part.py").write_text(ROWS_OF_ITS_OWN)
    forks = Forks(job)
    assert forks.wait() == [1, 1]
    assert job.failure == (
        "the data is not the same everywhere: as the training data, process 0 has 1618 samples, and process 1 has 1418 "
        "samples. Each host must have all of the data"
    )
    assert "starts anew" not in forks.log.read_text()


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
