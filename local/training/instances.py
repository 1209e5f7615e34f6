"""The instances of one attempt of a job: their files, containers and checkpoints, all of which go with them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping

from local.sagemaker.errors import Stopped
from local.sagemaker.image_manifest import RunnableImage
from local.sagemaker.ports import Acting
from local.training import channels
from local.training.checkpoints import Checkpoints
from local.training.gang import Gang
from local.training.host import Host, HostFolder, host_names
from local.training.job import TrainingJob
from local.training.job_metrics import JobMetrics
from local.training.output import Output, has_files
from local.training.s3_location import S3Location
from local.training.site import Site


class Instances:
    """:param metrics: gets what the containers write of metrics."""

    def __init__(self, site: Site, job: TrainingJob, image: RunnableImage, acting: Acting, metrics: JobMetrics) -> None:
        self._site = site
        self._job = job
        self._acting = acting
        self._metrics = metrics
        self._folder = site.state_dir / "jobs" / job.name
        self._checkpoints: list[Checkpoints] = []
        self._next_sync = 0.0
        names = host_names(job.instances)
        logs = site.state_dir / "logs" / job.name
        labels = [f"algo-{number + 1}" for number in range(len(names))]
        self._hosts = [
            Host(name, HostFolder(self._folder / label / "ml"), logs / f"{label}.log")
            for name, label in zip(names, labels, strict=True)
        ]
        self._gang = Gang(self._hosts, image, site.lifeline)

    def prepare(self, look: Callable[[], None]) -> None:
        """Makes the folders, and downloads channels and checkpoints to each host.

        :param look: called after each host; may raise.
        :raises DownloadFailed: an object cannot be had.
        """
        shutil.rmtree(self._folder, ignore_errors=True)
        params, names = self._job.params, [host.name for host in self._hosts]
        for number, host in enumerate(self._hosts):
            host.log.parent.mkdir(parents=True, exist_ok=True)
            host.folder.prepare(params, host.name, names)
            channels.fetch(self._acting.s3, params, number, host.folder.channels)
            if "CheckpointConfig" in params:
                self._restore(host.folder)
            look()

    def _restore(self, folder: HostFolder) -> None:
        params = self._job.params
        location = S3Location.parse("CheckpointConfig.S3Uri", params["CheckpointConfig"]["S3Uri"])
        checkpoints = Checkpoints(self._acting.s3, location, folder.checkpoints(params), self._site.fault.cut)
        checkpoints.restore()
        self._checkpoints.append(checkpoints)

    def start(self) -> None:
        """:raises ContainerFailed: a container does not start."""
        self._gang.start(self._variables())

    def _variables(self) -> Mapping[str, str]:
        job, region, params = self._job, self._site.region, self._job.params
        given = {
            "TRAINING_JOB_NAME": job.name,
            "TRAINING_JOB_ARN": job.arn,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }
        credentials = {} if params.get("EnableNetworkIsolation") else self._acting.environment()
        pace = {"SLIPWAY_PACE": str(self._site.pace)}
        return {**given, **credentials, **params.get("Environment", {}), **pace}

    @property
    def are_at_work(self) -> bool:
        """Whether a container still runs, and none has failed."""
        return self._gang.is_running

    def refuse_failure(self) -> None:
        """:raises ContainerFailed: a container has ended with another code than 0."""
        self._gang.refuse_failure()

    def sync_when_due(self) -> None:
        if time.monotonic() >= self._next_sync:
            self.sync()
            self._next_sync = time.monotonic() + self._site.settings.sync_interval

    def sync(self) -> None:
        """Uploads checkpoints that have changed, and reads metrics.

        :raises ClientError: S3 refuses.
        """
        for checkpoints in self._checkpoints:
            checkpoints.sync()
        self._metrics.read([host.log for host in self._hosts])
        self._job.metrics, self._job.readings = self._metrics.final(), self._metrics.readings

    def give_notice(self, seconds: float) -> bool:
        """SIGTERM, time to act on it, SIGKILL. Returns whether every container has ended by itself.

        :param seconds: simulated; with 0 there is no SIGTERM either.
        :raises Stopped: the local cloud ends.
        """
        clock, settings = self._site.clock, self._site.settings
        if seconds > 0:
            self._gang.terminate()
            end, floor = clock.now() + seconds, time.monotonic() + settings.notice_floor
            while not self._gang.has_ended and (clock.now() < end or time.monotonic() < floor):
                if self._site.closing.wait(settings.look_interval):
                    raise Stopped
                self.sync_when_due()
        in_time = self._gang.has_ended
        self._gang.end()
        return in_time

    def leave_behind(self, output: Output, *, whole: bool) -> None:
        """Ends what is left of the containers, and uploads model and output.

        :param whole: whether there is an archive of the model even when it is empty.
        """
        self._gang.end()
        models = [host.folder.model for host in self._hosts]
        if whole or has_files(models):
            output.put_model(models)
            self._job.artifacts = output.model_url
        output.put_output([host.folder.output / "data" for host in self._hosts])

    def end(self) -> None:
        """SIGKILL to what is left; the files go. Harmless when they have ended before."""
        self._gang.end()
        shutil.rmtree(self._folder, ignore_errors=True)
