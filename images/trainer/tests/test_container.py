"""The container as SageMaker runs it: `train`, signals, output/failure, the exit code."""

import json
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from trainer.metrics import METRICS
from trainer.slots import read_checkpoints
from trainer_forks import free_port
from trainer_harness import IMAGE, Job, make_job, training

LONG = {"epochs": "5000", "checkpoint_seconds": "3600"}
BEGUN = "step 20 train:loss"


def test_it_trains_and_ends_with_0(finished: Job) -> None:
    assert finished.failure is None
    assert finished.summary["steps"] == 720
    assert set(finished.samples.values()) == {1}
    assert sorted(path.name for path in (finished.base / "model").iterdir()) == ["model.pt", "training.json"]


def test_sigterm_saves_at_a_step_common_to_all_and_ends_with_0(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, **LONG)
    with training(job) as container:
        container.wait_for(BEGUN)
        assert container.terminate() == 0, container.output
    (checkpoint,) = read_checkpoints(job.checkpoints)
    assert [file.name for file in checkpoint.manifest.files] == ["rank-00000.pt", "rank-00001.pt"]
    assert job.progress is not None and job.progress["completed"] == checkpoint.manifest.step
    assert f"step {checkpoint.manifest.step}, as it was asked to" in container.output
    assert job.failure is None
    assert not (job.base / "model").exists(), "a model that is not finished is not handed out"


def test_a_signal_to_every_process_at_once_ends_with_0_too(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, **LONG)
    with training(job) as container:
        container.wait_for(BEGUN)
        family = psutil.Process(container.process.pid).children(recursive=True)
        for process in family:
            process.send_signal(signal.SIGTERM)
        assert container.terminate() == 0, container.output
    assert len(read_checkpoints(job.checkpoints)) == 1


def test_asked_to_stop_before_the_first_step_it_ends_with_0_and_saves_nothing(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, **LONG)
    with training(job) as container:
        container.wait_for("")
        container.wait_for_processes(1)
        assert container.terminate() == 0, container.output
    assert read_checkpoints(job.checkpoints) == [] and job.progress is None


@pytest.mark.parametrize("moment", ["torchrun starts", "processes start", "training"])
def test_nothing_outlives_the_first_process(tmp_path: Path, digits: Path, moment: str) -> None:
    job = make_job(tmp_path / "ml", digits, **LONG)
    with training(job) as container:
        if moment == "training":
            container.wait_for(BEGUN)
        else:
            container.wait_for_processes(1 if moment == "torchrun starts" else 3)
        container.kill()  # waits for all of them to be gone


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"epochs": "none"}, "hyperparameter epochs is 'none', allowed is a whole number from 1 to 1000000"),
        (
            {"batch_size": "127"},
            "batch_size is 127, allowed are multiples of 2: it is divided among 2 processes, and there in 1 parts "
            "(accumulation)",
        ),
        (
            {"task": "gone.task:Task"},
            "task is gone.task:Task, but its module cannot be imported: No module named 'gone'",
        ),
        ({"task.wide": "3"}, "hyperparameter task.wide is unknown to the task, allowed are "),
    ],
)
def test_what_cannot_be_trained_is_told_in_output_failure_and_ends_with_1(
    tmp_path: Path, digits: Path, change: dict[str, str], reason: str
) -> None:
    job = make_job(tmp_path / "ml", digits, **change)
    with training(job) as container:
        assert container.wait() == 1
    assert job.failure is not None and job.failure.startswith(reason)
    assert f"trainer: {reason}" in container.output


def test_a_process_that_is_killed_fails_the_job(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, **LONG)
    with training(job) as container:
        container.wait_for(BEGUN)
        workers = [
            process
            for process in psutil.Process(container.process.pid).children(recursive=True)
            if process.cmdline()[-1] == "trainer.worker"
        ]
        workers[1].kill()
        assert container.wait() == 1
    assert job.failure is not None


def two_hosts(folder: Path, digits: Path, **hyperparameters: str) -> tuple[list[Job], dict[str, str]]:
    """A job of two hosts with one process each, and where they meet."""
    jobs = [make_job(folder / host, digits, **hyperparameters, processes_per_node="1") for host in ("algo-1", "algo-2")]
    for job in jobs:
        config = {"current_host": job.base.name, "hosts": ["algo-1", "algo-2"], "network_interface_name": "lo"}
        (job.base / "input" / "config" / "resourceconfig.json").write_text(json.dumps(config))
    return jobs, {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}


