"""Jobs for the trainer, laid out as SageMaker lays them out, and what they leave behind."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import torch

IMAGE = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 300
WITHOUT_GPUS = {"CUDA_VISIBLE_DEVICES": ""}
"""The tests train on the CPU, also where there are GPUs: torch is installed without what it needs for them."""

SMALL = {
    "task.classes": "10",
    "task.width": "32",
    "epochs": "4",
    "batch_size": "128",
    "learning_rate": "0.003",
    "processes_per_node": "2",
    "log_steps": "10",
}
"""Hyperparameters of a small real task: digits of 8 by 8 pixels."""


@dataclass(frozen=True)
class Job:
    """The folder that stands for /opt/ml."""

    base: Path

    @property
    def checkpoints(self) -> Path:
        return self.base / "checkpoints"

    @property
    def failure(self) -> str | None:
        path = self.base / "output" / "failure"
        return path.read_text() if path.exists() else None

    @property
    def progress(self) -> dict[str, Any] | None:
        path = self.checkpoints / "progress.json"
        return json.loads(path.read_text()) if path.exists() else None

    @property
    def weights(self) -> dict[str, torch.Tensor]:
        return torch.load(self.base / "model" / "model.pt", weights_only=True)

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.base / "model" / "training.json").read_text())

    @property
    def samples(self) -> Counter[tuple[int, int]]:
        """Epoch and sample of all that the weights were trained on, and how often."""
        files = sorted((self.base / "output" / "data").glob("samples-rank-*.json"))
        return Counter((epoch, sample) for file in files for epoch, sample in json.loads(file.read_text()))


def make_job(base: Path, rows: Path, **hyperparameters: str) -> Job:
    """:param rows: a CSV file for the channel `training`."""
    config = base / "input" / "config"
    channel = base / "input" / "data" / "training"
    config.mkdir(parents=True)
    channel.mkdir(parents=True)
    (channel / "rows.csv").symlink_to(rows)
    (config / "hyperparameters.json").write_text(json.dumps({**SMALL, **hyperparameters}))
    return Job(base)


def write_digits(path: Path) -> Path:
    """The digits that scikit-learn ships, as the trainer's table task reads them."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([label, *row] for label, row in zip(digits.target, digits.data, strict=True))
    return path


def furthest(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    """The largest difference between two models' weights."""
    assert one.keys() == other.keys()
    return max(float((one[name].double() - other[name].double()).abs().max()) for name in one)


@dataclass
class Container:
    """A training container, as a process."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)

    def wait_for(self, pattern: str) -> None:
        """Until the output has a match, or the process has ended."""
        wait_until(lambda: re.search(pattern, self.output) or self.process.poll() is not None, pattern)

    def wait_for_processes(self, count: int) -> None:
        """Until it has started as many: torchrun is the first, those that train follow."""
        wait_until(lambda: len(psutil.Process(self.process.pid).children(recursive=True)) >= count, "processes")

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """As when the instance goes: the first process, and what it has started with it."""
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]
        self.process.kill()
        self.process.wait()
        wait_until(lambda: not any(_runs(pid) for pid in family), "the processes to be gone")


@contextmanager
def training(job: Job, name: str = "log", **environment: str) -> Iterator[Container]:
    """`python -m trainer train` on a job, killed at the end if it still runs."""
    env = {"PATH": os.environ["PATH"], "SAGEMAKER_BASE_DIR": str(job.base), "PYTHONPATH": str(IMAGE), **environment}
    env |= {"PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1", **WITHOUT_GPUS}
    log = job.base / name
    with log.open("wb") as output:
        command = [sys.executable, "-m", "trainer", "train"]
        process = subprocess.Popen(command, cwd=job.base, env=env, stdout=output, stderr=subprocess.STDOUT)
    container = Container(process, log)
    try:
        yield container
    finally:
        if process.poll() is None:
            container.kill()


def train(job: Job, **environment: str) -> str:
    """Trains to the end, and returns the output."""
    with training(job, **environment) as container:
        code = container.wait()
        assert code == 0, container.output
    return container.output


def wait_until(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE_SECONDS} seconds for {what}"
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
