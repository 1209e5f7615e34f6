"""Where a job keeps its checkpoints."""

from pathlib import Path

import pytest
from trainer.errors import TrainingError
from trainer.folders import Folders

JOB = {"SAGEMAKER_BASE_DIR": "/base", "TRAINING_JOB_NAME": "churn-0123456789a-007-0123abcd"}


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({}, "/opt/ml/checkpoints"),
        (JOB, "/base/checkpoints"),
        ({**JOB, "CHECKPOINTS_BY_JOB_NAME": "false"}, "/base/checkpoints"),
        ({**JOB, "CHECKPOINTS_BY_JOB_NAME": "true"}, "/base/checkpoints/churn-0123456789a-007-0123abcd"),
    ],
)
def test_checkpoints_of_jobs_with_one_prefix_are_kept_apart(environment: dict[str, str], folder: str) -> None:
    assert Folders.from_environment(environment).checkpoints == Path(folder)


def test_jobs_without_a_name_cannot_be_kept_apart() -> None:
    with pytest.raises(TrainingError, match="CHECKPOINTS_BY_JOB_NAME is true without TRAINING_JOB_NAME"):
        Folders.from_environment({"CHECKPOINTS_BY_JOB_NAME": "true"})
