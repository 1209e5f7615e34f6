"""A tuning job: what it was asked to do, the training jobs it has launched, and how it is shown."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local.sagemaker.ports import Clock, Events, Params
from local.training.job import TrainingJob, in_milliseconds
from local.training.tuning_space import Values

_log = logging.getLogger(__name__)

Status = Literal["InProgress", "Completed", "Failed", "Stopping", "Stopped"]


@dataclass(frozen=True)
class Trial:
    """One training job of a tuning job."""

    job: TrainingJob
    values: Values
    metric: str

    @property
    def objective(self) -> float | None:
        """The last value of the objective metric, of a job that is over; None where it has given none."""
        if not self.job.is_over or self.job.status == "Failed":
            return None
        found = (datum["Value"] for datum in self.job.metrics if datum["MetricName"] == self.metric)
        return next(found, None)

    @property
    def objective_status(self) -> str:
        if not self.job.is_over:
            return "Pending"
        return "Failed" if self.objective is None else "Succeeded"


@dataclass
class TuningJob:
    """Guarded by `lock`, except for the facts that never change."""

    name: str
    arn: str
    created: float
    params: Params
    clock: Clock
    events: Events
    tags: Mapping[str, str] = field(default_factory=dict)
    status: Status = "InProgress"
    modified: float = 0.0
    ended: float | None = None
    failure: str | None = None
    stop_asked: bool = False
    trials: list[Trial] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def config(self) -> Params:
        config: Params = self.params["HyperParameterTuningJobConfig"]
        return config

    @property
    def is_over(self) -> bool:
        return self.status in ("Completed", "Failed", "Stopped")

    @property
    def maximizes(self) -> bool:
        return bool(self.config["HyperParameterTuningJobObjective"]["Type"] == "Maximize")

    def become(self, status: Status, failure: str | None = None) -> None:
        with self.lock:
            self.status, self.failure = status, failure or self.failure
            self.modified = self.clock.now()
            self.ended = self.modified if self.is_over else None
        self.announce()

    def best(self) -> Trial | None:
        """Of the trials with an objective the best one, the earliest of several."""
        with self.lock:
            found = [trial for trial in self.trials if trial.objective is not None]
        choose = max if self.maximizes else min
        return choose(found, key=lambda trial: trial.objective or 0.0) if found else None

    def describe(self) -> dict[str, Any]:
        with self.lock:
            kept = {key: value for key, value in self.params.items() if key != "Tags"}
            answer = {**kept, **self._facts()}
            if self.failure is not None:
                answer["FailureReason"] = self.failure
            best = self.best()
            if best is not None:
                answer["BestTrainingJob"] = self.row(best)
            last = self.clock.now() if self.ended is None else self.ended
            return {**answer, "ConsumedResources": {"RuntimeInSeconds": round(last - self.created)}}

    def summary(self) -> dict[str, Any]:
        with self.lock:
            limits = self.config["ResourceLimits"]
            return {**self._facts(), "Strategy": self.config["Strategy"], "ResourceLimits": limits}

    def row(self, trial: Trial) -> dict[str, Any]:
        """A trial, as ListTrainingJobsForHyperParameterTuningJob shows it."""
        job = trial.job
        described = job.describe()
        times = ("TrainingStartTime", "TrainingEndTime", "FailureReason")
        row: dict[str, Any] = {
            "TrainingJobName": job.name,
            "TrainingJobArn": job.arn,
            "CreationTime": job.created,
            "TrainingJobStatus": job.status,
            "TunedHyperParameters": dict(trial.values),
            "ObjectiveStatus": trial.objective_status,
            **{member: described[member] for member in times if member in described},
        }
        if trial.objective is not None:
            objective = {"MetricName": trial.metric, "Value": trial.objective}
            row["FinalHyperParameterTuningJobObjectiveMetric"] = objective
        return row

    def _facts(self) -> dict[str, Any]:
        statuses = [trial.job.status for trial in self.trials]
        objectives = [trial.objective_status for trial in self.trials]
        facts: dict[str, Any] = {
            "HyperParameterTuningJobName": self.name,
            "HyperParameterTuningJobArn": self.arn,
            "HyperParameterTuningJobStatus": self.status,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
            "TrainingJobStatusCounters": {
                "Completed": statuses.count("Completed"),
                "InProgress": statuses.count("InProgress") + statuses.count("Stopping"),
                "RetryableError": 0,
                "NonRetryableError": statuses.count("Failed"),
                "Stopped": statuses.count("Stopped"),
            },
            "ObjectiveStatusCounters": {name: objectives.count(name) for name in ("Succeeded", "Pending", "Failed")},
        }
        return facts if self.ended is None else {**facts, "HyperParameterTuningEndTime": self.ended}

    def announce(self) -> None:
        """Tells the event bus the state. Not under the lock: a rule's target may ask for this job at once."""
        detail = in_milliseconds({**self.describe(), "Tags": dict(self.tags)})
        try:
            self.events("SageMaker HyperParameter Tuning Job State Change", detail)
        except Exception:
            _log.exception("tuning job %s: the event for %s could not be put", self.name, self.status)
