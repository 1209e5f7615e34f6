"""A named set of resources of one kind, and its List operation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from local.sagemaker.errors import already_exists, not_found
from local.sagemaker.listing import Listing
from local.sagemaker.names import Arns

_LABELS = {"endpoint": "endpoint", "endpoint-config": "endpoint configuration", "model": "model"}


class Resource(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def arn(self) -> str: ...
    @property
    def created(self) -> float: ...


T = TypeVar("T", bound=Resource)


class Catalogue(Generic[T]):
    """Safe to call from several threads."""

    def __init__(self, kind: str, arns: Arns) -> None:
        self._kind = kind
        self._label = _LABELS[kind]
        self._arns = arns
        self._lock = threading.Lock()
        self._resources: dict[str, T] = {}

    def arn_of(self, name: str) -> str:
        return self._arns.of(self._kind, name)

    def add(self, resource: T) -> None:
        with self._lock:
            if resource.name in self._resources:
                raise already_exists(self._label, resource.arn)
            self._resources[resource.name] = resource

    def refuse_existing(self, name: str) -> None:
        with self._lock:
            if name in self._resources:
                raise already_exists(self._label, self.arn_of(name))

    def get(self, name: str) -> T:
        with self._lock:
            if name not in self._resources:
                raise not_found(self._label, self.arn_of(name))
            return self._resources[name]

    def remove(self, name: str) -> T:
        with self._lock:
            if name not in self._resources:
                raise not_found(self._label, self.arn_of(name))
            return self._resources.pop(name)

    def all(self) -> list[T]:
        with self._lock:
            return list(self._resources.values())

    def page(
        self,
        params: Mapping[str, Any],
        summary: Callable[[T], dict[str, Any]],
        result: str,
        order: str = "CreationTime",
    ) -> dict[str, Any]:
        """Answers a List operation over the summaries; newest first, unless it is told otherwise."""
        listing = Listing(result, self._name_member, "EndpointStatus", order, "Descending")
        return listing.page(map(summary, self.all()), params)

    @property
    def _name_member(self) -> str:
        return {"endpoint": "EndpointName", "endpoint-config": "EndpointConfigName", "model": "ModelName"}[self._kind]
