"""The variants that are scaled, as SageMaker's own operations show and change them."""

from __future__ import annotations

from dataclasses import dataclass

from local.autoscaling.errors import invalid
from local.autoscaling.ports import SageMaker
from local.autoscaling.target_key import TargetKey

IN_SERVICE = "InService"


@dataclass(frozen=True)
class Variant:
    """A variant at one moment."""

    endpoint_status: str
    desired: int
    """Its desired instance count."""

    @property
    def scalable(self) -> bool:
        """SageMaker changes the count of an endpoint that is in service, and refuses it at any other time."""
        return self.endpoint_status == IN_SERVICE


class Variants:
    def __init__(self, sagemaker: SageMaker) -> None:
        self._sagemaker = sagemaker

    def look(self, key: TargetKey) -> Variant:
        """:raises AwsError: there is no such endpoint, or it has no such variant."""
        endpoint = self._sagemaker.call("DescribeEndpoint", {"EndpointName": key.endpoint})
        for row in endpoint.get("ProductionVariants", []):
            if row["VariantName"] == key.variant:
                return Variant(endpoint["EndpointStatus"], row["DesiredInstanceCount"])
        known = ", ".join(row["VariantName"] for row in endpoint.get("ProductionVariants", []))
        raise invalid(f'Could not find variant "{key.variant}" of endpoint "{key.endpoint}"; its variants: {known}.')

    def instance_type(self, key: TargetKey) -> str:
        endpoint = self._sagemaker.call("DescribeEndpoint", {"EndpointName": key.endpoint})
        return self.instance_types(endpoint["EndpointConfigName"])[key.variant]

    def instance_types(self, endpoint_config: str) -> dict[str, str]:
        """Instance type by variant, as an endpoint configuration declares them."""
        config = self._sagemaker.call("DescribeEndpointConfig", {"EndpointConfigName": endpoint_config})
        return {row["VariantName"]: row.get("InstanceType", "") for row in config["ProductionVariants"]}

    def set_count(self, key: TargetKey, count: int) -> None:
        """:raises AwsError: SageMaker refuses the change."""
        self._sagemaker.call(
            "UpdateEndpointWeightsAndCapacities",
            {
                "EndpointName": key.endpoint,
                "DesiredWeightsAndCapacities": [{"VariantName": key.variant, "DesiredInstanceCount": count}],
            },
        )
