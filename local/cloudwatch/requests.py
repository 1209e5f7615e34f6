"""The parameters of a CloudWatch request, whichever protocol it came by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PROTOCOL = ("Action", "Version")


def requested(params: Mapping[str, Any], data: Mapping[str, Any], *, structured: bool) -> dict[str, Any]:
    """The request as JSON and CBOR write it.

    The query protocol spreads it over `Metrics.member.1.MetricStat.Metric.MetricName` and the like, and all values are
    text.
    """
    if structured:
        return dict(data)
    tree: dict[str, Any] = {}
    for key, value in params.items():
        if key in _PROTOCOL:
            continue
        node = tree
        *path, last = key.split(".")
        for part in path:
            node = node.setdefault(part, {})
        node[last] = value[0] if isinstance(value, list) else value
    return {key: _lists(value) for key, value in tree.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node.keys() == {"member"}:
        return [_lists(item) for _, item in sorted(node["member"].items(), key=lambda one: int(one[0]))]
    return {key: _lists(value) for key, value in node.items()}
