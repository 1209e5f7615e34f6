"""One run of training: resumes where the newest whole checkpoint is, and goes on to the end or until it is to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import islice
from typing import Any

from trainer.agreement import refuse_differences
from trainer.convergence import Convergence
from trainer.errors import TrainingError
from trainer.folders import Folders
from trainer.group import Group
from trainer.learner import Learner
from trainer.meter import Meter, come_apart, say
from trainer.metrics import line
from trainer.position import Position, refuse_another_run
from trainer.progress import Progress
from trainer.randomness import random_state, restore_random_state, seed_all
from trainer.results import write_ledger, write_model
from trainer.sampling import Key, Sampling, batches
from trainer.settings import Settings
from trainer.stop import Stop
from trainer.store import Store
from trainer.task import Context, load_task
from trainer.validation import validate
from trainer.weights import WEIGHTS_CHANNEL


class Training:
    """What the processes of a run do together; every method is called by all of them."""

    def __init__(self, settings: Settings, folders: Folders, group: Group, stop: Stop) -> None:
        self._settings = settings
        self._folders = folders
        self._group = group
        self._stop = stop
        channels = folders.channels()
        self._task = load_task(settings.task, Context(channels, settings.task_parameters))
        self._data = self._task.training_data()
        self._validation = self._task.validation_data()
        lengths = {"the training data": len(self._data)}
        if self._validation is not None:
            lengths["the validation data"] = len(self._validation)
        refuse_differences(lengths, channels, group)
        self._sampling = Sampling(
            samples=len(self._data),
            batch_size=settings.batch_size,
            accumulation=settings.accumulation,
            processes=group.size,
            seed=settings.seed,
        )
        steps = self._sampling.steps * settings.epochs
        self._learner = Learner(self._task, settings, group, channels.get(WEIGHTS_CHANNEL), steps)
        self._convergence = Convergence(settings.patience, settings.min_delta)
        self._position = Position()
        self._ledger: list[Key] = []
        self._meter = Meter(group)
        self._store = Store(folders.checkpoints, group)
        self._saved_at = time.perf_counter()
        self._saved_position = Position()
        self._save_seconds = 0.0

    def run(self) -> bool:
        """Whether training came to its end; otherwise it was stopped, with a checkpoint of what was done."""
        seed_all(self._settings.seed, self._group.rank)
        self._resume()
        self._meter.start()
        while not self._is_done():
            if self._group.any(self._stop.is_wanted)[0] or not (self._train_epoch() and self._close_epoch()):
                self._save()
                say(self._group, f"stopped at {self._where()}, as it was asked to")
                return False
        self._save()
        self._write_results()
        return True

    @property
    def _completed(self) -> int:
        return self._position.epoch * self._sampling.steps + self._position.step

    @property
    def _total(self) -> int:
        return self._completed if self._position.converged else self._settings.epochs * self._sampling.steps

    def _is_done(self) -> bool:
        return self._position.converged or self._position.epoch >= self._settings.epochs

    def _where(self) -> str:
        return self._position.text(self._completed)

    def _train_epoch(self) -> bool:
        """The steps that are left of this epoch; whether all were done."""
        position, settings = self._position, self._settings
        parts = self._sampling.parts(position.epoch, position.step, self._group.rank)
        loaded = batches(self._data, parts, settings.seed, settings.data_workers)
        while position.step < self._sampling.steps:
            samples: list[int] = []
            self._meter.add(self._learner.step(_noting(islice(loaded, settings.accumulation), samples)))
            position.step += 1
            if settings.sample_ledger:
                self._ledger += [(position.epoch, sample) for sample in samples]
            if self._completed % settings.log_steps == 0:
                self._report()
            is_due = time.perf_counter() - self._saved_at >= settings.checkpoint_seconds
            stop, save = self._group.any(self._stop.is_wanted, is_due and self._group.rank == 0)
            if stop:
                return False
            if save:
                self._save()
        return True

    def _close_epoch(self) -> bool:
        """Validation after the last step of an epoch; False when training is to stop before its end."""
        self._report()
        if self._validation is not None:
            scores = validate(self._validation, self._learner, self._settings, self._group, self._stop)
            if scores is None:
                return False
            say(self._group, line(self._where(), {f"validation:{name}": value for name, value in scores.items()}))
            self._position.converged = self._convergence.judge(scores["loss"])
            if self._position.converged:
                say(
                    self._group,
                    f"converged at {self._where()}: the validation loss has not improved by more than "
                    f"{self._settings.min_delta:g} for {self._settings.patience} epochs, "
                    f"it was {self._convergence.best_loss:.6g} at best",
                )
        self._position.epoch += 1
        self._position.step = 0
        return True

    def _report(self) -> None:
        self._meter.report(self._where(), self._learner.learning_rate, self._settings.batch_size)

    def _save(self) -> None:
        """A checkpoint of what was done, unless there is one already."""
        if self._position == self._saved_position:
            return
        self._report()
        if self._group.any(not self._learner.is_finite())[0]:
            raise come_apart(self._where(), "weights are no finite numbers")
        self._meter.pause()
        seconds = self._store.save(
            self._completed,
            {
                "identity": self._settings.identity(),
                "samples": self._sampling.samples,
                "learner": self._learner.state(),
                "position": asdict(self._position),
                "convergence": self._convergence.state(),
                "training_seconds": self._meter.seconds,
                "checkpoint_seconds": self._save_seconds,
                "random": random_state(),
                "ledger": self._ledger,
            },
        )
        say(self._group, line(f"saved {self._where()}", {"checkpoint:seconds": seconds}))
        self._note_saved(seconds)
        self._meter.start()

    def _resume(self) -> None:
        """Takes the newest whole checkpoint, if there is one."""
        rank, size = self._group.rank, self._group.size
        checkpoint = self._store.find()
        if checkpoint is None:
            if rank == 0 and Progress.is_told(self._folders.checkpoints):
                Progress(0, self._total, 0, 0).write(self._folders.checkpoints)  # of checkpoints that are lost
            say(self._group, f"starts anew: {self._total} steps, by {size} processes on {self._group.device.type}")
            return
        processes = checkpoint.manifest.processes
        if self._learner.model.is_sharded and processes != size:
            raise TrainingError(
                f"the checkpoint holds the shards of {processes} processes, and {size} are to resume it: "
                "with strategy fsdp their number must stay the same"
            )
        states = [self._store.load(checkpoint, saved) for saved in range(rank, processes, size)]
        own = states[0] if states else self._store.load(checkpoint, 0)
        refuse_another_run(own, self._settings, self._sampling.samples)
        whole = own if own["learner"] is not None else self._store.load(checkpoint, 0)
        self._learner.restore(whole["learner"])
        self._position = Position(**own["position"])
        self._convergence.restore(own["convergence"])
        self._ledger = [(epoch, sample) for state in states for epoch, sample in state["ledger"]]
        self._meter.restore(own["training_seconds"])
        if states:
            restore_random_state(own["random"])
        else:
            seed_all(self._settings.seed, rank, self._completed)
        say(self._group, f"resumes at {self._where()} of {self._total}, from {checkpoint.slot}")
        self._note_saved(own["checkpoint_seconds"])

    def _note_saved(self, seconds: float) -> None:
        self._save_seconds = seconds
        if self._group.rank == 0:
            Progress(self._completed, self._total, self._meter.seconds, seconds).write(self._folders.checkpoints)
        self._saved_position, self._saved_at = replace(self._position), time.perf_counter()

    def _write_results(self) -> None:
        reason = "converged" if self._position.converged else "all epochs done"
        best = self._convergence.best_loss
        summary = {
            "reason": reason,
            "steps": self._completed,
            "best_validation_loss": best if best < math.inf else None,
        }
        weights = self._learner.model.whole()
        if self._group.rank == 0:
            write_model(self._folders.model, weights, summary)
        if self._settings.sample_ledger:
            write_ledger(self._folders.results, self._group.rank, self._ledger)
        say(self._group, f"finished at step {self._completed}: {reason}")


def _noting(loaded: Iterator[tuple[list[int], Any]], samples: list[int]) -> Iterator[Any]:
    """The batches, while their samples' numbers are noted."""
    for numbers, batch in loaded:
        samples += numbers
        yield batch
