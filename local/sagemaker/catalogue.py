"""A named set of resources of one kind, and its List operation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from local.sagemaker.errors import already_exists, invalid, not_found
from local.sagemaker.names import Arns

_LABELS = {"endpoint": "endpoint", "endpoint-config": "endpoint configuration", "model": "model"}
_DEFAULT_PAGE = 10


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
        """Answers a List operation: filters, sorts (newest first by default) and pages over the summaries."""
        rows = [row for row in map(summary, self.all()) if _matches(row, params, self._name_member)]
        keys = {"Name": self._name_member, "CreationTime": "CreationTime", "Status": "EndpointStatus"}
        rows.sort(key=lambda row: row[keys[params.get("SortBy", order)]])
        if params.get("SortOrder", "Descending") == "Descending":
            rows.reverse()
        start = _offset(params.get("NextToken"), len(rows))
        end = start + params.get("MaxResults", _DEFAULT_PAGE)
        answer: dict[str, Any] = {result: rows[start:end]}
        if end < len(rows):
            answer["NextToken"] = str(end)
        return answer

    @property
    def _name_member(self) -> str:
        return {"endpoint": "EndpointName", "endpoint-config": "EndpointConfigName", "model": "ModelName"}[self._kind]


def _matches(row: Mapping[str, Any], params: Mapping[str, Any], name_member: str) -> bool:
    if params.get("NameContains", "").lower() not in row[name_member].lower():
        return False
    if "StatusEquals" in params and row["EndpointStatus"] != params["StatusEquals"]:
        return False
    for member in ("CreationTime", "LastModifiedTime"):
        if member in row:
            after, before = params.get(f"{member}After"), params.get(f"{member}Before")
            if after is not None and row[member] < _epoch(after):
                return False
            if before is not None and row[member] > _epoch(before):
                return False
    return True


def _epoch(value: Any) -> float:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.timestamp() if isinstance(value, datetime) else float(value)


def _offset(token: str | None, count: int) -> int:
    if token is None:
        return 0
    if not token.isdigit() or int(token) > count:
        raise invalid(f"Invalid NextToken '{token}': pass the NextToken of the previous answer unchanged.")
    return int(token)
