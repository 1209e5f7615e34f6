"""The life of one training job, from its creation to its end, on a thread of its own."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from botocore.exceptions import BotoCoreError, ClientError

from local.sagemaker.errors import Stopped
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage
from local.sagemaker.lifeline import Lifeline
from local.sagemaker.ports import Clients, Clock
from local.sagemaker.registry import Registry
from local.training import channels
from local.training.capacity import Capacity, Supply
from local.training.channels import DownloadFailed
from local.training.checkpoints import Checkpoints
from local.training.execution_role import imply_logs, imply_pull_for_training
from local.training.gang import ContainerFailed, Gang
from local.training.host import Host, HostFolder, host_names
from local.training.job import Secondary, TrainingJob
from local.training.job_metrics import JobMetrics
from local.training.output import Output, has_files
from local.training.s3_location import S3Location
from local.training.settings import Settings
from local.training.upload_fault import UploadFault

_log = logging.getLogger(__name__)

_NO_CAPACITY = "Insufficient capacity error from EC2 while launching instances, retrying!"
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


class _Failure(Exception):
    """The message is the FailureReason."""


@dataclass(frozen=True)
class Site:
    """What all jobs have in common."""

    clients: Clients
    lifeline: Lifeline
    clock: Clock
    capacity: Capacity
    fault: UploadFault
    settings: Settings
    state_dir: Path
    region: str
    pace: Path
    """File with the pace of the clock, for the containers."""
    closing: Event
    """Set when the local cloud ends: nothing is waited for any more."""


class Run:
    """One job; `live` returns when it has come to its end."""

    def __init__(self, site: Site, job: TrainingJob) -> None:
        self._site = site
        self._job = job
        self._params = job.params
        self._limits = job.params["StoppingCondition"]
        self._acting = site.clients.acting_as(job.params["RoleArn"])
        self._folder = site.state_dir / "jobs" / job.name
        self._logs = site.state_dir / "logs" / job.name
        self._output = Output(self._acting.s3, job.params, job.name)
        self._metrics = JobMetrics(job.params, job.name, self._acting, site.clock)
        self._gang: Gang | None = None
        self._checkpoints: list[Checkpoints] = []
        self._next_sync = 0.0
        self._launched = 0.0

    def live(self) -> None:
        job = self._job
        try:
            self._train()
            job.enter("Uploading", "Uploading generated training model")
            self._leave_behind(whole=True)
            job.leave_instances()
            job.enter("Completed", "Training job completed")
        except _Halt as halt:
            self._stop(halt.ending)
        except (_Failure, ContainerFailed, DownloadFailed) as failure:
            self._fail(str(failure))
        except Stopped:
            _log.info("training job %s: given up, the local cloud ends", job.name)
        except (ClientError, BotoCoreError) as error:
            self._fail(f"ClientError: {error}")
        except Exception as error:
            _log.exception("training job %s", job.name)
            self._fail(f"InternalServerError: The local cloud failed: {type(error).__name__}: {error}")
        finally:
            self._clear()

    def _train(self) -> None:
        """Until the containers have ended well, through as many interruptions as it takes."""
        image = self._image()
        while True:
            try:
                self._get_instances()
                gang = self._download(image)
                self._watch(gang)
                return
            except _Interruption:
                self._interrupt()

    def _image(self) -> RunnableImage:
        uri = self._params["AlgorithmSpecification"]["TrainingImage"]
        imply_pull_for_training(self._acting, uri)
        imply_logs(self._acting, self._job.name, self._job.instances)
        found = Registry(self._acting.ecr).find(uri)
        if found is None:
            raise _Failure(
                f"ClientError: Cannot find image {uri}. Please check if your ECR repository and image exist and role "
                f"{self._params['RoleArn']} has proper pull permissions for SageMaker: "
                "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer"
            )
        if isinstance(found.recipe, UnrunnableImage):
            raise _Failure(f"ClientError: The image {uri} cannot run here: {found.recipe.reason}")
        return found.recipe

    @property
    def _supply(self) -> Supply:
        capacity = self._site.capacity
        return capacity.spot if self._job.spot else capacity.on_demand

    def _get_instances(self) -> None:
        """Waits for capacity, and then as long as instances take to start."""
        job, clock, settings = self._job, self._site.clock, self._site.settings
        asked = since = clock.now()
        while True:
            if self._supply.lacked(job.instances, since):
                job.enter("Starting", _NO_CAPACITY)
                since = clock.now()
                self._lose_patience(asked)
            elif clock.now() < since + settings.launch:
                job.enter("Starting", "Preparing the instances for training")
            else:
                break
            self._look(settings.launch / clock.factor)
        self._launched = clock.now()
        job.billed_ratio = self._site.capacity.spot_price_ratio if job.spot else 1.0
        job.get_instances()

    def _lose_patience(self, asked: float) -> None:
        """Gives up waiting for on-demand capacity; for Spot, MaxWaitTimeInSeconds is the limit."""
        waited, limit = self._site.clock.now() - asked, self._limits.get("MaxPendingTimeInSeconds")
        if not self._job.spot and waited >= (limit or self._site.settings.on_demand_patience):
            raise _Failure(
                "CapacityError: Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity "
                "error. Please retry using a different ML instance type or after some time."
            )

    def _download(self, image: RunnableImage) -> Gang:
        job, params = self._job, self._params
        job.enter("Downloading", "Downloading input data")
        shutil.rmtree(self._folder, ignore_errors=True)  # instances are new ones each time
        self._logs.mkdir(parents=True, exist_ok=True)
        names = host_names(job.instances)
        hosts, self._checkpoints = [], []
        for number, name in enumerate(names):
            label = f"algo-{number + 1}"
            folder = HostFolder(self._folder / label / "ml")
            folder.prepare(params, name, names)
            channels.fetch(self._acting.s3, params, number, folder.channels)
            if "CheckpointConfig" in params:
                self._restore(folder)
            hosts.append(Host(name, folder, self._logs / f"{label}.log"))
            self._look(0)
        self._gang = Gang(hosts, image, self._site.lifeline)
        return self._gang

    def _restore(self, folder: HostFolder) -> None:
        location = S3Location.parse("CheckpointConfig.S3Uri", self._params["CheckpointConfig"]["S3Uri"])
        place = folder.checkpoints(self._params)
        checkpoints = Checkpoints(self._acting.s3, location, place, self._site.fault.cut)
        checkpoints.restore()
        self._checkpoints.append(checkpoints)

    def _watch(self, gang: Gang) -> None:
        """Until every container has ended well.

        :raises ContainerFailed: one has not.
        """
        self._refuse_interruption()
        self._job.enter("Training", "Training image download completed. Training in progress.")
        gang.start(self._variables())
        while gang.is_running:
            self._look(self._site.settings.look_interval)
            self._refuse_interruption()
            self._sync_when_due(gang)
        self._sync(gang)
        gang.refuse_failure()

    def _variables(self) -> Mapping[str, str]:
        job, region = self._job, self._site.region
        given = {
            "TRAINING_JOB_NAME": job.name,
            "TRAINING_JOB_ARN": job.arn,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }
        credentials = {} if self._params.get("EnableNetworkIsolation") else self._acting.environment()
        pace = {"SLIPWAY_PACE": str(self._site.pace)}
        return {**given, **credentials, **self._params.get("Environment", {}), **pace}

    def _look(self, seconds: float) -> None:
        """Waits so many real seconds at most, and sees whether the job has to stop.

        :raises _Halt: it has to.
        :raises Stopped: the local cloud ends.
        """
        if self._site.closing.wait(min(seconds, self._site.settings.look_interval)):
            raise Stopped
        job, now = self._job, self._site.clock.now()
        wait = self._limits.get("MaxWaitTimeInSeconds")
        if job.stop_asked:
            raise _Halt("Stopped")
        if job.seconds_on_instances() >= self._limits.get("MaxRuntimeInSeconds", self._site.settings.longest_run):
            raise _Halt("MaxRuntimeExceeded")
        if wait is not None and now >= job.created + wait:
            raise _Halt("MaxWaitTimeExceeded")

    def _refuse_interruption(self) -> None:
        if self._job.spot and self._supply.lacked(self._job.instances, self._launched):
            raise _Interruption

    def _sync_when_due(self, gang: Gang) -> None:
        if time.monotonic() >= self._next_sync:
            self._sync(gang)
            self._next_sync = time.monotonic() + self._site.settings.sync_interval

    def _sync(self, gang: Gang) -> None:
        for checkpoints in self._checkpoints:
            checkpoints.sync()
        self._metrics.read(gang.logs)
        self._job.metrics, self._job.readings = self._metrics.final(), self._metrics.readings

    def _interrupt(self) -> None:
        """What the last moments before the instances go leave time for; then they are gone, with their files."""
        notice = self._site.capacity.notice
        if self._gang is not None:
            self._give_notice(self._gang, notice)
        self._clear()
        self._job.leave_instances()
        self._job.enter("Interrupted", "Training job interrupted, waiting for Spot instances")
        end = self._site.clock.now() + self._site.settings.interruption
        while (left := end - self._site.clock.now()) > 0:
            self._look(left / self._site.clock.factor)

    def _give_notice(self, gang: Gang, notice: float) -> None:
        """SIGTERM, and the time to act on it. What is written in time is uploaded, what is not is lost."""
        clock, settings = self._site.clock, self._site.settings
        if notice > 0:
            gang.terminate()
            end, floor = clock.now() + notice, time.monotonic() + settings.notice_floor
            while not gang.has_ended and (clock.now() < end or time.monotonic() < floor):
                if self._site.closing.wait(settings.look_interval):
                    raise Stopped
                self._sync_when_due(gang)
            if gang.has_ended:
                self._sync(gang)
        gang.end()

    def _stop(self, ending: Secondary) -> None:
        job = self._job
        job.enter("Stopping", "Stopping the training job")
        try:
            if self._gang is not None:
                self._give_notice(self._gang, self._site.settings.stop_notice)
                self._sync(self._gang)
                self._leave_behind(whole=False)
        except (ClientError, BotoCoreError) as error:
            _log.error("training job %s: what it left behind is lost: %s", job.name, error)
        except Stopped:
            return
        job.leave_instances()
        job.enter(ending, _ENDINGS[ending])

    def _fail(self, reason: str) -> None:
        self._job.leave_instances()
        self._job.fail(reason)

    def _leave_behind(self, *, whole: bool) -> None:
        """:param whole: whether there is an archive of the model even when it is empty."""
        gang = self._gang
        if gang is None:
            return
        gang.end()
        if whole or has_files(gang.models):
            self._output.put_model(gang.models)
            self._job.artifacts = self._output.model_url
        self._output.put_output(gang.outputs)

    def _clear(self) -> None:
        if self._gang is not None:
            self._gang.end()
            self._gang = None
        shutil.rmtree(self._folder, ignore_errors=True)