def test_a_channel_that_is_shared_out_to_hosts_is_refused(tmp_path: Path, digits: Path) -> None:
    jobs, meeting = two_hosts(tmp_path, digits)
    config = {"training": {"TrainingInputMode": "File", "S3DistributionType": "ShardedByS3Key"}}
    (jobs[1].base / "input" / "config" / "inputdataconfig.json").write_text(json.dumps(config))
    with training(jobs[1], **meeting) as container:
        assert container.wait() == 1
    assert jobs[1].failure == (
        "channel training is ShardedByS3Key, allowed with 2 hosts is FullyReplicated: samples are drawn from all of "
        "the data, so each host must have it; a process reads those that it trains on"
    )


def test_hosts_with_other_files_are_refused_though_they_have_as_many_rows(tmp_path: Path, digits: Path) -> None:
    jobs, meeting = two_hosts(tmp_path, digits, **LONG)
    rows = jobs[1].base / "input" / "data" / "training" / "rows.csv"
    rows.rename(rows.with_name("other.csv"))
    with ExitStack() as stack:
        first, second = [stack.enter_context(training(job, **meeting)) for job in jobs]
        assert first.wait() == 1 and second.wait() == 1
    for job in jobs:
        assert job.failure is not None
        assert re.fullmatch(
            r"the data is not the same everywhere: as channels, process 0 has training \(1 files, names \w{8}\), and "
            r"process 1 has training \(1 files, names \w{8}\)\. Each host must have all of the data",
            job.failure,
        )


def test_two_hosts_train_together_and_stop_together(tmp_path: Path, digits: Path) -> None:
    jobs, meeting = two_hosts(tmp_path, digits, **LONG)
    with ExitStack() as stack:
        first, second = [stack.enter_context(training(job, **meeting)) for job in jobs]
        first.wait_for(BEGUN)
        assert second.terminate() == 0, second.output
        assert first.wait() == 0, first.output
    one, two = ((read_checkpoints(job.checkpoints)[0]) for job in jobs)
    assert one == two, "each host has the whole manifest"
    files = [sorted(path.name for path in (job.checkpoints / one.slot).glob("*.pt")) for job in jobs]
    assert files == [["rank-00000.pt"], ["rank-00001.pt"]], "and its own part of the files"
    assert jobs[0].progress is not None and jobs[1].progress is None

    share_prefix(jobs)
    with ExitStack() as stack:
        first, second = [stack.enter_context(training(job, "log-2", **meeting)) for job in jobs]
        first.wait_for(f"resumes at epoch \\d+ step {one.manifest.step} ")
        assert first.terminate() == 0 and second.wait() == 0


def share_prefix(jobs: list[Job]) -> None:
    """Every host of a new job gets what all hosts of the one before have uploaded."""
    for job in jobs:
        for other in jobs:
            for path in other.checkpoints.rglob("*"):
                target = job.checkpoints / path.relative_to(other.checkpoints)
                if path.is_file() and not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(path.read_bytes())


def test_a_task_of_ones_own_comes_in_the_channel_code(tmp_path: Path, digits: Path) -> None:
    job = make_job(tmp_path / "ml", digits, task="line:Line", epochs="40", batch_size="16", learning_rate="0.1")
    hyperparameters = job.base / "input" / "config" / "hyperparameters.json"
    given = json.loads(hyperparameters.read_text())
    own = {name: value for name, value in given.items() if not name.startswith("task.")}
    hyperparameters.write_text(json.dumps({**own, "task.samples": "128"}))
    code = job.base / "input" / "data" / "code"
    code.mkdir()
    example = re.search(r"```python\n(.*?)```", (IMAGE / "README.md").read_text(), re.DOTALL)
    assert example
    (code / "line.py").write_text(example[1])
    with training(job) as container:
        assert container.wait() == 0, container.output
    assert float(job.weights["weight"].item()) == pytest.approx(2, abs=0.05)
    assert job.summary["best_validation_loss"] is None


def test_metric_definitions_read_the_lines(finished: Job) -> None:
    command = [sys.executable, "-m", "trainer", "metrics", "accuracy"]
    printed = subprocess.run(command, cwd=IMAGE, check=True, capture_output=True, text=True).stdout
    definitions = {each["Name"]: each["Regex"] for each in json.loads(printed)}
    assert list(definitions) == [*METRICS, "validation:accuracy"]
    output = (finished.base / "log").read_text()
    for name, regex in definitions.items():
        found = [float(value) for value in re.findall(regex, output)]
        assert found, name
        assert len(found) == output.count(f" {name}="), name
