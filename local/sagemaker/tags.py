"""Tags of models, endpoint configurations and endpoints: AddTags, ListTags, DeleteTags."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.sagemaker.errors import invalid
from local.sagemaker.ports import Params

_MAX_TAGS = 50
Exists = Callable[[str], bool]


class Tags:
    """:param exists: whether a resource with this ARN exists."""

    def __init__(self, exists: Exists) -> None:
        self._exists = exists
        self._lock = threading.Lock()
        self._tags: dict[str, dict[str, str]] = {}

    def of(self, arn: str) -> dict[str, str]:
        with self._lock:
            return dict(self._tags.get(arn, {}))

    def start(self, arn: str, tags: Iterable[Mapping[str, str]]) -> None:
        """The tags of a resource that has just been created; those of an earlier namesake are forgotten."""
        with self._lock:
            self._tags[arn] = {tag["Key"]: tag["Value"] for tag in tags}

    def add(self, params: Params) -> dict[str, Any]:
        arn = self._existing(params)
        with self._lock:
            merged = {**self._tags.get(arn, {}), **{tag["Key"]: tag["Value"] for tag in params["Tags"]}}
            if len(merged) > _MAX_TAGS:
                raise invalid(f"{arn} would have {len(merged)} tags; at most {_MAX_TAGS} are allowed.")
            self._tags[arn] = merged
        return {"Tags": _as_list(merged)}

    def list(self, params: Params) -> dict[str, Any]:
        return {"Tags": _as_list(self.of(self._existing(params)))}

    def delete(self, params: Params) -> dict[str, Any]:
        arn = self._existing(params)
        with self._lock:
            for key in params["TagKeys"]:
                self._tags.get(arn, {}).pop(key, None)
        return {}

    def _existing(self, params: Params) -> str:
        arn: str = params["ResourceArn"]
        if not self._exists(arn):
            raise invalid(f'Could not find resource "{arn}".')
        return arn


def _as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
