"""The containers of all variants of one deployment: they start together, serve together and end together."""

from __future__ import annotations

import logging
import math
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.sagemaker.container import Container
from local.sagemaker.endpoint_configs import EndpointConfig, VariantSpec
from local.sagemaker.errors import AwsError, Stopped
from local.sagemaker.execution_role import imply_logs, imply_pull
from local.sagemaker.image_manifest import RunnableImage, UnrunnableImage
from local.sagemaker.lifeline import Lifeline
from local.sagemaker.model_data import ModelData, ModelDataError
from local.sagemaker.models import Model, Models
from local.sagemaker.ports import Acting, Clients, Clock
from local.sagemaker.registry import Registry
from local.sagemaker.settings import Settings

_log = logging.getLogger(__name__)


class FleetFailure(Exception):
    """The fleet cannot serve; the message is the FailureReason."""


@dataclass(frozen=True)
class DeployedImage:
    specified: str
    resolved: str
    time: float


@dataclass(frozen=True)
class Launch:
    """Everything to start the container of one variant, and to start it again."""

    image: RunnableImage
    environment: Mapping[str, str]
    model_dir: Path
    log: Path
    deployed: DeployedImage
    role: str | None

    def start(self, lifeline: Lifeline) -> Container:
        return Container(self.image, self.environment, self.model_dir, self.log, lifeline)


@dataclass(frozen=True)
class Depot:
    """Where fleets get what they start, and where they put their files."""

    models: Models
    clients: Clients
    lifeline: Lifeline
    clock: Clock
    settings: Settings
    state_dir: Path
    region: str
    closing: threading.Event
    """Set when the hosting is being closed: nothing is waited for any more."""


