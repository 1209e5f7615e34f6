"""A training job: what it was asked to do, where it is, and how DescribeTrainingJob shows it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from local.sagemaker.ports import Clock, Events, Params
from local.training.job_metrics import Reading

_log = logging.getLogger(__name__)

Status = Literal["InProgress", "Completed", "Failed", "Stopping", "Stopped"]
Secondary = Literal[
    "Starting",
    "Downloading",
    "Training",
    "Interrupted",
    "Uploading",
    "Completed",
    "Failed",
    "Stopping",
    "Stopped",
    "MaxRuntimeExceeded",
    "MaxWaitTimeExceeded",
]
_STATUS: Mapping[Secondary, Status] = {
    "Completed": "Completed",
    "Failed": "Failed",
    "Stopping": "Stopping",
    "Stopped": "Stopped",
    "MaxRuntimeExceeded": "Stopped",
    "MaxWaitTimeExceeded": "Stopped",
}
FINAL = ("Completed", "Failed", "Stopped")
_MAX_REASON = 1024


@dataclass
class Transition:
    status: Secondary
    start: float
    message: str
    end: float | None = None

    def describe(self) -> dict[str, Any]:
        ended = {} if self.end is None else {"EndTime": self.end}
        return {"Status": self.status, "StartTime": self.start, **ended, "StatusMessage": self.message}


@dataclass
class TrainingJob:
    """Guarded by `lock`, except for the facts that never change."""

    name: str
    arn: str
    created: float
    params: Params
    clock: Clock
    events: Events
    tags: Mapping[str, str] = field(default_factory=dict)
    tuning_job: str | None = None
    """ARN of the tuning job that launched it."""
    stop_asked: bool = False
    started: float | None = None
    ended: float | None = None
    """When it came to its end; TrainingEndTime for a job that ever had instances."""
    on_instances: float = 0.0
    """Seconds on instances, in the attempts that are over."""
    since: float | None = None
    """When it got the instances that it has now."""
    billed_ratio: float = 1.0
    failure: str | None = None
    artifacts: str | None = None
    metrics: Sequence[Mapping[str, Any]] = ()
    """The last value of each metric."""
    readings: Sequence[Reading] = ()
    """All values of all metrics, in order."""
    transitions: list[Transition] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def spot(self) -> bool:
        return bool(self.params.get("EnableManagedSpotTraining", False))

    @property
    def instances(self) -> int:
        count: int = self.params["ResourceConfig"]["InstanceCount"]
        return count

    @property
    def secondary(self) -> Secondary:
        with self.lock:
            return self.transitions[-1].status

    @property
    def status(self) -> Status:
        return _STATUS.get(self.secondary, "InProgress")

    @property
    def is_over(self) -> bool:
        return self.status in FINAL

    def enter(self, status: Secondary, message: str) -> None:
        """Into a state, or to another message of the same one; only the former is announced."""
        if self.move(status, message):
            self.announce()

    def move(self, status: Secondary, message: str) -> bool:
        """As `enter`, unannounced. Returns whether it is another state."""
        with self.lock:
            now = self.clock.now()
            if self.transitions and self.transitions[-1].status == status:
                self.transitions[-1].message = message
                return False
            if self.transitions:
                self.transitions[-1].end = now
            self.transitions.append(Transition(status, now, message))
            if self.is_over:
                self.transitions[-1].end = self.ended = now
            return True

    def fail(self, reason: str) -> None:
        with self.lock:
            self.failure = reason[:_MAX_REASON]
        self.enter("Failed", "Training job failed")

    def get_instances(self, billed_ratio: float) -> None:
        """:param billed_ratio: what a second on them is billed as."""
        with self.lock:
            self.billed_ratio = billed_ratio
            self.since = self.clock.now()
            self.started = self.started or self.since

    def leave_instances(self) -> None:
        with self.lock:
            self.on_instances, self.since = self.seconds_on_instances(), None

    def seconds_on_instances(self) -> float:
        """Over all attempts, up to now."""
        with self.lock:
            return self.on_instances + (0.0 if self.since is None else self.clock.now() - self.since)

    def values_of(self, metric: str) -> list[float]:
        return [reading.value for reading in list(self.readings) if reading.metric == metric]

    def describe(self) -> dict[str, Any]:
        with self.lock:
            kept = {key: value for key, value in self.params.items() if key != "Tags"}
            answer = {**kept, **self.summary(), "ModelArtifacts": {"S3ModelArtifacts": self.artifacts or ""}}
            answer |= {
                "SecondaryStatus": self.secondary,
                "SecondaryStatusTransitions": [transition.describe() for transition in self.transitions],
                "EnableNetworkIsolation": self.params.get("EnableNetworkIsolation", False),
                "EnableManagedSpotTraining": self.spot,
                "EnableInterContainerTrafficEncryption": self.params.get(
                    "EnableInterContainerTrafficEncryption", False
                ),
            }
            if self.metrics:
                answer["FinalMetricDataList"] = list(self.metrics)
            if self.failure is not None:
                answer["FailureReason"] = self.failure
            if self.tuning_job is not None:
                answer["TuningJobArn"] = self.tuning_job
            return {**answer, **self._times()}

    def _times(self) -> dict[str, Any]:
        if self.started is None:
            return {}
        times: dict[str, Any] = {"TrainingStartTime": self.started}
        if self.ended is not None:
            seconds = self.seconds_on_instances()
            times["TrainingEndTime"] = self.ended
            times["TrainingTimeInSeconds"] = max(1, round(seconds))
            times["BillableTimeInSeconds"] = max(1, round(seconds * self.billed_ratio))
        return times

    def summary(self) -> dict[str, Any]:
        with self.lock:
            row: dict[str, Any] = {
                "TrainingJobName": self.name,
                "TrainingJobArn": self.arn,
                "CreationTime": self.created,
                "LastModifiedTime": self.transitions[-1].start,
                "TrainingJobStatus": self.status,
                "SecondaryStatus": self.secondary,
            }
            return row if self.ended is None else {**row, "TrainingEndTime": self.ended}

    def announce(self) -> None:
        """Tells the event bus the state. Not under the lock: a rule's target may ask for this job at once."""
        with self.lock:
            detail = in_milliseconds({**self.describe(), "Tags": dict(self.tags)})
        try:
            self.events("SageMaker Training Job State Change", detail)
        except Exception:
            _log.exception("training job %s: the event for %s could not be put", self.name, detail["SecondaryStatus"])


def in_milliseconds(value: Any, name: str = "") -> Any:
    """Times as events have them: milliseconds since 1970, where the API has seconds."""
    if isinstance(value, Mapping):
        return {key: in_milliseconds(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [in_milliseconds(item) for item in value]
    is_time = name.endswith(("Time", "Timestamp")) and isinstance(value, float)
    return round(value * 1000) if is_time else value
