"""Endpoint configurations: CreateEndpointConfig, DescribeEndpointConfig, DeleteEndpointConfig, ListEndpointConfigs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.sagemaker.capture_config import CaptureConfig
from local.sagemaker.catalogue import Catalogue
from local.sagemaker.errors import invalid, not_emulated
from local.sagemaker.models import Models
from local.sagemaker.names import ENDPOINT_CONFIG, Arns
from local.sagemaker.ports import Clock, Params

_VARIANTS = "real-time variants on instances, each with a model of its own"
_UNSUPPORTED_MEMBERS = ("AsyncInferenceConfig", "ExplainerConfig", "ShadowProductionVariants")
_UNSUPPORTED_VARIANT_MEMBERS = ("ServerlessConfig", "InstancePools", "ManagedInstanceScaling")


@dataclass(frozen=True)
class VariantSpec:
    """A production variant as its configuration declares it."""

    name: str
    model: str
    initial_count: int
    initial_weight: float
    startup_timeout: float | None
    """Simulated seconds until /ping must answer; None for SageMaker's default."""


@dataclass(frozen=True)
class EndpointConfig:
    name: str
    arn: str
    created: float
    params: Params
    variants: tuple[VariantSpec, ...]
    capture: CaptureConfig | None
    role: str | None
    """ARN of the role as which rollback alarms are read: its own, else that of the first variant's model."""


class EndpointConfigs:
    def __init__(self, arns: Arns, clock: Clock, models: Models) -> None:
        self._catalogue: Catalogue[EndpointConfig] = Catalogue(ENDPOINT_CONFIG, arns)
        self._clock = clock
        self._models = models

    def get(self, name: str) -> EndpointConfig:
        return self._catalogue.get(name)

    def create(self, params: Params) -> dict[str, Any]:
        name = params["EndpointConfigName"]
        self._catalogue.refuse_existing(name)
        for member in _UNSUPPORTED_MEMBERS:
            if params.get(member):
                raise not_emulated(member, "such endpoints", _VARIANTS)
        variants = tuple(self._variant(variant) for variant in params["ProductionVariants"])
        _refuse_duplicates(variants)
        require_traffic({variant.name: variant.initial_weight for variant in variants})
        capture = CaptureConfig.parse(params.get("DataCaptureConfig"))
        role = params.get("ExecutionRoleArn") or self._models.get(variants[0].model).role
        arn = self._catalogue.arn_of(name)
        self._catalogue.add(EndpointConfig(name, arn, self._clock.now(), params, variants, capture, role))
        return {"EndpointConfigArn": arn}

    def _variant(self, given: Mapping[str, Any]) -> VariantSpec:
        name = given["VariantName"]
        for member in _UNSUPPORTED_VARIANT_MEMBERS:
            if given.get(member):
                raise not_emulated(f"Variant {name}: {member}", "such variants", _VARIANTS)
        if not given.get("ModelName"):
            raise not_emulated(f"Variant {name}: no ModelName", "inference components", _VARIANTS)
        for member in ("InstanceType", "InitialInstanceCount"):
            if given.get(member) is None:
                raise invalid(f"Variant {name}: {member} is required for a variant on instances.")
        self._models.get(given["ModelName"])
        return VariantSpec(
            name=name,
            model=given["ModelName"],
            initial_count=given["InitialInstanceCount"],
            initial_weight=float(given.get("InitialVariantWeight", 1.0)),
            startup_timeout=given.get("ContainerStartupHealthCheckTimeoutInSeconds"),
        )

    def describe(self, params: Params) -> dict[str, Any]:
        config = self._catalogue.get(params["EndpointConfigName"])
        kept = {key: value for key, value in config.params.items() if key != "Tags"}
        kept["ProductionVariants"] = [{"InitialVariantWeight": 1.0, **v} for v in config.params["ProductionVariants"]]
        facts = {"EndpointConfigArn": config.arn, "CreationTime": config.created}
        return {"EnableNetworkIsolation": False, **kept, **facts}

    def delete(self, params: Params) -> dict[str, Any]:
        self._catalogue.remove(params["EndpointConfigName"])
        return {}

    def list(self, params: Params) -> dict[str, Any]:
        return self._catalogue.page(params, _summary, "EndpointConfigs")


def _summary(config: EndpointConfig) -> dict[str, Any]:
    return {"EndpointConfigName": config.name, "EndpointConfigArn": config.arn, "CreationTime": config.created}


def _refuse_duplicates(variants: tuple[VariantSpec, ...]) -> None:
    names = [variant.name for variant in variants]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise invalid(
            f"Variant names must be unique within an endpoint configuration; given twice: {', '.join(twice)}."
        )


def require_traffic(weights: Mapping[str, float]) -> None:
    """:raises AwsError: no variant has a weight above 0, so that no request could be routed."""
    if sum(weights.values()) <= 0:
        given = ", ".join(f"{name}: {weight:g}" for name, weight in weights.items())
        raise invalid(
            f"The weights of an endpoint's variants must sum to more than 0, as a variant's share of the traffic is "
            f"its weight divided by that sum; given {given}."
        )
