"""All training jobs: CreateTrainingJob, DescribeTrainingJob, StopTrainingJob, DeleteTrainingJob, ListTrainingJobs."""

from __future__ import annotations

import threading
from typing import Any

from local.sagemaker.errors import AwsError, invalid
from local.sagemaker.listing import Listing
from local.sagemaker.names import Arns
from local.sagemaker.ports import Events, Params
from local.sagemaker.tags import Tags
from local.training import channels, definition
from local.training.definition import MayAssume
from local.training.job import TrainingJob
from local.training.run import Run
from local.training.site import Site

TRAINING_JOB = "training-job"
_LISTING = Listing("TrainingJobSummaries", "TrainingJobName", "TrainingJobStatus", "CreationTime", "Descending")


class TrainingJobs:
    """Safe to call from several threads."""

    def __init__(self, arns: Arns, site: Site, events: Events, tags: Tags, may_assume: MayAssume) -> None:
        self._arns = arns
        self._site = site
        self._events = events
        self._tags = tags
        self._may_assume = may_assume
        self._lock = threading.Lock()
        self._jobs: dict[str, TrainingJob] = {}
        self._threads: list[threading.Thread] = []

    def create(self, params: Params) -> dict[str, Any]:
        return {"TrainingJobArn": self.launch(params).arn}

    def launch(self, params: Params, tuning_job: str | None = None) -> TrainingJob:
        """Checks the definition and starts the job.

        :param tuning_job: ARN of the tuning job that it belongs to.
        :raises AwsError: refused; the text says why.
        """
        name = params["TrainingJobName"]
        self._refuse_known(name)
        self.check(params)
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
        clock = self._site.clock
        job = TrainingJob(
            name, self._arns.of(TRAINING_JOB, name), clock.now(), params, clock, self._events, tags, tuning_job
        )
        job.move("Starting", "Starting the training job")
        thread = threading.Thread(target=Run(self._site, job).live, name=f"training-job-{name}", daemon=True)
        with self._lock:
            if name in self._jobs:
                raise self._known(name)
            self._jobs[name] = job
            self._tags.start(job.arn, params.get("Tags", ()))
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]
            thread.start()
        job.announce()
        return job

    def check(self, params: Params) -> None:
        """:raises AwsError: the definition is refused; the text says why."""
        definition.check(params, self._may_assume)
        acting = self._site.clients.acting_as(params["RoleArn"])
        channels.refuse_empty(acting.s3, params, self._site.region)

    def describe(self, params: Params) -> dict[str, Any]:
        return self.get(params["TrainingJobName"]).describe()

    def stop(self, params: Params) -> dict[str, Any]:
        job = self.get(params["TrainingJobName"])
        if job.is_over:
            raise invalid(f"The request was rejected because the training job is in status {job.status}.")
        job.stop_asked = True
        return {}

    def delete(self, params: Params) -> dict[str, Any]:
        job = self.get(params["TrainingJobName"])
        if not job.is_over:
            raise AwsError("ResourceInUse", f"The training job {job.arn} is in status {job.status}.")
        with self._lock:
            self._jobs.pop(job.name, None)
        return {}

    def list(self, params: Params) -> dict[str, Any]:
        with self._lock:
            jobs = list(self._jobs.values())
        return _LISTING.page([job.summary() for job in jobs], params)

    def get(self, name: str) -> TrainingJob:
        """:raises AwsError: there is none of this name."""
        with self._lock:
            if name not in self._jobs:
                raise invalid("Requested resource not found.")
            return self._jobs[name]

    def has(self, name: str) -> bool:
        with self._lock:
            return name in self._jobs

    def join(self) -> None:
        """Waits for every job's thread; the site's `closing` must be set."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join()

    def _refuse_known(self, name: str) -> None:
        if self.has(name):
            raise self._known(name)

    def _known(self, name: str) -> AwsError:
        arn = self._arns.of(TRAINING_JOB, name)
        return AwsError(
            "ResourceInUse",
            "Training job names must be unique within an AWS account and region, and a training job with this name "
            f"already exists ({arn})",
        )
