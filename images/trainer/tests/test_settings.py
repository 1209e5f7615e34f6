"""Hyperparameters: what is allowed, and what is said of the rest."""

import json
import re
from pathlib import Path

import pytest
from trainer.errors import TrainingError
from trainer.folders import Folders
from trainer.settings import Settings


def test_texts_become_values() -> None:
    settings = Settings.from_hyperparameters(
        {
            "task": "my.module:make",
            "epochs": "3",
            "learning_rate": "1e-3",
            "activation_checkpointing": "true",
            "frozen_layers": "embed, blocks.0",
            "task.width": "64",
            "sagemaker_program": "train.py",
            "_tuning_objective_metric": "validation:loss",
        }
    )
    assert (settings.task, settings.epochs, settings.learning_rate) == ("my.module:make", 3, 0.001)
    assert settings.activation_checkpointing is True
    assert settings.frozen_layers == ("embed", "blocks.0")
    assert settings.task_parameters == {"width": "64"}


@pytest.mark.parametrize(
    ("given", "environment", "seconds"),
    [
        ({}, {}, 600),
        ({}, {"CHECKPOINT_INTERVAL_SECONDS": "90"}, 90),
        ({"checkpoint_seconds": "30"}, {"CHECKPOINT_INTERVAL_SECONDS": "90"}, 30),
    ],
)
def test_how_often_to_save_is_the_clusters_advice_unless_given(
    tmp_path: Path, given: dict[str, str], environment: dict[str, str], seconds: float
) -> None:
    folders = Folders(tmp_path)
    folders.hyperparameters.parent.mkdir(parents=True)
    folders.hyperparameters.write_text(json.dumps(given))
    assert Settings.read(folders, environment).checkpoint_seconds == seconds


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"epochs": "0"}, "hyperparameter epochs is '0', allowed is a whole number from 1 to 1000000"),
        ({"epochs": "2.5"}, "hyperparameter epochs is '2.5', allowed is a whole number from 1 to 1000000"),
        ({"epochs": 3}, "hyperparameter epochs is 3, allowed is a whole number from 1 to 1000000"),
        ({"learning_rate": "nan"}, "hyperparameter learning_rate is 'nan', allowed is a number from 1e-12 to 1000"),
        ({"precision": "fp8"}, "hyperparameter precision is 'fp8', allowed is one of fp32, bf16, fp16"),
        ({"cpu_offload": "True"}, "hyperparameter cpu_offload is 'True', allowed is true or false"),
        ({"task": "train.py"}, "hyperparameter task is 'train.py', allowed is module:name"),
        (
            {"frozen_layers": "a,,b"},
            "hyperparameter frozen_layers is 'a,,b', allowed is dotted names, separated by commas",
        ),
        (
            {"strategy": "fsdp", "precision": "fp16"},
            "precision is fp16 with strategy fsdp, allowed are fp32 and bf16: "
            "the scaling of fp16 gradients does not know shards",
        ),
        (
            {"strategy": "fsdp", "optimizer": "adamw8bit"},
            "optimizer is adamw8bit with strategy fsdp, allowed are adamw and sgd: "
            "bitsandbytes does not know sharded parameters",
        ),
        (
            {"cpu_offload": "true"},
            "cpu_offload is true with strategy ddp, allowed with fsdp: it is FSDP that keeps parameters, gradients and "
            "optimiser in the host's memory",
        ),
        (
            {"min_delta": "0.1"},
            "min_delta is 0.1 without patience; give patience, in epochs, for a convergence check",
        ),
    ],
)
def test_fails_when_a_value_is_not_allowed(given: dict[str, str], message: str) -> None:
    with pytest.raises(TrainingError, match=f"^{re.escape(message)}$"):
        Settings.from_hyperparameters(given)


def test_fails_when_a_name_is_unknown() -> None:
    with pytest.raises(
        TrainingError, match=r"^hyperparameter epoch is unknown, allowed are accumulation, .* and task\.<name>$"
    ):
        Settings.from_hyperparameters({"epoch": "3"})
