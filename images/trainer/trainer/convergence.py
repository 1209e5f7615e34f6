"""Whether the validation loss still improves."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass
class Convergence:
    """Training has converged after `patience` epochs in a row without an improvement of more than `min_delta`."""

    patience: int
    """Epochs; 0 never finds that it has converged."""
    min_delta: float
    best_loss: float = math.inf
    epochs_since: int = 0

    def judge(self, loss: float) -> bool:
        """Takes the validation loss of one epoch; whether training has converged by it."""
        if loss < self.best_loss - self.min_delta:
            self.best_loss, self.epochs_since = loss, 0
        else:
            self.epochs_since += 1
        return 0 < self.patience <= self.epochs_since

    def state(self) -> dict[str, float | int]:
        return {"best_loss": self.best_loss, "epochs_since": self.epochs_since}

    def restore(self, state: dict[str, float | int]) -> None:
        self.best_loss, self.epochs_since = float(state["best_loss"]), int(state["epochs_since"])
