"""Where SageMaker puts what a training container reads, and expects what it writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from trainer.errors import TrainingError

_FAILURE_CHARACTERS = 1024
"""As much of output/failure as becomes the job's FailureReason (SageMaker, "How Amazon SageMaker AI Processes Training
Output", November 2026)."""


@dataclass(frozen=True)
class Folders:
    """The folders below SAGEMAKER_BASE_DIR, /opt/ml unless set."""

    base: Path
    checkpoint_folder: str = "checkpoints"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Where CHECKPOINTS_BY_JOB_NAME is true, as in a tuning, jobs have one S3 prefix: each gets a folder below it.

        :raises TrainingError: there is no TRAINING_JOB_NAME then.
        """
        base = Path(environment.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
        if environment.get("CHECKPOINTS_BY_JOB_NAME") != "true":
            return cls(base)
        job = environment.get("TRAINING_JOB_NAME")
        if not job:
            raise TrainingError("CHECKPOINTS_BY_JOB_NAME is true without TRAINING_JOB_NAME; set it, as SageMaker does")
        return cls(base, f"checkpoints/{job}")

    @property
    def hyperparameters(self) -> Path:
        return self.base / "input" / "config" / "hyperparameters.json"

    @property
    def resources(self) -> Path:
        return self.base / "input" / "config" / "resourceconfig.json"

    @property
    def inputs(self) -> Path:
        """How the data of each channel comes."""
        return self.base / "input" / "config" / "inputdataconfig.json"

    @property
    def model(self) -> Path:
        """Becomes model.tar.gz."""
        return self.base / "model"

    @property
    def checkpoints(self) -> Path:
        """Synchronised with the S3 prefix of the job's CheckpointConfig, with all that is below `checkpoints`."""
        return self.base / self.checkpoint_folder

    @property
    def results(self) -> Path:
        """Becomes output.tar.gz."""
        return self.base / "output" / "data"

    @property
    def failure(self) -> Path:
        return self.base / "output" / "failure"

    def channels(self) -> dict[str, Path]:
        """The folder of each channel by its name."""
        data = self.base / "input" / "data"
        return {path.name: path for path in sorted(data.iterdir()) if path.is_dir()} if data.is_dir() else {}

    def report_failure(self, reason: str) -> None:
        """Writes the reason, unless one was written already: the first is the cause, later ones follow from it."""
        self.failure.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.failure.open("x") as file:
                file.write(reason[:_FAILURE_CHARACTERS])
        except FileExistsError:
            pass


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object; an empty one where there is no file.

    :raises TrainingError: the file holds something else.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(document, dict):
        raise TrainingError(f"{path} holds a {type(document).__name__}; it must hold one JSON object")
    return document
