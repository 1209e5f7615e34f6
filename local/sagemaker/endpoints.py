"""Endpoints: the operations that create, change and delete them. Each answers at once; a thread does the work."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any

from local.sagemaker.catalogue import Catalogue
from local.sagemaker.deployment_policy import DeploymentPolicy
from local.sagemaker.endpoint import Deployment, Endpoint, Status, VariantState
from local.sagemaker.endpoint_configs import EndpointConfig, EndpointConfigs
from local.sagemaker.errors import Stopped, in_progress, invalid
from local.sagemaker.fleet import Depot, Fleet, FleetFailure
from local.sagemaker.names import ENDPOINT, Arns
from local.sagemaker.ports import Events, Params, pause
from local.sagemaker.rollback_alarms import RollbackAlarms
from local.sagemaker.variant_changes import apply, planned

_log = logging.getLogger(__name__)


class _RolledBack(Exception):
    """A rollback alarm rang; the message names it."""


class Endpoints:
    def __init__(self, arns: Arns, configs: EndpointConfigs, depot: Depot, events: Events) -> None:
        self._catalogue: Catalogue[Endpoint] = Catalogue(ENDPOINT, arns)
        self._configs = configs
        self._depot = depot
        self._clock = depot.clock
        self._events = events
        self._jobs: set[threading.Thread] = set()

    def get(self, name: str) -> Endpoint:
        return self._catalogue.get(name)

    def all(self) -> list[Endpoint]:
        return self._catalogue.all()

    def describe(self, params: Params) -> dict[str, Any]:
        return self._catalogue.get(params["EndpointName"]).describe()

    def list(self, params: Params) -> dict[str, Any]:
        return self._catalogue.page(params, Endpoint.summary, "Endpoints")

    def create(self, params: Params) -> dict[str, Any]:
        name = params["EndpointName"]
        self._catalogue.refuse_existing(name)
        config = self._configs.get(params["EndpointConfigName"])
        DeploymentPolicy.parse(params.get("DeploymentConfig"))
        arn, now = self._catalogue.arn_of(name), self._clock.now()
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
        deployment = self._deployment(name, config, planned(config, None, params))
        endpoint = Endpoint(name, arn, now, self._clock, self._events, deployment, modified=now, tags=tags)
        endpoint.last_deployment = params.get("DeploymentConfig")
        self._catalogue.add(endpoint)
        endpoint.become("Creating")
        self._run(endpoint, self._create)
        return {"EndpointArn": arn}

    def _create(self, endpoint: Endpoint) -> None:
        deployment = endpoint.current
        try:
            deployment.fleet.start()
        except Stopped:
            raise
        except Exception as error:
            deployment.fleet.end()
            endpoint.become("Failed", _reason(endpoint, error))
            return
        with endpoint.lock:
            deployment.settle()
            endpoint.routed = deployment
        endpoint.become("InService")

    def update(self, params: Params) -> dict[str, Any]:
        endpoint = self._catalogue.get(params["EndpointName"])
        config = self._configs.get(params["EndpointConfigName"])
        given = params.get("DeploymentConfig")
        if given is None and params.get("RetainDeploymentConfig"):
            given = endpoint.last_deployment
        policy = DeploymentPolicy.parse(given)
        acting = self._depot.clients.acting_as(config.role)
        alarms = RollbackAlarms(acting.cloudwatch, policy.alarms)
        alarms.require_known()
        with endpoint.lock:
            _require(endpoint, "InService")
            pending = self._deployment(endpoint.name, config, planned(config, endpoint.current, params))
            endpoint.pending, endpoint.phase, endpoint.last_deployment = pending, "Creating", given
            endpoint.enter("Updating")
        endpoint.announce()
        self._run(endpoint, lambda it: self._update(it, pending, policy, alarms))
        return {"EndpointArn": endpoint.arn}

    def _update(self, endpoint: Endpoint, new: Deployment, policy: DeploymentPolicy, alarms: RollbackAlarms) -> None:
        old = endpoint.current
        try:
            new.fleet.start(policy.limit_seconds)
            self._route(endpoint, new)
            self._bake(policy, alarms)
        except Stopped:
            raise
        except Exception as error:
            back = f"The update to {new.config.name} was rolled back; {old.config.name} still serves."
            self._finish(endpoint, kept=old, ended=new, failure=f"{back} {_reason(endpoint, error)}")
        else:
            self._finish(endpoint, kept=new, ended=old, failure=None)

    def _route(self, endpoint: Endpoint, new: Deployment) -> None:
        with endpoint.lock:
            new.settle()
            endpoint.routed, endpoint.phase = new, "Baking"

    def _bake(self, policy: DeploymentPolicy, alarms: RollbackAlarms) -> None:
        """Watches the alarms while the old fleet is still there; looks at least once."""
        end = self._clock.now() + policy.bake_seconds
        while True:
            if ringing := alarms.ringing():
                raise _RolledBack(f"In state ALARM: {', '.join(ringing)}.")
            left = end - self._clock.now()
            if left <= 0:
                return
            pause(self._clock, min(left, self._depot.settings.alarm_interval), self._depot.closing)

    def _finish(self, endpoint: Endpoint, kept: Deployment, ended: Deployment, failure: str | None) -> None:
        with endpoint.lock:
            endpoint.current = endpoint.routed = kept
            endpoint.pending = None
            endpoint.failure = None
        ended.fleet.end()
        endpoint.become("InService", failure)

    def change_weights_and_capacities(self, params: Params) -> dict[str, Any]:
        endpoint = self._catalogue.get(params["EndpointName"])
        with endpoint.lock:
            _require(endpoint, "InService")
            apply(endpoint, params["DesiredWeightsAndCapacities"])
            endpoint.enter("Updating")
        endpoint.announce()
        self._run(endpoint, self._change)
        return {"EndpointArn": endpoint.arn}

    def _change(self, endpoint: Endpoint) -> None:
        pause(self._clock, self._depot.settings.capacity_change, self._depot.closing)
        with endpoint.lock:
            endpoint.current.settle()
        endpoint.become("InService")

    def delete(self, params: Params) -> dict[str, Any]:
        endpoint = self._catalogue.get(params["EndpointName"])
        with endpoint.lock:
            _require(endpoint, "InService", "Failed")
            endpoint.routed = None
            endpoint.enter("Deleting")
        endpoint.announce()
        self._run(endpoint, self._delete)
        return {}

    def _delete(self, endpoint: Endpoint) -> None:
        endpoint.current.fleet.end()
        self._catalogue.remove(endpoint.name)

    def supervise(self) -> None:
        """Replaces containers that have died under an endpoint that serves."""
        for endpoint in self._catalogue.all():
            with endpoint.lock:
                serving = {id(d): d for d in (endpoint.routed, endpoint.current) if d and endpoint.routed}
            for deployment in serving.values():
                deployment.fleet.supervise()

    def instances(self) -> dict[tuple[str, str], int]:
        """Instance count of every variant that gets requests, by names of endpoint and variant."""
        counts = {}
        for endpoint in self._catalogue.all():
            with endpoint.lock:
                if endpoint.routed is not None:
                    for name, variant in endpoint.routed.variants.items():
                        counts[endpoint.name, name] = variant.count
        return counts

    def close(self) -> None:
        """Ends every job and every process."""
        self._depot.closing.set()
        for job in list(self._jobs):
            job.join()
        deployments = [d for endpoint in self._catalogue.all() for d in (endpoint.current, endpoint.pending) if d]
        ends = [threading.Thread(target=deployment.fleet.end) for deployment in deployments]
        for end in ends:
            end.start()
        for end in ends:
            end.join()

    def _deployment(self, endpoint: str, config: EndpointConfig, variants: dict[str, VariantState]) -> Deployment:
        fleet = Fleet(self._depot, config, endpoint, f"{endpoint}-{uuid.uuid4().hex[:8]}")
        return Deployment(config, fleet, variants, self._clock.now())

    def _run(self, endpoint: Endpoint, work: Callable[[Endpoint], None]) -> None:
        def job() -> None:
            try:
                work(endpoint)
            except Stopped:
                pass
            except Exception as error:
                endpoint.become("Failed", _reason(endpoint, error))
            finally:
                self._jobs.discard(threading.current_thread())

        thread = threading.Thread(target=job, name=f"endpoint-{endpoint.name}", daemon=True)
        self._jobs.add(thread)
        thread.start()


def _require(endpoint: Endpoint, *allowed: Status) -> None:
    if endpoint.status in allowed:
        return
    if endpoint.status == "Failed":
        raise invalid(f'Cannot update failed endpoint "{endpoint.arn}". Only DeleteEndpoint can be performed on it.')
    raise in_progress(endpoint.arn)


def _reason(endpoint: Endpoint, error: Exception) -> str:
    if isinstance(error, (FleetFailure, _RolledBack)):
        return str(error)
    _log.error("endpoint %s: unexpected error", endpoint.name, exc_info=error)
    return f"The local cloud failed: {type(error).__name__}: {error}"
