"""Interrupts training at random moments until it has been done so often, and compares with a run left alone.

`.slipway/venv-trainer/bin/python bench/trainer_resume.py --kills 200 --seed 1` prints what was done and what differs:
the samples that the weights were trained on, and the weights. It exits with 1 when a sample is missing or doubled, or
a weight is off by more than 1e-6. `npm test -- resume` runs it with 50 kills.

Two processes train digits on the CPU. They are forked from this one, which has loaded torch already, so an attempt
takes a second instead of ten; they are otherwise what torchrun starts. How an attempt ends, drawn by the seed:

- killed: both processes by SIGKILL, the second up to 50 ms after the first, at any moment, start-up included;
- stopped: SIGTERM to one of them, and both must end in order;
- damaged: killed, and then a file of the newest checkpoint is cut short, as by an upload that was under way.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "images" / "trainer"), str(ROOT / "images" / "trainer" / "tests")]

from trainer.slots import read_checkpoints  # noqa: E402
from trainer_forks import Forks  # noqa: E402
from trainer_harness import Job, furthest, make_job, wait_until, write_digits  # noqa: E402

TOLERANCE = 1e-6
SETTINGS = {"epochs": "20", "sample_ledger": "true", "checkpoint_seconds": "0.1"}
WAYS = {"killed": 6, "stopped": 2, "damaged": 2}
"""How an attempt ends, and how often in ten."""


def interrupt(attempt: Forks, way: str, randomness: random.Random) -> bool:
    """Ends an attempt in this way, at a random moment; False when it came to its end before."""
    during_start = randomness.random() < 0.1
    if not during_start:
        wait_until(attempt.has_begun, "training to begin")
    time.sleep(randomness.uniform(0, 0.8))
    if attempt.has_ended():
        attempt.wait()
        return False
    order = randomness.sample(attempt.pids, 2)
    if way == "stopped" and not during_start:
        _signal(order[0], signal.SIGTERM)
        codes = attempt.wait()
        if codes != [0, 0]:
            raise SystemExit(f"asked to stop, the processes ended with {codes}:\n{attempt.log.read_text()}")
        return True
    _signal(order[0], signal.SIGKILL)
    time.sleep(randomness.uniform(0, 0.05))
    _signal(order[1], signal.SIGKILL)
    attempt.wait()
    return True


def damage(job: Job, randomness: random.Random) -> bool:
    """Cuts a file of the newest checkpoint short, where there is an older one to fall back to."""
    checkpoints = read_checkpoints(job.checkpoints)
    if len(checkpoints) < 2:
        return False
    name = randomness.choice(["manifest.json", *(file.name for file in checkpoints[0].manifest.files)])
    path = job.checkpoints / checkpoints[0].slot / name
    os.truncate(path, randomness.randrange(path.stat().st_size))
    return True


def run_to_the_end(job: Job, attempt: Forks) -> None:
    codes = attempt.wait()
    if codes != [0, 0]:
        raise SystemExit(f"the processes ended with {codes}:\n{attempt.log.read_text()}")


def interrupted_runs(folder: Path, digits: Path, reference: Job, kills: int, seed: int) -> dict[str, object]:
    randomness = random.Random(seed)
    done: Counter[str] = Counter()
    wrong_samples, furthest_weight, attempts, runs, repeated = 0, 0.0, 0, 0, 0
    while sum(done[way] for way in WAYS) < kills or runs == 0:
        runs += 1
        job = make_job(folder / f"run-{runs}", digits, **SETTINGS)
        while True:
            attempts += 1
            attempt = Forks(job, attempts)
            (way,) = randomness.choices(list(WAYS), list(WAYS.values()))
            if sum(done[each] for each in WAYS) == kills:
                run_to_the_end(job, attempt)
                break
            if not interrupt(attempt, way, randomness):
                break
            if way == "damaged" and not damage(job, randomness):
                way = "killed"
            done[way] += 1
        repeated += _steps_repeated(job)
        difference = (job.samples - reference.samples) + (reference.samples - job.samples)
        wrong_samples += difference.total()
        furthest_weight = max(furthest_weight, furthest(job.weights, reference.weights))
    return {
        "kills": dict(done),
        "runs": runs,
        "attempts": attempts,
        "steps of a run": reference.summary["steps"],
        "steps done again": repeated,
        "samples of a run": reference.samples.total(),
        "samples missing or doubled": wrong_samples,
        "largest difference of a weight": furthest_weight,
    }


def _steps_repeated(job: Job) -> int:
    """How much further attempts had come than the checkpoints that the next ones resumed from, as the logs show it."""
    again = 0
    furthest_step = 0
    for log in sorted(job.base.glob("log-*"), key=lambda path: int(path.name.split("-")[1])):
        text = log.read_text()
        if match := re.search(r"resumes at epoch \d+ step (\d+)", text):
            again += furthest_step - int(match[1])
        elif re.search("starts anew", text):
            again += furthest_step
        else:
            continue
        steps = [int(step) for step in re.findall(r"step (\d+)", text)]
        furthest_step = max(steps, default=0)
    return again


def _signal(pid: int, number: signal.Signals) -> None:
    os.kill(pid, number)  # not yet waited for, so the number is still that of our process


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        digits = write_digits(folder / "digits.csv")
        reference = make_job(folder / "reference", digits, **SETTINGS)
        run_to_the_end(reference, Forks(reference, 0))
        result = interrupted_runs(folder, digits, reference, options.kills, options.seed)
    result["seconds"] = round(time.monotonic() - started)
    print(json.dumps(result, indent=2))
    passed = (
        result["samples missing or doubled"] == 0 and float(str(result["largest difference of a weight"])) <= TOLERANCE
    )
    print(f"{int(passed)} passed, {int(not passed)} failed")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
