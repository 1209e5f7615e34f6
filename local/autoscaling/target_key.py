"""What identifies a scalable target: a variant of a SageMaker endpoint, by namespace, resource and dimension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.autoscaling.errors import invalid, not_emulated

NAMESPACE = "sagemaker"
DIMENSION = "sagemaker:variant:DesiredInstanceCount"
_RESOURCE = re.compile(r"endpoint/(?P<endpoint>[^/]+)/variant/(?P<variant>[^/]+)")
_INSTEAD = f"It scales the instances of endpoint variants: namespace {NAMESPACE}, dimension {DIMENSION}."


@dataclass(frozen=True)
class TargetKey:
    endpoint: str
    variant: str

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> TargetKey:
        """From the three members that every operation on a target has.

        :raises AwsError: another service or dimension, or a resource that is no endpoint variant.
        """
        if params["ServiceNamespace"] != NAMESPACE:
            raise not_emulated(f"scaling of the namespace {params['ServiceNamespace']}", _INSTEAD)
        if params["ScalableDimension"] != DIMENSION:
            raise not_emulated(f"the scalable dimension {params['ScalableDimension']}", _INSTEAD)
        found = _RESOURCE.fullmatch(params["ResourceId"])
        if found is None:
            raise invalid(
                f"ResourceId is {params['ResourceId']!r}; of the dimension {DIMENSION} it is "
                "endpoint/<endpoint>/variant/<variant>."
            )
        return cls(found["endpoint"], found["variant"])

    @property
    def resource_id(self) -> str:
        return f"endpoint/{self.endpoint}/variant/{self.variant}"

    def members(self) -> dict[str, str]:
        """As every answer describes it."""
        return {"ServiceNamespace": NAMESPACE, "ResourceId": self.resource_id, "ScalableDimension": DIMENSION}

    def __str__(self) -> str:
        return f"service namespace: {NAMESPACE}, resource ID: {self.resource_id}, scalable dimension: {DIMENSION}"