class Fleet:
    """:param label: unique among all fleets; names the folders under the state directory."""

    def __init__(self, depot: Depot, config: EndpointConfig, endpoint: str, label: str) -> None:
        self._depot = depot
        self._config = config
        self._folder = depot.state_dir / "endpoints" / label
        self._logs = depot.state_dir / "logs" / endpoint
        self._endpoint = endpoint
        self._label = label
        self._launches: dict[str, Launch] = {}
        self._containers: dict[str, Container] = {}
        self._restarted: set[str] = set()
        self._in_flight = 0
        self._idle = threading.Condition()
        self._ended = False

    @property
    def images(self) -> Mapping[str, DeployedImage]:
        return {name: launch.deployed for name, launch in list(self._launches.items())}

    def start(self, limit: float = math.inf) -> None:
        """Starts every variant's container and waits until each answers /ping with 200.

        :param limit: simulated seconds that no variant may exceed, whatever timeout it sets itself.
        :raises FleetFailure: a container cannot be started, ends, or does not answer in time.
        :raises Stopped: the hosting is being closed.
        """
        for spec in self._config.variants:
            self._launches[spec.name] = launch = self._prepare(spec)
            try:
                self._containers[spec.name] = launch.start(self._depot.lifeline)
            except OSError as error:
                raise FleetFailure(f"The container of production variant {spec.name} cannot start: {error}.") from error
        self._wait_until_ready(limit)

    def _prepare(self, spec: VariantSpec) -> Launch:
        depot = self._depot
        try:
            model = depot.models.get(spec.model)
        except AwsError as error:
            raise FleetFailure(f"Production variant {spec.name}: {error.message}") from error
        acting = depot.clients.acting_as(model.role)
        image, deployed = self._resolve(spec, model, acting)
        folder = self._folder / spec.name
        model_dir = folder / "model"
        try:
            if model.data_url is None:
                model_dir.mkdir(parents=True)
            else:
                ModelData(acting.s3).unpack(model.data_url, model_dir)
        except ModelDataError as error:
            raise FleetFailure(f"Production variant {spec.name}: {error}") from error
        self._logs.mkdir(parents=True, exist_ok=True)
        imply_logs(acting, self._endpoint, spec.name)
        environment = {"AWS_REGION": depot.region, "AWS_DEFAULT_REGION": depot.region}
        if not model.isolated:
            environment |= acting.environment()
        log = self._logs / f"{self._label}-{spec.name}.log"
        return Launch(image, {**environment, **model.environment}, model_dir, log, deployed, model.role)

    def _resolve(self, spec: VariantSpec, model: Model, acting: Acting) -> tuple[RunnableImage, DeployedImage]:
        imply_pull(acting, model.image)
        found = Registry(acting.ecr).find(model.image)
        if found is None:
            raise FleetFailure(
                f"The image '{model.image}' for production variant {spec.name} does not exist. Please make sure all "
                "images included in the model exist, and that the execution role has permissions to access them."
            )
        if isinstance(found.recipe, UnrunnableImage):
            raise FleetFailure(
                f"The image '{model.image}' of production variant {spec.name} cannot run here: {found.recipe.reason}."
            )
        return found.recipe, DeployedImage(model.image, found.resolved, self._depot.clock.now())

    def _wait_until_ready(self, limit: float) -> None:
        clock, settings = self._depot.clock, self._depot.settings
        began, floor = clock.now(), time.monotonic() + settings.startup_floor
        waiting = {spec.name: spec for spec in self._config.variants}
        while waiting:
            for name, spec in list(waiting.items()):
                container = self._containers[name]
                if container.exit_code is not None:
                    raise self._failure(spec, f"ended with exit code {container.exit_code} before it answered")
                if container.answers_ping(settings.ping_timeout):
                    del waiting[name]
                    continue
                seconds = min(limit, spec.startup_timeout or settings.startup_timeout)
                if clock.now() >= began + seconds and time.monotonic() >= floor:
                    raise self._failure(spec, f"gave no 200 within {seconds:g} seconds")
            if waiting and self._depot.closing.wait(settings.ping_interval):
                raise Stopped

    def _failure(self, spec: VariantSpec, how: str) -> FleetFailure:
        container = self._containers[spec.name]
        tail = container.tail() or "(it wrote nothing)"
        return FleetFailure(
            f"The primary container for production variant {spec.name} did not pass the ping health check: it {how}. "
            f"Log {container.log.name} ends with:\n{tail}"
        )

    def container(self, variant: str) -> Container:
        return self._containers[variant]

    def role(self, variant: str) -> str | None:
        """ARN of the execution role as which the variant's records and metrics are put."""
        return self._launches[variant].role

    def enter(self) -> None:
        """Counts a request in, so that the fleet does not end under it; `leave` must follow."""
        with self._idle:
            self._in_flight += 1

    def leave(self) -> None:
        with self._idle:
            self._in_flight -= 1
            self._idle.notify_all()

    def supervise(self) -> None:
        """Replaces a container that has died, once per variant."""
        for name, container in list(self._containers.items()):
            if self._ended or container.exit_code is None or name in self._restarted:
                continue
            self._restarted.add(name)
            what = f"fleet {self._label}, variant {name}"
            _log.warning("%s: ended with exit code %s, is started again", what, container.exit_code)
            container.stop(0)
            self._replace(name)

    def _replace(self, name: str) -> None:
        try:
            fresh = self._launches[name].start(self._depot.lifeline)
        except OSError as error:
            _log.error("fleet %s, variant %s: cannot start again: %s", self._label, name, error)
            return
        with self._idle:
            if not self._ended:
                self._containers[name] = fresh
                return
        fresh.stop(0)

    def end(self) -> None:
        """Lets the requests under way finish, as long as one may take, then ends every process."""
        last = time.monotonic() + self._depot.settings.invocation_timeout
        with self._idle:
            while self._in_flight and time.monotonic() < last and not self._depot.closing.is_set():
                self._idle.wait(0.1)
            self._ended = True
        grace = self._depot.settings.stop_grace
        threads = [
            threading.Thread(target=container.stop, args=(grace,)) for container in list(self._containers.values())
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)
