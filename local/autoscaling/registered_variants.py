"""The hosting as SageMaker shows it where variants are registered: some updates are refused, a deletion deregisters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from local.autoscaling.ports import SageMaker
from local.autoscaling.variants import Variants
from local.sagemaker.errors import AwsError, invalid


class HostingLike(SageMaker, Protocol):
    """What the HTTP side needs of a hosting."""

    def operations(self) -> frozenset[str]: ...
    def owns_arn(self, arn: str) -> bool: ...
    def invoke(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> Any: ...


class Registrations(Protocol):
    """What is registered with Application Auto Scaling."""

    def registered(self, endpoint: str) -> dict[str, str]:
        """Instance type by variant."""
        ...

    def endpoint_deleted(self, endpoint: str) -> None: ...


class RegisteredVariants:
    """Stands before a hosting, for callers from outside; Application Auto Scaling itself calls the hosting."""

    def __init__(self, hosting: HostingLike, registrations: Registrations) -> None:
        self._hosting = hosting
        self._registrations = registrations

    def operations(self) -> frozenset[str]:
        return self._hosting.operations()

    def owns_arn(self, arn: str) -> bool:
        return self._hosting.owns_arn(arn)

    def invoke(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> Any:
        return self._hosting.invoke(endpoint, headers, body)

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """:raises AwsError: the hosting's refusals, and those of updates that registered variants do not survive."""
        if operation == "UpdateEndpoint":
            self._refuse_update(params)
        answer = self._hosting.call(operation, params)
        if operation == "DeleteEndpoint":
            self._registrations.endpoint_deleted(params["EndpointName"])
        return answer

    def _refuse_update(self, params: Mapping[str, Any]) -> None:
        registered = self._registrations.registered(str(params.get("EndpointName")))
        if not registered:
            return
        try:
            coming = Variants(self._hosting).instance_types(str(params.get("EndpointConfigName")))
        except AwsError:
            return  # the hosting refuses the update in its own words
        for variant, instance_type in registered.items():
            change = _change(variant, instance_type, coming.get(variant))
            if change is not None:
                raise invalid(
                    f"{change}, but variant {variant} of endpoint {params['EndpointName']} is registered as a scalable "
                    "target with Application Auto Scaling. Deregister it with DeregisterScalableTarget before this "
                    "update, and register it again afterwards."
                )


def _change(variant: str, before: str, after: str | None) -> str | None:
    """What an update would do to a variant that must not happen while it is registered."""
    if after is None:
        return f"The update removes the production variant {variant}"
    if after != before:
        return f"The update changes the instance type of the production variant {variant} from {before} to {after}"
    return None
