"""Where a run is, and whether a checkpoint is one of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trainer.errors import TrainingError
from trainer.settings import Settings


@dataclass
class Position:
    """How far the run is. An epoch whose steps are all done may still have to be validated."""

    epoch: int = 0
    step: int = 0
    """Steps done in this epoch."""
    converged: bool = False

    def text(self, completed: int) -> str:
        """:param completed: steps of the whole run, which people count by."""
        return f"epoch {self.epoch + (self.step > 0)} step {completed}"


def refuse_another_run(saved: Mapping[str, Any], settings: Settings, samples: int) -> None:
    """:raises TrainingError: what was saved belongs to a run with other hyperparameters, or with other data."""
    now = {**settings.identity(), "samples of the training data": samples}
    before = {**saved["identity"], "samples of the training data": saved["samples"]}
    changes = [f"{name} was {before[name]!r} and is {now[name]!r}" for name in now if before[name] != now[name]]
    if changes:
        raise TrainingError(
            f"the checkpoints are of another run: {'; '.join(changes)}. Give each run a prefix of its own"
        )
