"""What CreateHyperParameterTuningJob refuses, and the training jobs that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.sagemaker.errors import invalid, not_emulated
from local.sagemaker.ports import Params
from local.training.tuning_space import Space, Values

_HANDED_DOWN = (
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "VpcConfig",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
    "RetryStrategy",
    "Environment",
)
_ONE_DEFINITION = "one TrainingJobDefinition with a ResourceConfig"
_OBJECTIVE = "_tuning_objective_metric"
"""Hyperparameter by which a container sees that it belongs to a tuning job."""


def check(params: Params) -> Space:
    """What it tunes.

    :raises AwsError: SageMaker refuses it, or the local cloud cannot run it; the text says which.
    """
    config = params["HyperParameterTuningJobConfig"]
    for member in ("TrainingJobDefinitions", "WarmStartConfig", "Autotune"):
        if params.get(member):
            raise not_emulated(member, f"tuning with {member}", _ONE_DEFINITION)
    if config["Strategy"] not in ("Random", "Grid"):
        raise not_emulated(
            "HyperParameterTuningJobConfig.Strategy", f"the strategy {config['Strategy']}", "Random and Grid"
        )
    criteria = config.get("TuningJobCompletionCriteria", {})
    for member in ("BestObjectiveNotImproving", "ConvergenceDetected"):
        if criteria.get(member):
            raise not_emulated("TuningJobCompletionCriteria", member, "TargetObjectiveMetricValue")
    definition = params.get("TrainingJobDefinition")
    if definition is None:
        raise invalid("Give a TrainingJobDefinition.")
    if "HyperParameterTuningResourceConfig" in definition or "ResourceConfig" not in definition:
        raise not_emulated("TrainingJobDefinition", "HyperParameterTuningResourceConfig", _ONE_DEFINITION)
    _check_objective(config, definition)
    space = Space(config.get("ParameterRanges", {}))
    both = sorted(set(space.names) & set(definition.get("StaticHyperParameters", {})))
    if both:
        raise invalid(f"{', '.join(both)} stands in ParameterRanges and in StaticHyperParameters.")
    _check_number(config, space)
    return space


def number_of_jobs(config: Params, space: Space) -> int:
    """How many training jobs are launched at most."""
    if config["Strategy"] == "Grid":
        return space.size()
    number: int = config["ResourceLimits"]["MaxNumberOfTrainingJobs"]
    return number


def training_job(params: Params, name: str, values: Values) -> dict[str, Any]:
    """The definition of one training job. Spot, checkpoints and limits are those of the tuning job's definition."""
    definition = params["TrainingJobDefinition"]
    objective = params["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["MetricName"]
    static = definition.get("StaticHyperParameters", {})
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": definition["AlgorithmSpecification"],
        "HyperParameters": {**static, **values, _OBJECTIVE: objective},
        **{member: definition[member] for member in _HANDED_DOWN if member in definition},
        **({"Tags": params["Tags"]} if "Tags" in params else {}),
    }


def _check_objective(config: Params, definition: Mapping[str, Any]) -> None:
    objective = config.get("HyperParameterTuningJobObjective")
    if objective is None:
        raise invalid("HyperParameterTuningJobConfig needs a HyperParameterTuningJobObjective.")
    defined = [each["Name"] for each in definition["AlgorithmSpecification"].get("MetricDefinitions", ())]
    if objective["MetricName"] not in defined:
        raise invalid(
            "A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric "
            f"definitions. The objective is {objective['MetricName']}, defined are: {', '.join(defined) or 'none'}."
        )


def _check_number(config: Params, space: Space) -> None:
    limits = config["ResourceLimits"]
    most, parallel = limits.get("MaxNumberOfTrainingJobs"), limits["MaxParallelTrainingJobs"]
    if config["Strategy"] == "Grid":
        if not space.is_a_grid:
            raise invalid("The strategy Grid takes CategoricalParameterRanges only.")
        if most not in (None, space.size()):
            raise invalid(
                f"MaxNumberOfTrainingJobs is {most}; the ranges have {space.size()} combinations, and the strategy "
                "Grid tries each of them: give that number, or none."
            )
    elif most is None:
        raise invalid("The strategy Random needs MaxNumberOfTrainingJobs.")
    number = number_of_jobs(config, space)
    if parallel > number:
        raise invalid(f"MaxParallelTrainingJobs is {parallel}; there are no more than {number} training jobs.")
