"""Automatic early stopping of a tuning job's training jobs: the median rule.

Source: Amazon SageMaker developer guide, automatic-model-tuning-early-stopping: a job is stopped when its objective is
worse than the median of the running averages of the other jobs, each up to the same epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median


def is_worse(values: Sequence[float], others: Sequence[Sequence[float]], *, maximize: bool) -> bool:
    """Whether a job is to be stopped, judged by the epoch of its last value.

    :param values: the objective of the job, one value an epoch.
    :param others: those of the jobs that have completed.
    """
    epoch = len(values)
    if epoch == 0:
        return False
    averages = [fmean(other[:epoch]) for other in others if len(other) >= epoch]
    if not averages:
        return False
    limit = median(averages)
    return values[-1] < limit if maximize else values[-1] > limit
