"""SageMaker real-time hosting: the operations, the runtime API and the background work, put together."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.sagemaker.capture import Capture
from local.sagemaker.endpoint_configs import EndpointConfigs
from local.sagemaker.endpoints import Endpoints
from local.sagemaker.errors import AwsError
from local.sagemaker.fleet import Depot
from local.sagemaker.input_model import InputModel, without_nulls
from local.sagemaker.invocation import Invoker
from local.sagemaker.lifeline import Lifeline
from local.sagemaker.load import Load
from local.sagemaker.metrics import Metrics
from local.sagemaker.model_data import ModelData
from local.sagemaker.models import Models
from local.sagemaker.names import ENDPOINT, ENDPOINT_CONFIG, MODEL, Arns
from local.sagemaker.ports import Clients, Clock, Events, Params, Response
from local.sagemaker.registry import Registry
from local.sagemaker.settings import Settings
from local.sagemaker.tags import Tags

_log = logging.getLogger(__name__)

Operation = Callable[[Params], dict[str, Any]]


class Hosting:
    """Emulates SageMaker real-time hosting; every container is a process of its own on the loopback interface.

    :param events: puts an event on the default bus.
    :param state_dir: gets the containers' files and logs; logs are kept, the rest goes with the fleet.
    :param rng: decides routing and data capture; pass a seeded one to repeat a run.
    """

    def __init__(
        self,
        *,
        account: str,
        region: str,
        clock: Clock,
        clients: Clients,
        state_dir: Path,
        events: Events,
        settings: Settings | None = None,
        rng: random.Random | None = None,
    ) -> None:
        settings, rng = settings or Settings(), rng or random.Random()
        self._arns = Arns(account, region)
        self._models = Models(self._arns, clock, Registry(clients.ecr), ModelData(clients.s3))
        self._configs = EndpointConfigs(self._arns, clock, self._models)
        self._lifeline = Lifeline()
        depot = Depot(
            self._models,
            clients,
            self._lifeline,
            clock,
            settings,
            state_dir.resolve(),
            region,
            threading.Event(),
        )
        self._endpoints = Endpoints(self._arns, self._configs, depot, events)
        self._tags = Tags(self._exists)
        self._capture = Capture(clients, clock, rng, settings.capture_interval)
        self._metrics = Metrics(clients, clock, settings.metrics_interval)
        self._load = Load(clock)
        self._invoker = Invoker(
            self._endpoints, account, region, settings, rng, self._capture, self._metrics, self._load
        )
        self._input_model = InputModel()
        self._operations = self._table()
        self._closing = threading.Event()
        self._housekeeper = threading.Thread(
            target=self._keep_house, args=(settings.housekeeping_interval,), name="sagemaker-housekeeper", daemon=True
        )
        self._housekeeper.start()

    def _table(self) -> Mapping[str, Operation]:
        models, configs, endpoints, tags = self._models, self._configs, self._endpoints, self._tags
        return {
            "CreateModel": self._tagged(models.create, "ModelArn"),
            "DescribeModel": models.describe,
            "DeleteModel": models.delete,
            "ListModels": models.list,
            "CreateEndpointConfig": self._tagged(configs.create, "EndpointConfigArn"),
            "DescribeEndpointConfig": configs.describe,
            "DeleteEndpointConfig": configs.delete,
            "ListEndpointConfigs": configs.list,
            "CreateEndpoint": self._tagged(endpoints.create, "EndpointArn"),
            "DescribeEndpoint": endpoints.describe,
            "DeleteEndpoint": endpoints.delete,
            "ListEndpoints": endpoints.list,
            "UpdateEndpoint": endpoints.update,
            "UpdateEndpointWeightsAndCapacities": endpoints.change_weights_and_capacities,
            "AddTags": tags.add,
            "ListTags": tags.list,
            "DeleteTags": tags.delete,
        }

    def _tagged(self, create: Operation, arn_member: str) -> Operation:
        def operation(params: Params) -> dict[str, Any]:
            answer = create(params)
            self._tags.start(answer[arn_member], params.get("Tags") or ())
            return answer

        return operation

    def operations(self) -> frozenset[str]:
        """The control-plane operations served here. The tag operations only for ARNs that `owns_arn` knows."""
        return frozenset(self._operations)

    def owns_arn(self, arn: str) -> bool:
        """Whether the ARN is of a model, an endpoint configuration or an endpoint of this account and region."""
        return self._arns.kind_of(arn) is not None

    def call(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Timestamps in the answer are epoch seconds, as the JSON protocol has them.

        :raises AwsError: refused; the text says why.
        :raises KeyError: an operation that `operations` does not list.
        """
        serve = self._operations[operation]
        given = without_nulls(params)
        self._input_model.check(operation, given)
        return serve(given)

    def invoke(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> Response:
        """InvokeEndpoint of the runtime API; errors too are responses. Blocks until the container has answered."""
        return self._invoker.invoke(endpoint, headers, body)

    def close(self) -> None:
        """Ends every process, then puts the metrics and the captured records that are still collected."""
        self._closing.set()
        self._housekeeper.join()
        self._endpoints.close()
        self._lifeline.close()
        self._metrics.flush()
        self._capture.flush()

    def _keep_house(self, interval: float) -> None:
        while not self._closing.wait(interval):
            for task in self._housework():
                try:
                    task()
                except Exception:
                    _log.exception("background work of the SageMaker emulator failed")

    def _housework(self) -> tuple[Callable[[], None], ...]:
        return (
            self._endpoints.supervise,
            self._metrics.flush_when_due,
            lambda: self._metrics.put(self._load.data(self._endpoints.instances())),
            self._capture.flush_when_due,
        )

    def _exists(self, arn: str) -> bool:
        find = {MODEL: self._models.get, ENDPOINT_CONFIG: self._configs.get, ENDPOINT: self._endpoints.get}
        kind = self._arns.kind_of(arn)
        if kind is None:
            return False
        try:
            find[kind](arn.rsplit("/", 1)[1])
        except AwsError:
            return False
        return True
