"""Lines on standard output, and the expressions by which SageMaker makes metrics of them."""

from __future__ import annotations

_NUMBER = r"([-+]?(?:[0-9]*\.)?[0-9]+(?:[eE][-+]?[0-9]+)?)"

METRICS = {
    "train:loss": "mean loss of the steps since the last such line",
    "train:learning_rate": "learning rate of the newest step",
    "train:samples_per_second": "samples trained on per second, of all processes together, saves excluded",
    "train:peak_memory_mib": "most memory in use so far: of the GPU of process 0, without one of its resident memory",
    "validation:loss": "mean loss over the validation data, after each epoch",
    "checkpoint:seconds": "what the save took",
}
"""The metrics that every task has. A task's own scores are `validation:<name>`."""


def definitions(*scores: str) -> list[dict[str, str]]:
    """AlgorithmSpecification.MetricDefinitions for a training job, with these scores of the task's own."""
    names = [*METRICS, *(f"validation:{score}" for score in scores)]
    return [{"Name": name, "Regex": rf"\b{name}={_NUMBER}(?:\s|$)"} for name in names]


def line(position: str, values: dict[str, float]) -> str:
    """One line, such as `epoch 1 step 20 train:loss=0.25 train:learning_rate=0.001`."""
    return " ".join([position, *(f"{name}={value:.6g}" for name, value in values.items())])
