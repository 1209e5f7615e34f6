"""The hyperparameters of one run, read and checked once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from trainer.errors import TrainingError
from trainer.fields import choice, flag, hyperparameter, names, number, reference, whole
from trainer.folders import Folders, read_object

_OF_SAGEMAKER = ("sagemaker_", "_tuning_objective_metric")
"""Names that SageMaker's SDK and its tuning add for themselves."""
_OF_THE_TASK = "task."


@dataclass(frozen=True)
class Settings:
    """One field for each hyperparameter; README.md says what each is for."""

    task: str = hyperparameter("trainer.tasks.table:Table", reference())
    epochs: int = hyperparameter(10, whole(1, 1_000_000))
    batch_size: int = hyperparameter(64, whole(1, 10_000_000))
    accumulation: int = hyperparameter(1, whole(1, 10_000))
    seed: int = hyperparameter(0, whole(0, 2**31 - 1))

    optimizer: str = hyperparameter("adamw", choice("adamw", "adamw8bit", "sgd"))
    learning_rate: float = hyperparameter(1e-3, number(1e-12, 1000))
    weight_decay: float = hyperparameter(0.01, number(0, 1))
    schedule: str = hyperparameter("constant", choice("constant", "cosine"))
    warmup_steps: int = hyperparameter(0, whole(0, 10**9))
    clip_norm: float = hyperparameter(0.0, number(0, 1e6))

    precision: str = hyperparameter("fp32", choice("fp32", "bf16", "fp16"))
    strategy: str = hyperparameter("ddp", choice("ddp", "fsdp"))
    activation_checkpointing: bool = hyperparameter(False, flag())
    cpu_offload: bool = hyperparameter(False, flag())
    processes_per_node: int = hyperparameter(0, whole(0, 64))
    data_workers: int = hyperparameter(0, whole(0, 64))

    fresh_layers: tuple[str, ...] = hyperparameter((), names())
    frozen_layers: tuple[str, ...] = hyperparameter((), names())

    patience: int = hyperparameter(0, whole(0, 10_000))
    min_delta: float = hyperparameter(0.0, number(0, 1e6))

    checkpoint_seconds: float = hyperparameter(600.0, number(0, 86_400))
    log_steps: int = hyperparameter(50, whole(1, 1_000_000))
    sample_ledger: bool = hyperparameter(False, flag())

    task_parameters: Mapping[str, str] = field(default_factory=dict)
    """What was given as `task.<name>`."""

    @classmethod
    def read(cls, folders: Folders, environment: Mapping[str, str]) -> Self:
        """The job's hyperparameters. How often to save is the cluster's advice, unless they say otherwise.

        :raises TrainingError: a name or a value that is not allowed, or two that exclude each other.
        """
        advised = environment.get("CHECKPOINT_INTERVAL_SECONDS")
        advice = {} if advised is None else {"checkpoint_seconds": advised}
        return cls.from_hyperparameters({**advice, **read_object(folders.hyperparameters)})

    @classmethod
    def from_hyperparameters(cls, given: Mapping[str, Any]) -> Self:
        """:raises TrainingError: a name or a value that is not allowed, or two that exclude each other."""
        fields = {each.name: each.metadata["kind"] for each in dataclasses.fields(cls) if each.metadata}
        values: dict[str, Any] = {}
        parameters: dict[str, str] = {}
        for name, text in given.items():
            if name.startswith(_OF_SAGEMAKER):
                continue
            if name.startswith(_OF_THE_TASK):
                parameters[name.removeprefix(_OF_THE_TASK)] = str(text)
            elif name in fields:
                values[name] = fields[name].value(name, text)
            else:
                raise TrainingError(
                    f"hyperparameter {name} is unknown, allowed are {', '.join(sorted(fields))} and task.<name>"
                )
        settings = cls(**values, task_parameters=parameters)
        settings._check_together()
        return settings

    def identity(self) -> dict[str, Any]:
        """What makes two attempts the same run: a checkpoint is only resumed with the same."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name not in _MAY_CHANGE}

    def _check_together(self) -> None:
        if self.strategy == "fsdp":
            if self.precision == "fp16":
                raise TrainingError(
                    "precision is fp16 with strategy fsdp, allowed are fp32 and bf16: "
                    "the scaling of fp16 gradients does not know shards"
                )
            if self.optimizer == "adamw8bit":
                raise TrainingError(
                    "optimizer is adamw8bit with strategy fsdp, allowed are adamw and sgd: "
                    "bitsandbytes does not know sharded parameters"
                )
        elif self.cpu_offload:
            raise TrainingError(
                f"cpu_offload is true with strategy {self.strategy}, allowed with fsdp: it is FSDP that keeps "
                "parameters, gradients and optimiser in the host's memory"
            )
        if self.min_delta > 0 and self.patience == 0:
            raise TrainingError(
                f"min_delta is {self.min_delta:g} without patience; give patience, in epochs, for a convergence check"
            )


_MAY_CHANGE = {"processes_per_node", "data_workers", "checkpoint_seconds", "log_steps"}
