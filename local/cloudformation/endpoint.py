"""AWS::SageMaker::Endpoint: created, updated and deleted as CloudFormation does it, waiting each time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from .api_type import Clients, Created, Properties, call, retag, with_name
from .api_types import retag_sagemaker

_SECONDS_BETWEEN_LOOKS = 0.2
_LONGEST_REASON = 1500
_MOVING = ("Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting")
# What a template says about the next UpdateEndpoint; a change of these alone moves nothing.
_ABOUT_UPDATES = (
    "DeploymentConfig",
    "ExcludeRetainedVariantProperties",
    "RetainAllVariantProperties",
    "RetainDeploymentConfig",
)


@dataclass(frozen=True)
class EndpointHandler:
    """Handlers of the type. They block until the endpoint has settled, so they belong on a worker thread."""

    clients: Clients
    name = "AWS::SageMaker::Endpoint"
    create_only = ("EndpointName",)
    custom_name = "EndpointName"
    takes_stack_tags = True

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        named = with_name("EndpointName", logical_id, properties, stack_name)
        parameters = {key: value for key, value in named.items() if not _only_for_updates(key)}
        arn = call(self.clients, "sagemaker", "CreateEndpoint", parameters, self.name)["EndpointArn"]
        endpoint = self._settled(named["EndpointName"])
        if endpoint is None or endpoint["EndpointStatus"] != "InService":
            # A create that fails is not in the stack yet, so no rollback would delete what it left.
            self._delete_and_wait(named["EndpointName"])
            raise ValueError(_failure(named["EndpointName"], endpoint))
        return arn, _attributes(arn)

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Created:
        name = _attributes(physical_id)["EndpointName"]
        if old.get("EndpointConfigName") != new.get("EndpointConfigName"):
            wanted = {key: new[key] for key in ("EndpointConfigName", *_ABOUT_UPDATES) if key in new}
            call(self.clients, "sagemaker", "UpdateEndpoint", {"EndpointName": name, **wanted}, self.name)
            endpoint = self._settled(name)
            if (
                endpoint is None
                or endpoint["EndpointStatus"] != "InService"
                or endpoint["EndpointConfigName"] != new["EndpointConfigName"]
            ):
                raise ValueError(_failure(name, endpoint))
        retag(retag_sagemaker, self.clients, physical_id, old, new)
        return physical_id, _attributes(physical_id)

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._delete_and_wait(_attributes(physical_id)["EndpointName"])

    def _delete_and_wait(self, name: str) -> None:
        try:
            self.clients.client("sagemaker").delete_endpoint(EndpointName=name)
        except ClientError as error:
            if not _is_gone(error):
                raise
            return
        if self._settled(name) is not None:
            raise ValueError(f"Endpoint {name} was deleted, but did not go away.")

    def _settled(self, name: str) -> dict[str, Any] | None:
        """The endpoint once it has stopped moving; None when it is gone."""
        while True:
            try:
                endpoint: dict[str, Any] = self.clients.client("sagemaker").describe_endpoint(EndpointName=name)
            except ClientError as error:
                if not _is_gone(error):
                    raise
                return None
            if endpoint["EndpointStatus"] not in _MOVING:
                return endpoint
            time.sleep(_SECONDS_BETWEEN_LOOKS)


def _only_for_updates(key: str) -> bool:
    """CreateEndpoint takes a DeploymentConfig, but nothing about retained properties."""
    return key in _ABOUT_UPDATES and key != "DeploymentConfig"


def _attributes(arn: str) -> dict[str, str]:
    return {"EndpointName": arn.rsplit("/", 1)[1], "EndpointArn": arn}


def _is_gone(error: ClientError) -> bool:
    return "Could not find" in str(error)


def _failure(name: str, endpoint: dict[str, Any] | None) -> str:
    if endpoint is None:
        return f"Endpoint {name} went away while CloudFormation waited for it."
    reason = endpoint.get("FailureReason") or "no reason given"
    return _on_one_line(
        f"Endpoint {name} is {endpoint['EndpointStatus']} on {endpoint['EndpointConfigName']}: {reason}"
    )


def _on_one_line(reason: str) -> str:
    """The CDK CLI shows the first line only. What is too long loses its oldest log lines, which matter least."""
    first, *log = [line.strip() for line in reason.splitlines() if line.strip()]
    told = " | ".join(log)
    room = max(0, _LONGEST_REASON - len(first) - len(" | …"))
    if len(told) > room:
        told = f"…{told[len(told) - room :]}"
    return f"{first} | {told}" if told else first
