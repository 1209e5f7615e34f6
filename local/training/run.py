"""The life of one training job, from its creation to its end, on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from local.sagemaker.errors import Stopped
from local.training.capacity import Supply
from local.training.channels import DownloadFailed
from local.training.execution_role import imply_logs, imply_pull_for_training
from local.training.gang import ContainerFailed
from local.training.image import ImageMissing, find_image
from local.training.instances import Instances
from local.training.job import Secondary, TrainingJob
from local.training.job_metrics import JobMetrics
from local.training.output import Output
from local.training.site import Site

_log = logging.getLogger(__name__)

_PREPARING = "Preparing the instances for training"
_WAITING = "Insufficient capacity error from EC2 while launching instances, retrying!"
_GIVEN_UP = (
    "CapacityError: Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    "Please retry using a different ML instance type or after some time."
)
_ENDINGS: Mapping[Secondary, str] = {
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided by user",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided by user",
}


class _Halt(Exception):
    """The job has to stop before its training is done."""

    def __init__(self, ending: Secondary) -> None:
        super().__init__(ending)
        self.ending = ending


class _Interruption(Exception):
    """The Spot instances go."""


class _NoCapacity(Exception):
    """On-demand instances do not come; the message is the FailureReason."""


class Run:
    """One job; `live` returns when it has come to its end."""

    def __init__(self, site: Site, job: TrainingJob) -> None:
        self._site = site
        self._job = job
        self._limits = job.params["StoppingCondition"]
        self._acting = site.clients.acting_as(job.params["RoleArn"])
        self._output = Output(self._acting.s3, job.params, job.name)
        self._metrics = JobMetrics(job.params, job.name, self._acting, site.clock)
        self._instances: Instances | None = None
        self._instances_since = 0.0

    def live(self) -> None:
        job = self._job
        try:
            instances = self._train()
            job.enter("Uploading", "Uploading generated training model")
            instances.leave_behind(self._output, whole=True)
            job.leave_instances()
            job.enter("Completed", "Training job completed")
        except _Halt as halt:
            self._stop(halt.ending)
        except (ImageMissing, _NoCapacity, DownloadFailed, ContainerFailed) as failure:
            self._fail(str(failure))
        except Stopped:
            _log.info("training job %s: given up, the local cloud ends", job.name)
        except (ClientError, BotoCoreError) as error:
            self._fail(f"ClientError: {error}")
        except Exception as error:
            _log.exception("training job %s", job.name)
            self._fail(f"InternalServerError: The local cloud failed: {type(error).__name__}: {error}")
        finally:
            self._give_back()

    def _train(self) -> Instances:
        """Until the containers have ended well, through as many interruptions as it takes."""
        job, acting = self._job, self._acting
        imply_pull_for_training(acting, job.params["AlgorithmSpecification"]["TrainingImage"])
        imply_logs(acting, job.name, job.instances)
        image = find_image(acting, job.params)
        while True:
            try:
                self._wait_for_capacity()
                self._instances = Instances(self._site, job, image, acting, self._metrics)
                job.enter("Downloading", "Downloading input data")
                self._instances.prepare(self._look)
                self._refuse_interruption()
                job.enter("Training", "Training image download completed. Training in progress.")
                self._instances.start()
                self._watch(self._instances)
                return self._instances
            except _Interruption:
                self._interrupt()

    @property
    def _supply(self) -> Supply:
        capacity = self._site.capacity
        return capacity.spot if self._job.spot else capacity.on_demand

    def _wait_for_capacity(self) -> None:
        """Waits until there is enough, and then as long as instances take to start."""
        job, clock, settings = self._job, self._site.clock, self._site.settings
        asked = since = clock.now()
        while True:
            if self._supply.lacked(job.instances, since):
                job.enter("Starting", _WAITING)
                since = clock.now()
                patience = self._limits.get("MaxPendingTimeInSeconds", settings.on_demand_patience)
                if not job.spot and since >= asked + patience:
                    raise _NoCapacity(_GIVEN_UP)
            elif clock.now() < since + settings.launch:
                job.enter("Starting", _PREPARING)
            else:
                break
            self._look(settings.launch / clock.factor)
        self._instances_since = clock.now()
        job.get_instances(self._site.capacity.spot_price_ratio if job.spot else 1.0)

    def _watch(self, instances: Instances) -> None:
        """Until every container has ended well.

        :raises ContainerFailed: one has not.
        """
        while instances.are_at_work:
            self._look(self._site.settings.look_interval)
            self._refuse_interruption()
            instances.sync_when_due()
        instances.sync()
        instances.refuse_failure()

    def _look(self, seconds: float = 0.0) -> None:
        """Waits so many real seconds at most, and sees whether the job has to stop.

        :raises _Halt: it has to.
        :raises Stopped: the local cloud ends.
        """
        settings, job = self._site.settings, self._job
        if self._site.closing.wait(min(seconds, settings.look_interval)):
            raise Stopped
        if job.stop_asked:
            raise _Halt("Stopped")
        if job.seconds_on_instances() >= self._limits.get("MaxRuntimeInSeconds", settings.longest_run):
            raise _Halt("MaxRuntimeExceeded")
        wait = self._limits.get("MaxWaitTimeInSeconds")
        if wait is not None and self._site.clock.now() >= job.created + wait:
            raise _Halt("MaxWaitTimeExceeded")

    def _refuse_interruption(self) -> None:
        if self._job.spot and self._supply.lacked(self._job.instances, self._instances_since):
            raise _Interruption

    def _interrupt(self) -> None:
        job, clock = self._job, self._site.clock
        if self._instances is not None and self._instances.give_notice(self._site.capacity.notice):
            self._instances.sync()  # what was not in time is gone with the instances
        self._give_back()
        job.enter("Interrupted", "Training job interrupted, waiting for Spot instances")
        end = clock.now() + self._site.settings.interruption
        while (left := end - clock.now()) > 0:
            self._look(left / clock.factor)

    def _stop(self, ending: Secondary) -> None:
        job = self._job
        job.enter("Stopping", "Stopping the training job")
        try:
            if self._instances is not None:
                self._instances.give_notice(self._site.settings.stop_notice)
                self._instances.sync()
                self._instances.leave_behind(self._output, whole=False)
        except (ClientError, BotoCoreError) as error:
            _log.error("training job %s: what it left behind is lost: %s", job.name, error)
        except Stopped:
            return
        job.leave_instances()
        job.enter(ending, _ENDINGS[ending])

    def _fail(self, reason: str) -> None:
        self._give_back()
        self._job.fail(reason)

    def _give_back(self) -> None:
        """The instances are gone, with their files."""
        if self._instances is not None:
            self._instances.end()
            self._instances = None
        self._job.leave_instances()
