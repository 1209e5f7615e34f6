"""Interrupted at any moment, a run ends with the weights of one that was not."""

import random
import re
import signal
import time
from pathlib import Path

from trainer_harness import Container, Job, furthest, make_job, training, wait_until

SEED = 20261125
WAYS = ("killed", "killed in its start", "killed", "stopped", "killed", "killed")
"""How attempts end: five by SIGKILL to the first process, once before the first step; one by SIGTERM."""
STEPS = 300
"""They are interrupted in the first of the 720 steps: what is left takes seconds, so none ends before it is."""


def test_a_run_killed_five_times_ends_with_the_same_samples_and_weights(
    tmp_path: Path, digits: Path, finished: Job
) -> None:
    randomness = random.Random(SEED)
    settings = {"epochs": "60", "sample_ledger": "true", "checkpoint_seconds": "0.1", "log_steps": "1"}
    job = make_job(tmp_path / "ml", digits, **settings)
    steps = sorted(randomness.sample(range(1, STEPS), len(WAYS)))
    for attempt, (way, step) in enumerate(zip(WAYS, steps, strict=True)):
        if way == "killed in its start":
            while not killed_before_the_first_step(job, f"log-{attempt}"):
                pass
            continue
        with training(job, f"log-{attempt}") as container:
            wait_for_step(container, step)
            time.sleep(randomness.uniform(0, 0.1))
            if way == "stopped":
                assert container.terminate() == 0
            else:
                container.kill()
                assert container.process.returncode == -signal.SIGKILL
    with training(job, "log-last") as container:
        assert container.wait() == 0, container.output
    assert job.samples == finished.samples
    assert set(job.samples.values()) == {1}
    assert furthest(job.weights, finished.weights) <= 1e-6


def killed_before_the_first_step(job: Job, log: str) -> bool:
    """Kills an attempt when its processes have started; False when this one was too slow to see it in time."""
    with training(job, log) as container:
        container.wait_for_processes(3)
        container.kill()
    return " step " not in container.output


def wait_for_step(container: Container, step: int) -> None:
    def is_done() -> bool:
        done = [int(each) for each in re.findall(r"step (\d+) train:", container.output)]
        return max(done, default=0) >= step or container.process.poll() is not None

    wait_until(is_done, f"step {step}")
