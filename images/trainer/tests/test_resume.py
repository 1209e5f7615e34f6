"""Interrupted at any moment, a run ends with the weights of one that was not."""

import random
import time
from pathlib import Path

from trainer_harness import Job, furthest, make_job, training

SEED = 20261125
KILLS = 5


def test_a_run_killed_five_times_ends_with_the_same_samples_and_weights(
    tmp_path: Path, digits: Path, finished: Job
) -> None:
    randomness = random.Random(SEED)
    settings = {"epochs": "30", "sample_ledger": "true", "checkpoint_seconds": "0.1"}
    job = make_job(tmp_path / "ml", digits, **settings)
    for attempt in range(KILLS):
        with training(job, f"log-{attempt}") as container:
            container.wait_for("starts anew|resumes")
            time.sleep(randomness.uniform(0, 1))
            if attempt % 3 == 1:
                assert container.terminate() == 0
            else:
                container.kill()
    with training(job, "log-last") as container:
        assert container.wait() == 0, container.output
    assert job.samples == finished.samples
    assert set(job.samples.values()) == {1}
    assert furthest(job.weights, finished.weights) <= 1e-6
