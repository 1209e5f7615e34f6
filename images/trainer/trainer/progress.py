"""progress.json: what whoever watches the run reads beside its checkpoints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from trainer.slots import replace_file


@dataclass(frozen=True)
class Progress:
    """How far the newest complete checkpoint is."""

    completed: int
    """Steps that are in it."""
    total: int
    """Steps of the whole run."""
    training_seconds: float
    """What these steps took, over all attempts; without start-ups, saves, and work that was lost."""
    checkpoint_seconds: float
    """What the last save took."""

    def write(self, checkpoints: Path) -> None:
        document = {
            "version": 1,
            "completed": self.completed,
            "total": self.total,
            "unit": "steps",
            "trainingSeconds": round(self.training_seconds, 3),
            "checkpointSeconds": round(self.checkpoint_seconds, 3),
        }
        replace_file(checkpoints / "progress.json", json.dumps(document) + "\n")
