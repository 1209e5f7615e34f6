"""All tuning jobs: their operations."""

from __future__ import annotations

import random
import threading
from typing import Any

from local.sagemaker.errors import AwsError, invalid
from local.sagemaker.listing import Listing
from local.sagemaker.names import Arns
from local.sagemaker.ports import Events, Params
from local.sagemaker.tags import Tags
from local.training import tuning_definition
from local.training.jobs import TrainingJobs
from local.training.site import Site
from local.training.tuning_job import TuningJob
from local.training.tuning_run import TuningRun

TUNING_JOB = "hyper-parameter-tuning-job"
_NAME = "HyperParameterTuningJobName"
_LISTING = Listing(
    "HyperParameterTuningJobSummaries", _NAME, "HyperParameterTuningJobStatus", "CreationTime", "Descending"
)
_JOBS = Listing("TrainingJobSummaries", "TrainingJobName", "TrainingJobStatus", "Name", "Ascending")


class TuningJobs:
    """Safe to call from several threads."""

    def __init__(self, arns: Arns, site: Site, events: Events, tags: Tags, jobs: TrainingJobs) -> None:
        self._arns = arns
        self._site = site
        self._events = events
        self._tags = tags
        self._jobs = jobs
        self._lock = threading.Lock()
        self._tunings: dict[str, TuningJob] = {}
        self._threads: list[threading.Thread] = []

    def create(self, params: Params) -> dict[str, Any]:
        name, clock = params[_NAME], self._site.clock
        space = tuning_definition.check(params)
        self._jobs.check(tuning_definition.training_job(params, f"{name}-001-00000000", space.draw(random.Random(0))))
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
        now = clock.now()
        tuning = TuningJob(name, self._arns.of(TUNING_JOB, name), now, params, clock, self._events, tags, modified=now)
        run = TuningRun(self._site, self._jobs, tuning, space)
        thread = threading.Thread(target=run.live, name=f"tuning-job-{name}", daemon=True)
        with self._lock:
            if name in self._tunings:
                text = f"A hyperparameter tuning job with the name, {name}, already exists. Choose a different name."
                raise AwsError("ResourceInUse", text)
            self._tunings[name] = tuning
            self._tags.start(tuning.arn, params.get("Tags", ()))
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        tuning.announce()
        thread.start()
        return {"HyperParameterTuningJobArn": tuning.arn}

    def describe(self, params: Params) -> dict[str, Any]:
        return self._get(params).describe()

    def stop(self, params: Params) -> dict[str, Any]:
        tuning = self._get(params)
        if tuning.is_over:
            raise invalid(f"The request was rejected because the tuning job is in status {tuning.status}.")
        tuning.stop_asked = True
        return {}

    def list(self, params: Params) -> dict[str, Any]:
        with self._lock:
            tunings = list(self._tunings.values())
        return _LISTING.page([tuning.summary() for tuning in tunings], params)

    def list_training_jobs(self, params: Params) -> dict[str, Any]:
        """Sorted by the objective, jobs without one are left out."""
        tuning = self._get(params)
        rows = [tuning.row(trial) for trial in tuning.trials]
        if params.get("SortBy") != "FinalObjectiveMetricValue":
            return _JOBS.page(rows, params)
        metric = "FinalHyperParameterTuningJobObjectiveMetric"
        judged = [{**row, "FinalObjectiveMetricValue": row[metric]["Value"]} for row in rows if metric in row]
        answer = _JOBS.page(judged, params)
        for row in answer[_JOBS.result]:
            del row["FinalObjectiveMetricValue"]
        return answer

    def has(self, name: str) -> bool:
        with self._lock:
            return name in self._tunings

    def join(self) -> None:
        """Waits for every tuning job's thread; the site's `closing` must be set."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join()

    def _get(self, params: Params) -> TuningJob:
        with self._lock:
            if params[_NAME] not in self._tunings:
                raise AwsError("ResourceNotFound", f"Amazon SageMaker can't find a tuning job named {params[_NAME]}.")
            return self._tunings[params[_NAME]]
